"""What a single key or value means; what can be read in two ways is refused."""

from __future__ import annotations

import datetime
import re
from typing import Any, Final, NamedTuple

from policy_engine.source.hidden import first_hidden
from policy_engine.source.limits import LONGEST_NUMBER, LONGEST_TEXT, shortened

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT: Final = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z")
_DATE_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:")
_ODD_NUMBER: Final = re.compile(
    r"[-+]?(0[0-9]+|0[xX][0-9a-fA-F_]+|0[oO][0-9_]+|0[bB][0-9_]+|[0-9]+_[0-9_]*|[0-9]+\.[0-9]*_[0-9_]*)"
    r"(\.[0-9_]*)?([eE][-+]?[0-9_]+)?\Z"
)
_BASE_60: Final = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?\Z")
_NO_NUMBER: Final = re.compile(r"[-+]?\.(inf|nan)\Z", re.IGNORECASE)
_NUMERIC: Final = frozenset("0123456789-+.")
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_SURPRISES: Final = frozenset({"yes", "no", "on", "off", "y", "n"})
_TRUTHS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Objection(NamedTuple):
    """Why a key or value is refused, and what to do."""

    message: str
    hint: str


class RefusedError(Exception):
    """Raised with the objection to a value."""

    def __init__(self, message: str, hint: str) -> None:
        """Keep the objection."""
        super().__init__(message)
        self.objection = Objection(message, hint)


def plain_value(text: str) -> Any:
    """Return the value of an unquoted scalar, or raise RefusedError."""
    if text in _TRUTHS:
        return _TRUTHS[text]
    if text[:1] in _NUMERIC:
        return _number_or_date(text)
    if text in _NOTHING:
        raise RefusedError("no value is given", "leave the field out if nobody examined it, or write not_addressed")
    if text.lower() in _SURPRISES:
        hint = f'write "{text}" in quotes if text is meant, true or false if a boolean is'
        raise RefusedError(f"`{text}` can be read as text or as a boolean", hint)
    return text


def objection_to_key(key: str) -> Objection | None:
    """Return why an unquoted key is not plainly text."""
    if key == "<<":
        return Objection("merge keys are not used here", "write the values out")
    if key in _NOTHING:
        return Objection("a key is missing before the colon", "write `key: value`")
    try:
        is_text = isinstance(plain_value(key), str)
    except RefusedError:
        is_text = False
    name = shortened(key)
    return None if is_text else Objection(f"the key `{name}` is not plainly text", f'write "{name}" in quotes')


def objection_to_text(text: str, style: str) -> Objection | None:
    """Return why a text is refused; only double quotes have escapes, which can hide."""
    if len(text) > LONGEST_TEXT:
        return Objection(f"a text longer than {LONGEST_TEXT:,} characters", "shorten it")
    if text.strip() != text:
        return Objection("a text that begins or ends with blanks", "remove them")
    if style == '"' and (code := first_hidden(text)):
        return Objection(f"a text with a hidden or broken character, {code}", "remove the escape")
    return None


def _number_or_date(text: str) -> Any:
    if _INTEGER.match(text) or _FLOAT.match(text):
        return _number(text)
    if _ODD_NUMBER.match(text):
        hint = "write plain digits, or quote it if text is meant"
        raise RefusedError(f"`{shortened(text)}` can be read as different numbers", hint)
    if _BASE_60.match(text):
        hint = f'write "{shortened(text)}" in quotes if text is meant'
        raise RefusedError(f"`{shortened(text)}` can be read as text or as a number to base 60", hint)
    if _NO_NUMBER.match(text):
        raise RefusedError(f"`{text}` is not a finite number", "leave the field out, or write not_addressed")
    if _DATE.match(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            hint = "dates are written YYYY-MM-DD; quote it if text is meant"
            raise RefusedError(f"`{text}` is not a date of the calendar", hint) from None
    if _DATE_TIME.match(text):
        raise RefusedError(f"`{shortened(text)}` has a time of day", "only dates are used: YYYY-MM-DD")
    return text


def _number(text: str) -> int | float:
    if len(text) > LONGEST_NUMBER:
        raise RefusedError(f"a number with more than {LONGEST_NUMBER} digits", "use an exponent: 1.0e+26")
    if _INTEGER.match(text):
        return int(text)
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise RefusedError(f"`{text}` is too large for a number", "check the exponent")
    if value == 0 and re.match(r"[-+.0]*[1-9]", text):
        raise RefusedError(f"`{text}` is too small for a number", "check the exponent")
    return value
