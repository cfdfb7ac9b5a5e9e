"""Characters that make a reader see something else than the machine reads."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from policy_engine.errors import Fault
from policy_engine.source.limits import MOST_FAULTS

# Controls and odd line breaks, zero width, soft hyphen, joiners, fillers, bidirectional marks, noncharacters.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_BREAK: Final = re.compile("\r\n?|\n")


def first_hidden(text: str) -> str:
    """Return the code point of the first hidden character as `U+…`, or nothing."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def without_hidden(text: str) -> str:
    """Return the text with a visible stand-in of the same width for each hidden character."""
    return _HIDDEN.sub("x", text)


def hidden_characters(text: str, file: str) -> Iterator[Fault]:
    """Yield a fault for each hidden character, up to the most that are told."""
    if not first_hidden(text):
        return
    starts = [0, *(found.end() for found in _BREAK.finditer(text))]
    for number, found in enumerate(_HIDDEN.finditer(text)):
        if number == MOST_FAULTS:
            return
        line = bisect_right(starts, found.start())
        message = f"hidden character {first_hidden(found.group())}"
        hint = "remove it: a reader would not see what is read here"
        yield Fault(message, file, line, found.start() - starts[line - 1] + 1, hint)
