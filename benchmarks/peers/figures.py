"""Figures as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def number(value: float) -> str:
    """Return a number with the digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def spread(values: Sequence[float]) -> str:
    """Return a median with its quartiles."""
    lower, median, upper = values
    return f"{number(median)} ({number(lower)} to {number(upper)})"


def seconds(value: float) -> str:
    """Return a time, short ones in milliseconds."""
    return f"{number(value)} s" if value >= 1 else f"{number(value * 1000)} ms"


def taken_table(what: str, taken: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a table of what each command took."""
    rows = [
        f"| {name} | {spread(row['seconds'])} | {spread(row['processor'])} | {row['rounds']} |"
        for name, row in taken.items()
    ]
    return [f"| {what} | seconds | processor seconds | rounds |", "|---|---|---|---|", *rows]


def ratio_table(ratios: Mapping[str, Mapping[str, Any]], clock: str) -> list[str]:
    """Return a table of ratios: our runs down, all others across."""
    others = list(next(iter(ratios.values())))
    rows = [f"| {name} | {' | '.join(spread(row[other][clock]) for other in others)} |" for name, row in ratios.items()]
    return [f"| ours ÷ theirs | {' | '.join(others)} |", f"|---|{'---|' * len(others)}", *rows]
