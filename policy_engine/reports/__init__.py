"""Output formats: each is a pure function of the assessments; one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from policy_engine.reports.input import ReportInput
from policy_engine.reports.json_report import render as render_json
from policy_engine.reports.text_report import render as render_text

FORMATS: Final[Mapping[str, Callable[[ReportInput], str]]] = {"text": render_text, "json": render_json}
