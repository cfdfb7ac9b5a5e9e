"""The words of the YAML parser in plain ones, with what to do."""

from __future__ import annotations

from typing import Final

from policy_engine.errors import Fault
from policy_engine.source.events import BrokenYamlError

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
