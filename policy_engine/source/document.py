"""A YAML file as read: its data, and where each key and value stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file, 1-based."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its data, and where each key and value stands."""

    file: str
    lines: tuple[str, ...]
    data: Any
    values: Mapping[Path, Position]
    keys: Mapping[Path, Position]
    text_digest: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the bytes read."""
        return self.text_digest

    def position(self, path: Path) -> Position:
        """Return where a value stands; for an absent one, where its nearest parent does."""
        for length in range(len(path), -1, -1):
            found = self.values.get(path[:length])
            if found is not None:
                return found
        return Position(1, 1)

    def key_position(self, path: Path) -> Position:
        """Return where the key of a value stands, or the value itself in a list."""
        return self.keys.get(path) or self.position(path)

    def excerpt(self, line: int) -> str:
        """Return a line of the source, 1-based; empty beyond its ends."""
        return self.lines[line - 1] if 1 <= line <= len(self.lines) else ""
