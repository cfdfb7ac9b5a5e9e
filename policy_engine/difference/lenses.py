"""Compares two lenses, or two states of the rules, on the same texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.difference.lens_changes import Reasons, lens_changes, only_in
from policy_engine.difference.model import LensDifference, LensMove, LensSide, ReadTwice
from policy_engine.difference.shapley import Vector, shapley
from policy_engine.difference.texts import attribution, side
from policy_engine.errors import EngineError
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens
from policy_engine.results import Assessment, Interval
from policy_engine.scoring import Tally, overall, tally_of

_TOLERANCE: Final = 1e-6
_Counted = tuple[float, Tally]


class LensComparer:
    """Assesses texts under two lenses; use it as a context manager, which keeps both engine processes."""

    def __init__(self, one: LoadedLens, other: LoadedLens, engine: EngineChoice = "auto") -> None:
        """Start both engines."""
        self._one, self._other = Assessor(one, engine), Assessor(other, engine)
        self._changes = lens_changes(one, other)
        self._reasons = Reasons(one, other, self._changes)

    def __enter__(self) -> LensComparer:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End both engine processes."""
        self._one.close()
        self._other.close()

    def compare(self, loaded: LoadedProposal) -> ReadTwice:
        """Return one text under both lenses."""
        one, other = self._one.assess(loaded), self._other.assess(loaded)
        before = {finding.criterion: finding for finding in one.findings}
        moves = [
            LensMove(f.criterion, f.title, f.principle, before[f.criterion], f, self._reasons.why(f.criterion))
            for f in other.findings
            if f.criterion in before and before[f.criterion].outcome is not f.outcome
        ]
        mine, theirs = _counted(one), _counted(other)
        names = list(dict.fromkeys((*mine, *theirs)))
        players = [name for name in names if mine.get(name) != theirs.get(name)]
        value = _value(mine, theirs, names, players)
        _check(value, len(players), one.score, other.score)
        # A mixture of principles needs no inference, so only the number of principles counts as work.
        result = shapley(len(players), value, 0)
        shares = attribution(one.score, other.score, players, players, result)
        return ReadTwice(side(one), side(other), tuple(moves), shares)

    def difference(self, texts: Iterable[ReadTwice]) -> LensDifference:
        """Return the whole comparison."""
        one, other = self._one.lens, self._other.lens
        return LensDifference(
            self._one.engine_name,
            LensSide(one.summary, one.digest, one.rules_digest, only_in(one, other)),
            LensSide(other.summary, other.digest, other.rules_digest, only_in(other, one)),
            self._changes,
            tuple(texts),
        )


def diff_lenses(
    proposals: Iterable[LoadedProposal],
    one: LoadedLens | str,
    other: LoadedLens | str,
    *,
    engine: EngineChoice = "auto",
) -> LensDifference:
    """Compare two lenses on texts."""
    first, second = (load_lens(lens) if isinstance(lens, str) else lens for lens in (one, other))
    with LensComparer(first, second, engine) as comparer:
        return comparer.difference([comparer.compare(loaded) for loaded in proposals])


def _counted(assessment: Assessment) -> dict[str, _Counted]:
    """Return the weight and the sums of each principle."""
    return {principle.id: (principle.weight, tally_of(principle)) for principle in assessment.principles}


def _value(
    mine: dict[str, _Counted], theirs: dict[str, _Counted], names: list[str], players: list[str]
) -> Callable[[int], Vector]:
    """Return the score when the principles of a mask are read as the second lens does, all others as the first."""
    bits = {name: 1 << place for place, name in enumerate(players)}

    def value(mask: int) -> Vector:
        chosen = [(theirs if mask & bits.get(name, 0) else mine).get(name) for name in names]
        score = overall(counted for counted in chosen if counted is not None)
        return score.low, score.high

    return value


def _check(value: Callable[[int], Vector], players: int, one: Interval, other: Interval) -> None:
    """Stop if no principle and every principle read anew are not the two assessments."""
    for mask, score in ((0, one), ((1 << players) - 1, other)):
        low, high = value(mask)
        if abs(low - score.low) > _TOLERANCE or abs(high - score.high) > _TOLERANCE:
            raise EngineError("the principles under two lenses do not add up to the scores; no share is given")
