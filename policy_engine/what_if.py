"""What would be judged if a text, or what is known of it, were otherwise: outcomes, score and verdict, no report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from policy_engine.loading import LoadedLens
from policy_engine.operators import Value
from policy_engine.proposals.model import Proposal
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Interval, Outcome, Verdict
from policy_engine.scoring import judge, overall, tally, verdict_of
from policy_engine.situation import Situation, situation_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """Outcome of each criterion, overall interval and verdict."""

    outcomes: Mapping[str, Outcome]
    score: Interval
    verdict: Verdict


class WhatIf:
    """Judges variants of proposals under one lens with the plain evaluator; stateless between calls."""

    def __init__(self, lens: LoadedLens) -> None:
        """Keep the lens and its program."""
        self._lens = lens
        self._evaluator = PlainEvaluator(lens.program)

    def situation(self, proposal: Proposal, known: Mapping[str, Value] | None = None) -> Situation:
        """Return the situation of a proposal, with facts taken as known over what it says."""
        situation = situation_of(self._lens.program, proposal)
        return replace(situation, known={**situation.known, **known}) if known else situation

    def judge(self, proposal: Proposal, known: Mapping[str, Value] | None = None) -> Judgement:
        """Return what the lens says of a proposal, with facts taken as known over what it says."""
        truths = self._evaluator.infer(self.situation(proposal, known)).truths
        judged = [(compiled.principle.id, judge(compiled, truths)) for compiled in self._lens.criteria]
        by_principle: dict[str, list[int]] = {}
        for index, (principle, _) in enumerate(judged):
            by_principle.setdefault(principle, []).append(index)
        weights = self._lens.lens.weights
        score = overall(
            (weights.get(name, 1.0), tally(judged[index][1] for index in own)) for name, own in by_principle.items()
        )
        bands = self._lens.bands
        verdict = verdict_of((item for _, item in judged), score, meets=bands.meets, mixed=bands.mixed)
        return Judgement({item.criterion: item.outcome for _, item in judged}, score, verdict)
