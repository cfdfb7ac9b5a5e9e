"""Rule files as they were read before: their data is kept by digest, so that a command need not parse YAML again.

An entry is JSON with a digest of its own, and counts only for the same bytes and the same reader. Faults are not kept.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Final

from policy_engine.source import Document, Path, Position, parse_source, read_source
from policy_engine.source.files import name_of

VARIABLE: Final = "POLICY_ENGINE_CACHE"
"""Names another folder; with nothing in it, nothing is kept."""
MOST_ENTRIES: Final = 200
_DATE: Final = "$date"


def load_rule_document(file: str) -> Document:
    """Return the document of a file of rules, parsed or remembered; raises SourceError with every fault."""
    raw, name = read_source(file), name_of(file)
    digest = hashlib.sha256(raw).hexdigest()
    folder = _folder()
    if folder is None:
        return parse_source(raw, name)
    entry = folder / f"{digest}.json"
    data = _remembered(entry)
    if data is None:
        document = parse_source(raw, name)
        _remember(entry, document.data)
        return document
    # Only a fault asks for places.
    whole = cache(lambda: parse_source(raw, name))
    values, keys = _Places(lambda: whole().values), _Places(lambda: whole().keys)
    return Document(name, tuple(raw.decode("utf-8-sig").splitlines()), data, values, keys, digest)


class _Places(Mapping[Path, Position]):
    """Places that are found when somebody asks for one."""

    def __init__(self, find: Callable[[], Mapping[Path, Position]]) -> None:
        """Keep how they are found."""
        self._find = find

    def __getitem__(self, path: Path) -> Position:
        return self._find()[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._find())

    def __len__(self) -> int:
        return len(self._find())


def _folder() -> FilePath | None:
    """Return the folder of the entries, or None where there is to be none."""
    if VARIABLE in os.environ:
        return FilePath(os.environ[VARIABLE]) if os.environ[VARIABLE] else None
    base = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    if base:
        return FilePath(base) / "policy-engine"
    with suppress(RuntimeError):  # a user without a home
        return FilePath.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "policy-engine"
    return None


@cache
def _reader() -> str:
    """Return a digest of the code that reads: what another reader made of the same bytes does not count."""
    found = hashlib.sha256()
    for file in sorted((FilePath(__file__).parent.parent / "source").glob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()


def _remembered(entry: FilePath) -> Any:
    """Return the data of an entry that is whole, of this reader, and nobody else's to write; else None."""
    with suppress(OSError, ValueError):
        with entry.open("rb") as stream:
            if not _is_own(os.fstat(stream.fileno())):
                return None
            head, _, body = stream.read().partition(b"\n")
        if head.decode("ascii") == _head(body):
            return json.loads(body, object_hook=_dated)
    return None


def _is_own(status: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _head(body: bytes) -> str:
    return f"{_reader()} {hashlib.sha256(body).hexdigest()}"


def _dated(data: dict[str, Any]) -> Any:
    return datetime.date.fromisoformat(data[_DATE]) if data.keys() == {_DATE} else data


def _undated(value: Any) -> dict[str, str]:
    if isinstance(value, datetime.date):
        return {_DATE: value.isoformat()}
    raise TypeError(f"{type(value)} is not kept")


def _remember(entry: FilePath, data: Any) -> None:
    """Keep the data in one step; what cannot be kept is parsed again next time."""
    with suppress(OSError, TypeError, ValueError, RecursionError):
        body = json.dumps(data, default=_undated, allow_nan=False).encode("ascii")
        if repr(json.loads(body, object_hook=_dated)) != repr(data):
            return
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(dir=entry.parent, suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(_head(body).encode("ascii") + b"\n" + body)
            FilePath(part).replace(entry)
        finally:
            FilePath(part).unlink(missing_ok=True)
        _forget(entry.parent)


def _forget(folder: FilePath) -> None:
    """Leave only the entries written last."""
    entries = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    for file in entries[:-MOST_ENTRIES]:
        file.unlink(missing_ok=True)
