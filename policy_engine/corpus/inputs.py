"""What goes in: one proposal, as YAML or JSON or as the reason why there is none, with its identity."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from policy_engine.errors import Fault
from policy_engine.loading import read_json, respelled
from policy_engine.source.files import name_of
from policy_engine.source.limits import LARGEST_FILE, TOO_LARGE

Form = Literal["yaml", "json", "refused", "unreadable"]


@dataclass(frozen=True, slots=True)
class Input:
    """One input; `raw` is its text, or the reason in words where `form` says that there is none.

    `size` is how much of its source it takes up, for the progress alone.
    """

    source: str
    row: int
    name: str
    form: Form
    raw: bytes
    size: int

    @property
    def digest(self) -> str:
        """The identity of the content, wherever it stands."""
        prefix = b"" if self.form == "yaml" else self.form.encode() + b"\0"
        return hashlib.sha256(prefix + self.raw).hexdigest()

    @property
    def called(self) -> str:
        """The name in messages."""
        return f"{self.source}:{self.row}" if self.row else self.source


def unreadable(source: str, fault: Fault, size: int = 0, row: int = 0) -> Input:
    """Return the input that a source gives which cannot be read."""
    said = fault.message + (f" ({fault.hint})" if fault.hint else "")
    # Without content, the place is all the identity that it has.
    return Input(source, row, "", "unreadable", f"{source}: {said}".encode("utf-8", "backslashreplace"), size)


def row_of_json(source: str, row: int, line: bytes) -> Input:
    """Return the input that one line of JSON Lines holds."""
    try:
        data = read_json(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return _refused(source, row, "", line, f"this line is not JSON: {_said(error)}")
    if not isinstance(data, dict):
        return _refused(source, row, "", line, "this line is not a JSON object")
    return row_of_values(source, row, data, line)


def row_of_values(source: str, row: int, values: dict[str, Any], line: bytes) -> Input:
    """Return the input of a row: `yaml` holds a text, `proposal` JSON; a row may be the proposal itself."""
    name = name_of(str(values.get("name") or values.get("id") or "")[:200])
    given = [key for key in ("yaml", "proposal") if values.get(key) is not None]
    if len(given) == 2:
        return _refused(source, row, name, line, "this row has both `yaml` and `proposal`")
    content: Any = values[given[0]] if given else values if "provisions" in values or "sources" in values else None
    if content is None:
        return _refused(source, row, name, line, "this row has neither `yaml` nor `proposal`")
    try:
        if given == ["yaml"]:
            if not isinstance(content, str):
                return _refused(source, row, name, line, "`yaml` holds no text")
            return Input(source, row, name, "yaml", content.encode("utf-8"), len(line))
        parsed = read_json(content) if isinstance(content, (str, bytes)) else content
        return Input(source, row, name, "json", respelled(parsed), len(line))
    except (ValueError, TypeError, RecursionError) as error:
        return _refused(source, row, name, line, f"the proposal of this row cannot be read: {_said(error)}")


def too_long(source: str, row: int, size: int, start: bytes) -> Input:
    """Return the input of a row that is larger than any proposal may be."""
    return _refused(source, row, "", start, TOO_LARGE.replace("file", "row"), size)


def _refused(source: str, row: int, name: str, line: bytes, why: str, size: int = 0) -> Input:
    # The line itself is part of the identity: mended, it is another input.
    mark = hashlib.sha256(line).hexdigest()
    return Input(source, row, name, "refused", f"{mark} {why}".encode("utf-8", "backslashreplace"), size or len(line))


def reason_of(form: Form, raw: bytes) -> str:
    """Return the reason in words why an input has no text."""
    said = raw.decode("utf-8")
    return said.partition(" ")[2] if form == "refused" else said


def _said(error: BaseException) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error).partition("\n")[0]


LONGEST_ROW = 2 * LARGEST_FILE
"""A line with escapes takes more room than the text that it holds."""
