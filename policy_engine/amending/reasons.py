"""Why a target cannot be reached, in words: what has no amendment, or only one that is protected or does not help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from policy_engine.amending.problem import Problem, Result, Selection
from policy_engine.amending.results import Hindrance, Weight
from policy_engine.amending.solver import SCORE
from policy_engine.program import CompiledCriterion
from policy_engine.results import SEVERITY_WEIGHTS, Assessment, Finding, Outcome
from policy_engine.scoring import FULL, Judged, tally

_MOST_WEIGHTS: Final = 12


class Reasons:
    """Puts the findings of a search into words."""

    def __init__(self, problem: Problem, before: Assessment) -> None:
        """Index criteria and findings."""
        self._problem = problem
        self._compiled: Mapping[str, CompiledCriterion] = {c.criterion.id: c for c in problem.lens.criteria}
        self._findings: Mapping[str, Finding] = {finding.criterion: finding for finding in before.findings}

    def hindrances(self, cores: Iterable[tuple[str, ...]], best: Result | None) -> tuple[Hindrance, ...]:
        """Return each set of demands that cannot be met, with the reasons."""
        return tuple(
            Hindrance(tuple(map(self._demand, core)), tuple(self._reason(name, best) for name in core))
            for core in cores
        )

    def weights(self, best: Selection) -> tuple[Weight, ...]:
        """Return what holds the score down at the best set, the heaviest first."""
        judged = self._problem.result(best).judged
        weights = self._problem.lens.lens.weights
        by_principle: dict[str, list[Judged]] = {}
        for compiled, item in zip(self._problem.lens.criteria, judged, strict=True):
            by_principle.setdefault(compiled.principle.id, []).append(item)
        totals = {name: tally(items).low_weight for name, items in by_principle.items()}
        whole = sum(weights.get(name, 1.0) for name, total in totals.items() if total) or 1.0
        found = []
        for principle, items in by_principle.items():
            for item in items:
                lost = _lost(item)
                if lost and totals[principle]:
                    points = FULL * weights.get(principle, 1.0) / whole * lost / totals[principle]
                    title = self._compiled[item.criterion].criterion.title
                    found.append(Weight(item.criterion, title, item.outcome, points, self._why(item.criterion)))
        return tuple(sorted(found, key=lambda w: (-round(w.points, 6), w.criterion))[:_MOST_WEIGHTS])

    def _demand(self, name: str) -> str:
        if name == SCORE:
            return f"a low bound of at least {self._problem.target.low:g}"
        return f"{name} ({self._compiled[name].criterion.title}) must not stand in the way"

    def _reason(self, name: str, best: Result | None) -> str:
        if name == SCORE:
            now = self._problem.result(frozenset()).low
            reached = f"; the best that was found is {best.low:.1f}" if best else ""
            return f"The low bound is {now:.1f} now{reached}."
        finding = self._findings[name]
        outcome = finding.outcome.value.replace("_", " ")
        return f"{name} ({finding.title}) is {outcome}: {self._why(name)}."

    def _why(self, name: str) -> str:
        """Return why no amendment mends a criterion, as the end of a sentence."""
        finding = self._findings[name]
        if finding.outcome is Outcome.UNKNOWN:
            return "it is unknown in the text as it stands, and amendments are not drawn from what is unknown"
        if finding.outcome not in {Outcome.VIOLATED, Outcome.PARTIAL}:
            return self._offered(name) or "other amendments break it, and no fix of it can be made"
        if not self._compiled[name].amendments:
            return "its fix is not one that a machine can apply"
        return self._offered(name)

    def _offered(self, name: str) -> str:
        candidates = self._problem.candidates
        left_out = list(candidates.left_out.get(name, ()))
        offered = [f"“{c.words}”" for c in candidates.chosen_from if name in c.criteria]
        parts = left_out + ([f"{', '.join(offered)} could be chosen, and is not enough"] if offered else [])
        return "; ".join(parts)


def _lost(item: Judged) -> float:
    """Return the weight that a criterion loses in the low bound."""
    weight = SEVERITY_WEIGHTS[item.severity]
    if item.outcome in {Outcome.VIOLATED, Outcome.UNKNOWN}:
        return weight
    return weight / 2 if item.outcome is Outcome.PARTIAL else 0.0
