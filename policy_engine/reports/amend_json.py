"""Amendments as JSON: versioned, without time or host, byte-identical for identical input."""

from __future__ import annotations

import json
from typing import Final

from policy_engine.amending.results import Amendments
from policy_engine.reports.json_report import plain

SCHEMA: Final = "policy-engine/amend/1"


def render(found: Amendments, version: str) -> str:
    """Return the answer as indented JSON, keys in the order of the schema."""
    document = {"schema": SCHEMA, "tool": {"name": "policy-engine", "version": version}, "amend": plain(found)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
