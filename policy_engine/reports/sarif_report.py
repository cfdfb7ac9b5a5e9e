"""SARIF 2.1.0: rules with help, a result for each criterion and proposal, evidence as related locations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from policy_engine.errors import Fault
from policy_engine.reports.gate_marks import Mark, mark_of, marks_of, waived_words
from policy_engine.reports.input import ReportInput
from policy_engine.reports.phrases import ON_PAPER, cited, one_line
from policy_engine.reports.sarif_rules import LEVELS, rule
from policy_engine.results import Assessment, Evidence, Finding, Interval, Location, Outcome

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_KINDS: Final = {
    Outcome.VIOLATED: "fail",
    Outcome.PARTIAL: "fail",
    Outcome.UNKNOWN: "open",
    Outcome.SATISFIED: "pass",
    Outcome.NOT_APPLICABLE: "notApplicable",
}


def render(report: ReportInput) -> str:
    """Return one run with every finding; a file that could not be assessed is a notification of it."""
    return document(report, ((a, finding) for a in report.assessments for finding in a.findings))


def document(report: ReportInput, found: Iterable[tuple[Assessment, Finding]], note: str = "") -> str:
    """Return one run with the results of some findings, and a note on those that it leaves out."""
    marks = marks_of(report)
    places = {criterion: index for index, criterion in enumerate(report.criteria)}
    notifications = [_notification(fault) for fault in report.failures]
    if note:
        notifications.append({"level": "note", "message": {"text": note}})
    driver = {
        "name": "policy-engine",
        "version": report.version,
        "semanticVersion": report.version,
        "rules": [rule(criterion) for criterion in report.criteria.values()],
    }
    run: dict[str, Any] = {"tool": {"driver": driver}}
    if report.assessments:
        # GitHub keeps what one category found until the same category is uploaded again: one for each lens.
        run["automationDetails"] = {"id": f"policy-engine/{report.assessments[0].lens.id}/"}
    run["invocations"] = [{"executionSuccessful": not report.failures, "toolExecutionNotifications": notifications}]
    run["columnKind"] = "unicodeCodePoints"
    run["results"] = [
        {
            **_result(a, f, report),
            **_marked(mark_of(marks, a, f)),
            **({"ruleIndex": places[f.criterion]} if f.criterion in places else {}),
        }
        for a, f in found
    ]
    run["properties"] = {"note": ON_PAPER, "assessments": [_summary(assessment) for assessment in report.assessments]}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _result(assessment: Assessment, finding: Finding, report: ReportInput) -> dict[str, Any]:
    related = [_related(number, evidence, report) for number, evidence in enumerate(finding.evidence, start=1)]
    identity = assessment.fingerprint(finding)
    return {
        "ruleId": finding.criterion,
        "kind": _KINDS[finding.outcome],
        "level": _level(finding),
        "message": {"text": " ".join(_sentences(finding))},
        "locations": [{"physicalLocation": _physical(finding.location, report)}],
        "relatedLocations": related,
        # GitHub reads the first of them only.
        "partialFingerprints": {"primaryLocationLineHash": f"{identity}:1", "policyEngineFinding/v1": identity},
        "properties": {
            "outcome": finding.outcome.value,
            "severity": finding.severity,
            "proposal": assessment.proposal.id,
            "lens": assessment.lens.id,
            "fix": finding.fix,
        },
    }


def _marked(mark: Mark) -> dict[str, Any]:
    """Return what the gate adds to a result: the waiver as a suppression, and the state against the baseline."""
    added: dict[str, Any] = {}
    if mark.waiver:
        suppression = {"kind": "external", "status": "accepted", "justification": waived_words(mark)}
        added["suppressions"] = [suppression]
    if mark.state:
        added["baselineState"] = {"new": "new", "unchanged": "unchanged", "fixed": "updated"}[mark.state]
    return added


def _level(finding: Finding) -> str:
    """Return the level; the standard allows no other than `none` for what is no failure."""
    if finding.outcome is Outcome.VIOLATED:
        return LEVELS[finding.severity]
    return "note" if finding.outcome is Outcome.PARTIAL else "none"


def _sentences(finding: Finding) -> Iterator[str]:
    # GitHub shows the first sentence alone where room is short; a title says what should be so.
    outcome = finding.outcome.value.replace("_", " ").capitalize()
    yield plain_message(f"{outcome}: {finding.title}. {finding.message}")
    if finding.outcome in {Outcome.VIOLATED, Outcome.PARTIAL}:
        shown, more = cited(finding)
        links = [f"[{_link_text(e.cite)}]({finding.evidence.index(e) + 1})" for e in shown]
        if links:
            yield f"Shown by {', '.join(links)}{' ' + more if more else ''}."
        yield plain_message(f"Fix: {finding.fix}")


def plain_message(text: str) -> str:
    """Return text in which the standard sees neither a placeholder nor a link."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _link_text(text: str) -> str:
    escaped = one_line(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return escaped.replace("{", "{{").replace("}", "}}")


def _related(number: int, evidence: Evidence, report: ReportInput) -> dict[str, Any]:
    said = plain_message(f"{one_line(evidence.cite)} ({evidence.provision}): {evidence.role}")
    return {"id": number, "physicalLocation": _physical(evidence.location, report), "message": {"text": said}}


def _physical(location: Location, report: ReportInput) -> dict[str, Any]:
    line, column = max(location.line, 1), max(location.column, 1)
    lines = report.sources.get(location.file, ())
    end = max(len(lines[line - 1]) + 1 if line <= len(lines) else column, column)
    region = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": end}
    return {"artifactLocation": {"uri": _uri(location.file)}, "region": region}


def _uri(file: str) -> str:
    """Return a reference relative to the folder of the run, or a `file` URI of an absolute path."""
    path = PurePath(file).as_posix()
    return ("file://" if path.startswith("/") else "") + quote(path, safe="/")


def _notification(fault: Fault) -> dict[str, Any]:
    text = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
    notification: dict[str, Any] = {"level": "error", "message": {"text": plain_message(text)}}
    if fault.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": _uri(fault.file)}}
        if fault.line:
            place["region"] = {"startLine": fault.line, "startColumn": max(fault.column, 1)}
        notification["locations"] = [{"physicalLocation": place}]
    return notification


def _summary(assessment: Assessment) -> dict[str, Any]:
    proposal, lens, digests = assessment.proposal, assessment.lens, assessment.digests
    return {
        "proposal": proposal.id,
        "file": proposal.file,
        "verdict": assessment.verdict.value,
        "score": _rounded(assessment.score),
        "decided": round(assessment.coverage, 2),
        "lens": {"id": lens.id, "version": lens.version, "as_of": lens.as_of},
        "digests": {"proposal": digests.proposal, "rules": digests.rules, "lens": digests.lens},
        "engine": digests.engine,
    }


def _rounded(score: Interval) -> dict[str, float]:
    return {"low": round(score.low, 2), "high": round(score.high, 2)}
