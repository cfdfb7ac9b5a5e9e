"""The command line; alone it prints, exits, and turns errors into text and exit codes."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_OBJECTS_BETWEEN_SEARCHES: Final = 50_000


class _Stream(io.FileIO):
    """A standard stream whose reader may leave early: the rest is dropped, and the exit code stays what it is."""

    def write(self, data: ReadableBuffer) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            return memoryview(data).nbytes


def main() -> None:
    """Run the command."""
    # What a command loads stays to its end: searching it for garbage again and again, and once more at the end, is a
    # third of the time of a short one.
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    atexit.register(gc.freeze)
    # Whatever else is installed has no say in how files are validated, and need not be looked for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # A stream that was closed before the start is none.
    sys.stdout, sys.stderr = (stream and _lasting(stream) for stream in (sys.stdout, sys.stderr))
    from policy_engine.cli.commands import policy_engine

    policy_engine()


def _lasting(stream: TextIO) -> TextIO:
    stream.flush()
    raw = _Stream(stream.fileno(), "wb", closefd=False)
    line_buffering = stream is sys.stderr or stream.isatty()
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stream.encoding, errors=stream.errors, line_buffering=line_buffering
    )
