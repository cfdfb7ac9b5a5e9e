"""The checklist of an actor as JSON: versioned, without time or host, byte-identical for identical input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from policy_engine.patchwork.compliance import Action, Compliance
from policy_engine.patchwork.terms import shown
from policy_engine.reports.compliance_report import NOTE

SCHEMA: Final = "policy-engine/compliance/1"


@dataclass(frozen=True, slots=True)
class DutyKept:
    """A duty that an action keeps: its section, since when it binds, and whether it certainly does."""

    text: str
    cite: str
    since: str | None
    certain: bool


@dataclass(frozen=True, slots=True)
class ActionDue:
    """One thing to do, to whom, on which terms and since when; `not_examined` names terms that are open."""

    what: str
    to: str | None
    terms: Mapping[str, str]
    since: str
    duties: tuple[DutyKept, ...]
    not_examined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand of those that exclude each other: a section, or without one what the actor means to do."""

    words: str
    section: str | None


def render(found: Compliance, version: str) -> str:
    """Return the checklist, or the core of what cannot be satisfied together."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": version},
        "note": NOTE,
        "actor": found.actor,
        "as_of": found.as_of.isoformat(),
        "actions": [asdict(_action(action)) for action in found.actions],
        "core": [asdict(Demand(e.words, str(e.place) if e.place else None)) for e in found.core],
        "conditional": [str(place) for place in found.conditional],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _action(action: Action) -> ActionDue:
    return ActionDue(
        what=action.what,
        to=action.address or None,
        terms={name: shown(value) for name, value in action.terms.items()},
        since=action.since.isoformat(),
        duties=tuple(
            DutyKept(place.instrument, place.cite, day.isoformat() if day else None, sure)
            for place, day, sure in action.duties
        ),
        not_examined=action.open_terms,
    )
