"""One self-contained HTML page: no script, no file from elsewhere, light and dark, fit to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from policy_engine.reports.gate_text import headline, standing_lines
from policy_engine.reports.html_proof import proof_tree, visible
from policy_engine.reports.input import ReportInput
from policy_engine.reports.phrases import ON_PAPER, SEVERITIES, too_little
from policy_engine.reports.templating import template
from policy_engine.reports.text_report import VERDICTS, interval
from policy_engine.results import Assessment, Finding, Interval, Outcome
from policy_engine.rules.lens import Bands

MOST_LINES: Final = 5000
MOST_UNKNOWNS: Final = 10
_LONGEST_LABEL: Final = 62


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the proposal's file with the findings that stand at it."""

    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chart: a label, an interval in words, and where its bar begins and how long it is."""

    label: str
    value: str
    start: float
    width: float
    enough_facts: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """An assessment as the page shows it; `key` begins the names of its anchors."""

    key: str
    assessment: Assessment
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    lines_left_out: int
    proofs: dict[str, Markup]


def render(report: ReportInput) -> str:
    """Return the page of all assessments, with a table to compare them when there are several."""
    page = template("report.html").render(
        report=report,
        sections=[_section(f"p{number}", a, report) for number, a in enumerate(report.assessments)],
        bands=report.bands or Bands(),
        outcomes=[outcome.value for outcome in Outcome],
        severities=SEVERITIES,
        verdicts=VERDICTS,
        most_unknowns=MOST_UNKNOWNS,
        on_paper=ON_PAPER,
        interval=interval,
        too_little=too_little,
        shown=visible,
        gate_headline=headline(report.gate) if report.gate else "",
        gate_lines=standing_lines,
    )
    return page + "\n"


def _section(key: str, assessment: Assessment, report: ReportInput) -> Section:
    file = assessment.proposal.file
    lines = _lines(assessment, report)
    proofs = {
        finding.criterion: proof_tree(report.proofs[file, finding.criterion], key, len(lines))
        for finding in assessment.findings
        if (file, finding.criterion) in report.proofs
    }
    left_out = len(report.sources.get(file, ())) - len(lines)
    return Section(key, assessment, _rows(assessment), lines, left_out, proofs)


def _rows(assessment: Assessment) -> tuple[Row, ...]:
    rows = [Row("All principles", interval(assessment.score), *_bar(assessment.score))]
    for principle in assessment.principles:
        name = visible(f"{principle.id} {principle.name}")
        label = name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"
        bar = _bar(principle.score) if principle.score else (0.0, 0.0)
        rows.append(Row(label, interval(principle.score), *bar, principle.enough_facts))
    return tuple(rows)


def _bar(score: Interval) -> tuple[float, float]:
    """Return start and width of a bar on a scale from 0 to 100; a point is one unit wide."""
    low, high = round(score.low, 2), round(score.high, 2)
    return min(low, 99.0), round(max(high - low, 1.0), 2)


def _lines(assessment: Assessment, report: ReportInput) -> tuple[Line, ...]:
    found: dict[int, dict[str, Finding]] = {}
    for finding in assessment.findings:
        if finding.outcome in {Outcome.VIOLATED, Outcome.PARTIAL, Outcome.UNKNOWN}:
            for place in {e.location.line for e in finding.evidence if e.role == "shows"} or {finding.location.line}:
                found.setdefault(place, {})[finding.criterion] = finding
    source = report.sources.get(assessment.proposal.file, ())[:MOST_LINES]
    return tuple(Line(visible(text), tuple(found.get(n, {}).values())) for n, text in enumerate(source, start=1))
