"""YAML text becomes plain data with the place of every value; what could be misread is refused.

The only importer of `yaml`. It consumes the parser's events instead of composing nodes, so that depth, size and
aliases are checked before anything grows.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import stat
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

import yaml

from policy_engine.errors import Fault, SourceError

Path = tuple[str | int, ...]
LARGEST_FILE: Final = 2 * 1024 * 1024
DEEPEST: Final = 40
MOST_NODES: Final = 100_000
LONGEST_TEXT: Final = 8_000
MOST_FAULTS: Final = 100
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    digest: str

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


def load_document(file: str) -> Document:
    """Read and parse a file; `-` is standard input."""
    return parse_source(read_source(file), "<stdin>" if file == "-" else file)


def read_source(file: str) -> bytes:
    """Return the bytes of a regular file or of standard input; larger ones than 2 MiB are refused unread."""
    if file == "-":
        raw = sys.stdin.buffer.read(LARGEST_FILE + 1)
    else:
        try:
            mode = FilePath(file).stat().st_mode
            if not stat.S_ISREG(mode):
                kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
                raise SourceError(Fault(f"this is {kind}", file, hint="give a YAML file"))
            with FilePath(file).open("rb") as stream:
                raw = stream.read(LARGEST_FILE + 1)
        except FileNotFoundError as error:
            raise SourceError(Fault("there is no such file", file, hint="check the path")) from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise SourceError(Fault(f"the file cannot be read: {reason}", file)) from error
    if len(raw) > LARGEST_FILE:
        raise SourceError(Fault(f"the file is larger than {LARGEST_FILE:,} bytes", file, hint="split it"))
    return raw


def parse_source(raw: bytes, file: str) -> Document:
    """Return the document, or raise SourceError with every fault that could be found."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = "save the file as UTF-8"
        raise SourceError(Fault("the file is not UTF-8 text", file, line, hint=hint)) from error
    _refuse_hidden_characters(text, file)
    builder = _Builder(file)
    try:
        data = builder.build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        what = error.problem or error.context or "cannot be parsed"
        builder.fault(f"this is not valid YAML: {what}", Position(line, column), "check indentation and quotes nearby")
    except yaml.YAMLError as error:
        builder.fault(f"this is not valid YAML: {' '.join(str(error).split())}", Position(1, 1))
    if builder.faults:
        raise SourceError(builder.faults)
    digest = hashlib.sha256(raw).hexdigest()
    return Document(file, tuple(text.splitlines()), data, builder.values, builder.keys, digest)


# Controls that YAML itself forbids, and characters that make a reader see something else than the machine does.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)


def _refuse_hidden_characters(text: str, file: str) -> None:
    faults = []
    for found in list(_HIDDEN.finditer(text))[:MOST_FAULTS]:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"hidden character U+{ord(found.group()):04X}"
        faults.append(Fault(message, file, line, column, "remove it: a reader would not see what is read here"))
    if faults:
        raise SourceError(faults)


@dataclass(slots=True)
class _Open:
    """A mapping or list being built."""

    container: Any
    path: Path
    anchor: str | None
    nodes_before: int
    key: str | None = None
    expects_key: bool = False


@dataclass(slots=True)
class _Anchor:
    value: Any
    size: int
    done: bool


class _StopReadingError(Exception):
    """Raised when going on makes no sense; the fault is already noted."""


@dataclass(slots=True)
class _Builder:
    """Builds data from parser events, noting faults and positions."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    _stack: list[_Open] = field(default_factory=list)
    _anchors: dict[str, _Anchor] = field(default_factory=dict)
    _nodes: int = 0
    _documents: int = 0
    _root: Any = None

    def fault(self, message: str, at: Position, hint: str = "") -> None:
        """Note a fault; a flood of them ends the reading."""
        self.faults.append(Fault(message, self.file, at.line, at.column, hint))
        if len(self.faults) >= MOST_FAULTS:
            raise _StopReadingError

    def build(self, text: str) -> Any:
        """Return the data of the only document of `text`."""
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                self._event(event)
            if self._documents == 0:
                self.fault("the file is empty", Position(1, 1), "start from `policy-engine new proposal`")
            elif not isinstance(self._root, dict) and not self.faults:
                self.fault("the file must hold a mapping of keys to values", Position(1, 1), "write `key: value` lines")
        except _StopReadingError:
            pass
        return self._root

    def _event(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self.fault("the file holds more than one document", _at(event), "put each into a file of its own")
                raise _StopReadingError

    def _open(self, event: Any) -> None:
        at = _at(event)
        self._refuse_tag(event, at)
        self._count(1, at)
        if len(self._stack) >= DEEPEST:
            self.fault(f"nested deeper than {DEEPEST} levels", at, "flatten it")
            raise _StopReadingError
        container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(container, at)
        mapping = isinstance(container, dict)
        self._stack.append(_Open(container, path, event.anchor, self._nodes, expects_key=mapping))
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(container, 0, done=False)

    def _close(self) -> None:
        done = self._stack.pop()
        if done.anchor:
            self._anchors[done.anchor] = _Anchor(done.container, self._nodes - done.nodes_before + 1, done=True)

    def _alias(self, event: Any) -> None:
        at = _at(event)
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            self.fault(f"the alias `*{event.anchor}` refers to no anchor", at, "define it before, with &name")
            raise _StopReadingError
        if not anchor.done:
            self.fault(f"the alias `*{event.anchor}` lies inside its own anchor", at, "write the value out")
            raise _StopReadingError
        self._count(anchor.size, at)
        if self._stack and isinstance(self._stack[-1].container, dict) and self._stack[-1].expects_key:
            self.fault("an alias cannot be a key", at, "write the key out")
            raise _StopReadingError
        path = self._place(anchor.value, at)
        self._mark(anchor.value, path, at)

    def _mark(self, value: Any, path: Path, at: Position) -> None:
        """Give what an alias repeats the place of the alias."""
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            self.values[(*path, key)] = at
            self._mark(item, (*path, key), at)

    def _count(self, nodes: int, at: Position) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            self.fault(f"more than {MOST_NODES:,} values once aliases are expanded", at, "write fewer, or no aliases")
            raise _StopReadingError

    def _scalar(self, event: Any) -> None:
        at = _at(event)
        self._refuse_tag(event, at)
        self._count(1, at)
        top = self._stack[-1] if self._stack else None
        if top is not None and top.expects_key:
            self._key(event, top, at)
            return
        try:
            value = event.value if event.style else _plain(event.value)
        except ValueError as error:
            message, _, hint = str(error).partition("|")
            self.fault(message, at, hint)
            value = event.value
        if isinstance(value, str):
            value = self._text(value, at)
        self._place(value, at)
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(value, 1, done=True)

    def _text(self, value: str, at: Position) -> str:
        if len(value) > LONGEST_TEXT:
            self.fault(f"a text longer than {LONGEST_TEXT:,} characters", at, "shorten it")
        elif value.strip() != value.rstrip("\n"):
            self.fault("a text that begins or ends with blanks", at, "remove them")
        elif any("\ud800" <= character <= "\udfff" for character in value) or _HIDDEN.search(value):
            self.fault("a text with a hidden or broken character", at, "remove the escape")
        return unicodedata.normalize("NFC", value.rstrip("\n"))

    def _key(self, event: Any, top: _Open, at: Position) -> None:
        key = unicodedata.normalize("NFC", event.value)
        if event.anchor:
            self.fault("a key cannot carry an anchor", at, "put it on the value")
        if not event.style and key == "<<":
            self.fault("merge keys are not used here", at, "write the values out")
        elif not event.style and key in {"", "~", "null"}:
            self.fault("a key is missing before the colon", at)
        elif key in top.container:
            first = self.keys.get((*top.path, key))
            hint = f"it stands first on line {first.line}" if first else ""
            self.fault(f"the key `{key}` stands twice", at, hint)
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
                self.fault("a key must be plain text", at, "no list or mapping can be a key")
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

    def _refuse_tag(self, event: Any, at: Position) -> None:
        if event.tag is not None and event.tag != "!":
            self.fault(f"the tag `{event.tag}` is not used here", at, "remove it; quote the value if text is meant")


def _at(event: Any) -> Position:
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)


_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT: Final = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?\Z")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DATE_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:")
_ODD_NUMBER: Final = re.compile(r"[-+]?(0[0-9]+|0[xX][0-9a-fA-F]+|0o[0-7]+|0b[01]+|[0-9][0-9]*_[0-9_]+)(\.[0-9]*)?\Z")
_NO_NUMBER: Final = re.compile(r"[-+]?\.(inf|nan)\Z", re.IGNORECASE)
_SURPRISES: Final = frozenset({"yes", "no", "on", "off", "y", "n"})
_TRUTHS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _plain(text: str) -> Any:
    """Return the value of an unquoted scalar; ValueError carries `message|hint`."""
    if text in _TRUTHS:
        return _TRUTHS[text]
    first = text[:1]
    if first.isdigit() or first in {"-", "+", "."}:
        return _number_or_date(text)
    if text in {"", "~", "null", "Null", "NULL"}:
        raise ValueError("no value is given|leave the field out if nobody examined it, or write not_addressed")
    if text.lower() in _SURPRISES:
        raise ValueError(f'`{text}` can be read as text or as a boolean|write "{text}" in quotes, or true / false')
    return text


def _number_or_date(text: str) -> Any:
    if _ODD_NUMBER.match(text):
        raise ValueError(f"`{text}` can be read as different numbers|write plain digits, or quote it if text is meant")
    if _INTEGER.match(text):
        if len(text) > 40:
            raise ValueError("a whole number with more than 40 digits|use an exponent: 1.0e+26")
        return int(text)
    if _FLOAT.match(text):
        value = float(text)
        if value in {float("inf"), float("-inf")}:
            raise ValueError(f"`{text}` is too large for a number|check the exponent")
        return value
    if _NO_NUMBER.match(text):
        raise ValueError(f"`{text}` is not a finite number|leave the field out, or write not_addressed")
    if _DATE.match(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"`{text}` is not a date of the calendar|dates are written YYYY-MM-DD") from None
    if _DATE_TIME.match(text):
        raise ValueError(f"`{text}` has a time of day|only dates are used: YYYY-MM-DD")
    return text
