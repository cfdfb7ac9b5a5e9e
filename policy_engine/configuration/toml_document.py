"""A TOML file as a document with places, so that faults in configuration name their line like all others."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from policy_engine.errors import Fault, SourceError
from policy_engine.source import Document, Path, Position
from policy_engine.source.files import read_source

_HEADER: Final = re.compile(r"^\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""^(\s*)((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*""")
_SYNTAX: Final = re.compile(r"\(at line (\d+), column (\d+)\)$")


def load_toml(path: str, table: Path, file: str) -> Document | None:
    """Return one table of the TOML file at `path`, or None where it has no such table; `file` is the name in faults."""
    raw = read_source(path)
    try:
        text = raw.decode("utf-8")
        data: Any = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SourceError(Fault("the file is not UTF-8 text", file)) from error
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        at = _SYNTAX.search(message)
        line, column = (int(at[1]), int(at[2])) if at else (0, 0)
        said = _SYNTAX.sub("", message).strip()
        raise SourceError(Fault(f"this is no TOML: {said}", file, line, column)) from None
    for step in table:
        if not isinstance(data, dict) or step not in data:
            return None
        data = data[step]
    keys: dict[Path, Position] = {(): Position(1, 1)}
    values = dict(keys)
    for steps, key, value in _places(text):
        if steps[: len(table)] == table:
            keys.setdefault(steps[len(table) :], key)
            values.setdefault(steps[len(table) :], value)
    return Document(file, tuple(text.splitlines()), data, values, keys, hashlib.sha256(raw).hexdigest())


def _places(text: str) -> Iterator[tuple[Path, Position, Position]]:
    """Yield path, place of key and place of value of each key that begins a line; tomllib gives no places itself."""
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = _steps(header[1])
            yield table, Position(number, header.start(1) + 1), Position(number, header.start(1) + 1)
        elif key:
            at = Position(number, len(key[1]) + 1)
            yield (*table, *_steps(key[2])), at, Position(number, key.end() + 1)


def _steps(dotted: str) -> Path:
    return tuple(step.strip().strip("\"'") for step in dotted.split("."))
