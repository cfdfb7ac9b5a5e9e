"""An analysis as JSON: versioned, without time or host, byte-identical for identical input."""

from __future__ import annotations

import json
from typing import Final

from policy_engine.analysis.results import AgreementMap, Comparison
from policy_engine.analysis.sensitivity_results import Sensitivity
from policy_engine.reports.json_report import plain

COMPARE_SCHEMA: Final = "policy-engine/compare/1"
SENSITIVITY_SCHEMA: Final = "policy-engine/sensitivity/1"


def render(result: Comparison | AgreementMap | Sensitivity, version: str) -> str:
    """Return the analysis as indented JSON; floats have two decimals, so ends of small ranges may look alike."""
    tool = {"name": "policy-engine", "version": version}
    if isinstance(result, Sensitivity):
        document = {"schema": SENSITIVITY_SCHEMA, "tool": tool, "sensitivity": plain(result)}
    else:
        compared = plain(result) if isinstance(result, Comparison) else None
        mapped = plain(result) if isinstance(result, AgreementMap) else None
        document = {"schema": COMPARE_SCHEMA, "tool": tool, "comparison": compared, "agreement": mapped}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
