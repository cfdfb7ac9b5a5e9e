"""Draws of weights, completions and aggregation, and the scores that they give; vectorised over the draws.

Sums run over principles in a fixed order and no product of matrices is taken, so that neither threads nor the
platform's linear algebra can change a figure; scores are compared after rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy_engine.analysis.completions import Bank, Floats, stream
from policy_engine.analysis.results import Method, WeightRange

BATCHES: Final = 20
"""The draws fall into so many parts that share no sampled completion; their spread gives the Monte Carlo error."""
DECIMALS: Final = 9
FLOOR: Final = 1.0
"""In the geometric mean a score runs from 1 to 100 instead of 0 to 100: a single 0 would erase all others."""
_SPAN: Final = 100.0 - FLOOR


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What all proposals share: weights (draw × principle), the aggregation, and the part of each draw."""

    weights: Floats
    geometric: NDArray[np.bool_]
    batch: NDArray[np.int64]

    @property
    def count(self) -> int:
        """The number of draws."""
        return len(self.batch)


def draws_of(method: Method, principles: Sequence[str], lens_weights: Sequence[float]) -> Draws:
    """Return the draws of a method; a principle to which the lens gives no weight never has any."""
    count = method.draws
    uniform = stream(method.seed, "weights").random((count, len(principles)))
    kept = np.array([weight > 0 for weight in lens_weights], dtype=np.float64)
    weights = _ranged(uniform, principles, lens_weights, method.weights) if method.weights else -np.log1p(-uniform)
    turn = np.arange(count)
    geometric = {"arithmetic": turn < 0, "geometric": turn >= 0, "both": turn % 2 == 1}[method.aggregation]
    return Draws(weights if method.weights else weights * kept, geometric, turn * min(BATCHES, count) // count)


def _ranged(
    uniform: Floats, principles: Sequence[str], lens_weights: Sequence[float], ranges: Sequence[WeightRange]
) -> Floats:
    """Return weights spread evenly within the ranges given; others keep the weight of the lens."""
    ends = {r.principle: (r.low, r.high) for r in ranges}
    low = np.array([ends.get(name, (weight, weight))[0] for name, weight in zip(principles, lens_weights, strict=True)])
    high = np.array(
        [ends.get(name, (weight, weight))[1] for name, weight in zip(principles, lens_weights, strict=True)]
    )
    weights: Floats = low + uniform * (high - low)
    return weights


def chosen_completions(bank: Bank, draws: Draws, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return the completion of each draw; sampled ones are dealt out to the parts, each to one."""
    count = len(bank.scores)
    uniform = generator.random(draws.count)
    if not bank.sampled:
        return (uniform * count).astype(np.int64)
    parts = int(draws.batch[-1]) + 1
    first = draws.batch * count // parts
    after = (draws.batch + 1) * count // parts
    return first + (uniform * (after - first)).astype(np.int64)


def scores_of(bank: Bank, chosen: NDArray[np.int64], draws: Draws) -> Floats:
    """Return the overall score of one proposal in each draw; not a number where nothing counts."""
    logarithms = np.log(FLOOR + np.nan_to_num(bank.scores) * _SPAN / 100.0)
    total, plain, logged = (np.zeros(draws.count) for _ in range(3))
    for principle in range(bank.scores.shape[1]):
        scores = bank.scores[:, principle]
        counts = ~np.isnan(scores)
        if not counts.any():
            continue
        weight = draws.weights[:, principle] * counts[chosen]
        total += weight
        plain += weight * np.nan_to_num(scores)[chosen]
        logged += weight * logarithms[chosen, principle]
    with np.errstate(divide="ignore", invalid="ignore"):
        geometric = (np.exp(logged / total) - FLOOR) * 100.0 / _SPAN
        found = np.where(draws.geometric, geometric, plain / total)
    rounded: Floats = np.round(np.where(total > 0, found, np.nan), DECIMALS).astype(np.float64)
    return rounded
