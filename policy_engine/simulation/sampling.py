"""Many sampled futures of one law at once: spread of latency and exposure. The only module that uses numpy."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policy_engine.errors import Fault, SourceError
from policy_engine.proposals.model import Proposal
from policy_engine.simulation.assumptions import Assumptions, Spread
from policy_engine.simulation.pathways import NEVER, Pathway, pathways

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Days = NDArray[numpy.float64]

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_NINTH_DECILE: Final = 1.2815515655446004
_DAYS_PER_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Band:
    """Quantiles of a number of days in sampled futures, at best and at worst; None stands for never."""

    name: str
    best: tuple[float | None, ...]
    worst: tuple[float | None, ...]
    never_at_best: float
    never_at_worst: float


@dataclass(frozen=True, slots=True)
class Sample:
    """The bands of one law. At best, whatever the text leaves open comes out early; at worst, late or not at all."""

    law: str
    title: str
    runs: int
    seed: int
    futures: str
    without_risk: float
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Futures:
    """Sampled days: when the risk emerges and is known, how late rules are, how long decisions take."""

    emerges: Days
    known: Days
    late: Days
    deciding: Days
    horizon: float


def draw(assumptions: Assumptions, runs: int, seed: int) -> Futures:
    """Return sampled futures; the same seed gives the same ones."""
    if importlib.util.find_spec("numpy") is None:
        raise SourceError(Fault("numpy is not installed", hint="pip install 'policy-engine[analysis]'"))
    import numpy

    source = numpy.random.default_rng(seed)

    def days(spread: Spread) -> Days:
        sigma = math.log(spread.ninth_decile / spread.median) / _NINTH_DECILE
        return numpy.ceil(spread.median * numpy.exp(sigma * source.standard_normal(runs)))

    emerges = numpy.ceil(assumptions.doublings * days(assumptions.doubling_days))
    known = emerges + days(assumptions.detection_days)
    horizon = float(math.floor(assumptions.horizon_years * _DAYS_PER_YEAR))
    return Futures(emerges, known, days(assumptions.rule_delay_days), days(assumptions.decision_days), horizon)


def sample(proposal: Proposal, assumptions: Assumptions, runs: int, seed: int) -> Sample:
    """Return how latency and exposure spread over futures."""
    futures = draw(assumptions, runs, seed)
    there = futures.emerges < futures.horizon
    duties, measures = pathways(proposal, assumptions)
    bands: list[Band] = []
    for what, found in (("duty", duties), ("measure", measures)):
        answers = [_intervals(found, futures, worst=worst) for worst in (False, True)]
        waits = [_latency(starts, ends, futures)[there] for starts, ends in answers]
        open_days = [_uncovered(starts, ends, futures)[there] for starts, ends in answers]
        bands.append(_band(f"days until a {what}", waits[0], waits[1]))
        bands.append(_band(f"days without a {what}", open_days[0], open_days[1]))
    missing = float(1 - there.mean())
    return Sample(proposal.id, proposal.title, runs, seed, assumptions.id, missing, tuple(bands))


def _intervals(found: Sequence[Pathway], futures: Futures, *, worst: bool) -> tuple[Days, Days]:
    """Return, for each pathway and future, the days from which and until which it answers."""
    import numpy

    runs = len(futures.emerges)
    starts = numpy.full((max(len(found), 1), runs), NEVER)
    ends = numpy.full((max(len(found), 1), runs), NEVER)
    for row, path in enumerate(found):
        start = numpy.full(runs, path.starts[worst])
        if path.late:
            start = start + futures.late
        if path.knowing:
            start = numpy.maximum(start, futures.known) + (futures.deciding if path.deciding else 0) + path.after
        starts[row] = start
        begun = numpy.maximum(path.starts[0], futures.known) if worst and path.early else start
        ends[row] = numpy.minimum(path.ends[worst], begun + path.lasts[not worst])
    return starts, ends


def _latency(starts: Days, ends: Days, futures: Futures) -> Days:
    """Return days from the risk until something answers it, NEVER where nothing does before the horizon."""
    import numpy

    first = numpy.maximum(starts, futures.emerges)
    first = numpy.where((first < ends) & (first < futures.horizon), first, NEVER)
    days: Days = first.min(axis=0) - futures.emerges
    return days


def _uncovered(starts: Days, ends: Days, futures: Futures) -> Days:
    """Return days between the risk and the horizon on which nothing answers it."""
    import numpy

    first = numpy.clip(starts, futures.emerges, futures.horizon)
    last = numpy.maximum(numpy.clip(ends, futures.emerges, futures.horizon), first)
    order = numpy.argsort(first, axis=0, kind="stable")
    first, last = numpy.take_along_axis(first, order, 0), numpy.take_along_axis(last, order, 0)
    reached = numpy.maximum.accumulate(last, axis=0)
    before = numpy.vstack([numpy.broadcast_to(futures.emerges, (1, first.shape[1])), reached[:-1]])
    covered = numpy.maximum(last - numpy.maximum(first, before), 0).sum(axis=0)
    whole: Days = numpy.maximum(futures.horizon - futures.emerges, 0) - covered
    return whole


def _band(name: str, best: Days, worst: Days) -> Band:
    return Band(name, _quantiles(best), _quantiles(worst), _never(best), _never(worst))


def _never(days: Days) -> float:
    import numpy

    return float(numpy.isinf(days).mean()) if len(days) else 0.0


def _quantiles(days: Days) -> tuple[float | None, ...]:
    """Return quantiles that are values of the sample, so that never is one of them."""
    import numpy

    if not len(days):
        return (None,) * len(QUANTILES)
    found = numpy.quantile(days, QUANTILES, method="higher")
    return tuple(None if math.isinf(value) else float(value) for value in found)
