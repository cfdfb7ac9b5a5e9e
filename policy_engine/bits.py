"""Constant tests as bits of whole numbers, and the clauses of a program sorted by how far such bits decide them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policy_engine.operators import NOT_ADDRESSED, OPERATORS, Value
from policy_engine.program import Program
from policy_engine.rules.conditions import Clause, FieldOf, Pattern
from policy_engine.rules.derivation import Derivable
from policy_engine.situation import BindingEntry

MOST_VALUES: Final = 1000
"""Values of one field of which the bits are kept; beyond that they are forgotten and found anew."""
_Row = tuple[str, str, object]


class TestBits:
    """The constant tests on the records of one type, or on all facts: each is a bit."""

    __test__ = False

    def __init__(self, rows: Iterable[_Row]) -> None:
        """Give each test, which is a field, an operator and a constant, a bit; equal tests are one."""
        self._bits: dict[_Row, int] = {}
        by_field: dict[str, list[tuple[int, str, object]]] = {}
        for field, operator, operand in rows:
            # Nothing compares with silence, whatever the value is: such a test holds for no record.
            if (field, operator, operand) not in self._bits:
                bit = 1 << len(self._bits)
                self._bits[field, operator, operand] = bit
                if operand is not NOT_ADDRESSED:
                    by_field.setdefault(field, []).append((bit, operator, operand))
        self._tests = {field: tuple(tests) for field, tests in by_field.items()}
        self._open = {field: sum(bit for bit, _, _ in tests) for field, tests in by_field.items()}
        self._known: dict[str, dict[Value, int]] = {field: {} for field in by_field}

    def mask(self, rows: Iterable[_Row]) -> int:
        """Return the bits of tests."""
        found = 0
        for row in rows:
            found |= self._bits[row]
        return found

    def look(self, values: Mapping[str, Value | None]) -> tuple[int, int]:
        """Return the tests that hold on a record or on facts, and those with the ones whose field is unknown."""
        holding = unknown = 0
        for field, known in self._known.items():
            value = values.get(field)
            if value is None:
                unknown |= self._open[field]
                continue
            bits = known.get(value)
            holding |= self._note(field, known, value) if bits is None else bits
        return holding, holding | unknown

    def look_at(self, field: str, value: Value | None) -> tuple[int, int]:
        """Return the same for one field alone."""
        if field not in self._known:
            return 0, 0
        if value is None:
            return 0, self._open[field]
        known = self._known[field]
        bits = known.get(value)
        bits = self._note(field, known, value) if bits is None else bits
        return bits, bits

    def _note(self, field: str, known: dict[Value, int], value: Value) -> int:
        if len(known) >= MOST_VALUES:
            known.clear()
        bits = sum(bit for bit, name, operand in self._tests[field] if OPERATORS[name].holds(value, operand))
        known[value] = bits
        return bits


@dataclass(frozen=True, slots=True)
class Sought:
    """One pattern: the bits of its constant tests, on the records of a type or, where it is empty, on facts."""

    type: str
    mask: int


@dataclass(frozen=True, slots=True)
class EasyClause:
    """A clause of tests on facts and at most one record, and of single patterns that nothing may match.

    `before` and `after` are the facts that stand before and after the record in a binding.
    """

    condition: int
    number: int
    facts: int
    record: int
    nones: tuple[Sought, ...]
    before: tuple[BindingEntry, ...]
    after: tuple[BindingEntry, ...]


@dataclass(frozen=True, slots=True)
class HardClause:
    """A clause that has to be walked, unless one of `guards`, which are its patterns without joins, matches nothing."""

    condition: int
    number: int
    clause: Clause
    guards: tuple[Sought, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """The clauses of one stratum, and the facts that are decided after it."""

    on_facts: tuple[EasyClause, ...]
    on_records: Mapping[str, tuple[EasyClause, ...]]
    hard: tuple[HardClause, ...]
    derived: tuple[Derivable, ...]


class Plan:
    """A program's clauses by stratum, with their tests as bits."""

    def __init__(self, program: Program) -> None:
        """Sort the clauses."""
        rows: dict[str, list[_Row]] = {}
        for pattern in (pattern for found in program.patterns for pattern in found):
            rows.setdefault("" if pattern.is_fact else pattern.type, []).extend(_rows(pattern))
        self.facts = TestBits(rows.pop("", ()))
        self.types = {name: TestBits(own) for name, own in rows.items()}
        levels = max(program.strata, default=-1) + 1
        by_level: list[list[int]] = [[] for _ in range(levels)]
        for condition, level in enumerate(program.strata):
            by_level[level].append(condition)
        self.strata = tuple(self._stratum(program, level, by_level[level]) for level in range(levels))

    def _stratum(self, program: Program, level: int, conditions: Iterable[int]) -> Stratum:
        on_facts: list[EasyClause] = []
        on_records: dict[str, list[EasyClause]] = {}
        hard: list[HardClause] = []
        for condition in conditions:
            for number, clause in enumerate(program.conditions[condition]):
                if not _is_easy(clause):
                    guards = tuple(self._sought(pattern) for pattern in clause.patterns)
                    hard.append(HardClause(condition, number, clause, guards))
                    continue
                easy, record_type = self._easy(condition, number, clause)
                (on_records.setdefault(record_type, []) if record_type else on_facts).append(easy)
        derived = tuple(derivable for stratum, derivable in program.derived if stratum == level)
        return Stratum(tuple(on_facts), {k: tuple(v) for k, v in on_records.items()}, tuple(hard), derived)

    def _easy(self, condition: int, number: int, clause: Clause) -> tuple[EasyClause, str]:
        place = next((at for at, pattern in enumerate(clause.patterns) if not pattern.is_fact), len(clause.patterns))
        before, after = clause.patterns[:place], clause.patterns[place + 1 :]
        record = clause.patterns[place] if place < len(clause.patterns) else None
        easy = EasyClause(
            condition,
            number,
            self.facts.mask(row for pattern in (*before, *after) for row in _rows(pattern)),
            self._sought(record).mask if record else 0,
            tuple(self._sought(none.patterns[0]) for none in clause.nones),
            tuple(pattern.type for pattern in before),
            tuple(pattern.type for pattern in after),
        )
        return easy, record.type if record else ""

    def _sought(self, pattern: Pattern) -> Sought:
        if pattern.is_fact:
            return Sought("", self.facts.mask(_rows(pattern)))
        return Sought(pattern.type, self.types[pattern.type].mask(_rows(pattern)))


def _rows(pattern: Pattern) -> Iterator[_Row]:
    """Yield the constant tests of a pattern; a fact is the field that its tests are on."""
    for test in pattern.tests:
        if not isinstance(test.operand, FieldOf):
            yield (pattern.type if pattern.is_fact else test.field), test.operator, test.operand


def _is_easy(clause: Clause) -> bool:
    """Tell whether bits decide a clause: no joins, one record at most, and nothing that has to differ from another."""
    patterns = (*clause.patterns, *(pattern for none in clause.nones for pattern in none.patterns))
    if any(isinstance(test.operand, FieldOf) for pattern in patterns for test in pattern.tests):
        return False
    if any(len(none.patterns) != 1 or none.nones for none in clause.nones):
        return False
    if sum(not pattern.is_fact for pattern in clause.patterns) > 1:
        return False
    positive = [pattern.type for pattern in clause.patterns]
    nones = {none.patterns[0].type for none in clause.nones}
    return len(set(positive)) == len(positive) and not nones & set(positive)
