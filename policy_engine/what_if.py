"""What would be judged if a text, or what is known of it, were otherwise; only what depends on the change is redone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from policy_engine.dependence import Dependence
from policy_engine.errors import Fault, ProposalError
from policy_engine.loading import LoadedLens
from policy_engine.measures.simulated import KeptRuns, Runs
from policy_engine.operators import Value
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined, provision_types
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Judgement, Outcome
from policy_engine.scoring import Judged, Tally, judge, overall, tally, verdict_of
from policy_engine.situation import Inference, Situation, measured, situation_of
from policy_engine.variants import Variant, VariantError, differ, variant_of
from policy_engine.walk import Walk, decided


@dataclass(frozen=True, slots=True)
class _Sums:
    """The judged criteria in the order of the lens, and the sums of each principle."""

    judged: tuple[Judged, ...]
    tallies: Mapping[str, Tally]


class WhatIf:
    """Judges proposals and their variants under one lens with the plain evaluator; it keeps nothing but runs."""

    def __init__(self, lens: LoadedLens) -> None:
        """Keep the lens and its program."""
        self.lens = lens
        self.program = lens.program
        self.evaluator = PlainEvaluator(lens.program)
        self.runs = KeptRuns()
        self.principles: dict[str, list[int]] = {}
        for place, compiled in enumerate(lens.criteria):
            self.principles.setdefault(compiled.principle.id, []).append(place)

    @cached_property
    def dependence(self) -> Dependence:
        """What of the program hangs on what."""
        return Dependence(self.program)

    def situation(self, proposal: Proposal, known: Mapping[str, Value] | None = None) -> Situation:
        """Return the situation of a proposal, with facts taken as known over what it says."""
        situation = situation_of(self.program, proposal, self.runs)
        return replace(situation, known={**situation.known, **known}) if known else situation

    def judge(self, proposal: Proposal, known: Mapping[str, Value] | None = None) -> Judgement:
        """Return what the lens says of a proposal, with facts taken as known over what it says."""
        return self.judgement(self.sums(self.evaluator.infer(self.situation(proposal, known)).truths))

    def sums(self, truths: Collection[int]) -> _Sums:
        """Return outcomes and sums that follow from truths."""
        found = tuple(truths)
        judged = tuple(judge(compiled, found) for compiled in self.lens.criteria)
        tallies = {name: tally(judged[place] for place in places) for name, places in self.principles.items()}
        return _Sums(judged, tallies)

    def judgement(self, sums: _Sums, outcomes: Mapping[str, Outcome] | None = None) -> Judgement:
        """Return score, coverage and verdict that follow from sums."""
        weights, bands = self.lens.lens.weights, self.lens.bands
        score = overall((weights.get(name, 1.0), counted) for name, counted in sums.tallies.items())
        applicable = sum(counted.applicable_weight for counted in sums.tallies.values())
        decided_weight = sum(counted.decided_weight for counted in sums.tallies.values())
        verdict = verdict_of(sums.judged, score, meets=bands.meets, mixed=bands.mixed)
        if outcomes is None:
            outcomes = {item.criterion: item.outcome for item in sums.judged}
        principles = {name: counted.interval for name, counted in sums.tallies.items()}
        return Judgement(outcomes, score, decided_weight / applicable if applicable else 1.0, verdict, principles)


class Variants:
    """One proposal under one lens, judged once, and any number of variants of it."""

    def __init__(self, what_if: WhatIf, proposal: Proposal) -> None:
        """Judge nothing yet."""
        self._what_if = what_if
        self._proposal = proposal

    @cached_property
    def _base(self) -> tuple[Situation, Inference, _Sums, Judgement]:
        situation = self._what_if.situation(self._proposal)
        inference = self._what_if.evaluator.infer(situation)
        sums = self._what_if.sums(inference.truths)
        return situation, inference, sums, self._what_if.judgement(sums)

    @property
    def now(self) -> Judgement:
        """What is judged of the proposal as it stands."""
        return self._base[3]

    def judge(
        self, changes: Mapping[str, Mapping[str, Any] | None], examined: Collection[str], facts: Mapping[str, Any]
    ) -> Judgement:
        """Return what is judged of a variant; ProposalError where it is no proposal."""
        situation, inference, sums, _ = self._base
        unknown = [topic for topic in examined if topic not in provision_types()]
        if unknown:
            raise ProposalError(Fault(f"`{unknown[0]}` is not a provision type"))
        try:
            variant = variant_of(self._proposal, situation.records, changes, examined)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(step) for step in first["loc"])
            raise VariantError(Fault(f"the variant is no proposal: {place}: {first['msg']}")) from None
        return self._redone(variant, facts, inference, sums)

    def _redone(self, variant: Variant, facts: Mapping[str, Any], inference: Inference, sums: _Sums) -> Judgement:
        situation, touched = self._situation(variant, facts)
        known = dict(inference.facts)
        dependence = self._what_if.dependence
        changed = {name for name, value in situation.known.items() if differ(known[name], value)}
        known.update({name: situation.known[name] for name in changed})
        wanted = set().union(*(dependence.conditions(kind, fields) for kind, fields in touched.items()))
        wanted |= {number for name in changed for number in dependence.by_fact.get(name, ())}
        truths = list(inference.truths)
        moved = self._moved(situation, known, truths, wanted)
        places = sorted({place for number in moved for place in dependence.criteria_of.get(number, ())})
        judged = list(sums.judged)
        for place in places:
            judged[place] = judge(self._what_if.lens.criteria[place], truths)
        new = [place for place in places if judged[place] != sums.judged[place]]
        return self._judgement(sums, tuple(judged), new)

    def _situation(
        self, variant: Variant, facts: Mapping[str, Any]
    ) -> tuple[Situation, dict[str, frozenset[str] | None]]:
        """Return the situation of a variant, measured anew only where it was touched, and what was touched."""
        base = self._base[0]
        touched = dict(variant.touched)
        unseen = base.unseen
        if variant.read:
            unseen = frozenset(name for name in unseen if not is_examined(variant.proposal, name))
            touched.update(dict.fromkeys(base.unseen - unseen))
        known = dict(base.known)
        dependence = self._what_if.dependence
        measures = {m.fact: m for kind, fields in touched.items() for m in dependence.measures(kind, fields)}
        runs = Runs(variant.proposal, self._what_if.runs)
        for measure in measures.values():
            alike = [record for record in variant.records if record.type == measure.record_type]
            known[measure.fact] = measured(measure, variant.proposal, alike, runs).value
        for name, value in facts.items():
            if name not in known:
                raise ProposalError(Fault(f"`{name}` is not a stated or measured fact of this lens"))
            known[name] = value
        return Situation(variant.records, unseen, known, base.sources, base.notes), touched

    def _moved(
        self, situation: Situation, known: dict[str, Value | None], truths: list[int], wanted: set[int]
    ) -> set[int]:
        """Judge conditions anew, stratum by stratum, and what reads facts that move; return those whose truth moved."""
        program, dependence = self._what_if.program, self._what_if.dependence
        moved: set[int] = set()
        level = 0
        while wanted:
            here = {number for number in wanted if program.strata[number] <= level}
            wanted -= here
            walk = Walk(situation, known) if here else None
            for number in here:
                truth = int(walk.truth(program.conditions[number])) if walk else 0
                if truth != truths[number]:
                    truths[number] = truth
                    moved.add(number)
            for stratum, derivable in {
                d.fact: (s, d) for number in moved for s, d in dependence.derived_by.get(number, ())
            }.values():
                if stratum == level:
                    value = decided(derivable, truths)
                    if differ(value, known[derivable.fact]):
                        known[derivable.fact] = value
                        wanted |= dependence.by_fact.get(derivable.fact, set())
            level += 1
        return moved

    def _judgement(self, sums: _Sums, judged: tuple[Judged, ...], places: list[int]) -> Judgement:
        if not places:
            return self._base[3]
        lens, principles = self._what_if.lens, self._what_if.principles
        tallies = dict(sums.tallies)
        for name in {lens.criteria[place].principle.id for place in places}:
            tallies[name] = tally(judged[place] for place in principles[name])
        outcomes = dict(self._base[3].outcomes)
        outcomes.update({judged[place].criterion: judged[place].outcome for place in places})
        return self._what_if.judgement(_Sums(judged, tallies), outcomes)
