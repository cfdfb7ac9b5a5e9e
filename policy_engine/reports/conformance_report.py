"""Where a text departs from a baseline: text, and the amendment that would align it as YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from policy_engine.patchwork.conformance import Conformity, Departure
from policy_engine.patchwork.terms import shown
from policy_engine.rules.model import Edit


def text(found: Conformity) -> str:
    """Return the departures in plain sentences, then the amendment."""
    lines = [f"{found.text} against {found.baseline}: {len(found.departures)} departure(s)", ""]
    lines += [f"  - {_said(departure)}" for departure in found.departures]
    lines += ["", "Dates of commencement, authorities, coverage tests and sanctions are not aligned."]
    lines += ["Alignment is no judgement: where the text is `stronger`, the amendment would lower what it asks."]
    if found.amendment is None:
        return "\n".join([*lines, "No amendment is needed, or none can be drawn from what was examined.", ""])
    lines += [
        "",
        f"Amendment ({len(found.amendment.edits)} edits); after it, {len(found.remaining)} departure(s) remain:",
    ]
    lines += [f"  - {_said(departure)}" for departure in found.remaining]
    return "\n".join([*lines, "", amendment_yaml(found)])


def _said(departure: Departure) -> str:
    place = str(departure.place) if departure.place else ""
    if departure.kind == "own":
        return f"{departure.what} ({place}): a duty of its own; {departure.reason}"
    if departure.kind == "lacking":
        return f"{departure.what} ({departure.baseline}): {departure.reason}"
    if departure.kind == "open" and not departure.term:
        return f"{departure.what} ({place or departure.baseline}): cannot be compared; {departure.reason}"
    words = f"{shown(departure.value)} ({place}), {shown(departure.baseline_value)} ({departure.baseline})"
    return f"{departure.what}, {departure.term.replace('_', ' ')}: {words}: {departure.comparison}"


def amendment_yaml(found: Conformity) -> str:
    """Return the amendment as YAML that a rule set takes; every value is written as JSON, which YAML reads alike."""
    if found.amendment is None:
        return "edits: []\n"
    edits = [f"  - {json.dumps(edit_steps(edit), ensure_ascii=False)}" for edit in found.amendment.edits]
    return "\n".join([f"words: {json.dumps(found.amendment.words)}", "edits:", *edits, ""])


def edit_steps(edit: Edit) -> dict[str, Any]:
    """Return the steps that an edit has."""
    return dict(_steps(edit))


def _steps(edit: Edit) -> Iterator[tuple[str, Any]]:
    for name, value in (("add", edit.add), ("strike", edit.strike), ("where", edit.where), ("set", edit.set_fields)):
        if value is not None:
            yield name, value
