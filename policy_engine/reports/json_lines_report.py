"""JSON Lines: one assessment or fault a line, for streams and tables."""

from __future__ import annotations

import json

from policy_engine.reports.input import ReportInput
from policy_engine.reports.json_report import SCHEMA, plain


def render(report: ReportInput) -> str:
    """Return a line for each assessment, then one for each fault, then the gate; each says which it is."""
    lines = [{"schema": SCHEMA, "kind": "assessment", **plain(a)} for a in report.assessments]
    lines += [{"schema": SCHEMA, "kind": "failure", **plain(fault)} for fault in report.failures]
    if report.gate is not None:
        lines.append({"schema": SCHEMA, "kind": "gate", **plain(report.gate)})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
