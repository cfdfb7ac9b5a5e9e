"""Where configuration files are found, how they lie over each other, and where each value came from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from policy_engine.configuration.settings import Settings
from policy_engine.configuration.toml_document import load_toml
from policy_engine.errors import Fault, PolicyEngineError, SourceError
from policy_engine.gate.thresholds import Thresholds
from policy_engine.source import Document
from policy_engine.validation import validated

# The later lies over the earlier.
FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "pyproject.toml": ("tool", "policy-engine"),
    "policy-engine.toml": (),
}
BUILT_IN: Final = "built in"
COMMAND_LINE: Final = "command line"
_SINGLE_PATHS: Final = ("rules", "baseline", "waivers")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, and where each came from: dotted key to `FILE:LINE`, `command line` or `built in`."""

    settings: Settings
    origins: Mapping[str, str]


def find_files(start: Path) -> tuple[Path, ...]:
    """Return the files of the nearest folder that has any, from `start` up to the root of its repository."""
    for folder in (start, *start.parents):
        found = tuple(folder / name for name, table in FILES.items() if _holds(folder / name, table))
        if found or (folder / ".git").exists():
            return found
    return ()


def _holds(file: Path, table: tuple[str, ...]) -> bool:
    return file.is_file() and (not table or load_toml(str(file), table, str(file)) is not None)


def load_configuration(files: tuple[Path, ...], flags: Mapping[str, Any], here: Path) -> Configuration:
    """Lay files over what is built in, and flags (dotted keys) over both; raises SourceError with every fault.

    Paths in the files are returned as they look from `here`.
    """
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    faults: list[Fault] = []
    for file in files:
        shown = os.path.relpath(file, here)
        document = load_toml(str(file), FILES.get(file.name, ()), shown)
        if document is None:
            faults.append(Fault(f"there is no table [{'.'.join(FILES[file.name])}]", shown))
            continue
        try:
            validated(Settings, document, SourceError)
        except PolicyEngineError as error:
            faults += error.faults
            continue
        for key, value in _leaves(document.data, ()):
            _put(merged, key, _placed(key, value, Path(shown).parent))
            origins[".".join(key)] = _origin(document, key)
    if faults:
        raise SourceError(faults)
    for dotted, value in flags.items():
        _put(merged, tuple(dotted.split(".")), value)
        origins[dotted] = COMMAND_LINE
    settings = validated(Settings, Document(COMMAND_LINE, (), merged, {}, {}, ""), SourceError)
    return Configuration(settings, origins)


def leaves(settings: Settings) -> Iterator[tuple[str, Any]]:
    """Yield every setting as dotted key and value, in the order of the model."""
    for key, value in _leaves(settings.model_dump(), ()):
        yield ".".join(key), value


def _leaves(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def thresholds_from(dotted: Mapping[str, Any]) -> Thresholds:
    """Return thresholds from their dotted keys, as a report holds them; raises SourceError with every fault."""
    nested: dict[str, Any] = {}
    for key, value in dotted.items():
        _put(nested, tuple(key.split(".")), value)
    return validated(Thresholds, Document("thresholds", (), nested, {}, {}, ""), SourceError)


def _put(into: dict[str, Any], key: tuple[str, ...], value: Any) -> None:
    for step in key[:-1]:
        into = into.setdefault(step, {})
    into[key[-1]] = value


def _origin(document: Document, key: tuple[str, ...]) -> str:
    at = document.key_position(key)
    return f"{document.file}:{at.line}"


def _placed(key: tuple[str, ...], value: Any, folder: Path) -> Any:
    """Return a value with paths as they look from the working folder."""
    if key[0] in _SINGLE_PATHS or (key[0] == "lens" and str(value).endswith((".yaml", ".yml"))):
        return str(folder / value)
    if key[0] == "paths":
        return [path if path == "-" or path.startswith("git:") else str(folder / path) for path in value]
    if key[0] == "format":
        pairs = [text.partition("=") for text in value]
        return [f"{name}={folder / file}" if file else name for name, _, file in pairs]
    return value
