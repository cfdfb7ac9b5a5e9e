"""JSON Lines: one assessment or fault a line, for streams and tables."""

from __future__ import annotations

import json
from typing import Any

from policy_engine.reports.input import ReportInput
from policy_engine.reports.json_report import SCHEMA, plain


def render(report: ReportInput) -> str:
    """Return a line for the laws around, one for each assessment and fault, then the gate; each says which it is."""
    lines: list[dict[str, Any]] = []
    if report.context:
        lines.append({"schema": SCHEMA, "kind": "context", "laws": [plain(law) for law in report.context]})
    lines += [{"schema": SCHEMA, "kind": "assessment", **plain(a)} for a in report.assessments]
    lines += [{"schema": SCHEMA, "kind": "failure", **plain(fault)} for fault in report.failures]
    if report.gate is not None:
        lines.append({"schema": SCHEMA, "kind": "gate", **plain(report.gate)})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
