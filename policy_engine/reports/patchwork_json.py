"""A patchwork as JSON: versioned, without time or host, byte-identical for identical input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from policy_engine.patchwork.analysis import Count, Displacement
from policy_engine.patchwork.model import Place
from policy_engine.patchwork.preemption import Fate
from policy_engine.patchwork.reach import State
from policy_engine.patchwork.substitutes import Strength, Substitute
from policy_engine.patchwork.terms import Comparison, shown
from policy_engine.reports.input import PatchworkInput
from policy_engine.reports.json_report import plain
from policy_engine.reports.patchwork_tables import NOTE, tables_of

SCHEMA: Final = "policy-engine/patchwork/1"


@dataclass(frozen=True, slots=True)
class TextShown:
    """One text of the set."""

    id: str
    title: str
    file: str


@dataclass(frozen=True, slots=True)
class ProvisionAt:
    """A provision with its section, and the line of the file that holds it."""

    text: str
    provision: str
    cite: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class TermShown:
    """One term of a displaced duty, before and after, in words."""

    term: str
    family: str
    comparison: Comparison
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SubstituteShown:
    """What replaces a displaced duty, and how each family of its terms compares; no provision where nothing does."""

    strength: Strength
    provision: ProvisionAt | None
    starts: str | None
    families: Mapping[str, Comparison]
    reason: str
    terms: tuple[TermShown, ...]


@dataclass(frozen=True, slots=True)
class FateShown:
    """What becomes of one provision under the federal text, and for how long nothing as strong is in its place."""

    provision: ProvisionAt
    what: str
    state: State
    clause: ProvisionAt | None
    reason: str
    unprotected: str | None
    unprotected_days: float | None
    substitute: SubstituteShown | None


@dataclass(frozen=True, slots=True)
class DisplacementShown:
    """What a federal text leaves of the others."""

    by: str
    doubtful: int
    displaced: Count
    saved: Count
    untouched: Count
    without_substitute: Count
    weaker: Count
    fates: tuple[FateShown, ...]


def render(report: PatchworkInput) -> str:
    """Return the index, the tables, and every fate with its sections and terms."""
    found = report.patchwork
    document = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": report.version},
        "note": NOTE,
        "as_of": found.as_of or None,
        "texts": [asdict(TextShown(i.id, i.title, i.file)) for i in found.instruments],
        "index": {**plain(found.index), "arithmetic": found.index.arithmetic},
        "tables": [asdict(table) for table in tables_of(found)],
        "displacement": asdict(_displacement(found.displacement)) if found.displacement else None,
        "failures": [plain(fault) for fault in report.failures],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _displacement(found: Displacement) -> DisplacementShown:
    return DisplacementShown(
        by=found.instrument,
        doubtful=found.doubtful,
        displaced=found.displaced,
        saved=found.saved,
        untouched=found.untouched,
        without_substitute=found.without_substitute,
        weaker=found.weaker,
        fates=tuple(_fate(fate) for fate in found.fates),
    )


def _place(place: Place) -> ProvisionAt:
    return ProvisionAt(place.instrument, place.provision, place.cite, place.location.file, place.location.line)


def _fate(fate: Fate) -> FateShown:
    return FateShown(
        provision=_place(fate.place),
        what=fate.what,
        state=fate.state,
        clause=_place(fate.clause) if fate.clause else None,
        reason=fate.reason,
        unprotected=fate.unprotected or None,
        unprotected_days=fate.unprotected_days,
        substitute=_substitute(fate.substitute) if fate.substitute else None,
    )


def _substitute(found: Substitute) -> SubstituteShown:
    return SubstituteShown(
        strength=found.strength,
        provision=_place(found.place) if found.place else None,
        starts=found.starts or None,
        families=dict(found.families),
        reason=found.reason,
        terms=tuple(TermShown(t.term, t.family, t.comparison, shown(t.before), shown(t.after)) for t in found.terms),
    )
