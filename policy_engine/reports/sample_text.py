"""Sampled futures as text: quantile bands for each law."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.simulation.assumptions import Assumptions
from policy_engine.simulation.sampling import QUANTILES, Band, Sample


def render(assumptions: Assumptions, samples: tuple[Sample, ...]) -> str:
    """Return the bands as text."""
    lines = [f"{assumptions.title} ({assumptions.id})", *_assumed(assumptions), ""]
    for sample in samples:
        lines.append(f"{sample.title}: {sample.runs} futures, seed {sample.seed}")
        if sample.without_risk:
            lines.append(f"  in {sample.without_risk:.1%} of them the risk does not come in time, and is not counted")
        lines.append(f"  {'':30} {'':8}" + "".join(f"{quantile:>9.0%}" for quantile in QUANTILES) + "    never")
        for band in sample.bands:
            lines += _rows(band)
        lines.append("")
    lines.append(
        "At best, what a text leaves open comes early; at worst, late or never. Invented distributions, on paper."
    )
    return "\n".join([*lines, ""])


def _assumed(assumptions: Assumptions) -> Iterator[str]:
    risk = assumptions.risk.replace("_", " ")
    yield f"{assumptions.doublings:g} doublings until a {risk} risk, from {assumptions.enacted}"
    for name in ("doubling_days", "detection_days", "rule_delay_days", "decision_days"):
        spread = getattr(assumptions, name)
        yield f"{name.replace('_', ' ')}: median {spread.median:g}, nine in ten below {spread.ninth_decile:g}"


def _rows(band: Band) -> Iterator[str]:
    for name, word, values, never in (
        (band.name, "at best", band.best, band.never_at_best),
        ("", "at worst", band.worst, band.never_at_worst),
    ):
        shown = "".join(f"{'never' if value is None else format(value, 'g'):>9}" for value in values)
        yield f"  {name:30} {word:8}{shown}{never:>9.1%}"
