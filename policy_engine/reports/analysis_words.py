"""Shares, intervals and verdicts of an analysis in words."""

from __future__ import annotations

from policy_engine.analysis.results import Completions, Method, Share
from policy_engine.results import Interval, Verdict


def share(found: Share | None) -> str:
    """Return a share with its 95 % bound; what rounds to all or nothing without being so says it."""
    return "–" if found is None else f"{percent(found.value)} (± {found.error:.1f})"


def percent(value: float) -> str:
    """Return a share in per cent, never rounded to nothing or all."""
    if 0 < value < 0.05:
        return "<0.1 %"
    if 99.95 <= value < 100 - 1e-9:
        return ">99.9 %"
    return f"{value:.1f} %"


def verdict(found: Verdict | str) -> str:
    """Return a verdict or a band as words."""
    return str(found.value if isinstance(found, Verdict) else found).replace("_", " ")


def interval(score: Interval) -> str:
    """Return an interval; one number when both bounds agree."""
    low, high = f"{score.low:.1f}", f"{score.high:.1f}"
    return low if low == high else f"{low} to {high}"


def weights(method: Method) -> str:
    """Return how the weights were drawn."""
    if not method.weights:
        return "every weighting of the principles is equally likely (uniform Dirichlet)"
    ranges = ", ".join(f"{r.principle} {r.low:g} to {r.high:g}" for r in method.weights)
    return f"weights are even within {ranges}; other principles keep the weight of the lens"


def aggregation(method: Method) -> str:
    """Return how principles were brought together."""
    return {
        "arithmetic": "the weighted arithmetic mean over principles",
        "geometric": "the weighted geometric mean over principles (on a scale from 1 to 100)",
        "both": "by turns the weighted arithmetic and geometric mean over principles (the latter from 1 to 100)",
    }[method.aggregation]


def completions(told: Completions) -> str:
    """Return how the unknown facts of a proposal were completed."""
    if told.kind == "complete":
        return "nothing that is asked is unknown"
    what = f"{told.facts} unknown fact{'s' if told.facts != 1 else ''}"
    if told.topics:
        what += f" and {told.topics} kind{'s' if told.topics != 1 else ''} of provision not read for"
    how = f"every one of {told.count} completions" if told.kind == "exhaustive" else f"{told.count} completions drawn"
    text = f"{what}, {how}"
    if told.contested:
        text += f"; contested, each reading drawn: {', '.join(told.contested)}"
    if told.left_open:
        text += f"; still open, so drawn as outcomes: {', '.join(told.left_open)}"
    if told.contradictory:
        text += f"; {told.contradictory} left out because the rules contradict each other there"
    return text
