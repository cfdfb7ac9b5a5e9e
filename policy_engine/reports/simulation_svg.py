"""Runs as pictures: risk, duties, measures and displacement on one axis of time."""

from __future__ import annotations

import re
from typing import Final

from policy_engine.reports.drawing import WIDTH, Bar, Chart, Fill, Row
from policy_engine.runs.results import Track
from policy_engine.simulation import LawResult, Matrix
from policy_engine.timeline.moments import day_before

_FILLS: Final[dict[tuple[str, str], Fill]] = {
    ("risk", "yes"): "risk",
    ("displacement", "yes"): "displaced",
    ("displacement", "unknown"): "maybe-displaced",
}


def render(matrix: Matrix) -> str:
    """Return one picture, or several below each other."""
    charts = [chart_of(result).svg() for result in matrix.results]
    if len(charts) == 1:
        return charts[0]
    parts = []
    y = 0
    for chart in charts:
        parts.append(chart.replace("<svg ", f'<svg y="{y}" ', 1))
        height = re.search(r' height="(\d+)"', chart)
        y += int(height[1]) if height else 0
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}">'
    return "\n".join([head, *parts, "</svg>", ""])


def chart_of(result: LawResult) -> Chart:
    """Return the chart of one run."""
    legend: tuple[tuple[Fill, str], ...] = (
        ("risk", "risk"),
        ("sure", "has force"),
        ("maybe", "may have force"),
        ("displaced", "displaces other law"),
        ("mark", "event"),
    )
    chart = Chart(f"{result.title}: {result.scenario}", result.first, result.last, legend=legend)
    chart.rows.append(Row("events", (), tuple((e.day, e.what) for e in result.trace if not e.provision)))
    chart.rows += [_row(track) for track in result.tracks]
    return chart


def _row(track: Track) -> Row:
    bars = tuple(
        Bar(
            stretch.first,
            stretch.last,
            _FILLS.get((track.kind, stretch.truth), "sure" if stretch.truth == "yes" else "maybe"),
            f"{track.name}: {stretch.first} to {day_before(stretch.last)}",
        )
        for stretch in track.stretches
    )
    return Row(track.name, bars)
