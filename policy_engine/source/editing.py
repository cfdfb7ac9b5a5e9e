"""Edits of a YAML text that leave every other line, comment and blank as it is: set a value, insert or remove an item.

Each takes a text and returns a text. What comes out is read again and must hold exactly the data that was meant, else
SourceError is raised; nothing wrong is ever returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from policy_engine.errors import Fault, SourceError
from policy_engine.source.document import Path
from policy_engine.source.parsing import parse_source
from policy_engine.source.rendering import entry, inline, item
from policy_engine.source.tree import Layout, Node


def set_value(text: str, path: Path, value: Any, *, before: Sequence[str] = ()) -> str:
    """Return the text with the value at a path replaced, or its key inserted with any mapping missing on the way.

    A new key stands last in its mapping, or before the first of the keys `before` that is there.
    """
    if not path:
        raise ValueError("a path has at least one step")

    def edit(layout: Layout) -> str:
        node, depth = layout.find(path)
        if depth == len(path):
            return _replaced(layout, path, node, value)
        new = _nested(path[depth + 1 :], value)
        if node.kind == "mapping" and isinstance(path[depth], str):
            return _with_key(layout, node, str(path[depth]), new, before)
        return _replaced(layout, path[:depth], node, _nested(path[depth:], value))

    return _checked(text, edit, lambda data: _set(data, path, value))


def insert_item(text: str, path: Path, value: Any) -> str:
    """Return the text with an item added at the end of the list at a path; a list that is not there is made."""

    def edit(layout: Layout) -> str:
        node, depth = layout.find(path)
        if depth < len(path):
            return _with_key(layout, node, str(path[depth]), _nested(path[depth + 1 :], [value]), (), block=value)
        if node.flow and not node.entries and isinstance(value, dict):
            return _replaced(layout, path, node, [value], block=value)
        if node.flow:
            return _flow_insert(layout, node, inline(value))
        return _after_line(layout, node.entries[-1][1].end, item(value, node.column))

    return _checked(text, edit, lambda data: _append(data, path, value))


def remove_item(text: str, path: Path) -> str:
    """Return the text without an item of a list, or a key with its value; comment lines right above it go with it."""

    def edit(layout: Layout) -> str:
        parent, depth = layout.find(path[:-1])
        node = parent.child(path[-1]) if depth == len(path) - 1 else None
        if node is None:
            raise SourceError(Fault(f"there is nothing at {_shown(path)} to remove"))
        key = parent.key(path[-1])
        if parent.flow:
            return _flow_remove(layout, parent, node, key)
        if len(parent.entries) == 1:
            return _replaced(layout, path[:-1], parent, [] if parent.kind == "list" else {})
        first = layout.line_of(key.start if key else node.start)
        if key and layout.lines[first][: parent.column].strip():
            # The first key of a list's item stands behind the dash; the next one moves there.
            return layout.text[: key.start] + layout.text[_start(parent.entries[1]) :]
        while parent.kind == "list" and not _is_dash(layout.lines[first], parent.column):
            first -= 1
        last = layout.line_of(node.end - 1)
        return _without_lines(layout, first, last, parent.column)

    return _checked(text, edit, lambda data: _remove(data, path))


def _checked(text: str, edit: Callable[[Layout], str], change: Callable[[Any], None]) -> str:
    expected = _copied(parse_source(text.encode(), "").data)
    try:
        edited = edit(Layout(text))
        found = parse_source(edited.encode(), "").data
    except SourceError as error:
        message = f"this edit cannot be made in the text: {error.faults[0].message}"
        raise SourceError(Fault(message, hint="edit the file by hand")) from error
    change(expected)
    if not _same(found, expected):
        message = "this edit cannot be made in the text without changing more than is meant"
        raise SourceError(Fault(message, hint="edit the file by hand; anchors and aliases stand in the way"))
    return edited


def _copied(data: Any) -> Any:
    """Return a copy in which nothing is shared, as an alias shares what its anchor names."""
    if isinstance(data, dict):
        return {key: _copied(value) for key, value in data.items()}
    return [_copied(value) for value in data] if isinstance(data, list) else data


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal; true is not 1, and a list may be a tuple."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _nested(steps: Path, value: Any) -> Any:
    for step in reversed(steps):
        value = {step: value}
    return value


def _replaced(layout: Layout, path: Path, node: Node, value: Any, *, block: Any = None) -> str:
    text = layout.text
    parent = layout.find(path[:-1])[0] if path else None
    key = parent.key(path[-1]) if parent else None
    if block is not None and parent is not None and key is not None and not parent.flow:
        lines = item(block, parent.column + 2)
        return text[: node.start].rstrip(" ") + _joined(layout, ["", *lines])[:-1] + text[node.end :]
    if key is None or node.flow or node.kind == "scalar":
        return text[: node.start] + inline(value) + text[node.end :]
    # What stood below its key moves up to it; a comment behind the key stays.
    colon = text.index(":", key.end)
    line = layout.lines[layout.line_of(colon)].rstrip("\r\n")
    comment = line[colon - layout.starts[layout.line_of(colon)] + 1 :].rstrip()
    return f"{text[: colon + 1]} {inline(value)}{comment}{text[node.end :]}"


def _with_key(layout: Layout, node: Node, key: str, value: Any, before: Sequence[str], *, block: Any = None) -> str:
    if node.flow:
        return _flow_insert(layout, node, inline({key: value})[1:-1])
    indent = node.column
    lines = [f"{' ' * indent}{key}:", *item(block, indent + 2)] if block is not None else entry(key, value, indent)
    for name in before:
        following = node.key(name)
        if following is not None and following is not node.entries[0][0]:
            at = layout.starts[layout.line_of(following.start)]
            return layout.text[:at] + _joined(layout, lines) + layout.text[at:]
    return _after_line(layout, node.end, lines)


def _flow_insert(layout: Layout, node: Node, words: str) -> str:
    at = node.entries[-1][1].end if node.entries else node.start + 1
    return f"{layout.text[:at]}{', ' if node.entries else ''}{words}{layout.text[at:]}"


def _flow_remove(layout: Layout, parent: Node, node: Node, key: Node | None) -> str:
    place = next(number for number, (_, value) in enumerate(parent.entries) if value is node)
    start, end = (key or node).start, node.end
    if place + 1 < len(parent.entries):
        end = _start(parent.entries[place + 1])
    elif place:
        start = parent.entries[place - 1][1].end
    return layout.text[:start] + layout.text[end:]


def _after_line(layout: Layout, offset: int, lines: list[str]) -> str:
    """Return the text with lines inserted below the line that holds the character before an offset."""
    at = layout.starts[layout.line_of(offset - 1) + 1]
    head = layout.text[:at]
    if not head.endswith(("\n", "\r")):
        return head + _joined(layout, ["", *lines])[: -len(_newline(layout))]
    return head + _joined(layout, lines) + layout.text[at:]


def _without_lines(layout: Layout, first: int, last: int, column: int) -> str:
    """Return the text without lines, the comments right above them at their column, and those below further in."""
    while first and layout.lines[first - 1].startswith(" " * column + "#"):
        first -= 1
    while last + 1 < len(layout.lines) and layout.lines[last + 1].startswith(" " * (column + 1)):
        if not layout.lines[last + 1].lstrip().startswith("#"):
            break
        last += 1
    return layout.text[: layout.starts[first]] + layout.text[layout.starts[last + 1] :]


def _start(pair: tuple[Node | None, Node]) -> int:
    return (pair[0] or pair[1]).start


def _is_dash(line: str, column: int) -> bool:
    return line[column : column + 1] == "-"


def _newline(layout: Layout) -> str:
    return "\r\n" if layout.lines and layout.lines[0].endswith("\r\n") else "\n"


def _joined(layout: Layout, lines: list[str]) -> str:
    newline = _newline(layout)
    return "".join(line + newline for line in lines)


def _shown(path: Path) -> str:
    return ".".join(map(str, path))


def _set(data: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        inner = data[step] if isinstance(step, int) else data.get(step)
        if not isinstance(inner, (dict, list)):
            data[step] = inner = {}
        data = inner
    data[path[-1]] = value


def _append(data: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        data = data[step] if isinstance(step, int) else data.setdefault(step, {})
    data.setdefault(path[-1], []).append(value) if isinstance(data, dict) else data[path[-1]].append(value)


def _remove(data: Any, path: Path) -> None:
    for step in path[:-1]:
        data = data[step]
    del data[path[-1]]
