"""The tables of names on the command line: output formats with the module of their `render`, and JSON Schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FORMATS: Final[Mapping[str, str]] = {
    "text": "text_report",
    "json": "json_report",
    "jsonl": "json_lines_report",
    "sarif": "sarif_report",
    "junit": "junit_report",
    "github": "github_report",
    "markdown": "markdown_report",
    "csv": "csv_report",
    "html": "html_report",
}
SCHEMAS: Final = ("proposal", "rules", "lens", "report", "configuration", "baseline", "waivers", "amend")
