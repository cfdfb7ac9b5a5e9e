"""Bytes become a document, or every fault that could be found."""

from __future__ import annotations

import hashlib

from policy_engine.errors import Fault, SourceError
from policy_engine.source.builder import Builder
from policy_engine.source.document import Document
from policy_engine.source.events import BrokenYamlError
from policy_engine.source.files import name_of, read_source
from policy_engine.source.hidden import hidden_characters, without_hidden
from policy_engine.source.limits import MOST_FAULTS
from policy_engine.source.syntax import directive_fault, syntax_fault


def load_document(path: str) -> Document:
    """Read and parse a file; `-` is standard input."""
    return parse_source(read_source(path), name_of(path))


def parse_source(raw: bytes, file: str) -> Document:
    """Return the document, or raise SourceError with every fault that could be found."""
    text = _decoded(raw, file)
    hidden = list(hidden_characters(text, file))
    if len(hidden) >= MOST_FAULTS:
        raise SourceError(hidden)
    # A stand-in of the same width lets the rest be judged, and its places stay true.
    visible = without_hidden(text) if hidden else text
    directive = directive_fault(visible, file)
    if directive:
        raise SourceError([*hidden, directive])
    builder = Builder(file, hidden.copy())
    try:
        data = builder.build(visible)
    except BrokenYamlError as error:
        data = None
        if not hidden:
            builder.faults.append(syntax_fault(error, file, text))
    if builder.faults:
        raise SourceError(builder.faults)
    digest = hashlib.sha256(raw).hexdigest()
    return Document(file, tuple(text.splitlines()), data, builder.values, builder.keys, digest)


def _decoded(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(Fault("the file is not UTF-8 text", file, line, hint="save the file as UTF-8")) from error
