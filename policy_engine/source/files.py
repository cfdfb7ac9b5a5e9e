"""A path becomes bytes; what is no regular file is refused before it can block or flood."""

from __future__ import annotations

import os
import stat
import sys

from policy_engine.errors import Fault, SourceError
from policy_engine.source.limits import LARGEST_FILE


def read_source(path: str) -> bytes:
    """Return the bytes of a regular file or standard input; reads at most one above the cap."""
    if path == "-":
        raw, name = sys.stdin.buffer.read(LARGEST_FILE + 1), "<stdin>"
    else:
        raw, name = _read_file(path), path
    if len(raw) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE:,} bytes"
        raise SourceError(Fault(message, name, hint="split it"))
    return raw


def _read_file(path: str) -> bytes:
    try:
        return _read_regular(path)
    except FileNotFoundError as error:
        raise SourceError(Fault("there is no such file", path, hint="check the path")) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(Fault(f"the file cannot be read: {reason}", path)) from error


def _read_regular(path: str) -> bytes:
    """Judge what was opened, not what the path named a moment before; a pipe must not block."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
            raise SourceError(Fault(f"this is {kind}", path, hint="give a YAML file"))
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(LARGEST_FILE + 1)
    finally:
        os.close(descriptor)
