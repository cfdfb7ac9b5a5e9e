"""What the score would be if some findings came out otherwise; waivers and every hint at a mend rest on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policy_engine.results import Assessment, Finding, Interval, Outcome, PrincipleScore
from policy_engine.scoring import Judged, Tally, overall, tally

MENDABLE = (Outcome.VIOLATED, Outcome.PARTIAL, Outcome.UNKNOWN)


def tally_with(principle: PrincipleScore, outcomes: Mapping[str, Outcome]) -> Tally:
    """Return the sums of a principle with the outcomes of some criteria replaced."""
    return tally(
        Judged(f.criterion, f.kind, f.severity, outcomes.get(f.criterion, f.outcome), f.may_violate)
        for f in principle.findings
    )


def score_with(assessment: Assessment, outcomes: Mapping[str, Outcome]) -> Interval:
    """Return the overall interval with the outcomes of some criteria replaced."""
    return overall((p.weight, tally_with(p, outcomes)) for p in assessment.principles)


def coverage_with(assessment: Assessment, outcomes: Mapping[str, Outcome]) -> float:
    """Return the decided share of what applies, from 0 to 1, with the outcomes of some criteria replaced."""
    tallies = [tally_with(principle, outcomes) for principle in assessment.principles]
    applicable = sum(t.applicable_weight for t in tallies)
    return sum(t.decided_weight for t in tallies) / applicable if applicable else 1.0


def principle_low(principle: PrincipleScore, outcomes: Mapping[str, Outcome]) -> float | None:
    """Return the low bound of a principle, or None where nothing of it applies."""
    counted = tally_with(principle, outcomes)
    if counted.low is None and counted.high is None:
        return None
    return counted.low or 0.0


def mended(findings: Iterable[str]) -> dict[str, Outcome]:
    """Return the outcomes of criteria taken as satisfied."""
    return dict.fromkeys(findings, Outcome.SATISFIED)


def steps_to(
    assessment: Assessment, threshold: float, outcomes: Mapping[str, Outcome], principle: str | None = None
) -> tuple[tuple[Finding, float], ...] | None:
    """Return findings whose mending reaches a threshold on the low bound, each with the points that it then adds.

    The largest gain is taken first, which is short but not always the shortest. None: no mending reaches it.
    """
    scope = [p for p in assessment.principles if principle in {None, p.id}]

    def low(chosen: Mapping[str, Outcome]) -> float:
        if principle is None:
            return score_with(assessment, chosen).low
        return principle_low(scope[0], chosen) or 0.0

    chosen, left = dict(outcomes), [f for p in scope for f in p.findings if f.outcome in MENDABLE]
    left = [finding for finding in left if finding.criterion not in outcomes]
    steps: list[tuple[Finding, float]] = []
    now = low(chosen)
    while now < threshold:
        gains = [(low({**chosen, f.criterion: Outcome.SATISFIED}) - now, f) for f in left]
        gain, best = max(gains, key=lambda pair: pair[0], default=(0.0, None))
        if best is None or gain <= 0:
            return None
        chosen[best.criterion] = Outcome.SATISFIED
        left.remove(best)
        steps.append((best, gain))
        now = low(chosen)
    return tuple(steps)
