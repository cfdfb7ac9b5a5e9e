"""Which changes could move a condition at all; what the common part of two texts decides, none can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from policy_engine.dependence import root_of
from policy_engine.difference.changes import Delta, type_of
from policy_engine.measures import MEASURES
from policy_engine.measures.base import truth_of_tests
from policy_engine.operators import Truth, Value
from policy_engine.program import CompiledMeasure, Program
from policy_engine.proposals.base import Provision
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import instrument_values, is_examined, provision_types, record_types, records
from policy_engine.reference import PlainEvaluator
from policy_engine.rules.conditions import FieldOf, Pattern, Test
from policy_engine.situation import Inference, situation_of

_Values = Mapping[str, Value]
_Seen = tuple[Value | None, ...] | None


def settled(program: Program, old: Proposal, new: Proposal, changes: Iterable[Delta]) -> Inference:
    """Return what follows from the part that both texts share, with all that a change touches not examined.

    Less information only widens, so what is true or false here is so in every mixture of the two texts.
    """
    made = [delta for delta in changes if delta.change.read]
    gone = {id(delta.old) for delta in made}
    types = {type_of(p) for d in made for p in (d.old, d.new) if isinstance(p, Provision)}
    before, after = (_topics(proposal) for proposal in (old, new))
    update: dict[str, Any] = {
        "provisions": tuple(p for p in old.provisions if id(p) not in gone),
        "statements": tuple(s for s in old.statements if id(s) not in gone),
        "examined": tuple(sorted((before & after) - types)),
    }
    if old.status.enacted != new.status.enacted:
        update["status"] = old.status.model_copy(update={"enacted": None})
    situation = situation_of(program, old.model_copy(update=update))
    unknown = dict.fromkeys(_instrument_facts(old, new))
    if _governed(old, new):
        # A run assumes an enactment where none is stated, so that leaving it out would not leave it open.
        unknown.update(dict.fromkeys(m.fact for m in program.measures if m.scenario is not None))
    known = {**situation.known, **unknown}
    return PlainEvaluator(program).infer(replace(situation, known=known))


def _topics(proposal: Proposal) -> set[str]:
    return set(provision_types()) if proposal.examined == "everything" else set(proposal.examined)


def _runs_otherwise(measure: CompiledMeasure, sides: tuple[dict[str, _Values], ...]) -> bool:
    """Return whether a run would see another provision, or other values in the fields that it reads."""
    for name, paths in MEASURES[measure.measure].reads:
        roots = {root_of(path) for path in paths}
        seen = [
            {path: value for path, value in side[name].items() if root_of(path) in roots} if name in side else None
            for side in sides
        ]
        if any(values != seen[0] for values in seen):
            return True
    return False


def _governed(old: Proposal, new: Proposal) -> bool:
    """Return whether two texts differ in what a run takes from the instrument: status, dates and level."""
    return (old.status, old.jurisdiction.level) != (new.status, new.jurisdiction.level)


def _instrument_facts(old: Proposal, new: Proposal) -> list[str]:
    mine, theirs = instrument_values(old), instrument_values(new)
    return [fact for fact in mine if mine[fact] != theirs[fact]]


class Supports:
    """For each condition the changes that could move it, as a mask; bit `i` stands for change `i`."""

    def __init__(self, program: Program, old: Proposal, new: Proposal, changes: tuple[Delta, ...]) -> None:
        """Walk the program from its first stratum up."""
        self._old, self._new = old, new
        self._changes = changes
        self._records = [
            tuple(_records_of(old, side) for side in (d.old, d.new)) if d.change.subject == "provision" else ()
            for d in changes
        ]
        self.settled = settled(program, old, new, changes).truths
        self.measured = {measure.fact: self._measure(measure) for measure in program.measures}
        facts = dict(self.measured)
        facts.update({fact: self._named("statement", fact) for fact in program.statements})
        moving = set(_instrument_facts(old, new))
        facts.update({f: self._named("instrument", "instrument") if f in moving else 0 for f in instrument_values(old)})
        self.of: list[int] = [0] * len(program.conditions)
        for level in range(max(program.strata, default=-1) + 1):
            for number, stratum in enumerate(program.strata):
                if stratum == level and self.settled[number] == Truth.UNKNOWN:
                    self.of[number] = self._condition(program, number, facts)
            for stratum, derivable in program.derived:
                if stratum == level:
                    facts[derivable.fact] = _union(self.of[number] for _, number in derivable.cases)

    def _condition(self, program: Program, number: int, facts: Mapping[str, int]) -> int:
        mask = _union(facts[fact] for fact in program.reads[number])
        patterns = program.patterns[number]
        joined = [test.operand for pattern in patterns for test in pattern.tests if isinstance(test.operand, FieldOf)]
        for pattern in patterns:
            if not pattern.is_fact:
                fields = tuple(test.field for test in pattern.tests)
                fields += tuple(operand.field for operand in joined if operand.name == pattern.name)
                mask |= self._reading(pattern, fields)
        return mask

    def _reading(self, pattern: Pattern, fields: tuple[str, ...]) -> int:
        """Return the changes after which a pattern would see another record, or other values in its fields."""
        constant = tuple(test for test in pattern.tests if not isinstance(test.operand, FieldOf))
        mask = self._reread((pattern.type,))
        for place, sides in enumerate(self._records):
            if sides and len({_seen(side.get(pattern.type), constant, fields) for side in sides}) > 1:
                mask |= 1 << place
        return mask

    def _measure(self, measure: CompiledMeasure) -> int:
        """Return the changes that could move a measure: provisions of what it reads, and the date of enactment."""
        named = tuple(name for name, _ in MEASURES[measure.measure].reads)
        types = (measure.record_type,) if measure.record_type else named
        types = types or tuple(record_types())
        mask = self._reread(types)
        simulated = measure.scenario is not None and _governed(self._old, self._new)
        if simulated or self._old.status.enacted != self._new.status.enacted:
            mask |= self._named("instrument", "instrument")
        for place, sides in enumerate(self._records):
            if measure.scenario is not None:
                mask |= _runs_otherwise(measure, sides) << place
                continue
            found = [side[name] for side in sides for name in types if name in side]
            if any(truth_of_tests(measure.tests, values) is not Truth.FALSE for values in found):
                mask |= 1 << place
        return mask

    def _reread(self, types: Iterable[str]) -> int:
        """Return the change of what was read, if it makes one of the record types known or unknown."""
        differs = any(is_examined(self._old, name) is not is_examined(self._new, name) for name in types)
        return self._named("examined", "examined") if differs else 0

    def _named(self, subject: str, name: str) -> int:
        return _union(
            1 << place
            for place, delta in enumerate(self._changes)
            if delta.change.subject == subject and delta.change.name == name
        )


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _records_of(proposal: Proposal, provision: object) -> dict[str, _Values]:
    """Return the values of a provision as each record type; nothing where there is no provision."""
    if not isinstance(provision, Provision):
        return {}
    alone = proposal.model_copy(update={"provisions": (provision,)})
    return {record.type: record.values for record in records(alone)}


def _seen(values: _Values | None, constant: tuple[Test, ...], fields: tuple[str, ...]) -> _Seen:
    if values is None or truth_of_tests(constant, values) is Truth.FALSE:
        return None
    return tuple(values.get(field) for field in fields)
