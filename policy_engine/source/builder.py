"""Events become data; anchors, aliases, depth and size are judged before anything is built."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

from policy_engine.errors import Fault
from policy_engine.source.document import Path, Position
from policy_engine.source.events import Alias, DocumentStart, End, Event, Scalar, Start, events
from policy_engine.source.limits import DEEPEST, MOST_FAULTS, MOST_NODES, shortened
from policy_engine.source.scalars import RefusedError, objection_to_key, objection_to_text, plain_value


@dataclass(slots=True)
class _Open:
    """A mapping or list being built."""

    container: Any
    path: Path
    anchor: str | None
    nodes_before: int
    height: int = 1
    key: str | None = None
    expects_key: bool = False


@dataclass(slots=True)
class _Anchor:
    value: Any
    size: int
    height: int
    done: bool


class _StopReadingError(Exception):
    """Raised when going on makes no sense; the fault is already noted."""


@dataclass(slots=True)
class Builder:
    """Builds data from parser events, noting faults and positions."""

    file: str
    faults: list[Fault]
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    _stack: list[_Open] = field(default_factory=list)
    _anchors: dict[str, _Anchor] = field(default_factory=dict)
    _nodes: int = 0
    _documents: int = 0
    _root: Any = None

    def build(self, text: str) -> Any:
        """Return the data of the only document of `text`; what is wrong with it is in `faults`."""
        try:
            for event in events(text):
                self._take(event)
            if self._documents == 0:
                self._fault("the file is empty", Position(1, 1), "start from `policy-engine new proposal`")
            elif not isinstance(self._root, dict) and not self.faults:
                self._fault(
                    "the file must hold a mapping of keys to values", Position(1, 1), "write `key: value` lines"
                )
        except _StopReadingError:
            pass
        return self._root

    def _fault(self, message: str, at: Position, hint: str) -> None:
        """Note a fault; a flood of them ends the reading."""
        self.faults.append(Fault(message, self.file, at.line, at.column, hint))
        if len(self.faults) >= MOST_FAULTS:
            raise _StopReadingError

    def _take(self, event: Event) -> None:
        if isinstance(event, Scalar):
            self._scalar(event)
        elif isinstance(event, Start):
            self._open(event)
        elif isinstance(event, End):
            self._close()
        elif isinstance(event, Alias):
            self._alias(event)
        else:
            self._document(event)

    def _document(self, event: DocumentStart) -> None:
        self._documents += 1
        if self._documents > 1:
            self._fault("the file holds more than one document", event.at, "put each into a file of its own")
            raise _StopReadingError

    def _open(self, event: Start) -> None:
        self._refuse_tag(event)
        self._count(1, event.at)
        self._refuse_depth(1, event.at)
        container: Any = {} if event.mapping else []
        path = self._place(container, event.at)
        self._stack.append(_Open(container, path, event.anchor, self._nodes, expects_key=event.mapping))
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(container, 0, 0, done=False)

    def _close(self) -> None:
        done = self._stack.pop()
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, done.height + 1)
        if done.anchor:
            size = self._nodes - done.nodes_before + 1
            self._anchors[done.anchor] = _Anchor(done.container, size, done.height, done=True)

    def _alias(self, event: Alias) -> None:
        anchor = self._known_anchor(event)
        self._count(anchor.size, event.at)
        self._refuse_depth(anchor.height, event.at)
        path = self._place(anchor.value, event.at)
        self._mark(anchor.value, path, event.at)
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, anchor.height + 1)

    def _known_anchor(self, event: Alias) -> _Anchor:
        name, anchor = shortened(event.anchor), self._anchors.get(event.anchor)
        if anchor is None:
            self._fault(f"the alias `*{name}` refers to no anchor", event.at, "quote text with a `*`")
        elif not anchor.done:
            self._fault(f"the alias `*{name}` lies inside its own anchor", event.at, "write it out")
        elif self._stack and self._stack[-1].expects_key:
            self._fault("an alias cannot be a key", event.at, "write the key out")
        else:
            return anchor
        raise _StopReadingError

    def _mark(self, value: Any, path: Path, at: Position) -> None:
        """Give what an alias repeats the place of the alias."""
        items: Any = enumerate(value) if isinstance(value, list) else ()
        if isinstance(value, dict):
            items = value.items()
        for key, item in items:
            self.values[(*path, key)] = at
            self._mark(item, (*path, key), at)

    def _count(self, nodes: int, at: Position) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            message = f"more than {MOST_NODES:,} values once aliases are expanded"
            self._fault(message, at, "write fewer, or no aliases")
            raise _StopReadingError

    def _refuse_depth(self, height: int, at: Position) -> None:
        if len(self._stack) + height > DEEPEST:
            self._fault(f"nested deeper than {DEEPEST} levels", at, "flatten it")
            raise _StopReadingError

    def _refuse_tag(self, event: Scalar | Start) -> None:
        if event.tag is not None:
            tag = shortened(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self._fault(f"the tag `{tag}` is not used here", event.at, "remove it; quote the value if text is meant")

    def _scalar(self, event: Scalar) -> None:
        self._refuse_tag(event)
        self._count(1, event.at)
        top = self._stack[-1] if self._stack else None
        if top is not None and top.expects_key:
            self._key(event, top)
            return
        value = event.text if event.style else self._plain(event)
        if isinstance(value, str):
            value = self._text(value, event)
        self._place(value, event.at)
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(value, 1, 0, done=True)

    def _plain(self, event: Scalar) -> Any:
        try:
            return plain_value(event.text)
        except RefusedError as error:
            self._fault(error.objection.message, event.at, error.objection.hint)
            return event.text

    def _text(self, value: str, event: Scalar) -> str:
        """Return a text in normal form, without the line breaks that end a block."""
        text = value.rstrip("\n") if event.style else value
        objection = objection_to_text(text, event.style)
        if objection:
            self._fault(objection.message, event.at, objection.hint)
        return unicodedata.normalize("NFC", text)

    def _key(self, event: Scalar, top: _Open) -> None:
        at, objection = event.at, None if event.style else objection_to_key(event.text)
        if objection:
            self._fault(objection.message, at, objection.hint)
        if event.anchor:
            self._fault("a key cannot carry an anchor", at, "put it on the value")
        key = self._text(event.text, event)
        if key in top.container:
            first = self.keys.get((*top.path, key))
            hint = f"it stands first on line {first.line}; remove one" if first else "remove one"
            self._fault(f"the key `{shortened(key)}` stands twice", at, hint)
            key = f"{key} (again, line {at.line}, column {at.column})"
        top.key = key
        top.expects_key = False
        self.keys[(*top.path, key)] = at

    def _place(self, value: Any, at: Position) -> Path:
        """Put a value where it belongs; return its path."""
        if not self._stack:
            self._root = value
            self.values[()] = at
            return ()
        top = self._stack[-1]
        step: str | int
        if isinstance(top.container, dict):
            if top.key is None:
                self._fault("a key must be plain text", at, "no list or mapping can be a key")
                raise _StopReadingError
            step = top.key
            top.container[step] = value
            top.key = None
            top.expects_key = True
        else:
            step = len(top.container)
            top.container.append(value)
        path = (*top.path, step)
        self.values[path] = at
        return path
