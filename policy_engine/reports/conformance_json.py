"""Where a text departs from a baseline, as JSON: versioned, byte-identical for identical input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from policy_engine.patchwork.conformance import Conformity, Departure, plain_value
from policy_engine.patchwork.model import Place
from policy_engine.patchwork.terms import Comparison
from policy_engine.reports.conformance_report import edit_steps

SCHEMA: Final = "policy-engine/conformance/1"
Stated = bool | int | float | str | list[str] | None


@dataclass(frozen=True, slots=True)
class SectionAt:
    """A section, and the line of the file that holds it."""

    text: str
    cite: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class DepartureShown:
    """One way in which a text departs: a term that differs, a duty of its own, a duty that it lacks, or a doubt."""

    kind: Literal["term", "own", "lacking", "open"]
    what: str
    section: SectionAt | None
    baseline_section: SectionAt | None
    term: str | None
    value: Stated
    baseline_value: Stated
    comparison: Comparison | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AmendmentDrafted:
    """The amendment that aligns the text, as a rule set states amendments: each edit adds, strikes, or sets."""

    words: str
    edits: tuple[Mapping[Literal["add", "strike", "where", "set"], dict[str, Any]], ...]


def render(found: Conformity, version: str) -> str:
    """Return the departures, the amendment, and what would differ after it."""
    draft = found.amendment
    document = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": version},
        "text": found.text,
        "baseline": found.baseline,
        "departures": [asdict(_departure(d)) for d in found.departures],
        "amendment": {"words": draft.words, "edits": [edit_steps(e) for e in draft.edits]} if draft else None,
        "remaining": [asdict(_departure(d)) for d in found.remaining],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _departure(departure: Departure) -> DepartureShown:
    return DepartureShown(
        departure.kind,
        departure.what,
        _section(departure.place),
        _section(departure.baseline),
        departure.term or None,
        plain_value(departure.value),
        plain_value(departure.baseline_value),
        departure.comparison,
        departure.reason or None,
    )


def _section(place: Place | None) -> SectionAt | None:
    if place is None:
        return None
    return SectionAt(place.instrument, place.cite, place.location.file, place.location.line)
