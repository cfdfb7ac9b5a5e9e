"""Amendments as JSON: versioned, without time or host, byte-identical for identical input."""

from __future__ import annotations

import json
from typing import Any, Final

from policy_engine.amending.results import Amendments
from policy_engine.reports.json_report import plain

SCHEMA: Final = "policy-engine/amend/1"
NOT_REPORTED: Final = "texts"
"""The whole texts are in the patches."""


def render(found: Amendments, version: str) -> str:
    """Return the answer as indented JSON, keys in the order of the schema."""
    data: dict[str, Any] = plain(found)
    del data[NOT_REPORTED]
    document = {"schema": SCHEMA, "tool": {"name": "policy-engine", "version": version}, "amend": data}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
