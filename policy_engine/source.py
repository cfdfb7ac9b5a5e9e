"""YAML text becomes plain data with the place of every value; what could be misread is refused.

The only importer of `yaml`. It consumes the parser's events instead of composing nodes, so that
depth, size and aliases are checked before anything grows.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import stat
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from policy_engine.errors import Fault, SourceError

Path = tuple[str | int, ...]
LARGEST_FILE: Final = 2 * 1024 * 1024
DEEPEST: Final = 40
MOST_NODES: Final = 100_000
LONGEST_TEXT: Final = 8_000
LONGEST_NUMBER: Final = 40
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


def load_document(path: str) -> Document:
    """Read and parse a file; `-` is standard input."""
    return parse_source(read_source(path), "<stdin>" if path == "-" else path)


def read_source(path: str) -> bytes:
    """Return the bytes of a regular file or standard input; reads at most one above the cap."""
    if path == "-":
        raw, name = sys.stdin.buffer.read(LARGEST_FILE + 1), "<stdin>"
    else:
        try:
            raw, name = _read_regular(path), path
        except FileNotFoundError as error:
            fault = Fault("there is no such file", path, hint="check the path")
            raise SourceError(fault) from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise SourceError(Fault(f"the file cannot be read: {reason}", path)) from error
    if len(raw) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE:,} bytes"
        raise SourceError(Fault(message, name, hint="split it"))
    return raw


def _read_regular(path: str) -> bytes:
    """Judge what was opened, not what the path named a moment before; a pipe must not block."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
            raise SourceError(Fault(f"this is {kind}", path, hint="give a YAML file"))
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(LARGEST_FILE + 1)
    finally:
        os.close(descriptor)


def parse_source(raw: bytes, file: str) -> Document:
    """Return the document, or raise SourceError with every fault that could be found."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = "save the file as UTF-8"
        raise SourceError(Fault("the file is not UTF-8 text", file, line, hint=hint)) from error
    hidden = list(_hidden_characters(text, file))
    if len(hidden) >= MOST_FAULTS:
        raise SourceError(hidden)
    builder = _Builder(file, hidden.copy())
    try:
        # A stand-in of the same width lets the rest be judged, and its places stay true.
        data = builder.build(_HIDDEN.sub("x", text) if hidden else text)
    except yaml.YAMLError as error:
        data = None
        if not hidden:
            builder.faults.append(_syntax_fault(error, file, text))
    if builder.faults:
        raise SourceError(builder.faults)
    digest = hashlib.sha256(raw).hexdigest()
    return Document(file, tuple(text.splitlines()), data, builder.values, builder.keys, digest)


# Controls and odd line breaks, and characters that make a reader see something else than the
# machine does: zero width, soft hyphen, joiners, fillers, bidirectional marks, noncharacters.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_BREAK: Final = re.compile("\r\n?|\n")


def _hidden_characters(text: str, file: str) -> Iterator[Fault]:
    if not _HIDDEN.search(text):
        return
    starts = [0, *(found.end() for found in _BREAK.finditer(text))]
    for number, found in enumerate(_HIDDEN.finditer(text)):
        if number == MOST_FAULTS:
            return
        line = bisect_right(starts, found.start())
        message = f"hidden character U+{ord(found.group()):04X}"
        hint = "remove it: a reader would not see what is read here"
        yield Fault(message, file, line, found.start() - starts[line - 1] + 1, hint)


# What the parser says, what it means, and what to do; the first row whose words occur is used.
_PLAIN_WORDS: Final = (
    ("mapping values are not allowed", "a second `: ` on a line", "quote text that holds a colon"),
    ("tab character", "a tab indents this line", "indent with spaces"),
    ("start any token", "{0} cannot begin a value", "quote the text; indent with spaces"),
    ("unexpected end of stream", "a quote is opened and never closed", "close it"),
    ("',' or ']'", "a list in brackets is not closed or lacks a comma", "check [ , ]"),
    ("',' or '}'", "a mapping in braces is not closed or lacks a comma", "check { , }"),
    ("unknown escape", "a backslash begins no known escape", "write it in single quotes"),
    ("escape code", "an escape stands for no character", "write the character itself"),
    ("alphabetic or numeric", "`*` or `&` begins no name", "quote the text"),
    ("expected key", "this line fits none above", "check its indentation and the quotes above"),
    ("<block end>", "this line fits none above", "check its indentation and the quotes above"),
    ("'-' indicator", "a list goes on without `-`", "check the indentation"),
    ("expected ':'", "a key has no colon", "write `key: value`, and check the quotes above"),
    ("sequence entries", "a list cannot begin here", "put `-` on a line of its own, indented"),
    ("document start", "text follows the end of the document", "remove `...`, or split"),
    ("node content", "a value is missing", "check for a stray comma"),
    ("directive", "`%` begins a directive, which is not used here", "remove the line"),
    ("tag", "a tag begins with `!`, and tags are not used here", "quote the value"),
)


def _syntax_fault(error: yaml.YAMLError, file: str, text: str) -> Fault:
    problem = getattr(error, "problem", None) or " ".join(str(error).split())
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    at = text.splitlines()[line : line + 1]
    here = at[0][column : column + 1] if at else ""
    words, hint = problem, "check indentation and quotes nearby"
    for part, meaning, mend in _PLAIN_WORDS:
        if part in problem:
            words, hint = meaning.format("a tab" if here == "\t" else f"`{here}`"), mend
            break
    start = getattr(error, "context_mark", None)
    if "end of stream" in problem and start:
        hint = f"it opens on line {start.line + 1}: {hint}"
    return Fault(f"this is not valid YAML: {words}", file, line + 1, column + 1, hint)


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
class _Builder:
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
                hint = "start from `policy-engine new proposal`"
                self.fault("the file is empty", Position(1, 1), hint)
            elif not isinstance(self._root, dict) and not self.faults:
                message = "the file must hold a mapping of keys to values"
                self.fault(message, Position(1, 1), "write `key: value` lines")
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
                message = "the file holds more than one document"
                self.fault(message, _at(event), "put each into a file of its own")
                raise _StopReadingError

    def _open(self, event: Any) -> None:
        at = _at(event)
        self._refuse_tag(event, at)
        self._count(1, at)
        self._refuse_depth(1, at)
        container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(container, at)
        mapping = isinstance(container, dict)
        opened = _Open(container, path, event.anchor, self._nodes, expects_key=mapping)
        self._stack.append(opened)
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(container, 0, 0, done=False)

    def _refuse_depth(self, height: int, at: Position) -> None:
        if len(self._stack) + height > DEEPEST:
            self.fault(f"nested deeper than {DEEPEST} levels", at, "flatten it")
            raise _StopReadingError

    def _close(self) -> None:
        done = self._stack.pop()
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, done.height + 1)
        if done.anchor:
            size = self._nodes - done.nodes_before + 1
            self._anchors[done.anchor] = _Anchor(done.container, size, done.height, done=True)

    def _alias(self, event: Any) -> None:
        at = _at(event)
        anchor = self._anchors.get(event.anchor)
        name, message = _short(event.anchor), ""
        if anchor is None:
            message, hint = f"the alias `*{name}` refers to no anchor", "quote text with a `*`"
        elif not anchor.done:
            message, hint = f"the alias `*{name}` lies inside its own anchor", "write it out"
        elif self._stack and self._stack[-1].expects_key:
            message, hint = "an alias cannot be a key", "write the key out"
        if anchor is None or message:
            self.fault(message, at, hint)
            raise _StopReadingError
        self._count(anchor.size, at)
        self._refuse_depth(anchor.height, at)
        path = self._place(anchor.value, at)
        self._mark(anchor.value, path, at)
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, anchor.height + 1)

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
            self.fault(message, at, "write fewer, or no aliases")
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
            value = self._text(value, event.style, at)
        self._place(value, at)
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(value, 1, 0, done=True)

    def _text(self, value: str, style: str | None, at: Position) -> str:
        """Return a text in normal form; only double quotes have escapes, which can hide."""
        text = value.rstrip("\n") if style else value
        if len(text) > LONGEST_TEXT:
            self.fault(f"a text longer than {LONGEST_TEXT:,} characters", at, "shorten it")
        elif text.strip() != text:
            self.fault("a text that begins or ends with blanks", at, "remove them")
        elif style == '"' and (found := _HIDDEN.search(text)):
            code = f"U+{ord(found.group()):04X}"
            message = f"a text with a hidden or broken character, {code}"
            self.fault(message, at, "remove the escape")
        return unicodedata.normalize("NFC", text)

    def _key(self, event: Any, top: _Open, at: Position) -> None:
        if not event.style:
            self._plain_key(event.value, at)
        if event.anchor:
            self.fault("a key cannot carry an anchor", at, "put it on the value")
        key = self._text(event.value, event.style, at)
        if key in top.container:
            first = self.keys.get((*top.path, key))
            hint = f"it stands first on line {first.line}; remove one" if first else "remove one"
            self.fault(f"the key `{_short(key)}` stands twice", at, hint)
            key = f"{key} (again, line {at.line}, column {at.column})"
        top.key = key
        top.expects_key = False
        self.keys[(*top.path, key)] = at

    def _plain_key(self, key: str, at: Position) -> None:
        if key == "<<":
            self.fault("merge keys are not used here", at, "write the values out")
        elif key in _NOTHING:
            self.fault("a key is missing before the colon", at, "write `key: value`")
        else:
            try:
                is_text = isinstance(_plain(key), str)
            except ValueError:
                is_text = False
            if not is_text:
                name = _short(key)
                hint = f'write "{name}" in quotes'
                self.fault(f"the key `{name}` is not plainly text", at, hint)

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
        if event.tag is not None:
            tag = _short(event.tag.replace("tag:yaml.org,2002:", "!!"))
            hint = "remove it; quote the value if text is meant"
            self.fault(f"the tag `{tag}` is not used here", at, hint)


def _at(event: Any) -> Position:
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NUMBER else f"{text[:LONGEST_NUMBER]}…"


_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT: Final = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z")
_DATE_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:")
_ODD_NUMBER: Final = re.compile(
    r"[-+]?(0[0-9]+|0[xX][0-9a-fA-F_]+|0[oO][0-9_]+|0[bB][0-9_]+|[0-9]+_[0-9_]*|[0-9]+\.[0-9]*_[0-9_]*)"
    r"(\.[0-9_]*)?([eE][-+]?[0-9_]+)?\Z"
)
_NO_NUMBER: Final = re.compile(r"[-+]?\.(inf|nan)\Z", re.IGNORECASE)
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_SURPRISES: Final = frozenset({"yes", "no", "on", "off", "y", "n"})
_TRUTHS: Final = {"true": True, "True": True, "TRUE": True}
_TRUTHS.update({"false": False, "False": False, "FALSE": False})


def _plain(text: str) -> Any:
    """Return the value of an unquoted scalar; ValueError carries `message|hint`."""
    if text in _TRUTHS:
        return _TRUTHS[text]
    if text[:1] in _NUMERIC:
        return _number_or_date(text)
    if text in _NOTHING:
        hint = "leave the field out if nobody examined it, or write not_addressed"
        raise ValueError(f"no value is given|{hint}")
    if text.lower() in _SURPRISES:
        hint = f'write "{text}" in quotes if text is meant, true or false if a boolean is'
        raise ValueError(f"`{text}` can be read as text or as a boolean|{hint}")
    return text


_NUMERIC: Final = frozenset("0123456789-+.")


def _number_or_date(text: str) -> Any:
    if _INTEGER.match(text) or _FLOAT.match(text):
        return _number(text)
    if _ODD_NUMBER.match(text):
        hint = "write plain digits, or quote it if text is meant"
        raise ValueError(f"`{_short(text)}` can be read as different numbers|{hint}")
    if _NO_NUMBER.match(text):
        hint = "leave the field out, or write not_addressed"
        raise ValueError(f"`{text}` is not a finite number|{hint}")
    if _DATE.match(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            hint = "dates are written YYYY-MM-DD; quote it if text is meant"
            raise ValueError(f"`{text}` is not a date of the calendar|{hint}") from None
    if _DATE_TIME.match(text):
        raise ValueError(f"`{_short(text)}` has a time of day|only dates are used: YYYY-MM-DD")
    return text


def _number(text: str) -> int | float:
    if len(text) > LONGEST_NUMBER:
        hint = "use an exponent: 1.0e+26"
        raise ValueError(f"a number with more than {LONGEST_NUMBER} digits|{hint}")
    if _INTEGER.match(text):
        return int(text)
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(f"`{text}` is too large for a number|check the exponent")
    if value == 0 and re.match(r"[-+.0]*[1-9]", text):
        raise ValueError(f"`{text}` is too small for a number|check the exponent")
    return value
