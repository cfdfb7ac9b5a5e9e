"""SARIF for GitHub code scanning, which takes every result for a problem: only findings that call for a mend."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from policy_engine.reports.input import ReportInput
from policy_engine.reports.phrases import SEVERITIES, counted
from policy_engine.reports.sarif_report import document
from policy_engine.results import Assessment, Finding, Outcome

# GitHub refuses a run with more than 25,000 results and drops those after 5,000; it links 100 places of a result.
MOST_RESULTS: Final = 5000
MOST_PLACES: Final = 100
_SHOWN: Final = (Outcome.VIOLATED, Outcome.PARTIAL)


def render(report: ReportInput) -> str:
    """Return violated and partial findings, worst first, and a note that counts the others."""
    every = [(a, finding) for a in report.assessments for finding in a.findings]
    problems = sorted((pair for pair in every if pair[1].outcome in _SHOWN), key=_rank)
    shown = [(a, _short(finding)) for a, finding in problems[:MOST_RESULTS]]
    others = [finding.outcome.value for _, finding in every if finding.outcome not in _SHOWN]
    note = f"Not shown, since code scanning takes every result for a problem: {counted(others)}." if others else ""
    if len(problems) > MOST_RESULTS:
        note += f" Left out for room: {len(problems) - MOST_RESULTS} of the least severe problems."
    return document(report, shown, note.strip())


def _rank(pair: tuple[Assessment, Finding]) -> tuple[int, int]:
    finding = pair[1]
    return _SHOWN.index(finding.outcome), SEVERITIES.index(finding.severity)


def _short(finding: Finding) -> Finding:
    return replace(finding, evidence=finding.evidence[:MOST_PLACES])
