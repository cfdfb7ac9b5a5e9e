"""What nobody examined and would decide an unknown outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


class MissingFacts:
    """Finds what is missing in one inference; each thing that is missing is a bit of a number."""

    def __init__(self, program: Program, situation: Situation, inference: Inference) -> None:
        """Look for nothing yet."""
        self._program = program
        self._situation = situation
        self._inference = inference
        self._bits: dict[Missing, int] = {}
        self._of_fact: dict[str, int] = {}
        self._of_condition: dict[int, int] = {}
        self._of_topic: dict[str, int] = {}

    def deciding(self, compiled: CompiledCriterion) -> list[Missing]:
        """Return what would decide an unknown criterion, each once, in the order in which it was first met."""
        bits = 0
        for number in (compiled.applies, compiled.satisfied, compiled.violated):
            if self._inference.truths[number] == Truth.UNKNOWN:
                bits |= self._in(number)
        return [missing for missing, bit in self._bits.items() if bits & bit]

    def _bit(self, missing: Missing) -> int:
        known = self._bits.get(missing)
        if known is None:
            known = self._bits[missing] = 1 << len(self._bits)
        return known

    def _in(self, number: int) -> int:
        known = self._of_condition.get(number)
        if known is None:
            known = 0
            facts, unseen, present = self._inference.facts, self._situation.unseen, self._situation.by_type
            for fact in self._program.reads[number]:
                if facts[fact] is None:
                    known |= self._fact(fact)
            for pattern in self._program.patterns[number]:
                if pattern.is_fact:
                    continue
                if pattern.type in unseen:
                    known |= self._topic(pattern.type)
                if pattern.type in present:
                    known |= self._fields(pattern)
            self._of_condition[number] = known
        return known

    def _fact(self, fact: str) -> int:
        known = self._of_fact.get(fact)
        if known is None:
            known = 0
            derivable = self._program.derivables.get(fact)
            if derivable is not None:
                for _, number in derivable.cases:
                    # What surely holds or surely does not leaves nothing open, nor does what comes after a sure case.
                    truth = self._inference.truths[number]
                    if truth == Truth.UNKNOWN:
                        known |= self._in(number)
                    elif truth == Truth.TRUE and derivable.ordered:
                        break
            elif fact in self._program.statements:
                known = self._bit(Missing("statement", fact))
            else:
                known = self._measure(fact)
            self._of_fact[fact] = known
        return known

    def _measure(self, fact: str) -> int:
        measure = next(m for m in self._program.measures if m.fact == fact)
        if not measure.record_type:
            known = 0
            for record_type, fields in MEASURES[measure.measure].reads:
                known |= self._unread_fields(record_type, fields)
            return known or self._bit(Missing("statement", fact))
        tests = measure.tests
        if measure.field:
            tests = (*tests, Test(measure.field, "addressed", operand=True))
        return self._topic(measure.record_type) | self._fields(Pattern("_", measure.record_type, tests))

    def _unread_fields(self, record_type: str, fields: tuple[str, ...]) -> int:
        """Return what a measure on the whole proposal lacks of a type: the topic, or fields of its provisions."""
        known = self._topic(record_type)
        for index in self._situation.by_type.get(record_type, ()):
            record = self._situation.records[index]
            for name in fields:
                # Of the ways to say when something begins, a text uses one.
                begun = name in STARTS and any(path.startswith("begins.") for path in record.values)
                if name not in record.values and not begun:
                    known |= self._bit(Missing("field", name, record.provision))
        return known

    def _topic(self, record_type: str) -> int:
        known = self._of_topic.get(record_type)
        if known is None:
            known = 0
            for name in members(record_type) if record_type in self._situation.unseen else ():
                known |= self._bit(Missing("topic", name))
            self._of_topic[record_type] = known
        return known

    def _fields(self, pattern: Pattern) -> int:
        known = 0
        for index in self._situation.by_type.get(pattern.type, ()):
            record = self._situation.records[index]
            for missing in _missing_fields(pattern, record.values, record.provision):
                known |= self._bit(missing)
        return known


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
