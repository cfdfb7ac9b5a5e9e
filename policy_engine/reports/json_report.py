"""The JSON report: versioned, without time or host, byte-identical for identical input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from policy_engine.reports.input import ReportInput
from policy_engine.reports.phrases import ON_PAPER

SCHEMA: Final = "policy-engine/report/1"


def render(report: ReportInput) -> str:
    """Return the report as indented JSON, keys in the order of the schema."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": report.version},
        "note": ON_PAPER,
        # Where none were asked for, a report is what it was before there were any.
        **({"context": [plain(law) for law in report.context]} if report.context else {}),
        "assessments": [plain(assessment) for assessment in report.assessments],
        "failures": [plain(fault) for fault in report.failures],
        "gate": plain(report.gate),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def plain(value: Any) -> Any:
    """Return a result as JSON data; floats are rounded to two decimals here and nowhere else."""
    if is_dataclass(value) and not isinstance(value, type):
        reported = [field.name for field in fields(value) if field.metadata.get("reported", True)]
        return {name: plain(getattr(value, name)) for name in reported}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return round(value, 2)
    return value
