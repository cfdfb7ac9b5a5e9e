"""A path becomes bytes: a regular file, standard input or a file in a commit; nothing else can block or flood."""

from __future__ import annotations

import os
import stat
import sys

from policy_engine.errors import Fault, SourceError
from policy_engine.source.git import is_git, read_git
from policy_engine.source.limits import LARGEST_FILE, TOO_LARGE


def name_of(path: str) -> str:
    """Return the name that faults and reports give a file; what cannot be printed is spelled out."""
    if path == "-":
        return "<stdin>"
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in path)


def read_source(path: str) -> bytes:
    """Return the bytes of a regular file, of standard input (`-`) or of a file in a commit (`git:REF:path`)."""
    raw = _read(path)
    if len(raw) > LARGEST_FILE:
        raise SourceError(Fault(TOO_LARGE, name_of(path), hint="split it"))
    return raw


def _read(path: str) -> bytes:
    """Read at most one byte above the cap."""
    if path == "-":
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    return read_git(path, name_of(path)) if is_git(path) else _read_file(path)


def _read_file(path: str) -> bytes:
    try:
        return _read_regular(path)
    except FileNotFoundError as error:
        raise SourceError(Fault("there is no such file", name_of(path), hint="check the path")) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(Fault(f"the file cannot be read: {reason}", name_of(path))) from error


def _read_regular(path: str) -> bytes:
    """Judge what was opened, not what the path named a moment before; a pipe must not block."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
            raise SourceError(Fault(f"this is {kind}", name_of(path), hint="give a YAML file"))
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(LARGEST_FILE + 1)
    finally:
        os.close(descriptor)
