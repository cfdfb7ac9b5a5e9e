"""Sobol indices with SALib: which weights, unknown facts and bands the variance of score and band rests on."""

from __future__ import annotations

import importlib.util
import math
from typing import Any, Final, Literal

import numpy as np

from policy_engine.analysis.completions import Floats
from policy_engine.analysis.sensitivity_results import SobolIndex, SobolIndices
from policy_engine.results import Assessment
from policy_engine.rules.lens import Bands
from policy_engine.scoring import FULL

BAND_SPREAD: Final = 10.0
"""The edges of the bands are chosen, so each is moved by so many points both ways."""
_UNKNOWN: Final = "unknown facts"


def is_installed() -> bool:
    """Tell whether the extra `analysis` is there."""
    return importlib.util.find_spec("SALib") is not None


def sobol_indices(assessment: Assessment, bands: Bands, samples: int, seed: int) -> tuple[SobolIndices, ...]:
    """Return the indices of the score, and of the band that it falls into (0, 1 or 2; vetoes left aside).

    Each weight is even between 0 and twice its own; the unknown facts put each principle at one and the same part of
    the way from its low to its high bound; the edges of the bands move by `BAND_SPREAD`.
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    counted = [p for p in assessment.principles if p.score is not None and p.weight > 0]
    names = [*(f"weight of {p.id}" for p in counted), _UNKNOWN, "edge of mixed", "edge of meets"]
    bounds = [*([0.0, 2 * p.weight] for p in counted), [0.0, 1.0]]
    bounds += [[edge - BAND_SPREAD, edge + BAND_SPREAD] for edge in (bands.mixed, bands.meets)]
    problem = {"num_vars": len(names), "names": names, "bounds": bounds}
    inputs: Floats = sampling.sample(problem, samples, calc_second_order=False, seed=seed)
    score = _scores(assessment, inputs)
    band = (score >= inputs[:, -2]).astype(np.float64) + (score >= inputs[:, -1])

    def indices(output: Literal["score", "band"], values: Floats) -> SobolIndices:
        if float(np.ptp(values)) < 1e-9:
            return SobolIndices(output, ())
        found: Any = analysis.analyze(problem, values, calc_second_order=False, seed=seed)
        rows = zip(names, *(found[key] for key in ("S1", "S1_conf", "ST", "ST_conf")), strict=True)
        told = [SobolIndex(name, *(0.0 if math.isnan(v) else float(v) for v in row)) for name, *row in rows]
        return SobolIndices(output, tuple(sorted(told, key=lambda index: (-round(index.total, 2), index.input))))

    return indices("score", score), indices("band", band)


def _scores(assessment: Assessment, inputs: Floats) -> Floats:
    """Return the weighted means; a row without any weight has the score of equal weights."""
    intervals = [p.score for p in assessment.principles if p.score is not None and p.weight > 0]
    part = inputs[:, len(intervals)]
    total, reached = np.zeros(len(inputs)), np.zeros(len(inputs))
    for column, interval in enumerate(intervals):
        weight = inputs[:, column] + 1e-12
        total += weight
        reached += weight * (interval.low + part * (interval.high - interval.low))
    scores: Floats = np.clip(reached / np.maximum(total, 1e-12), 0.0, FULL)
    return scores
