"""Scenario files and streams of events, read as strictly as proposals: all faults of a file, the first of a stream."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from policy_engine.errors import Fault, SourceError
from policy_engine.loading import shipped_directory
from policy_engine.rules.resolve import near
from policy_engine.simulation.scenario import FIELDS, Happening, Kind, Scenario
from policy_engine.source import Document, load_document
from policy_engine.validation import validated

_ALWAYS: Final = frozenset({"day", "kind", "known", "note"})
LONGEST_YEARS: Final = 100
LONGEST_LINE: Final = 10_000


def load_scenario(file: str) -> Scenario:
    """Read one scenario file; raises SourceError with every fault."""
    document = load_document(file)
    scenario = validated(Scenario, document, SourceError)
    faults = [_placed(document, path, message, hint) for path, message, hint in _faults(scenario)]
    if faults:
        raise SourceError(faults)
    return scenario


def scenario_files(folder: str | None = None) -> tuple[str, ...]:
    """Return the scenario files of a directory (default: the shipped ones)."""
    directory = Path(folder) if folder else shipped_directory("scenarios")
    return tuple(str(file) for file in sorted(directory.glob("*.yaml")))


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


Wrong = tuple[tuple[str | int, ...], str, str]


def event_faults(happening: Happening) -> Iterator[Wrong]:
    """Yield what an event says that its kind does not take, and what it must say and does not."""
    needed, allowed = FIELDS[happening.kind]
    given = {name for name in happening.model_fields_set if getattr(happening, name) is not None}
    for name in sorted(needed - given):
        yield (), f"`{name}` is missing: every `{happening.kind}` has one", "add it"
    for name in sorted(given - needed - allowed - _ALWAYS):
        hint = near(name, sorted(needed | allowed | _ALWAYS), "fields")
        yield (name,), f"a `{happening.kind}` has no `{name}`", hint
    if happening.known is not None and happening.known < happening.day:
        yield ("known",), f"it is known on {happening.known}, before it happens on {happening.day}", ""


def _faults(scenario: Scenario) -> Iterator[Wrong]:
    if scenario.until <= scenario.first:
        yield ("until",), f"`until` ({scenario.until}) is not after `from` ({scenario.first})", ""
    elif scenario.until.year - scenario.first.year > LONGEST_YEARS:
        yield ("until",), f"a scenario lasts {LONGEST_YEARS} years at most", ""
    before = scenario.first
    begun: set[str] = set()
    for number, happening in enumerate(scenario.events):
        for path, message, hint in event_faults(happening):
            yield ("events", number, *path), message, hint
        if happening.day < before:
            hint = "events are given in the order of their days, from the first day of the scenario on"
            yield ("events", number, "day"), f"{happening.day} is earlier than {before}", hint
        if happening.day > scenario.until:
            yield ("events", number, "day"), f"{happening.day} is after the last day, {scenario.until}", ""
        before = max(before, happening.day)
        problem = _without_beginning(happening, begun)
        if problem:
            yield ("events", number), problem, "give the event that begins it first"


_BEGUN_BY: Final[dict[str, Kind]] = {
    "risk_ends": "risk_emerges",
    "injunction_lifted": "court_enjoins",
    "funds_restored": "funds_missing",
    "federal_law_falls": "federal_law_passes",
}


def _without_beginning(happening: Happening, begun: set[str]) -> str:
    """Note what begins; return what is wrong with an event that ends what never began."""
    begun.add(f"{happening.kind} {happening.risk or happening.of or ''}".strip())
    beginning = _BEGUN_BY.get(happening.kind)
    if beginning is None or f"{beginning} {happening.risk or happening.of or ''}".strip() in begun:
        return ""
    about = f" of `{happening.risk or happening.of}`" if happening.risk or happening.of else ""
    return f"`{happening.kind}` without a `{beginning}`{about} before it"


def _placed(document: Document, path: tuple[str | int, ...], message: str, hint: str) -> Fault:
    at = document.position(path)
    return Fault(message, document.file, at.line, at.column, hint)


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
