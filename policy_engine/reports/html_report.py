"""One self-contained HTML page: no script, no file from elsewhere, light and dark, fit to print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from policy_engine.reports.input import ReportInput
from policy_engine.reports.text_report import VERDICTS, interval
from policy_engine.results import Assessment, Finding, Outcome, PrincipleScore

MOST_LINES: Final = 5000
_TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the proposal's file with the findings that stand at it."""

    number: int
    text: str
    findings: tuple[Finding, ...]


def render(report: ReportInput) -> str:
    """Return the page of all assessments, with a table to compare them when there are several."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html")
    return (
        template.render(
            report=report,
            outcomes=[outcome.value for outcome in Outcome],
            verdicts=VERDICTS,
            interval=interval,
            lines=lambda assessment: _lines(assessment, report),
            bar=_bar,
            shown=_shown,
        )
        + "\n"
    )


def _shown(text: str) -> str:
    """Return text without what would turn or hide its neighbours; the template escapes the rest."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def _bar(principle: PrincipleScore) -> tuple[float, float]:
    """Return start and width of an interval bar on a scale from 0 to 100; a point is one unit wide."""
    if principle.score is None:
        return 0.0, 0.0
    low, high = round(principle.score.low, 2), round(principle.score.high, 2)
    return min(low, 99.0), max(high - low, 1.0)


def _lines(assessment: Assessment, report: ReportInput) -> list[Line]:
    found: dict[int, dict[str, Finding]] = {}
    for finding in assessment.findings:
        if finding.outcome in {Outcome.VIOLATED, Outcome.PARTIAL, Outcome.UNKNOWN}:
            for place in {e.location.line for e in finding.evidence if e.role == "shows"} or {finding.location.line}:
                found.setdefault(place, {})[finding.criterion] = finding
    source = report.sources.get(assessment.proposal.file, ())[:MOST_LINES]
    return [
        Line(number, _shown(text), tuple(found.get(number, {}).values())) for number, text in enumerate(source, start=1)
    ]
