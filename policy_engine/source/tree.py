"""Where each value of a YAML text begins and ends, so that one can be edited and all others keep their characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from policy_engine.source.document import Path, Position
from policy_engine.source.events import Alias, DocumentStart, End, Event, Scalar, Start, events


@dataclass(slots=True)
class Node:
    """A value, from `start` up to `end` as offsets into the text; `column` counts from 0, in a list to its dashes.

    `flow`: in brackets or braces, or a scalar on the line of its key. Entries of a list have no key.
    """

    kind: Literal["scalar", "mapping", "list"]
    start: int
    end: int
    column: int
    flow: bool
    text: str = ""
    entries: list[tuple[Node | None, Node]] = field(default_factory=list)

    def child(self, step: str | int) -> Node | None:
        """Return the value under a key or at an index, if there is one."""
        if self.kind == "list" and isinstance(step, int):
            return self.entries[step][1] if 0 <= step < len(self.entries) else None
        return next((value for key, value in self.entries if key and key.text == step), None)

    def key(self, step: str | int) -> Node | None:
        """Return the key of a value, if it has one."""
        return next((key for key, _ in self.entries if key and key.text == step), None)


class Layout:
    """A text with its lines and the tree of its values."""

    def __init__(self, text: str) -> None:
        """Read the text, which must be YAML that the parser accepts."""
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        stream = (event for event in events(text) if not isinstance(event, DocumentStart))
        self.root = self._node(next(stream), stream, -1)

    def offset(self, at: Position) -> int:
        """Return the offset of a place."""
        return self.starts[at.line - 1] + at.column - 1

    def line_of(self, offset: int) -> int:
        """Return the 0-based number of the line that holds an offset."""
        low, high = 0, len(self.lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.starts[middle] <= offset else (low, middle - 1)
        return max(low, 0)

    def find(self, path: Path) -> tuple[Node, int]:
        """Return the value at a path, or the deepest one on the way to it, and how many steps lead there."""
        node = self.root
        for depth, step in enumerate(path):
            child = node.child(step)
            if child is None:
                return node, depth
            node = child
        return node, len(path)

    def _node(self, event: Event, stream: Iterator[Event], indent: int) -> Node:
        """Return the value that begins with an event; `indent` is the column of what holds it."""
        if isinstance(event, Scalar):
            start, block = self.offset(event.at), event.style in {"|", ">"}
            end = self._end_of_block(event.at.line, indent) if block else self.offset(event.end)
            return Node("scalar", start, end, event.at.column - 1, not block, event.text)
        if isinstance(event, Alias):
            start = self.offset(event.at)
            return Node("scalar", start, start + len(event.anchor) + 1, event.at.column - 1, flow=True)
        if not isinstance(event, Start):
            raise AssertionError("a value begins with a scalar, an alias or a start")
        node = Node("mapping" if event.mapping else "list", self.offset(event.at), 0, event.at.column - 1, event.flow)
        while not isinstance(inner := next(stream), End):
            key = self._node(inner, stream, node.column) if event.mapping else None
            value = self._node(next(stream) if event.mapping else inner, stream, node.column)
            node.entries.append((key, value))
        node.end = self.offset(inner.at) + 1 if event.flow else max(value.end for _, value in node.entries)
        return node

    def _end_of_block(self, header: int, indent: int) -> int:
        """Return where a block text ends: with the last line that stands further in than what holds it."""
        last = header - 1
        for number in range(header, len(self.lines)):
            line = self.lines[number].rstrip("\r\n")
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                break
            if line.strip():
                last = number
        return self.starts[last] + len(self.lines[last].rstrip("\r\n"))
