"""The completions of a proposal's unknown facts, each evaluated: scores by principle, and whether it is vetoed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from policy_engine.analysis.results import Completions
from policy_engine.analysis.variables import Variable, completed, variables_of
from policy_engine.completion.readings import field_path, readings_of
from policy_engine.errors import RuleError
from policy_engine.loading import LoadedLens, LoadedProposal
from policy_engine.missing import Missing, MissingFacts
from policy_engine.program import Program
from policy_engine.proposals.model import Proposal
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Assessment, Outcome
from policy_engine.scoring import Judged, judge, tally_of
from policy_engine.situation import situation_of

Floats = NDArray[np.float64]
Outcomes = tuple[tuple[str, Outcome], ...]
MOST_TRIES: Final = 3
"""Completions on which the rules contradict each other are drawn again, so many times over."""
LEAST_EXHAUSTIVE: Final = 512
"""So many completions are evaluated one by one, even where fewer would be drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Completions of one proposal. `scores`: completion × principle, not a number where nothing counts."""

    scores: Floats
    vetoed: NDArray[np.bool_]
    told: Completions

    @property
    def sampled(self) -> bool:
        """Whether more completions exist than were evaluated."""
        return self.told.kind == "sampled"


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the random numbers of one purpose, which no other purpose and no order of the files disturbs.

    Only evenly spread numbers are ever taken from it, since those are the same on every platform.
    """
    digest = hashlib.sha256("\n".join((str(seed), *names)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def bank_of(lens: LoadedLens, loaded: LoadedProposal, assessment: Assessment, most: int, seed: int) -> Bank:
    """Return every completion of the unknown facts where they are few, else `most` of them drawn."""
    unknown = {f.criterion for f in assessment.findings if f.outcome is Outcome.UNKNOWN}
    if not unknown:
        nothing: list[Outcomes] = [()]
        return _evaluated(assessment, nothing, Completions("complete", 1, 0, 0, (), (), 0))
    asked = tuple(c for c in lens.criteria if c.criterion.id in unknown)
    work = _Completing(replace(lens.program, criteria=asked).pruned(), loaded.proposal)
    few = work.exhaustive(max(most, LEAST_EXHAUSTIVE))
    generator = stream(seed, "completions", loaded.document.digest)
    outcomes, variables = few or work.sampled(most, generator)
    kind: Literal["exhaustive", "sampled"] = "exhaustive" if few else "sampled"
    told = Completions(
        kind,
        len(outcomes),
        sum(bool(v.path) and not isinstance(v.place, str) for v in variables),
        sum(not v.path for v in variables),
        tuple(_named(loaded.proposal, v) for v in variables if v.contested),
        tuple(sorted(work.left_open)),
        work.contradictory,
    )
    return _evaluated(assessment, outcomes, told)


def _named(proposal: Proposal, variable: Variable) -> str:
    place = proposal.provisions[variable.place].id if isinstance(variable.place, int) else "the text"
    return f"{variable.path} of {place}"


class _Completing:
    """The work on the unknown criteria of one proposal."""

    def __init__(self, program: Program, proposal: Proposal) -> None:
        self._program = program
        self._proposal = proposal
        self._evaluator = PlainEvaluator(program)
        self._variables = variables_of(program, proposal, readings_of(program))
        self._may_violate: dict[str, bool] = {}
        self.left_open: set[str] = set()
        self.contradictory = 0

    def exhaustive(self, most: int) -> tuple[list[Outcomes], tuple[Variable, ...]] | None:
        """Return the outcomes of every completion, or None where they are too many or leave something unknown."""
        variables = self._deciding()
        if variables is None or math.prod(len(v.values) for v in variables) > most:
            return None
        found = [self._outcomes(variables, choices) for choices in product(*(range(len(v.values)) for v in variables))]
        told = [outcomes for outcomes in found if outcomes is not None]
        self.contradictory = len(found) - len(told)
        if not told or any(outcome is Outcome.UNKNOWN for outcomes in told for _, outcome in outcomes):
            self.contradictory = 0
            return None
        return told, variables

    def sampled(self, count: int, generator: np.random.Generator) -> tuple[list[Outcomes], tuple[Variable, ...]]:
        """Return the outcomes of `count` completions; each value of each fact is equally likely."""
        variables = self._variables
        sizes = np.array([len(v.values) for v in variables], dtype=np.float64)
        found: list[Outcomes] = []
        for row in (generator.random((MOST_TRIES * count, len(variables))) * sizes).astype(int):
            outcomes = self._outcomes(variables, [int(choice) for choice in row])
            if outcomes is None:
                self.contradictory += 1
                continue
            found.append(tuple(self._settled(outcomes, generator)))
            if len(found) == count:
                return found, variables
        raise RuleError("the rules contradict each other on most completions of this proposal")

    def _outcomes(self, variables: Sequence[Variable], choices: Sequence[int]) -> Outcomes | None:
        """Return the outcome of each unknown criterion, or None where the rules contradict each other."""
        judged = self._judged(completed(self._proposal, variables, choices))
        return None if judged is None else tuple((item.criterion, item.outcome) for item in judged)

    def _judged(self, proposal: Proposal) -> list[Judged] | None:
        try:
            inference = self._evaluator.infer(situation_of(self._program, proposal))
            found = [judge(compiled, inference.truths) for compiled in self._program.criteria]
        except RuleError:
            return None
        self._may_violate = {item.criterion: item.may_violate for item in found}
        return found

    def _settled(self, outcomes: Outcomes, generator: np.random.Generator) -> Iterator[tuple[str, Outcome]]:
        """Draw the outcome of what stays unknown although every fact that the rules read is known."""
        for criterion, outcome in outcomes:
            if outcome is not Outcome.UNKNOWN:
                yield criterion, outcome
                continue
            self.left_open.add(criterion)
            open_to = [Outcome.SATISFIED, Outcome.NOT_APPLICABLE]
            open_to += [Outcome.VIOLATED] if self._may_violate[criterion] else []
            yield criterion, open_to[int(generator.random() * len(open_to))]

    def _deciding(self) -> tuple[Variable, ...] | None:
        """Return the unknown facts that decide something as the text stands, or None where more may come up."""
        situation = situation_of(self._program, self._proposal)
        missing = MissingFacts(self._program, situation, self._evaluator.infer(situation))
        found = {fact for compiled in self._program.criteria for fact in missing.deciding(compiled)}
        if any(fact.kind == "topic" for fact in found):
            return None
        wanted = {self._place(fact) for fact in found}
        return tuple(v for v in self._variables if (v.place, v.path) in wanted)

    def _place(self, fact: Missing) -> tuple[int | None, str]:
        if fact.kind == "statement":
            return None, fact.name
        return fact.provision, field_path(self._proposal.provisions[fact.provision].type, fact.name)[0]


def _evaluated(assessment: Assessment, outcomes: Sequence[Outcomes], told: Completions) -> Bank:
    """Return the scores of completions; equal ones are summed up once."""
    distinct = {found: place for place, found in enumerate(dict.fromkeys(outcomes))}
    rows = [_scores(assessment, dict(found)) for found in distinct]
    vetoes = [_is_vetoed(assessment, dict(found)) for found in distinct]
    index = np.array([distinct[found] for found in outcomes])
    return Bank(np.array(rows, dtype=np.float64)[index], np.array(vetoes, dtype=np.bool_)[index], told)


def _scores(assessment: Assessment, outcomes: Mapping[str, Outcome]) -> list[float]:
    scores = [tally_of(principle, outcomes).low for principle in assessment.principles]
    return [math.nan if score is None else score for score in scores]


def _is_vetoed(assessment: Assessment, outcomes: Mapping[str, Outcome]) -> bool:
    blockers = (f for f in assessment.findings if f.severity == "blocker")
    return any(outcomes.get(f.criterion, f.outcome) is Outcome.VIOLATED for f in blockers)
