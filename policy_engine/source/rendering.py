"""Values as YAML text that reads back as the same values: on one line, or as the lines of a block."""

from __future__ import annotations

import datetime
import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any, Final

from policy_engine.source.scalars import RefusedError, plain_value

WIDTH: Final = 120
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./()'-]*( [A-Za-z0-9_./()'-]+)*\Z")


def inline(value: Any) -> str:
    """Return a value on one line, fit for any place."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key))}: {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(inline, value)) + "]"
    raise TypeError(f"{type(value).__name__} is no value of a YAML file")


def entry(key: str, value: Any, indent: int) -> list[str]:
    """Return the lines of a key with its value in a block; a long text is folded."""
    head = f"{' ' * indent}{_text(key)}:"
    line = f"{head} {inline(value)}"
    if not isinstance(value, str) or len(line) <= WIDTH or " ".join(value.split()) != value:
        return [line]
    inner = " " * (indent + 2)
    wrapped = textwrap.wrap(value, WIDTH - len(inner), break_long_words=False, break_on_hyphens=False)
    # A line that begins with `#` would be text inside the block, yet look like a comment.
    return [f"{head} >-", *(inner + part for part in wrapped)] if not value.startswith("#") else [line]


def item(value: Any, indent: int) -> list[str]:
    """Return the lines of one item of a block list whose dashes stand at a column."""
    if not isinstance(value, Mapping) or not value:
        return [f"{' ' * indent}- {inline(value)}"]
    lines = [line for key, inner in value.items() for line in entry(str(key), inner, indent + 2)]
    return [f"{' ' * indent}- {lines[0].lstrip()}", *lines[1:]]


def _number(value: float) -> str:
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    shown = repr(float(value))
    mantissa, e, exponent = shown.partition("e")
    return shown if not e or "." in mantissa else f"{mantissa}.0e{exponent}"


def _text(value: str) -> str:
    if _PLAIN.match(value):
        try:
            if plain_value(value) == value:
                return value
        except RefusedError:
            pass
    return json.dumps(value, ensure_ascii=False)
