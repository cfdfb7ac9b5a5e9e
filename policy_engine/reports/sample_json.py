"""Sampled futures as JSON: versioned; null stands for never."""

from __future__ import annotations

import json
from typing import Any, Final

from policy_engine import __version__
from policy_engine.reports.json_report import plain
from policy_engine.simulation.assumptions import Assumptions
from policy_engine.simulation.sampling import QUANTILES, Sample

SCHEMA: Final = "policy-engine/sample/1"


def render(assumptions: Assumptions, samples: tuple[Sample, ...]) -> str:
    """Return the bands as indented JSON."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": __version__},
        "assumptions": assumptions.model_dump(mode="json"),
        "quantiles": list(QUANTILES),
        "samples": plain(samples),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
