"""Streams of events, read line by line as strictly as scenario files; the first fault ends one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import ValidationError

from policy_engine.errors import Fault, SourceError
from policy_engine.rules.resolve import near
from policy_engine.runs.faults import event_faults
from policy_engine.runs.scenario import FIELDS, Happening

LONGEST_LINE: Final = 10_000


def read_happenings(lines: Iterable[bytes], file: str) -> Iterator[Happening]:
    """Yield the events of JSON Lines, one at a time; raises SourceError at the first that is wrong."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            raise SourceError(Fault(f"the line is longer than {LONGEST_LINE:,} bytes", file, number))
        try:
            happening = Happening.model_validate_json(line)
        except ValidationError as error:
            raise SourceError(_line_fault(error, file, number)) from None
        for _, message, hint in event_faults(happening):
            raise SourceError(Fault(message, file, number, hint=hint))
        yield happening


def in_order(
    happenings: Iterable[Happening], first: datetime.date, until: datetime.date, file: str
) -> Iterator[Happening]:
    """Yield events; raises SourceError at one that is earlier than the one before it, or out of the scenario's days."""
    before = first
    for number, happening in enumerate(happenings, start=1):
        if happening.day < before:
            message = f"event {number} ({happening.kind}, {happening.day}) is earlier than {before}"
            raise SourceError(Fault(message, file, hint="events are given in the order of their days"))
        if happening.day > until:
            raise SourceError(Fault(f"event {number} ({happening.day}) is after the last day, {until}", file))
        before = happening.day
        yield happening


def _line_fault(error: ValidationError, file: str, number: int) -> Fault:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    message = f"`{where}`: {first['msg']}" if where else str(first["msg"])
    hint = ""
    if first["type"] == "literal_error" and where == "kind":
        hint = near(str(first["input"]), list(FIELDS), "kinds")
    elif first["type"] == "extra_forbidden":
        hint = near(where, list(Happening.model_fields), "fields")
    return Fault(message, file, number, hint=hint)
