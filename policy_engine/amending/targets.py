"""What amendments are to reach: a band of the verdict, a score, or a text without veto; and what counts towards it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from policy_engine.errors import Fault, PolicyEngineError
from policy_engine.results import SEVERITY_WEIGHTS, Outcome
from policy_engine.rules.lens import Bands
from policy_engine.rules.model import Criterion
from policy_engine.scoring import Judged

UNITS: Final = 4
"""Weights are counted in quarters, so that half of the smallest weight is whole."""


class TargetError(PolicyEngineError):
    """A target that cannot be asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """The least low bound (none if the score does not count), and what is asked of blockers.

    `no_open_blocker` also refuses a blocker that is unknown and could turn out to be violated, save the `excused` ones.
    """

    words: str
    meaning: str
    low: float | None
    no_veto: bool
    no_open_blocker: bool
    excused: frozenset[str] = frozenset()

    def reached(self, judged: Iterable[Judged], low: float) -> bool:
        """Tell whether outcomes and low bound reach the target."""
        if self.low is not None and low < self.low:
            return False
        return not any(self.blocks(item) for item in judged)

    def blocks(self, item: Judged) -> bool:
        """Tell whether an outcome keeps the target from being reached, whatever the score."""
        if item.severity != "blocker":
            return False
        if item.outcome is Outcome.VIOLATED:
            return self.no_veto
        is_open = item.outcome is Outcome.UNKNOWN and item.may_violate
        return self.no_open_blocker and is_open and item.criterion not in self.excused

    def on(self, outcomes: Mapping[str, Outcome]) -> Target:
        """Return the target for a text with these outcomes: where no score is asked for, what is unknown may stay so.

        What is known may not become unknown instead: that would hide a violation, and mend nothing.
        """
        unknown = frozenset(name for name, outcome in outcomes.items() if outcome is Outcome.UNKNOWN)
        return replace(self, excused=unknown) if self.low is None else self


def target_of(text: str, bands: Bands) -> Target:
    """Return the target that a text names: `meets`, `mixed`, `score=NN` or `no-veto`; TargetError if it names none."""
    if text in {"meets", "mixed"}:
        least: float = getattr(bands, text)
        meaning = (
            f"a low bound of at least {least:g}, no violated blocker, and no unknown one that could turn out violated"
        )
        return Target(text, meaning, least, no_veto=True, no_open_blocker=True)
    if text == "no-veto":
        meaning = "no violated blocker, and none that becomes unknown; those that are unknown already may stay so"
        return Target(text, meaning, None, no_veto=True, no_open_blocker=True)
    name, equals, number = text.partition("=")
    try:
        least = float(number)
    except ValueError:
        least = -1.0
    if name != "score" or not equals or not 0 < least <= 100:
        hint = "write meets, mixed, no-veto, or score=NN with a number above 0, up to 100"
        raise TargetError(Fault(f"`{text}` is not a target", hint=hint))
    meaning = f"a low bound of at least {least:g}; a veto may remain"
    return Target(text, meaning, least, no_veto=False, no_open_blocker=False)


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """What an outcome counts for a target: credit and weight in the low bound, in quarters, and whether it blocks."""

    credit: int
    weight: int
    blocks: bool


def label_of(target: Target, criterion: Criterion, outcome: Outcome, *, may_violate: bool) -> Label:
    """Return what an outcome of a criterion counts for a target; the sums are those of `scoring.tally`."""
    judged = Judged(criterion.id, criterion.kind, criterion.severity, outcome, may_violate)
    blocks = target.blocks(judged)
    uncounted = outcome is Outcome.NOT_APPLICABLE or (criterion.kind == "guard" and outcome is Outcome.SATISFIED)
    if target.low is None or uncounted:
        return Label(0, 0, blocks)
    weight = int(SEVERITY_WEIGHTS[criterion.severity] * UNITS)
    credit = {Outcome.SATISFIED: weight, Outcome.PARTIAL: weight // 2}.get(outcome, 0)
    return Label(credit, weight, blocks)
