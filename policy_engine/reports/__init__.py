"""Output formats: each is a module with one pure function `render`; one table, imported when used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from policy_engine.reports.names import FORMATS

if TYPE_CHECKING:
    from policy_engine.reports.input import ReportInput


def render(format_name: str, report: ReportInput) -> str:
    """Return the report in a format of the table."""
    module = importlib.import_module(f"policy_engine.reports.{FORMATS[format_name].module}")
    text: str = module.render(report)
    return text
