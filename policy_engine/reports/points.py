"""Points as shown: rounded so that the parts add up to the whole, and error bounds never understated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from policy_engine.difference.model import Attribution, Share, Side


def shown(attribution: Attribution, old: Side, new: Side, decimals: int) -> Attribution:
    """Return the attribution with figures as shown: their sums are the differences of the scores as shown."""
    low = round(round(new.score.low, decimals) - round(old.score.low, decimals), decimals)
    high = round(round(new.score.high, decimals) - round(old.score.high, decimals), decimals)
    lows = adding_up([share.low for share in attribution.shares], low, decimals)
    highs = adding_up([share.high for share in attribution.shares], high, decimals)
    shares = tuple(
        Share(s.change, one, other, _up(s.low_error, decimals), _up(s.high_error, decimals))
        for s, one, other in zip(attribution.shares, lows, highs, strict=True)
    )
    return replace(attribution, low=low, high=high, shares=shares)


def adding_up(parts: Sequence[float], total: float, decimals: int) -> list[float]:
    """Return parts rounded so that they sum to a rounded total; the largest remainders are rounded up."""
    unit = float(10**decimals)
    scaled = [part * unit for part in parts]
    units = [round(part) for part in scaled]
    missing = round(total * unit) - sum(units)
    step = 1 if missing > 0 else -1
    # What is nothing stays nothing; among the others the nearest to the next figure give way first.
    open_ones = [at for at, part in enumerate(scaled) if part]
    open_ones.sort(key=lambda at: (units[at] - scaled[at]) * step)
    for turn in range(abs(missing) if open_ones else 0):
        units[open_ones[turn % len(open_ones)]] += step
    return [count / unit for count in units]


def _up(error: float, decimals: int) -> float:
    return math.ceil(error * float(10**decimals) - 1e-9) / float(10**decimals)
