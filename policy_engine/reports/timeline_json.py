"""A timeline as JSON: versioned, every day in ISO 8601, a missing latest day as null."""

from __future__ import annotations

import json
from typing import Any, Final

from policy_engine import __version__
from policy_engine.reports.dated import dated
from policy_engine.timeline.model import Timeline

SCHEMA: Final = "policy-engine/timeline/1"


def render(timeline: Timeline) -> str:
    """Return the timeline as indented JSON."""
    document: dict[str, Any] = {"schema": SCHEMA, "tool": {"name": "policy-engine", "version": __version__}}
    return json.dumps({**document, **dated(timeline)}, ensure_ascii=False, indent=2) + "\n"
