"""CSV: one row for each finding, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from policy_engine.reports.input import ReportInput
from policy_engine.results import Assessment

COLUMNS: Final = (
    "proposal",
    "file",
    "lens",
    "verdict",
    "score_low",
    "score_high",
    "principle",
    "criterion",
    "title",
    "kind",
    "severity",
    "outcome",
    "message",
    "cites",
    "line",
    "fix",
    "source",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def render(report: ReportInput) -> str:
    """Return the table; a file that could not be assessed has a row with the outcome `error`."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for assessment in report.assessments:
        writer.writerows([_inert(cell) for cell in row] for row in _rows(assessment))
    for fault in report.failures:
        row = ["", fault.file, *[""] * 9, "error", fault.message, "", str(fault.line or ""), fault.hint, ""]
        writer.writerow([_inert(cell) for cell in row])
    return stream.getvalue()


def _rows(assessment: Assessment) -> Iterator[list[str]]:
    proposal, score = assessment.proposal, assessment.score
    head = [proposal.id, proposal.file, assessment.lens.id, assessment.verdict.value]
    head += [f"{score.low:.2f}", f"{score.high:.2f}"]
    for finding in assessment.findings:
        yield [
            *head,
            finding.principle,
            finding.criterion,
            finding.title,
            finding.kind,
            finding.severity,
            finding.outcome.value,
            finding.message,
            "; ".join(evidence.cite for evidence in finding.shown_by),
            str(finding.location.line or ""),
            finding.fix,
            finding.source,
        ]


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, on one line."""
    text = " ".join(cell.split("\n"))
    return f"'{text}" if text.startswith(_FORMULA) else text
