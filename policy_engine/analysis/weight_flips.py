"""How far the weight of one principle must change until the verdict is another one; solved exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policy_engine.analysis.sensitivity_results import WeightFlip
from policy_engine.results import Assessment, Interval, PrincipleScore, Verdict
from policy_engine.rules.lens import Bands
from policy_engine.scoring import Tally, judged_as_found, overall, tally_of, verdict_of

_JUST = 1e-9
"""Relative step beyond a crossing, to see on which side the verdict changes."""


def weight_flips(assessment: Assessment, bands: Bands) -> tuple[WeightFlip, ...]:
    """Return, for each principle that counts, the nearest weights that change the verdict; a veto never moves."""
    judged = [judged_as_found(finding) for finding in assessment.findings]
    tallies = {p.id: tally_of(p) for p in assessment.principles}
    weights = {p.id: p.weight for p in assessment.principles}

    def verdict(name: str, weight: float) -> Verdict:
        score = overall(((weight if key == name else weights[key]), t) for key, t in tallies.items())
        return verdict_of(judged, score, meets=bands.meets, mixed=bands.mixed)

    found = []
    for principle in assessment.principles:
        if principle.score is None or principle.weight <= 0:
            continue
        others = [(weights[key], t) for key, t in tallies.items() if key != principle.id and weights[key] > 0]
        crossings = sorted(_crossings(tallies[principle.id], others, bands))
        found.append(_flip(principle, crossings, verdict))
    return tuple(found)


def _crossings(own: Tally, others: Sequence[tuple[float, Tally]], bands: Bands) -> set[float]:
    """Return the weights at which a bound of the overall score lies on the edge of a band.

    With weight w the bound is (w·s + R) / (w + T), where R and T are the sums over the others: on the edge e,
    w = (R - e·T) / (e - s).
    """
    found = set()
    for bound in ("low", "high"):
        s = getattr(own, bound)
        pairs = [(weight, getattr(t, bound)) for weight, t in others if getattr(t, bound) is not None]
        total = sum(weight for weight, _ in pairs)
        reached = sum(weight * value for weight, value in pairs)
        if s is None or not pairs:
            continue
        for edge in (bands.mixed, bands.meets):
            if s != edge:
                weight = (reached - edge * total) / (edge - s)
                if weight > 0:
                    found.add(weight)
    return found


def _flip(principle: PrincipleScore, crossings: Sequence[float], judge: Callable[[str, float], Verdict]) -> WeightFlip:
    own = principle.weight
    now = judge(principle.id, own)
    lower = lower_verdict = higher = higher_verdict = None
    for weight in reversed([w for w in crossings if w <= own]):
        found = judge(principle.id, weight * (1 - _JUST))
        if found is not now:
            lower, lower_verdict = weight, found
            break
    for weight in [w for w in crossings if w >= own]:
        found = judge(principle.id, weight * (1 + _JUST))
        if found is not now:
            higher, higher_verdict = weight, found
            break
    return WeightFlip(principle.id, principle.name, own, lower, lower_verdict, higher, higher_verdict)


def interval_at(assessment: Assessment, name: str, weight: float) -> Interval:
    """Return the overall interval with another weight for one principle."""
    return overall((weight if p.id == name else p.weight, tally_of(p)) for p in assessment.principles)
