"""Which changes of a text can move a criterion or a measure: a superset, found without judging anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policy_engine.amending.changes import Change, Changer
from policy_engine.dependence import root_of
from policy_engine.measures import MEASURES
from policy_engine.measures.base import truth_of_tests
from policy_engine.operators import Truth
from policy_engine.program import CompiledCriterion, CompiledMeasure, Program
from policy_engine.proposals.base import Provision
from policy_engine.proposals.records import Record, members, records
from policy_engine.rules.conditions import Clause, FieldOf, Pattern, Test, patterns_of


@dataclass(frozen=True, slots=True)
class Reader:
    """Something that reads records of one type: only those that may pass `tests`, and of them these fields."""

    record_type: str
    tests: tuple[Test, ...]
    fields: frozenset[str]


class Dependence:
    """What each condition and each measure of a program reads of a text, directly or through facts."""

    def __init__(self, program: Program, changer: Changer, changes: Iterable[Change]) -> None:
        """Index the program and the records that changes touch."""
        self._program = program
        self._cases = {derivable.fact: [n for _, n in derivable.cases] for _, derivable in program.derived}
        self._measures = {measure.fact: measure for measure in program.measures}
        self._changer = changer
        proposal = changer.proposal
        self._provisions = {provision.id: provision for provision in proposal.provisions}
        self._records: dict[str, list[Record]] = {}
        for record in records(proposal):
            self._records.setdefault(proposal.provisions[record.provision].id, []).append(record)
        self._set = {change.provision for change in changes if change.kind == "set"}
        self._moves: dict[tuple[Change, Reader], bool] = {}

    def readers(self, compiled: CompiledCriterion) -> frozenset[Reader]:
        """Return everything that reads records on behalf of a criterion."""
        found: set[Reader] = set()
        wanted, seen = [compiled.applies, compiled.satisfied, compiled.violated], set()
        while wanted:
            number = wanted.pop()
            if number in seen:
                continue
            seen.add(number)
            found.update(_readers_of(self._program.patterns[number], self._program.conditions[number]))
            for fact in self._program.reads[number]:
                wanted += self._cases.get(fact, [])
                found.update(readers_of_measure(self._measures[fact]) if fact in self._measures else ())
        return frozenset(found)

    def moves(self, change: Change, readers: Iterable[Reader]) -> bool:
        """Tell whether a change can move what these readers find."""
        for reader in readers:
            key = (change, reader)
            if key not in self._moves:
                self._moves[key] = self._concerns(change, reader)
            if self._moves[key]:
                return True
        return False

    def _concerns(self, change: Change, reader: Reader) -> bool:
        if change.kind == "add":
            return any(_seen(reader, record) for record in self._records_of(self._changer.added(change, ())))
        found = self._records[change.provision]
        if change.kind == "strike":
            # Where another amendment sets its fields, the record may be one that the tests let through.
            unsure = change.provision in self._set
            return any(reader.record_type == r.type if unsure else _seen(reader, r) for r in found)
        if all(record.type != reader.record_type for record in found):
            return False
        return any(_overlap(change.path, field) for field in reader.fields)

    def _records_of(self, provision: Provision) -> tuple[Record, ...]:
        return records(self._changer.proposal.model_copy(update={"provisions": (provision,)}))


def _seen(reader: Reader, record: Record) -> bool:
    return record.type == reader.record_type and truth_of_tests(reader.tests, record.values) is not Truth.FALSE


def _overlap(path: str, field: str) -> bool:
    return path == field or field.startswith(f"{path}.") or path.startswith(f"{field}.")


def _readers_of(patterns: Iterable[Pattern], clauses: Iterable[Clause]) -> Iterator[Reader]:
    """Yield a reader for each pattern on provisions, with the fields that joins read of it."""
    joined: dict[str, set[str]] = {}
    for pattern in patterns_of(tuple(clauses)):
        for test in pattern.tests:
            if isinstance(test.operand, FieldOf):
                joined.setdefault(test.operand.name, set()).add(test.operand.field)
    for pattern in patterns:
        if pattern.is_fact:
            continue
        constant = tuple(test for test in pattern.tests if not isinstance(test.operand, FieldOf))
        fields = {test.field for test in pattern.tests} | joined.get(pattern.name, set())
        yield Reader(pattern.type, constant, frozenset(fields))


def readers_of_measure(measure: CompiledMeasure) -> Iterator[Reader]:
    """Yield what a measure reads: its own selection, and what its row in the table says beyond that."""
    named = [(record_type, root_of(path)) for record_type, paths in MEASURES[measure.measure].reads for path in paths]
    if measure.record_type:
        own = {path for record_type, path in named if not record_type}
        fields = {test.field for test in measure.tests} | {*own, *measure.fields} | ({measure.field} - {""})
        yield Reader(measure.record_type, measure.tests, frozenset(fields))
    others: dict[str, set[str]] = {}
    for record_type, path in named:
        if record_type:
            others.setdefault(record_type, set()).add(path)
    for record_type, paths in others.items():
        # A measure sees provisions and not records, and so fields that only some types of a family have.
        yield from (Reader(member, (), frozenset(paths)) for member in members(record_type))
