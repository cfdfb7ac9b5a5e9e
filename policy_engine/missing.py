"""What nobody examined and would decide an unknown outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from policy_engine.measures import MEASURES
from policy_engine.measures.starts import STARTS
from policy_engine.operators import OPERATORS, Truth, Value
from policy_engine.program import CompiledCriterion, Program
from policy_engine.proposals.records import members
from policy_engine.rules.conditions import FieldOf, Pattern, Test
from policy_engine.situation import Inference, Situation


class Missing(NamedTuple):
    """Something nobody examined: a topic, a field of a provision (by index), or a statement."""

    kind: Literal["topic", "field", "statement"]
    name: str
    provision: int = -1


@dataclass(slots=True)
class MissingFacts:
    """Finds what is missing in one inference."""

    program: Program
    situation: Situation
    inference: Inference
    _missing: dict[str, frozenset[Missing]] = field(default_factory=dict)
    _missing_by_condition: dict[int, frozenset[Missing]] = field(default_factory=dict)
    _unread: dict[str, frozenset[Missing]] = field(default_factory=dict)

    def deciding(self, compiled: CompiledCriterion) -> frozenset[Missing]:
        """Return what would decide an unknown criterion."""
        found: frozenset[Missing] = frozenset()
        for number in (compiled.applies, compiled.satisfied, compiled.violated):
            if self.inference.truths[number] == Truth.UNKNOWN:
                found |= self._missing_in(number)
        return found

    def _missing_in(self, number: int) -> frozenset[Missing]:
        known = self._missing_by_condition.get(number)
        if known is None:
            found: set[Missing] = set()
            facts, unseen, present = self.inference.facts, self.situation.unseen, self.situation.by_type
            for pattern in self.program.patterns[number]:
                name = pattern.type
                if pattern.is_fact:
                    if facts[name] is None:
                        found |= self._missing_fact(name)
                elif name in present or name in unseen:
                    found |= self._missing_here(pattern)
            known = self._missing_by_condition[number] = frozenset(found)
        return known

    def _missing_fact(self, fact: str) -> frozenset[Missing]:
        if fact not in self._missing:
            self._missing[fact] = frozenset()
            found: frozenset[Missing] = frozenset()
            derivable = self.program.derivables.get(fact)
            if derivable is not None:
                for _, number in derivable.cases:
                    # What surely holds or surely does not leaves nothing open, nor does what comes after a sure case.
                    truth = self.inference.truths[number]
                    if truth == Truth.UNKNOWN:
                        found |= self._missing_in(number)
                    elif truth == Truth.TRUE and derivable.ordered:
                        break
            elif fact in self.program.statements:
                found = frozenset({Missing("statement", fact)})
            else:
                found = self._missing_measure(fact)
            self._missing[fact] = found
        return self._missing[fact]

    def _missing_measure(self, fact: str) -> frozenset[Missing]:
        measure = next(m for m in self.program.measures if m.fact == fact)
        if not measure.record_type:
            read = MEASURES[measure.measure].reads
            found = frozenset(
                missing for record_type, fields in read for missing in self._unread_fields(record_type, fields)
            )
            return found or frozenset({Missing("statement", fact)})
        tests = measure.tests
        if measure.field:
            tests = (*tests, Test(measure.field, "addressed", operand=True))
        return self._missing_here(Pattern("_", measure.record_type, tests))

    def _unread_fields(self, record_type: str, fields: tuple[str, ...]) -> Iterator[Missing]:
        """Yield what a measure on the whole proposal lacks of a type: the topic, or fields of its provisions."""
        yield from self._missing_here(Pattern("_", record_type, ()))
        for record in self.situation.records:
            if record.type == record_type:
                for name in fields:
                    # Of the ways to say when something begins, a text uses one.
                    begun = name in STARTS and any(path.startswith("begins.") for path in record.values)
                    if name not in record.values and not begun:
                        yield Missing("field", name, record.provision)

    def _missing_here(self, pattern: Pattern) -> frozenset[Missing]:
        unread: frozenset[Missing] = frozenset()
        if pattern.type in self.situation.unseen:
            if pattern.type not in self._unread:
                self._unread[pattern.type] = frozenset(Missing("topic", name) for name in members(pattern.type))
            unread = self._unread[pattern.type]
        indices = self.situation.by_type.get(pattern.type)
        if not indices:
            return unread
        found = set(unread)
        for index in indices:
            record = self.situation.records[index]
            found.update(_missing_fields(pattern, record.values, record.provision))
        return frozenset(found)


def _missing_fields(pattern: Pattern, values: Mapping[str, Value], provision: int) -> Iterator[Missing]:
    """Yield the unexamined fields of a record that would match, or not, if they were known."""
    unknown = []
    for test in pattern.tests:
        value = values.get(test.field)
        if value is None:
            unknown.append(test.field)
        elif not isinstance(test.operand, FieldOf) and not OPERATORS[test.operator].holds(value, test.operand):
            return
    for name in unknown:
        yield Missing("field", name, provision)
