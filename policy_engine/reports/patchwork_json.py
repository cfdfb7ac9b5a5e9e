"""A patchwork as JSON: versioned, without time or host, byte-identical for identical input."""

from __future__ import annotations

import json
from typing import Any, Final

from policy_engine.patchwork.analysis import Count, Displacement
from policy_engine.patchwork.model import Place
from policy_engine.patchwork.preemption import Fate
from policy_engine.patchwork.terms import shown
from policy_engine.reports.input import PatchworkInput
from policy_engine.reports.json_report import plain
from policy_engine.reports.patchwork_tables import NOTE, tables_of

SCHEMA: Final = "policy-engine/patchwork/1"


def render(report: PatchworkInput) -> str:
    """Return the index, the tables, and every fate with its sections and terms."""
    found = report.patchwork
    document = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": report.version},
        "note": NOTE,
        "as_of": found.as_of or None,
        "texts": [{"id": i.id, "title": i.title, "file": i.file} for i in found.instruments],
        "index": {**plain(found.index), "arithmetic": found.index.arithmetic},
        "tables": [
            {
                "name": t.name,
                "title": t.title,
                "said": t.said,
                "columns": list(t.columns),
                "rows": list(map(list, t.rows)),
            }
            for t in tables_of(found)
        ],
        "displacement": _displacement(found.displacement) if found.displacement else None,
        "failures": [plain(fault) for fault in report.failures],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _displacement(found: Displacement) -> dict[str, Any]:
    counts = ("displaced", "saved", "untouched", "without_substitute", "weaker")
    return {
        "by": found.instrument,
        "doubtful": found.doubtful,
        **{name: _count(getattr(found, name)) for name in counts},
        "fates": [_fate(fate) for fate in found.fates],
    }


def _count(count: Count) -> dict[str, int]:
    return {"low": count.low, "high": count.high}


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    where = {"file": place.location.file, "line": place.location.line}
    return {"text": place.instrument, "provision": place.provision, "cite": place.cite, **where}


def _fate(fate: Fate) -> dict[str, Any]:
    substitute = fate.substitute
    return {
        "provision": _place(fate.place),
        "what": fate.what,
        "state": fate.state,
        "clause": _place(fate.clause),
        "reason": fate.reason,
        "unprotected": fate.unprotected or None,
        "unprotected_days": fate.unprotected_days,
        "substitute": None
        if substitute is None
        else {
            "strength": substitute.strength,
            "provision": _place(substitute.place),
            "starts": substitute.starts or None,
            "families": dict(substitute.families),
            "reason": substitute.reason,
            "terms": [
                {
                    "term": t.term,
                    "family": t.family,
                    "comparison": t.comparison,
                    "before": shown(t.before),
                    "after": shown(t.after),
                }
                for t in substitute.terms
            ],
        },
    }
