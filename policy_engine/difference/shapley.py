"""Shapley values of a vector-valued game: exact over all coalitions, or sampled over orders with an error bound."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Vector = tuple[float, ...]
Value = Callable[[int], Vector]
"""Value of a coalition; bit `i` of the number says whether player `i` is in it."""

MOST_PLAYERS: Final = 16
MOST_WORK: Final = 8192
"""Beyond so many players, or so many coalitions to be judged anew, orders are sampled; see docs/performance.md."""
SAMPLED_STEPS: Final = 4096
SEED: Final = 20260214
# 97.5 % quantile of Student's t for 30 degrees of freedom; the bound takes no fewer pairs, and more only narrow it.
_QUANTILE: Final = 2.05
FEWEST_PAIRS: Final = 31
# What happened in none of n trials has a probability of at most 3/n, with 95 % confidence.
_RULE_OF_THREE: Final = 3.0


@dataclass(frozen=True, slots=True)
class Result:
    """For each player: the mean step, its 95 % error bound, and whether any step was not nothing; by component."""

    shares: tuple[Vector, ...]
    errors: tuple[Vector, ...]
    moved: tuple[tuple[bool, ...], ...]
    permutations: int


def shapley(players: int, value: Value, work: int) -> Result:
    """Return the Shapley values; `work` is the most coalitions that must be judged anew to know all."""
    if players <= MOST_PLAYERS and work <= MOST_WORK:
        return exact(players, value)
    return sampled(players, value, SAMPLED_STEPS // (2 * players))


def exact(players: int, value: Value) -> Result:
    """Return the Shapley values over all 2^players coalitions."""
    values = [value(mask) for mask in range(1 << players)]
    size = len(values[0])
    weights = [1 / (players * math.comb(players - 1, others)) for others in range(players)]
    shares, moved = [], []
    for player in range(players):
        bit = 1 << player
        total = [0.0] * size
        steps = [False] * size
        for mask, before in enumerate(values):
            if mask & bit or values[mask | bit] == before:
                continue
            weight = weights[mask.bit_count()]
            for place, step in enumerate(_step(before, values[mask | bit])):
                total[place] += weight * step
                steps[place] = steps[place] or step != 0
        shares.append(tuple(total))
        moved.append(tuple(steps))
    nothing = (0.0,) * size
    return Result(tuple(shares), (nothing,) * players, tuple(moved), 0)


def sampled(players: int, value: Value, pairs: int) -> Result:
    """Return the mean steps over pairs of a random order and its reverse, with 95 % error bounds.

    Within one order the steps add up to the whole difference, and so do their means. The bound is that of the mean
    of the pairs, at least what a step that no order showed could still be worth.
    """
    pairs = max(pairs, FEWEST_PAIRS)
    chance = random.Random(SEED)  # noqa: S311 - a fixed seed: the same input gives the same bytes
    sums = _Sums(players, len(value(0)))
    order = list(range(players))
    for _ in range(pairs):
        chance.shuffle(order)
        sums.add(value, order)
    return Result(sums.shares(pairs), sums.errors(pairs), tuple(tuple(steps) for steps in sums.moved), 2 * pairs)


class _Sums:
    """Sums over pairs of orders: of steps and of their squares, by player and component."""

    def __init__(self, players: int, size: int) -> None:
        self._sums = [[0.0] * size for _ in range(players)]
        self._squares = [[0.0] * size for _ in range(players)]
        self._largest = [0.0] * size
        self.moved = [[False] * size for _ in range(players)]

    def add(self, value: Value, order: Sequence[int]) -> None:
        """Add the mean steps of an order and its reverse."""
        means = [[0.0] * len(self._largest) for _ in order]
        for one in (order, order[::-1]):
            mask, before = 0, value(0)
            for player in one:
                mask |= 1 << player
                after = value(mask)
                if after != before:
                    self._step(player, _step(before, after), means[player])
                before = after
        for player, mean in enumerate(means):
            for place, step in enumerate(mean):
                self._sums[player][place] += step
                self._squares[player][place] += step * step

    def _step(self, player: int, steps: Vector, mean: list[float]) -> None:
        for place, step in enumerate(steps):
            if step:
                mean[place] += step / 2
                self.moved[player][place] = True
                self._largest[place] = max(self._largest[place], abs(step))

    def shares(self, pairs: int) -> tuple[Vector, ...]:
        """Return the mean steps."""
        return tuple(tuple(total / pairs for total in player) for player in self._sums)

    def errors(self, pairs: int) -> tuple[Vector, ...]:
        """Return the error bounds of the mean steps."""
        return tuple(
            tuple(_bound(*sums, pairs) for sums in zip(totals, squares, self._largest, strict=True))
            for totals, squares in zip(self._sums, self._squares, strict=True)
        )


def _step(before: Vector, after: Vector) -> Vector:
    return tuple(late - early for early, late in zip(before, after, strict=True))


def _bound(total: float, square: float, largest: float, pairs: int) -> float:
    variance = max(square - total * total / pairs, 0.0) / (pairs - 1)
    unseen = _RULE_OF_THREE / (2 * pairs) * largest
    return max(_QUANTILE * math.sqrt(variance / pairs), unseen)
