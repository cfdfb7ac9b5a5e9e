"""CSV: one row for each finding, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from policy_engine.reports.gate_marks import Marks, mark_of, marks_of, waived_words
from policy_engine.reports.input import ReportInput
from policy_engine.reports.room import fitting
from policy_engine.results import Assessment, Finding

COLUMNS: Final = (
    "proposal",
    "file",
    "lens",
    "lens_version",
    "lens_as_of",
    "lens_digest",
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
    "waived",
    "since_baseline",
)
_SIGNS: Final = "=+@\uff0b\uff0d\uff1d\uff20-"
# A spreadsheet cuts cells of more than 32,767 characters in silence.
_LONGEST_CELL: Final = 32_000
# Where lists are separated by `;`, a spreadsheet also begins a cell after one.
_FORMULA: Final = re.compile(rf"(^|;)(\s*[{_SIGNS}])")


def render(report: ReportInput) -> str:
    """Return the table; a file that could not be assessed has a row with the outcome `error`."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    marks = marks_of(report)
    for assessment in report.assessments:
        writer.writerows([inert(cell) for cell in row] for row in _rows(assessment, marks))
    for fault in report.failures:
        row = ["", fault.file, *[""] * 12, "error", fault.message, "", str(fault.line or ""), fault.hint, "", "", ""]
        writer.writerow([inert(cell) for cell in row])
    return stream.getvalue()


def _rows(assessment: Assessment, marks: Marks) -> Iterator[list[str]]:
    proposal, score = assessment.proposal, assessment.score
    lens = assessment.lens
    head = [proposal.id, proposal.file, lens.id, lens.version, lens.as_of, assessment.digests.lens]
    head += [assessment.verdict.value, f"{score.low:.2f}", f"{score.high:.2f}"]
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
            _cites(finding),
            str(finding.location.line or ""),
            finding.fix,
            finding.source,
            waived_words(mark_of(marks, assessment, finding)),
            mark_of(marks, assessment, finding).state or "",
        ]


def _cites(finding: Finding) -> str:
    cites = [f"{evidence.cite}; " for evidence in finding.shown_by]
    shown = fitting(cites, _LONGEST_CELL)
    more = f"; and {len(cites) - shown} more" if shown < len(cites) else ""
    return "".join(cites[:shown]).removesuffix("; ") + more


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, on one line."""
    return _FORMULA.sub(r"\1'\2", " ".join(cell.splitlines()).replace("\t", " "))
