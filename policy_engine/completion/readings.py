"""What a program reads of a proposal: each field with the tests on it, so that only values that matter are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from policy_engine.measures import MEASURES
from policy_engine.measures.starts import DAYS_PER_MONTH
from policy_engine.program import CompiledMeasure, Program
from policy_engine.proposals.records import members, record_types
from policy_engine.rules.conditions import FieldOf, Operand, Pattern, Test

BEGINS = "begins"
"""The fields under `begins` are one fact: when something starts to bind."""


@dataclass(slots=True)
class Reading:
    """The tests on one field. `whole`: a measure or a join reads the value itself, so that no values are merged."""

    tests: list[tuple[str, Operand]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    whole: bool = False

    def add(self, operator: str, operand: Operand) -> None:
        """Note a test, once."""
        if (operator, operand) not in self.tests:
            self.tests.append((operator, operand))


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings by provision type and path (of families: under each of their types), and by fact that a test names."""

    provisions: Mapping[str, Mapping[str, Reading]]
    facts: Mapping[str, Reading]


def readings_of(program: Program) -> Readings:
    """Return what the conditions and the measures of a program read."""
    found: dict[str, dict[str, Reading]] = {}
    facts: dict[str, Reading] = {}
    for patterns in program.patterns:
        named = {pattern.name: pattern.type for pattern in patterns}
        for pattern in patterns:
            if pattern.is_fact:
                _note(facts.setdefault(pattern.type, Reading()), pattern.tests)
            else:
                _pattern(found, pattern, named)
    for measure in program.measures:
        _measure(found, measure, facts.get(measure.fact, Reading()))
    return Readings(_by_provision_type(found), facts)


def field_path(record_type: str, path: str) -> tuple[str, str | None]:
    """Return the field that a path belongs to, and the word of its list where the path names one."""
    if path.partition(".")[0] == BEGINS:
        return BEGINS, None
    if path in record_types()[record_type]:
        return path, None
    listed, _, word = path.rpartition(".")
    return listed, word


def _note(reading: Reading, tests: Iterable[Test]) -> None:
    for test in tests:
        reading.add(test.operator, test.operand)


def _pattern(found: dict[str, dict[str, Reading]], pattern: Pattern, named: Mapping[str, str]) -> None:
    fields = found.setdefault(pattern.type, {})
    for test in pattern.tests:
        _test(fields, pattern.type, test)
        if isinstance(test.operand, FieldOf):
            there = named[test.operand.name]
            path, _ = field_path(there, test.operand.field)
            found.setdefault(there, {}).setdefault(path, Reading()).whole = True


def _test(fields: dict[str, Reading], record_type: str, test: Test) -> None:
    path, word = field_path(record_type, test.field)
    if path == "type":
        return
    reading = fields.setdefault(path, Reading())
    if word is not None:
        reading.words.append(word)
    elif isinstance(test.operand, FieldOf) or path == BEGINS:
        reading.whole = True
    elif test.operator == "contains_any" and isinstance(test.operand, tuple):
        reading.words += [str(word) for word in test.operand]
    else:
        reading.add(test.operator, test.operand)


def _measure(found: dict[str, dict[str, Reading]], measure: CompiledMeasure, fact: Reading) -> None:
    for record_type, paths in MEASURES[measure.measure].reads:
        for path in paths:
            name, _ = field_path(record_type or measure.record_type, path)
            reading = found.setdefault(record_type or measure.record_type, {}).setdefault(name, Reading())
            # A measure of starts counts in months and reads nothing else of them; others compare the values themselves.
            reading.whole = reading.whole or bool(record_type)
            if name == BEGINS:
                _numbers(reading, fact, 1.0 if record_type else DAYS_PER_MONTH)
            if measure.limit is not None:
                # A run tells every word apart, and numbers by the limit of its result.
                reading.add("at_most", measure.limit)
    if not measure.record_type:
        return
    fields = found.setdefault(measure.record_type, {})
    for test in measure.tests:
        _test(fields, measure.record_type, test)
    for path in (*measure.fields, *([measure.field] if measure.field else [])):
        reading = fields.setdefault(path, Reading())
        reading.whole = reading.whole or record_types()[measure.record_type][path].kind != "number"
        _numbers(reading, fact, 1.0)
        reading.add("addressed", True)


def _numbers(reading: Reading, fact: Reading, unit: float) -> None:
    """Take over the cut-offs on a measured fact, in the unit of the field that it is measured from."""
    for operator, operand in fact.tests:
        if isinstance(operand, float):
            reading.add(operator, operand * unit)


def _by_provision_type(found: Mapping[str, Mapping[str, Reading]]) -> dict[str, dict[str, Reading]]:
    spread: dict[str, dict[str, Reading]] = {}
    for record_type, fields in found.items():
        for name in members(record_type):
            own = spread.setdefault(name, {})
            for path, reading in _that_exist(name, fields):
                merged = own.setdefault(path, Reading())
                for operator, operand in reading.tests:
                    merged.add(operator, operand)
                merged.words = list(dict.fromkeys([*merged.words, *reading.words]))
                merged.whole = merged.whole or reading.whole
    return spread


def _that_exist(name: str, fields: Mapping[str, Reading]) -> Iterator[tuple[str, Reading]]:
    known = record_types()[name]
    for path, reading in fields.items():
        if path in known or (path == BEGINS and f"{BEGINS}.date" in known):
            yield path, reading
