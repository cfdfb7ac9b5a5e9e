"""SARIF 2.1.0: rules with help, a result for each criterion and proposal, evidence as related locations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from policy_engine.reports.input import ReportInput
from policy_engine.results import Assessment, Evidence, Finding, Location, Outcome
from policy_engine.rules.model import Criterion

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_KINDS: Final = {
    Outcome.VIOLATED: "fail",
    Outcome.PARTIAL: "fail",
    Outcome.UNKNOWN: "open",
    Outcome.SATISFIED: "pass",
    Outcome.NOT_APPLICABLE: "notApplicable",
}
_LEVELS: Final = {"blocker": "error", "major": "error", "minor": "warning", "info": "note"}


def render(report: ReportInput) -> str:
    """Return one run; a file that could not be assessed is a notification of it."""
    rules = [_rule(criterion) for criterion in report.criteria.values()]
    places = {criterion: index for index, criterion in enumerate(report.criteria)}
    results = [_result(a, f, places) for a in report.assessments for f in a.findings]
    notifications = [_notification(fault) for fault in report.failures]
    run = {
        "tool": {
            "driver": {
                "name": "policy-engine",
                "version": report.version,
                "semanticVersion": report.version,
                "rules": rules,
            }
        },
        "invocations": [
            {"executionSuccessful": not report.failures, "toolConfigurationNotifications": notifications},
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rule(criterion: Criterion) -> dict[str, Any]:
    help_text = "\n\n".join(
        part
        for part in (
            criterion.question,
            criterion.definition or "",
            criterion.rationale,
            f"A critic says: {criterion.counter_argument}" if criterion.counter_argument else "",
            f"Fix: {criterion.fix.words}",
            *(f"{r.source}, {r.locator}: {r.says}" for r in criterion.references),
        )
        if part
    )
    url = next((r.url for r in criterion.references if r.url), None)
    rule: dict[str, Any] = {
        "id": criterion.id,
        "name": criterion.title,
        "shortDescription": {"text": criterion.title},
        "fullDescription": {"text": criterion.question},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _LEVELS[criterion.severity]},
        "properties": {"severity": criterion.severity, "kind": criterion.kind},
    }
    return {**rule, "helpUri": url} if url else rule


def _result(assessment: Assessment, finding: Finding, places: Mapping[str, int]) -> dict[str, Any]:
    fails = finding.outcome is Outcome.VIOLATED
    partial = finding.outcome is Outcome.PARTIAL
    level = _LEVELS[finding.severity] if fails else "note" if partial else "none"
    text = f"{finding.title}: {finding.message}"
    if fails or partial:
        text += f" Fix: {finding.fix}"
    return {
        "ruleId": finding.criterion,
        "ruleIndex": places[finding.criterion],
        "kind": _KINDS[finding.outcome],
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(finding.location)}],
        "relatedLocations": [_related(number, evidence) for number, evidence in enumerate(finding.evidence, start=1)],
        "partialFingerprints": {"policyEngineFinding/v1": assessment.fingerprint(finding)},
        "properties": {
            "outcome": finding.outcome.value,
            "proposal": assessment.proposal.id,
            "lens": assessment.lens.id,
            "fix": finding.fix,
        },
    }


def _physical(location: Location) -> dict[str, Any]:
    region = {"startLine": max(location.line, 1), "startColumn": max(location.column, 1)}
    return {"artifactLocation": {"uri": quote(location.file, safe="/")}, "region": region}


def _related(number: int, evidence: Evidence) -> dict[str, Any]:
    said = f"{evidence.cite} ({evidence.provision}): {evidence.role}"
    return {"id": number, "physicalLocation": _physical(evidence.location), "message": {"text": said}}


def _notification(fault: Any) -> dict[str, Any]:
    location = Location(fault.file, fault.line, fault.column)
    text = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
    return {
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(location)}],
    }
