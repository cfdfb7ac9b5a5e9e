"""A timeline as a picture."""

from __future__ import annotations

from itertools import pairwise

from policy_engine.operators import Truth
from policy_engine.reports.drawing import Bar, Chart, Fill, Row
from policy_engine.timeline.model import Mark, Span, Timeline
from policy_engine.timeline.moments import plus_days


def render(timeline: Timeline) -> str:
    """Return the timeline as SVG."""
    legend: tuple[tuple[Fill, str], ...] = (
        ("sure", "has force"),
        ("maybe", "may have force"),
        ("displaced", "displaces"),
        ("maybe-displaced", "may displace"),
        ("mark", "due"),
    )
    chart = Chart(timeline.title, timeline.first, timeline.last, legend=legend)
    chart.rows = [_row(span, timeline) for span in timeline.spans]
    by_provision: dict[str, list[Mark]] = {}
    for mark in timeline.marks:
        if timeline.first <= mark.due.earliest <= timeline.last:
            by_provision.setdefault(mark.provision, []).append(mark)
    chart.rows += [_due(marks) for marks in by_provision.values()]
    return chart.svg()


def _row(span: Span, timeline: Timeline) -> Row:
    until = plus_days(timeline.last, 1)
    days = sorted({timeline.first, until, *(day for day in span.changes if timeline.first < day < until)})
    bars = []
    for first, last in pairwise(days):
        truth = span.binds_on(first)
        if truth is not Truth.FALSE:
            sure = truth is Truth.TRUE
            displaces = span.kind == "displacement"
            fill: Fill = ("displaced" if sure else "maybe-displaced") if displaces else ("sure" if sure else "maybe")
            bars.append(Bar(first, last, fill, f"{span.cite}: {span.provision}, {first} to {last}"))
    return Row(f"{span.kind}: {span.provision} ({span.cite})", tuple(bars))


def _due(marks: list[Mark]) -> Row:
    points = tuple((mark.due.earliest, f"{mark.what}: {mark.due}") for mark in marks)
    return Row(f"{marks[0].what} ({marks[0].cite})", (), points)
