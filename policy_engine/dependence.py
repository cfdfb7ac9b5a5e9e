"""What of a program hangs on what: the conditions that notice a field, the criteria that a condition decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.measures import MEASURES
from policy_engine.program import CompiledMeasure, Program
from policy_engine.proposals.records import FAMILIES, members
from policy_engine.rules.conditions import Clause, FieldOf, Pattern
from policy_engine.rules.derivation import Derivable


def record_types_of(provision_type: str) -> tuple[str, ...]:
    """Return the record types that a provision of a type appears as: its own, and its families."""
    return (provision_type, *(family for family in FAMILIES if provision_type in members(family)))


class Dependence:
    """Indexes of one program, by what its conditions, measures and facts read."""

    def __init__(self, program: Program) -> None:
        """Walk every clause once."""
        self.by_type: dict[str, set[int]] = {}
        self.by_field: dict[tuple[str, str], set[int]] = {}
        self.by_fact: dict[str, set[int]] = {}
        self.measures_of: dict[str, list[tuple[CompiledMeasure, frozenset[str]]]] = {}
        self.derived_by: dict[int, list[tuple[int, Derivable]]] = {}
        self.criteria_of: dict[int, list[int]] = {}
        for number, clauses in enumerate(program.conditions):
            for clause in clauses:
                self._note(number, clause, {})
        for measure in program.measures:
            for record_type, roots in _read_by(measure).items():
                self.measures_of.setdefault(record_type, []).append((measure, frozenset(roots)))
        for level, derivable in program.derived:
            for _, number in derivable.cases:
                self.derived_by.setdefault(number, []).append((level, derivable))
        for place, compiled in enumerate(program.criteria):
            for number in {compiled.applies, compiled.satisfied, compiled.violated}:
                self.criteria_of.setdefault(number, []).append(place)

    def _note(self, number: int, clause: Clause, outer: Mapping[str, Pattern]) -> None:
        bound = {**outer, **{pattern.name: pattern for pattern in clause.patterns}}
        for pattern in clause.patterns:
            (self.by_fact if pattern.is_fact else self.by_type).setdefault(pattern.type, set()).add(number)
            for test in pattern.tests:
                self.by_field.setdefault((pattern.type, test.field), set()).add(number)
                if isinstance(test.operand, FieldOf):
                    other = bound[test.operand.name].type
                    self.by_field.setdefault((other, test.operand.field), set()).add(number)
        for none in clause.nones:
            self._note(number, none, bound)

    def conditions(self, record_type: str, fields: Iterable[str] | None) -> set[int]:
        """Return the conditions that notice fields of a record type; None: any record more or less."""
        if fields is None:
            return self.by_type.get(record_type, set())
        return {number for field in fields for number in self.by_field.get((record_type, field), ())}

    def measures(self, record_type: str, fields: Iterable[str] | None) -> Iterator[CompiledMeasure]:
        """Yield the measures that notice fields of a record type; None: any record more or less."""
        roots = None if fields is None else {root_of(field) for field in fields}
        for measure, read in self.measures_of.get(record_type, ()):
            if roots is None or roots & read:
                yield measure


def _read_by(measure: CompiledMeasure) -> dict[str, set[str]]:
    """Return the record types that a measure looks at, with the roots of the fields that it reads."""
    paths = [
        (measure.record_type, path) for path in (measure.field, *measure.fields, *(t.field for t in measure.tests))
    ]
    paths += [(kind or measure.record_type, path) for kind, names in MEASURES[measure.measure].reads for path in names]
    found: dict[str, set[str]] = {}
    for kind, path in paths:
        if kind:
            found.setdefault(kind, set()).add(root_of(path))
    return found


def root_of(path: str) -> str:
    """Return the first step of a dotted path."""
    return path.partition(".")[0]
