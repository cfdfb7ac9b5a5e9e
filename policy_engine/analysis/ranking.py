"""Rank acceptability and pairwise winning shares of drawn scores, each with its Monte Carlo error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy_engine.analysis.completions import Floats
from policy_engine.analysis.results import Share

# Two-sided 95 % quantiles of Student's t, for 1 to 19 degrees of freedom (parts less one).
_QUANTILES: Final = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093),
)
_NEVER_SEEN: Final = 3.0
"""What was never seen in n independent draws is below 3/n with 95 % confidence."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimator:
    """Turns a value for each draw into a share; `independent` is the number of draws that are independent."""

    batch: NDArray[np.int64]
    independent: int

    def share(self, values: Floats | NDArray[np.bool_], weight: NDArray[np.bool_] | None = None) -> Share | None:
        """Return the mean in per cent over the draws (where `weight` holds), or None where there is none."""
        # The parts lie one after another, so that each is a slice of the draws.
        starts = np.searchsorted(self.batch, np.arange(int(self.batch[-1]) + 1))
        counts = np.diff(np.append(starts, len(self.batch))).astype(np.float64)
        if weight is not None:
            counts = np.add.reduceat(weight, starts, dtype=np.float64)
            values = np.where(weight, values, 0.0)
        sums = np.add.reduceat(values, starts, dtype=np.float64)
        if not counts.sum():
            return None
        return self._share(sums[counts > 0] / counts[counts > 0], float(sums.sum() / counts.sum()))

    def shares(self, ranks: Floats, counts: Floats) -> tuple[Share, ...]:
        """Return a share for each column of sums by part."""
        return tuple(
            self._share(ranks[:, column] / counts, float(ranks[:, column].sum() / counts.sum()))
            for column in range(ranks.shape[1])
        )

    def _share(self, means: Floats, value: float) -> Share:
        spread = float(np.sqrt(np.square(means - means.mean()).sum() / max(len(means) - 1, 1)))
        error = 100 * _QUANTILES[max(len(means) - 2, 0)] * spread / float(np.sqrt(len(means)))
        if spread < 1e-9:
            error = 100 * min(1.0, _NEVER_SEEN / self.independent)
        # What a platform adds in another order differs far behind these digits.
        return Share(round(100 * value, 9), round(min(error, 100.0), 9))


def rank_shares(scores: Floats, estimator: Estimator) -> tuple[tuple[Share, ...], ...]:
    """Return, for each proposal, the share of draws at each rank; `scores` is draw × proposal.

    Proposals that tie share the ranks they take equally. One without a score in a draw has no rank in it.
    """
    count = scores.shape[1]
    batch = estimator.batch
    parts = int(batch[-1]) + 1
    sizes = np.bincount(batch, minlength=parts).astype(np.float64)
    found = []
    for column in range(count):
        own = scores[:, [column]]
        scored = ~np.isnan(own[:, 0])
        better = (scores > own).sum(axis=1)
        tied = np.maximum((scores == own).sum(axis=1), 1)
        part = np.where(scored, 1.0 / tied, 0.0)
        # Each draw adds its part to the ranks from `better` to `better + tied - 1`: a rise, and a fall after them.
        width = count + 1
        rise = np.bincount(batch * width + better, part, parts * width)
        fall = np.bincount(batch * width + better + tied, part, parts * width)
        sums = np.cumsum((rise - fall).reshape(parts, width), axis=1)[:, :count]
        found.append(estimator.shares(np.round(sums, 9).astype(np.float64), sizes))
    return tuple(found)
