"""A timeline as text: checks, a chart in letters, and what holds in each period."""

from __future__ import annotations

import datetime
import textwrap
from typing import Final

from policy_engine.operators import Truth
from policy_engine.reports.phrases import joined
from policy_engine.timeline.model import Check, Period, Span, Timeline

_COLUMNS: Final = 48
_SIGNS: Final = {Truth.TRUE: "█", Truth.UNKNOWN: "░", Truth.FALSE: "·"}
_MOST_PERIODS: Final = 40


def render(timeline: Timeline) -> str:
    """Return the timeline as text."""
    lines = [timeline.title, f"{timeline.first} to {timeline.last}", ""]
    lines += [f"  {line}" for text in timeline.assumptions for line in textwrap.wrap(text, 96)]
    lines += ["", "Checks"]
    for check in timeline.checks:
        lines += check_lines(check)
    lines += ["", "Chart (█ has force, ░ may have, · has not)"]
    lines += [row for span in timeline.spans for row in chart_rows(span, timeline)]
    if timeline.marks:
        lines += ["", "Due"]
        lines += [f"  {mark.due}: {mark.what}, {mark.cite}" for mark in timeline.marks]
    lines += ["", "Periods"]
    for period in timeline.periods[:_MOST_PERIODS]:
        lines += _period(period)
    if len(timeline.periods) > _MOST_PERIODS:
        lines.append(f"  and {len(timeline.periods) - _MOST_PERIODS} more; --format json has them all")
    return joined(lines)


def check_lines(check: Check) -> list[str]:
    """Return a check: its outcome, question, reason and sections."""
    head = f"  {check.outcome.replace('_', ' ').upper()}: {check.question}"
    body = textwrap.wrap(check.reason, 92)
    cites = textwrap.wrap("; ".join(check.cites), 92, break_on_hyphens=False) if check.cites else []
    return [head, *(f"      {line}" for line in body), *(f"      § {line}" for line in cites)]


def chart_rows(span: Span, timeline: Timeline) -> list[str]:
    """Return the row of a span, and below it when and why it starts and ends."""
    days = (timeline.last - timeline.first).days
    cells = [timeline.first + datetime.timedelta(days=days * column // _COLUMNS) for column in range(_COLUMNS)]
    bar = "".join(_SIGNS[span.binds_on(day)] for day in cells)
    persons = ", ".join(span.persons).replace("_", " ") if span.persons else "persons not coded"
    ends = f"; ends {span.ends} ({span.ends_because})" if span.ends is not None else ""
    head = f"  {bar} {span.kind}: {span.cite}"
    return [
        head,
        f"  {'':{_COLUMNS}}   {span.provision}, {persons}; from {span.starts.moment} ({span.starts.because}){ends}",
    ]


def _period(period: Period) -> list[str]:
    sure = [bound.cite for bound in period.binding if bound.truth == "yes"]
    maybe = [bound.cite for bound in period.binding if bound.truth == "unknown"]
    gone = [f"{b.cite}{'' if b.truth == 'yes' else ' (perhaps)'}" for b in period.displaced]
    lines = [f"  {period.first} to {period.last}"]
    if period.nothing_binds == "yes":
        lines.append("    nothing in this text binds private persons")
    for what, found in (("binds", sure), ("may bind", maybe), ("displaces other law", gone)):
        if found:
            lines += textwrap.wrap(f"{what}: {'; '.join(found)}", 96, initial_indent="    ", subsequent_indent="      ")
    return lines
