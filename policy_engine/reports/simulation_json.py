"""Runs as JSON: versioned; ranges have a low and a high, of which null means that nothing bounds it."""

from __future__ import annotations

import json
from typing import Any, Final

from policy_engine import __version__
from policy_engine.reports.dated import dated
from policy_engine.simulation import Matrix

SCHEMA: Final = "policy-engine/simulation/1"


def render(matrix: Matrix) -> str:
    """Return the runs as indented JSON."""
    document: dict[str, Any] = {"schema": SCHEMA, "tool": {"name": "policy-engine", "version": __version__}}
    scenarios = [{"id": name, "question": question} for name, question in matrix.questions]
    document |= {"scenarios": scenarios, "results": dated(matrix.results)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
