"""The words of the YAML parser in plain ones, with what to do."""

from __future__ import annotations

from typing import Final

from policy_engine.errors import Fault
from policy_engine.source.events import BrokenYamlError

_TWO_COLONS: Final = "quote text that holds a colon; a key has at most 1,024 characters"
# What the parser says, what it means, and what to do; the first row whose words occur is used.
_PLAIN_WORDS: Final = (
    ("mapping values are not allowed", "a second `: ` on a line", _TWO_COLONS),
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
    ("indentation indicator", "the number after `|` or `>` is not 1 to 9", "leave it out"),
    ("comment or line break", "`|` or `>` is followed by something else on its line", "begin the text on a new line"),
    ("'-' indicator", "a list goes on without `-`", "check the indentation"),
    ("expected ':'", "a key has no colon", "write `key: value`, and check the quotes above"),
    ("sequence entries", "a list cannot begin here", "put `-` on a line of its own, indented"),
    ("octet", "a tag begins with `!`, and tags are not used here", "quote the value"),
    ("document start", "text follows the end of the document", "remove `...`, or split"),
    ("node content", "a value is missing", "check for a stray comma or `...`"),
    ("tag", "a tag begins with `!`, and tags are not used here", "quote the value"),
)


def directive_fault(text: str, file: str) -> Fault | None:
    """Return a fault for the first directive; the parser takes quadratic time over many."""
    if "%" not in text:
        return None
    before_content = True
    for number, line in enumerate(text.splitlines(), start=1):
        if before_content and line.startswith("%"):
            return Fault("`%` begins a directive, which is not used here", file, number, 1, "remove the line")
        if line.startswith("...") and not line[3:4].strip():
            before_content = True
        elif line.strip() and not line.lstrip().startswith("#"):
            before_content = False
    return None


def syntax_fault(error: BrokenYamlError, file: str, text: str) -> Fault:
    """Return the fault that tells an author what the parser stumbled over."""
    line, column = error.at.line, error.at.column
    at = text.splitlines()[line - 1 : line]
    here = at[0][column - 1 : column] if at else ""
    words, hint = error.problem, "check indentation and quotes nearby"
    for part, meaning, mend in _PLAIN_WORDS:
        if part in error.problem:
            words, hint = meaning.format("a tab" if here == "\t" else f"`{here}`"), mend
            break
    if "end of stream" in error.problem and error.begins:
        hint = f"it opens on line {error.begins.line}: {hint}"
    return Fault(f"this is not valid YAML: {words}", file, line, column, hint)
