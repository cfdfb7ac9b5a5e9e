"""YAML text becomes plain data with the place of every value; what could be misread is refused.

It consumes the parser's events instead of composing nodes, so that depth, size and aliases are checked before anything
grows.
"""

from __future__ import annotations

from policy_engine.source.document import Document, Path, Position
from policy_engine.source.files import read_source
from policy_engine.source.parsing import load_document, parse_source

__all__ = ["Document", "Path", "Position", "load_document", "parse_source", "read_source"]
