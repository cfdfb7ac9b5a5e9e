"""Measures of a rule set with their arguments resolved: fields and tests, or a scenario and a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from policy_engine.measures import MEASURES
from policy_engine.measures.simulated import NEEDS_SCENARIO
from policy_engine.program import CompiledMeasure
from policy_engine.proposals.records import record_types
from policy_engine.rules.model import MeasureFact
from policy_engine.rules.resolve import Path, Resolver, near

if TYPE_CHECKING:
    from policy_engine.runs.scenario import ScenarioFile

NO_SCENARIOS: Final[Mapping[str, ScenarioFile]] = {}


def compiled_measures(
    resolver: Resolver, entries: Iterable[MeasureFact], scenarios: Mapping[str, ScenarioFile]
) -> Iterator[CompiledMeasure]:
    """Yield the measures of a rule set; problems go to the resolver."""
    for index, entry in enumerate(entries):
        path: Path = ("measures", index)
        row = MEASURES.get(entry.measure)
        simulated = row is not None and row.needs == NEEDS_SCENARIO
        if simulated or entry.scenario is not None or entry.at_most is not None:
            yield _simulated(resolver, entry, scenarios, path)
        else:
            yield _measure(resolver, entry, path)


def _measure(resolver: Resolver, entry: MeasureFact, path: Path) -> CompiledMeasure:
    row = MEASURES.get(entry.measure)
    record_type, _, field = (entry.of or "").partition(".")
    if row is None:
        resolver.complain((*path, "measure"), f"`{entry.measure}` is not a measure", near(entry.measure, MEASURES))
        return CompiledMeasure(entry.fact, "count", "", "", ())
    if not row.needs:
        if entry.of or entry.where:
            resolver.complain(path, f"the measure `{row.name}` takes no `of` and no `where`")
        return CompiledMeasure(entry.fact, row.name, "", "", ())
    fields = record_types().get(record_type)
    if fields is None:
        resolver.complain((*path, "of"), f"`{record_type}` is not a provision type", near(record_type, record_types()))
        return CompiledMeasure(entry.fact, row.name, "", "", ())
    _, _, wanted = row.needs.partition(".")
    if wanted in {"number", "list"} and (field not in fields or fields[field].kind != wanted):
        fitting = [name for name, kind in fields.items() if kind.kind == wanted]
        hint = near(field, fitting, f"{wanted} fields")
        resolver.complain((*path, "of"), f"`{field}` is not a {wanted} field of `{record_type}`", hint)
    if (wanted == "fields") != bool(entry.fields):
        resolver.complain(path, f"the measure `{row.name}` takes {'several' if wanted else 'no'} `fields`")
    for index, name in enumerate(entry.fields):
        if name not in fields:
            hint = near(name, fields, f"fields of {record_type}")
            resolver.complain((*path, "fields", index), f"`{name}` is not a field of `{record_type}`", hint)
    tests = resolver.resolve_tests(record_type, entry.where, (*path, "where"))
    return CompiledMeasure(entry.fact, row.name, record_type, field, tests, entry.fields)


def _simulated(
    resolver: Resolver, entry: MeasureFact, scenarios: Mapping[str, ScenarioFile], path: Path
) -> CompiledMeasure:
    row = MEASURES.get(entry.measure)
    found = scenarios.get(entry.scenario or "")
    limit = _limit(resolver, entry, path)
    if row is None or row.needs != NEEDS_SCENARIO:
        known = [name for name, measure in MEASURES.items() if measure.needs == NEEDS_SCENARIO]
        hint = near(entry.measure, known, "measures that run a scenario")
        resolver.complain((*path, "measure"), f"`{entry.measure}` takes no `scenario` and no `at_most`", hint)
    elif entry.of or entry.where or entry.fields or entry.scenario is None or entry.at_most is None:
        resolver.complain(path, f"the measure `{row.name}` takes a `scenario` and `at_most`, and nothing else")
    elif found is None:
        hint = near(entry.scenario, scenarios, "scenarios")
        resolver.complain((*path, "scenario"), f"there is no scenario `{entry.scenario}`", hint)
    elif row.event and row.event not in {happening.kind for happening in found.scenario.events}:
        message = f"the measure `{row.name}` needs a scenario with the event `{row.event}`"
        resolver.complain((*path, "scenario"), f"{message}, and `{entry.scenario}` has none")
    elif limit is not None:
        return CompiledMeasure(entry.fact, row.name, "", "", (), (), found, limit)
    return CompiledMeasure(entry.fact, "count", "", "", ())


def _limit(resolver: Resolver, entry: MeasureFact, path: Path) -> float | None:
    if not isinstance(entry.at_most, dict):
        return entry.at_most
    name = entry.at_most.get("parameter", "")
    if name not in resolver.parameters:
        hint = near(name, resolver.parameters, "parameters")
        resolver.complain((*path, "at_most"), f"there is no parameter `{name}`", hint)
    return resolver.parameters.get(name)
