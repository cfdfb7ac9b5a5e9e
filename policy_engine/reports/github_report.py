"""GitHub: annotations at the lines; the format `github-summary` holds what does not fit in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.gate.results import Check
from policy_engine.reports.gate_marks import mark_of, marks_of
from policy_engine.reports.gate_text import headline
from policy_engine.reports.input import ReportInput
from policy_engine.reports.phrases import ON_PAPER, cited, judged_under, one_line
from policy_engine.results import Assessment, Finding, Outcome

# GitHub shows ten annotations of each level for a step and drops the rest in silence.
MOST_ANNOTATIONS: Final = 10
_LEVELS: Final = {"blocker": "error", "major": "error", "minor": "warning", "info": "notice"}


def render(report: ReportInput) -> str:
    """Return workflow commands: faults, the gate, then violated findings worst first; ten of each level at most."""
    commands: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for fault in report.failures:
        hint = f"\nhint: {fault.hint}" if fault.hint else ""
        place = {"file": fault.file, "line": str(fault.line or 1), "title": "policy-engine: file at fault"}
        commands["error"].append(_command("error", place, fault.message + hint))
    for check in report.gate.checks if report.gate else ():
        if not check.holds:
            level = "error" if report.gate and report.gate.mode == "enforce" else "warning"
            commands[level].append(_gate_annotation(level, check, report))
    marks, waived = marks_of(report), 0
    for assessment, finding in _violated(report):
        if mark_of(marks, assessment, finding).waiver:
            waived += 1
            continue
        level = _LEVELS[finding.severity]
        commands[level].append(_annotation(level, assessment, finding))
    lines = [command for level in commands.values() for command in level[:MOST_ANNOTATIONS]]
    left = sum(max(len(level) - MOST_ANNOTATIONS, 0) for level in commands.values())
    if left:
        lines.append(f"policy-engine: {left} more, which GitHub would not show; the format github-summary lists them")
    if waived:
        lines.append(f"policy-engine: {waived} violated finding{'s' if waived > 1 else ''} waived, and not shown here")
    if report.gate is not None:
        lines.append(f"policy-engine: {headline(report.gate)}")
    if report.assessments:
        lines.append(f"policy-engine: {judged_under(report.assessments[0])}. {ON_PAPER}")
    return "".join(f"{line}\n" for line in lines)


def _violated(report: ReportInput) -> Iterator[tuple[Assessment, Finding]]:
    for severity in _LEVELS:
        for assessment in report.assessments:
            for finding in assessment.findings:
                if finding.outcome is Outcome.VIOLATED and finding.severity == severity:
                    yield assessment, finding


def _annotation(level: str, assessment: Assessment, finding: Finding) -> str:
    place = {
        "file": finding.location.file,
        "line": str(finding.location.line or 1),
        "col": str(finding.location.column or 1),
        "title": f"{finding.criterion} violated: {finding.title} ({finding.severity})",
    }
    places, more = cited(finding)
    cites = ", ".join([*(one_line(evidence.cite) for evidence in places), *([more] if more else [])])
    shown = f"{finding.message}\n{cites}\nFix: {finding.fix}" if cites else f"{finding.message}\nFix: {finding.fix}"
    return _command(level, place, f"{assessment.proposal.id}: {shown}")


def _gate_annotation(level: str, check: Check, report: ReportInput) -> str:
    files = {assessment.proposal.id: assessment.proposal.file for assessment in report.assessments}
    place = {"title": f"policy-engine gate: {check.threshold}"}
    if check.proposal:
        place = {"file": files[check.proposal], "line": "1", **place}
    shown = [text for text in (check.proposal, check.message, check.mend) if text]
    return _command(level, place, "\n".join(shown))


def _command(level: str, properties: dict[str, str], message: str) -> str:
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {said}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
