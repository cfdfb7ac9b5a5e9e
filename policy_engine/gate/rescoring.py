"""What the score would be if some findings came out otherwise; waivers and every hint at a mend rest on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policy_engine.results import Assessment, Finding, Interval, Outcome, PrincipleScore
from policy_engine.scoring import Tally, overall, tally_of

MENDABLE = (Outcome.VIOLATED, Outcome.PARTIAL, Outcome.UNKNOWN)


def score_with(assessment: Assessment, outcomes: Mapping[str, Outcome]) -> Interval:
    """Return the overall interval with the outcomes of some criteria replaced."""
    return overall((p.weight, tally_of(p, outcomes)) for p in assessment.principles)


def coverage_with(assessment: Assessment, outcomes: Mapping[str, Outcome]) -> float:
    """Return the decided share of what applies, from 0 to 1, with the outcomes of some criteria replaced."""
    tallies = [tally_of(principle, outcomes) for principle in assessment.principles]
    applicable = sum(t.applicable_weight for t in tallies)
    return sum(t.decided_weight for t in tallies) / applicable if applicable else 1.0


def principle_low(principle: PrincipleScore, outcomes: Mapping[str, Outcome]) -> float | None:
    """Return the low bound of a principle, or None where nothing of it applies."""
    counted = tally_of(principle, outcomes)
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
    chosen = dict(outcomes)
    tallies = {p.id: tally_of(p, chosen) for p in scope}

    def low(replaced: Mapping[str, Tally]) -> float:
        if principle is not None:
            return replaced[principle].low or 0.0
        return overall((p.weight, replaced[p.id]) for p in scope).low

    left = [(p, f) for p in scope for f in p.findings if f.outcome in MENDABLE and f.criterion not in chosen]
    steps: list[tuple[Finding, float]] = []
    now = low(tallies)
    while now < threshold and left:
        tried = [(p, f, tally_of(p, {**chosen, f.criterion: Outcome.SATISFIED})) for p, f in left]
        gains = [low({**tallies, p.id: counted}) - now for p, _, counted in tried]
        gain = max(gains)
        if gain <= 0:
            return None
        best, finding, counted = tried[gains.index(gain)]
        chosen[finding.criterion] = Outcome.SATISFIED
        tallies[best.id] = counted
        left.remove((best, finding))
        steps.append((finding, gain))
        now = low(tallies)
    return tuple(steps) if now >= threshold else None
