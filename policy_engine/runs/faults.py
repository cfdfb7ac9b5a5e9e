"""What is wrong with a scenario beyond the kinds of its fields: order, beginnings, and what an event may say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.rules.resolve import near
from policy_engine.runs.scenario import FIELDS, Happening, Kind, Scenario

LONGEST_YEARS: Final = 100
_ALWAYS: Final = frozenset({"day", "kind", "known", "note"})
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


def scenario_faults(scenario: Scenario) -> Iterator[Wrong]:
    """Yield everything that is wrong, with its path in the scenario and a hint."""
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
