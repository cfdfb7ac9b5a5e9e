"""Compares proposals within their scope class under one lens: from files to a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Literal

import numpy as np

from policy_engine.analysis.completions import Bank, Floats, bank_of, stream
from policy_engine.analysis.draws import Draws, chosen_completions, draws_of, scores_of
from policy_engine.analysis.ranking import Estimator, rank_shares
from policy_engine.analysis.results import ClassComparison, Comparison, Method, Pair, Share, Standing
from policy_engine.assessment import Assessor
from policy_engine.batch import AssessmentJob, run_all
from policy_engine.errors import EngineError, Fault, PolicyEngineError, RuleError
from policy_engine.loading import load_lens, load_proposal
from policy_engine.results import Assessment, Outcome, PrincipleScore
from policy_engine.rules.resolve import near
from policy_engine.scoring import LEAST_COVERAGE


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One file: its assessment and completions, or the faults that kept it from being assessed."""

    assessment: Assessment | None
    bank: Bank | None
    faults: tuple[Fault, ...] = ()


def compare_files(files: Sequence[str], job: AssessmentJob, method: Method, jobs: int = 1) -> Comparison:
    """Compare the proposals of files; the order of the files changes nothing."""
    lens = load_lens(job.lens, job.rules)
    asked = dict.fromkeys(compiled.principle.id for compiled in lens.criteria)
    for given in method.weights:
        if given.principle not in asked:
            message = f"the lens {lens.lens.id} asks no principle `{given.principle}`"
            raise RuleError(Fault(message, hint=near(given.principle, asked, "principles")))
    entries = list(run_all(files, job, jobs, partial(entry_of, most=method.most_completions, seed=method.seed)))
    failures = tuple(fault for entry in entries for fault in entry.faults)
    found = [(e.assessment, e.bank) for e in entries if e.assessment is not None and e.bank is not None]
    return Comparison(lens.summary, lens.digest, lens.rules_digest, method, compare(found, method), failures)


def entry_of(assessor: Assessor, file: str, *, most: int, seed: int) -> Entry:
    """Assess one file and complete its unknown facts; a fault of the file is a result."""
    try:
        loaded = load_proposal(file)
        assessment = assessor.assess(loaded)
        return Entry(assessment, bank_of(assessor.lens, loaded, assessment, most, seed))
    except EngineError:
        raise
    except PolicyEngineError as error:
        return Entry(None, None, error.faults)


def compare(given: Sequence[tuple[Assessment, Bank]], method: Method) -> tuple[ClassComparison, ...]:
    """Return the comparison, class by class, of assessments under one lens with the completions of each."""
    if not given:
        return ()
    ordered = sorted(given, key=lambda pair: (pair[0].proposal.id, pair[0].digests.proposal, pair[0].proposal.file))
    principles = ordered[0][0].principles
    draws = draws_of(method, [p.id for p in principles], [p.weight for p in principles])
    found = []
    for scope in sorted({a.proposal.scope_class for a, _ in ordered}):
        inside = [pair for pair in ordered if pair[0].proposal.scope_class == scope]
        kept = [pair for pair in inside if 100 * pair[0].coverage >= method.least_decided]
        left_out = tuple(a.proposal for a, _ in inside if 100 * a.coverage < method.least_decided)
        compared = _class(scope, kept, method, draws) if kept else ClassComparison(scope, (), (), ())
        found.append(replace(compared, left_out=left_out))
    return tuple(found)


def _class(scope: str, found: Sequence[tuple[Assessment, Bank]], method: Method, draws: Draws) -> ClassComparison:
    columns, vetoed = [], []
    for assessment, bank in found:
        chosen = chosen_completions(bank, draws, stream(method.seed, "choice", assessment.digests.proposal))
        columns.append(scores_of(bank, chosen, draws))
        vetoed.append(bank.vetoed[chosen])
    scores = np.stack(columns, axis=1)
    everyone = Estimator(draws.batch, _independent([bank for _, bank in found], draws))
    ranks = rank_shares(scores, everyone)
    first = _first(scores)
    standings = []
    for column, (assessment, bank) in enumerate(found):
        own = Estimator(draws.batch, _independent([bank], draws))
        standings.append(
            Standing(
                proposal=assessment.proposal,
                verdict=assessment.verdict,
                score=assessment.score,
                coverage=100 * assessment.coverage,
                enough_facts=assessment.coverage >= LEAST_COVERAGE,
                completions=bank.told,
                vetoed=_sure(own.share(vetoed[column])),
                unscored=_sure(own.share(np.isnan(scores[:, column]))),
                ranks=ranks[column],
                mean_rank=_mean_rank(ranks[column]),
                first_arithmetic=everyone.share(first[:, column], ~draws.geometric),
                first_geometric=everyone.share(first[:, column], draws.geometric),
            )
        )
    pairs = [
        _pair(found[one], found[other], scores[:, one], scores[:, other], draws)
        for one, other in combinations(range(len(found)), 2)
    ]
    standings.sort(key=_place)
    return ClassComparison(scope, tuple(standings), tuple(pairs), ())


def _place(standing: Standing) -> tuple[bool, bool, float, str, str]:
    """Return by what standings are sorted: a text that was hardly read never stands before one that was."""
    mean, proposal = standing.mean_rank, standing.proposal
    return not standing.enough_facts, mean is None, round(mean or 0.0, 2), proposal.id, proposal.file


def _first(scores: Floats) -> Floats:
    """Return, for each draw and proposal, its part of the first rank."""
    best = np.max(np.where(np.isnan(scores), -1.0, scores), axis=1, keepdims=True)
    first = (scores >= best).astype(np.float64)
    parts: Floats = first / np.maximum(first.sum(axis=1, keepdims=True), 1.0)
    return parts


def _mean_rank(ranks: tuple[Share, ...]) -> float | None:
    """Return the mean rank over the draws in which there is one."""
    ranked = sum(share.value for share in ranks)
    return sum(place * share.value for place, share in enumerate(ranks, start=1)) / ranked if ranked > 0 else None


def _independent(banks: Sequence[Bank], draws: Draws) -> int:
    """Return how many draws are independent: no more than the fewest completions that were sampled."""
    return min([draws.count, *(len(bank.scores) for bank in banks if bank.sampled)])


def _sure(share: Share | None) -> Share:
    if share is None:
        raise AssertionError("there is at least one draw")
    return share


def _pair(
    one: tuple[Assessment, Bank], other: tuple[Assessment, Bank], first: Floats, second: Floats, draws: Draws
) -> Pair:
    estimator = Estimator(draws.batch, _independent([one[1], other[1]], draws))
    names = one[0].proposal.file, other[0].proposal.file
    both = ~(np.isnan(first) | np.isnan(second))
    dominant = names[0] if dominates(one[0], other[0]) else names[1] if dominates(other[0], one[0]) else None
    always: str | None = None
    basis: Literal["every_principle", "draws"] | None = None
    for name, upper, lower, above in ((names[0], one, other, first >= second), (names[1], other, one, second >= first)):
        if in_every_principle(upper[0], lower[0]):
            always, basis = name, "every_principle"
        elif always is None and both.all() and above.all() and not (first == second).all():
            always, basis = name, "draws"
    return Pair(
        *names,
        _sure(estimator.share(both & (first > second))),
        _sure(estimator.share(both & (first < second))),
        _sure(estimator.share(both & (first == second))),
        dominant,
        always,
        basis,
    )


def dominates(one: Assessment, other: Assessment) -> bool:
    """Tell whether every point of one interval is at least every point of the other, and not all are the same."""
    a, b = one.score, other.score
    scored = all(any(p.score is not None for p in x.principles) for x in (one, other))
    return scored and a.low >= b.high and (a.high > b.low)


def in_every_principle(one: Assessment, other: Assessment) -> bool:
    """Tell whether one stands above whatever the weights are.

    The same principles surely count in both, and in each the low bound of one reaches the high bound of the other;
    in one of them it lies above.
    """
    mine, theirs = ({p.id: p for p in x.principles if p.weight > 0 and p.score is not None} for x in (one, other))
    if not mine or set(mine) != set(theirs) or not all(_surely_counts(p) for p in (*mine.values(), *theirs.values())):
        return False
    pairs = [(mine[name].score, theirs[name].score) for name in mine]
    return all(a and b and a.low >= b.high for a, b in pairs) and any(a and b and a.high > b.low for a, b in pairs)


def _surely_counts(principle: PrincipleScore) -> bool:
    """Tell whether a criterion counts in the principle whatever the unknown facts are."""
    decided = {Outcome.SATISFIED, Outcome.PARTIAL, Outcome.VIOLATED}
    return any(f.outcome is Outcome.VIOLATED or (f.kind == "duty" and f.outcome in decided) for f in principle.findings)
