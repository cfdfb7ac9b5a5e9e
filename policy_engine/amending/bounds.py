"""What a condition can come to while some amendments are undecided: its lowest and highest truth.

Whatever is chosen, the truth lies between the two. With nothing undecided both are what the plain evaluator finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from policy_engine.operators import NOT_ADDRESSED, OPERATORS, Value
from policy_engine.program import CompiledCriterion, Program
from policy_engine.results import Outcome
from policy_engine.rules.conditions import Clause, FieldOf, Pattern, Test
from policy_engine.rules.derivation import Derivable
from policy_engine.scoring import outcome_of


class Undecided(Enum):
    """A value that depends on the amendments in a way that was not worked out."""

    UNDECIDED = "undecided"


UNDECIDED: Final = Undecided.UNDECIDED


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value that depends on the amendments: one of several, None where it is unknown."""

    values: tuple[Value | None, ...]


Given = Value | OneOf | Undecided


def one_of(values: Iterable[Value | None]) -> Given | None:
    """Return the value that several are, or all that it can be."""
    found = {(type(value), value): value for value in values}
    return OneOf(tuple(found.values())) if len(found) > 1 else next(iter(found.values()))


Span = tuple[int, int]
"""Lowest and highest truth: 0 false, 1 unknown, 2 true."""
_TRUE: Final = (2, 2)
_OPEN: Final = (0, 2)
_NOTHING: Mapping[str, Given] = {}


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as conditions see it; `doubtful` if amendments decide whether it is there at all."""

    values: Mapping[str, Given]
    doubtful: bool


@dataclass(frozen=True, slots=True)
class World:
    """A text with some amendments made and some undecided: records by type, topics not read, facts known beforehand."""

    records: Mapping[str, tuple[Seen, ...]]
    unseen: frozenset[str]
    known: Callable[[str], Given | None]


class Bounds:
    """Judges conditions in one world, each once, and only those that are asked for."""

    def __init__(self, program: Program, world: World) -> None:
        """Keep the world."""
        self._program = program
        self._world = world
        self._spans: dict[int, Span] = {}
        self._facts: dict[str, Given | None] = {}
        self._derived = {derivable.fact: derivable for _, derivable in program.derived}

    def outcomes(self, compiled: CompiledCriterion) -> frozenset[tuple[Outcome, bool]]:
        """Return every outcome that a criterion can have, each with whether it may turn out violated."""
        numbers = dict.fromkeys((compiled.applies, compiled.satisfied, compiled.violated))
        found: set[tuple[Outcome, bool]] = set()
        combinations: list[dict[int, int]] = [{}]
        for number in numbers:
            low, high = self.condition(number)
            combinations = [{**c, number: truth} for c in combinations for truth in range(low, high + 1)]
        for truths in combinations:
            applies, satisfied, violated = (
                truths[n] for n in (compiled.applies, compiled.satisfied, compiled.violated)
            )
            if not applies == satisfied == violated == 2:
                found.add((outcome_of(compiled.criterion.kind, applies, satisfied, violated), violated != 0))
        return frozenset(found)

    def condition(self, number: int) -> Span:
        """Return the span of a condition."""
        if number not in self._spans:
            best: Span = (0, 0)
            for clause in self._program.conditions[number]:
                best = _either(best, self._clause(clause, 0, {}, (), _TRUE))
            self._spans[number] = best
        return self._spans[number]

    def fact(self, name: str) -> Given | None:
        """Return the value of a fact, None where it is unknown."""
        if name not in self._facts:
            derivable = self._derived.get(name)
            self._facts[name] = self._decided(derivable) if derivable else self._world.known(name)
        return self._facts[name]

    def _decided(self, derivable: Derivable) -> Given | None:
        spans = [(value, self.condition(number)) for value, number in derivable.cases]
        possible: list[Value | None] = []
        if not derivable.ordered:
            certain = [value for value, span in spans if span == _TRUE]
            if certain:
                return certain[0]
            return one_of([*(value for value, (_, high) in spans if high == 2), None])
        for value, (low, high) in spans:
            possible += [value] if high == 2 else []
            possible += [None] if low <= 1 <= high else []
            if low:
                return one_of(possible)
        return one_of([*possible, derivable.otherwise])

    def _clause(
        self, clause: Clause, at: int, bound: dict[str, Mapping[str, Given]], used: tuple[object, ...], so_far: Span
    ) -> Span:
        if at == len(clause.patterns):
            return self._nones(clause, bound, used, so_far)
        pattern = clause.patterns[at]
        best: Span = (0, 0)
        for entry, seen, most in self._candidates(pattern):
            if entry is not None and entry in used:
                continue
            span = _both(_both(so_far, most), _matches(pattern.tests, seen.values, bound))
            if seen.doubtful:
                span = (0, span[1])
            if span[0] <= best[0] and span[1] <= best[1]:
                continue
            taken = used if entry is None else (*used, entry)
            best = _either(best, self._clause(clause, at + 1, {**bound, pattern.name: seen.values}, taken, span))
            if best == _TRUE:
                break
        return best

    def _nones(
        self, clause: Clause, bound: dict[str, Mapping[str, Given]], used: tuple[object, ...], so_far: Span
    ) -> Span:
        span = so_far
        for none in clause.nones:
            low, high = self._clause(none, 0, bound, used, _TRUE)
            span = _both(span, (2 - high, 2 - low))
            if span[1] == 0:
                return span
        return span

    def _candidates(self, pattern: Pattern) -> list[tuple[object, Seen, Span]]:
        """Return what can fill a pattern: its name for the rule that one record fills one pattern, and a cap."""
        if pattern.is_fact:
            value = self.fact(pattern.type)
            return [(pattern.type, Seen(_NOTHING if value is None else {"value": value}, doubtful=False), _TRUE)]
        found: list[tuple[object, Seen, Span]] = [
            ((pattern.type, place), seen, _TRUE) for place, seen in enumerate(self._world.records.get(pattern.type, ()))
        ]
        if pattern.type in self._world.unseen:
            found.append((None, Seen(_NOTHING, doubtful=False), (1, 1)))
        return found


def _both(one: Span, other: Span) -> Span:
    return (min(one[0], other[0]), min(one[1], other[1]))


def _either(one: Span, other: Span) -> Span:
    return (max(one[0], other[0]), max(one[1], other[1]))


def _matches(tests: tuple[Test, ...], values: Mapping[str, Given], bound: Mapping[str, Mapping[str, Given]]) -> Span:
    span: Span = _TRUE
    for test in tests:
        operand = test.operand
        joined = isinstance(operand, FieldOf)
        other = bound[operand.name].get(operand.field) if isinstance(operand, FieldOf) else operand
        value = values.get(test.field)
        if value is UNDECIDED or other is UNDECIDED:
            span = _both(span, _OPEN)
            continue
        rights = other.values if isinstance(other, OneOf) else (other,)
        lefts = value.values if isinstance(value, OneOf) else (value,)
        truths = [_truth(test.operator, left, right, joined=joined) for left in lefts for right in rights]
        span = _both(span, (min(truths), max(truths)))
        if span[1] == 0:
            return span
    return span


def _truth(operator: str, value: Value | None, other: Any, *, joined: bool) -> int:
    """Return the truth of one comparison, as the plain evaluator has it."""
    if other is NOT_ADDRESSED or (joined and value is NOT_ADDRESSED):
        return 0
    if value is None or other is None:
        return 1
    return 2 if OPERATORS[operator].holds(value, other) else 0
