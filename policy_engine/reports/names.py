"""The table of output formats: the name on the command line, and the module with its `render`."""

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
