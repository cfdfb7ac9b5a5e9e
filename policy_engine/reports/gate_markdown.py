"""The gate as Markdown: the answer, what fails and what would mend it, and what is new since the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.gate.results import Check, GateResult, Standing, WaiverUse
from policy_engine.reports.gate_text import baseline_line, headline, waivers_line
from policy_engine.reports.markdown_text import folded, inert
from policy_engine.reports.room import fitting

SHARE: Final = 3
"""The gate takes at most this fraction of the room of a report, one third."""


def section(gate: GateResult | None, room: int) -> str:
    """Return the section, which stands before all else; of many lines, those that fit into a share of the room."""
    if gate is None:
        return ""
    items = [*_failing(gate), *_changed(gate)]
    shown = fitting(items, room // SHARE)
    more = [f"- and {len(items) - shown} more\n"] if shown < len(items) else []
    parts = [f"## {inert(headline(gate))}\n\n", *items[:shown], *more, "\n"]
    holding = [f"- {_check(check)}" for check in gate.checks if check.holds]
    waivers = [_waiver(use) for use in gate.waivers]
    notes = [f"- {inert(note)}" for note in gate.notes]
    for title, rows in (("Checks that hold", holding), ("Waivers", waivers), ("Notes on the gate", notes)):
        text = folded(title, rows)
        # Half of the share again is enough for what holds; the JSON report has all of it.
        parts.append(text if len(text) <= room // (2 * SHARE) else folded(title, rows[:20], len(rows)))
    return "".join(parts)


def _failing(gate: GateResult) -> Iterator[str]:
    for check in gate.checks:
        if not check.holds:
            mend = f" *What would change it:* {inert(check.mend)}" if check.mend else ""
            yield f"- :x: {_check(check)}{mend}\n"


def _check(check: Check) -> str:
    of = f" of `{check.proposal}`" if check.proposal else ""
    return f"**{inert(check.threshold)}**{of}: {inert(check.message)}"


def _changed(gate: GateResult) -> Iterator[str]:
    for standing in gate.standings:
        yield from _changes(standing)


def _changes(standing: Standing) -> Iterator[str]:
    if standing.changes is not None:
        yield f"- `{standing.proposal}`: {inert(baseline_line(standing))}\n"
        for change in standing.changes:
            if change.state != "unchanged":
                yield f"  - {change.state}: **{change.criterion}** {inert(change.message)}\n"
    if standing.waived:
        yield f"- `{standing.proposal}`: {inert(waivers_line(standing))}\n"


def _waiver(use: WaiverUse) -> str:
    place = f"{use.location.file}:{use.location.line}"
    said = f"{use.message}. Reason: {use.reason} (approved by {use.approver})"
    return f"- **{use.state}** {inert(place)}: {inert(said)}"
