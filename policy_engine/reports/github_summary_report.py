"""GitHub job summary: verdicts, then every violated finding with its place, which annotations have no room for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.reports.gate_markdown import section
from policy_engine.reports.input import ReportInput
from policy_engine.reports.markdown_text import inert
from policy_engine.reports.phrases import ON_PAPER, SEVERITIES, cited, counted, judged_under
from policy_engine.reports.room import fitting, size
from policy_engine.reports.text_report import interval
from policy_engine.results import Assessment, Finding, Outcome

# GitHub drops the summary of a step above 1 MiB; the rest of the room is for headings and notes.
LARGEST: Final = 1_000_000
_ROOM_FOR_NOTES: Final = 10_000
_VERDICTS: Final = "| proposal | class | verdict | score | decided | vetoes |\n|---|---|---|---|---|---|\n"
_FINDINGS: Final = "| severity | criterion | proposal | place | why |\n|---|---|---|---|---|\n"


def render(report: ReportInput) -> str:
    """Return the summary; where it would be too large, a line says how much was left out."""
    room = LARGEST - _ROOM_FOR_NOTES
    sections = [section(report.gate, room)]
    room -= size(sections[0])
    for text in (_verdicts(report, room // 2), _faults(report, room // 4)):
        sections.append(text)
        room -= size(text)
    sections += [_findings(report, room), *_note(report)]
    return "".join(sections)


def _verdicts(report: ReportInput, room: int) -> str:
    rows = [_verdict(assessment) for assessment in report.assessments]
    shown = fitting(rows, room)
    rest = report.assessments[shown:]
    more = f"Left out for room: {len(rest)} proposals ({counted(a.verdict.value for a in rest)}).\n\n" if rest else ""
    return f"## Verdicts\n\n{_VERDICTS}{''.join(rows[:shown])}\n{more}" if rows else ""


def _verdict(assessment: Assessment) -> str:
    proposal = assessment.proposal
    cells = [
        f"`{proposal.id}`",
        proposal.scope_class.replace("_", " "),
        assessment.verdict.value.replace("_", " "),
        interval(assessment.score),
        f"{assessment.coverage:.0%}",
        ", ".join(finding.criterion for finding in assessment.vetoes),
    ]
    return f"| {' | '.join(cells)} |\n"


def _faults(report: ReportInput, room: int) -> str:
    items = [f"- {inert(str(fault))}\n" for fault in report.failures]
    shown = fitting(items, room)
    more = f"\nLeft out for room: {len(items) - shown} more faults.\n" if shown < len(items) else ""
    return f"## Files at fault\n\n{''.join(items[:shown])}{more}\n" if items else ""


def _findings(report: ReportInput, room: int) -> str:
    rows = [_finding(assessment, finding) for assessment, finding in _violated(report)]
    if not rows:
        return "No finding is violated.\n\n" if report.assessments else ""
    shown = fitting(rows, room)
    left = len(rows) - shown
    more = f"Left out for room: {left} violated findings, the least severe ones. Other formats show all.\n\n"
    return f"## Violated findings ({len(rows)})\n\n{_FINDINGS}{''.join(rows[:shown])}\n{more if left else ''}"


def _violated(report: ReportInput) -> list[tuple[Assessment, Finding]]:
    """Return what is violated, worst first, else in the order of the files."""
    found = [(a, f) for a in report.assessments for f in a.findings if f.outcome is Outcome.VIOLATED]
    return sorted(found, key=lambda pair: SEVERITIES.index(pair[1].severity))


def _finding(assessment: Assessment, finding: Finding) -> str:
    shown, more = cited(finding)
    cites = ", ".join([*(inert(evidence.cite) for evidence in shown), *([more] if more else [])])
    cells = [
        finding.severity,
        f"{finding.criterion} {inert(finding.title)}",
        f"`{assessment.proposal.id}`",
        f"{inert(finding.location.file)}:{finding.location.line}",
        f"{inert(finding.message)} ({cites})" if cites else inert(finding.message),
    ]
    return f"| {' | '.join(cells)} |\n"


def _note(report: ReportInput) -> Iterator[str]:
    if report.assessments:
        yield f"{inert(judged_under(report.assessments[0]))}. {ON_PAPER}\n"
