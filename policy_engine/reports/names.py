"""The tables of names on the command line: formats with their module and what they need, and JSON Schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its module, and whether it shows proofs, which are made only when a chosen format does."""

    module: str
    needs_proofs: bool = False


FORMATS: Final[Mapping[str, Format]] = {
    "text": Format("text_report"),
    "json": Format("json_report"),
    "jsonl": Format("json_lines_report"),
    "sarif": Format("sarif_report"),
    "junit": Format("junit_report"),
    "github": Format("github_report"),
    "github-sarif": Format("github_sarif_report"),
    "github-summary": Format("github_summary_report"),
    "markdown": Format("markdown_report"),
    "csv": Format("csv_report"),
    "html": Format("html_report", needs_proofs=True),
}
DIFFERENCE_FORMATS: Final[Mapping[str, Format]] = {
    "text": Format("diff_text"),
    "json": Format("diff_json"),
    "markdown": Format("diff_markdown"),
}
ANALYSIS_FORMATS: Final[Mapping[str, Format]] = {
    "text": Format("page_text"),
    "json": Format("analysis_json"),
    "markdown": Format("page_markdown"),
    "html": Format("page_html"),
}
PATCHWORK_FORMATS: Final[Mapping[str, Format]] = {
    "text": Format("patchwork_text"),
    "json": Format("patchwork_json"),
    "markdown": Format("patchwork_markdown"),
    "csv": Format("patchwork_csv"),
    "svg": Format("patchwork_svg"),
    "html": Format("patchwork_html"),
}
TIMELINE_FORMATS: Final[Mapping[str, Format]] = {
    "text": Format("timeline_text"),
    "json": Format("timeline_json"),
    "svg": Format("timeline_svg"),
    "markdown": Format("timeline_markdown"),
}
STAGES_FORMATS: Final[Mapping[str, Format]] = {
    "text": Format("stages_text"),
    "mermaid": Format("stages_mermaid"),
    "svg": Format("stages_svg"),
    "json": Format("stages_json"),
}
SIMULATION_FORMATS: Final[Mapping[str, Format]] = {
    "text": Format("simulation_text"),
    "json": Format("simulation_json"),
    "markdown": Format("simulation_markdown"),
    "svg": Format("simulation_svg"),
}
SAMPLE_FORMATS: Final[Mapping[str, Format]] = {"text": Format("sample_text"), "json": Format("sample_json")}
SCHEMAS: Final = (
    "proposal",
    "rules",
    "lens",
    "report",
    "diff",
    "compare",
    "sensitivity",
    "amend",
    "ask",
    "patchwork",
    "conform",
    "comply",
    "configuration",
    "baseline",
    "waivers",
    "actor",
    "set",
    "scenario",
    "assumptions",
)
