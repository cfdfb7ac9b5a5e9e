"""What the YAML parser meets, one event after the other, in types of our own; the only importer of `yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import yaml

from policy_engine.source.document import Position

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(NamedTuple):
    """A key or a value that holds no others; `style` is empty if it is not quoted.

    `end` is right behind it, save for a block text, which the parser leaves where the next token stands.
    """

    at: Position
    text: str
    style: str
    tag: str | None
    anchor: str | None
    end: Position


class Start(NamedTuple):
    """The beginning of a mapping or a list; `flow` if it stands in brackets or braces."""

    at: Position
    mapping: bool
    tag: str | None
    anchor: str | None
    flow: bool


class End(NamedTuple):
    """The end of a mapping or a list."""

    at: Position


class Alias(NamedTuple):
    """A place that repeats what an anchor names."""

    at: Position
    anchor: str


class DocumentStart(NamedTuple):
    """The beginning of a document."""

    at: Position


Event = Scalar | Start | End | Alias | DocumentStart


class BrokenYamlError(Exception):
    """The text is not YAML: what the parser said, where, and where the construct begins."""

    def __init__(self, problem: str, at: Position, begins: Position | None) -> None:
        """Keep what the parser said."""
        super().__init__(problem)
        self.problem = problem
        self.at = at
        self.begins = begins


def events(text: str) -> Iterator[Event]:
    """Yield the events of a text as they are met, or raise BrokenYamlError at the first error."""
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            translated = _translated(event)
            if translated:
                yield translated
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the parser in Python lets some escapes raise these
        problem = getattr(error, "problem", None) or " ".join(str(error).split())
        at = _place(getattr(error, "problem_mark", None)) or Position(1, 1)
        raise BrokenYamlError(problem, at, _place(getattr(error, "context_mark", None))) from error


def _translated(event: Any) -> Event | None:
    at = Position(event.start_mark.line + 1, event.start_mark.column + 1)
    if isinstance(event, yaml.ScalarEvent):
        end = _place(event.end_mark) or at
        return Scalar(at, event.value, event.style or "", event.tag, event.anchor, end)
    if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
        mapping = isinstance(event, yaml.MappingStartEvent)
        return Start(at, mapping, event.tag, event.anchor, bool(event.flow_style))
    if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
        return End(at)
    if isinstance(event, yaml.AliasEvent):
        return Alias(at, str(event.anchor))
    return DocumentStart(at) if isinstance(event, yaml.DocumentStartEvent) else None


def _place(mark: Any) -> Position | None:
    return Position(mark.line + 1, mark.column + 1) if mark else None
