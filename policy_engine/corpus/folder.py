"""The folder of a corpus: what lies where, and the lock that lets one run at a time write to it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from policy_engine.errors import Fault, SourceError

DATABASE: Final = "corpus.duckdb"
INPUTS: Final = "inputs.parquet"
_LOCK: Final = "lock"
_SPOOL: Final = "spool"
_PARTS: Final = "parts"


def parts_folder(result: Path, run_digest: str) -> Path:
    """Return the folder of the parts that one choice of rules, lens and engine gives."""
    return result / _PARTS / run_digest[:32]


@contextmanager
def locked(result: Path) -> Iterator[Path]:
    """Hold the lock of a result, and give the empty folder for what waits; raises SourceError where another run has it.

    The system releases the lock when the process ends, however it ends.
    """
    import fcntl

    try:
        result.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(result / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise unwritable(result, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            message = f"another run (process {holder}) is writing to this folder"
            raise SourceError(Fault(message, str(result), hint="wait for it, or choose another --out")) from error
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            spool = result / _SPOOL
            shutil.rmtree(spool, ignore_errors=True)
            spool.mkdir()
        except OSError as error:
            raise unwritable(result, error) from error
        try:
            yield spool
        finally:
            shutil.rmtree(spool, ignore_errors=True)
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def unwritable(result: Path, error: OSError) -> SourceError:
    """Return the error for a result that cannot be written."""
    hint = "make room or choose another --out; what is written so far counts in the next run"
    return SourceError(Fault(f"the result cannot be written: {error.strerror or error}", str(result), hint=hint))
