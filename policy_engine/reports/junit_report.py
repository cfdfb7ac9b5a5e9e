"""JUnit XML: a suite for each proposal, a case for each criterion."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from policy_engine.gate.results import GateResult
from policy_engine.reports.gate_marks import Mark, Marks, mark_of, marks_of, waived_words
from policy_engine.reports.input import ReportInput
from policy_engine.reports.phrases import ON_PAPER, one_line
from policy_engine.results import Assessment, Finding, Outcome

# Characters that XML 1.0 cannot hold, however they are escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: ReportInput) -> str:
    """Return the document: violated fails; unknown, waived, not applicable are skipped; a faulty file is an error."""
    root = ElementTree.Element("testsuites", {"name": "policy-engine"})
    marks = marks_of(report)
    for assessment in report.assessments:
        _suite(root, assessment, marks)
    if report.gate is not None and report.gate.checks:
        _gate(root, report.gate)
    if report.failures:
        suite = ElementTree.SubElement(
            root, "testsuite", _counts("files", len(report.failures), errors=len(report.failures))
        )
        for fault in report.failures:
            case = ElementTree.SubElement(suite, "testcase", {"classname": "files", "name": _clean(fault.file)})
            ElementTree.SubElement(case, "error", {"message": _clean(fault.message)}).text = _clean(str(fault))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _gate(root: ElementTree.Element, gate: GateResult) -> None:
    failing = sum(not check.holds for check in gate.checks)
    suite = ElementTree.SubElement(root, "testsuite", _counts("gate", len(gate.checks), failures=failing))
    for check in gate.checks:
        name = f"{check.threshold} of {check.proposal}" if check.proposal else check.threshold
        case = ElementTree.SubElement(suite, "testcase", {"classname": f"gate.{gate.mode}", "name": _clean(name)})
        if check.holds:
            ElementTree.SubElement(case, "system-out").text = _clean(check.message)
        else:
            failure = ElementTree.SubElement(case, "failure", {"message": _clean(check.message), "type": "gate"})
            failure.text = _clean(f"{check.message}\n{check.mend}")


def _suite(root: ElementTree.Element, assessment: Assessment, marks: Marks) -> None:
    findings = assessment.findings
    waived = {f.criterion: mark_of(marks, assessment, f) for f in findings if mark_of(marks, assessment, f).waiver}
    failures = sum(f.outcome is Outcome.VIOLATED and f.criterion not in waived for f in findings)
    skipped = sum(f.criterion in waived or f.outcome in {Outcome.UNKNOWN, Outcome.NOT_APPLICABLE} for f in findings)
    counts = _counts(assessment.proposal.id, len(findings), failures=failures, skipped=skipped)
    suite = ElementTree.SubElement(root, "testsuite", counts)
    _properties(suite, assessment)
    for finding in findings:
        _case(suite, finding, f"{assessment.lens.id}.{assessment.proposal.id}", waived.get(finding.criterion))


def _properties(suite: ElementTree.Element, assessment: Assessment) -> None:
    lens, digests = assessment.lens, assessment.digests
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (
        ("file", assessment.proposal.file),
        ("verdict", assessment.verdict.value),
        ("lens", f"{lens.id} {lens.version} as of {lens.as_of}"),
        ("lens digest", digests.lens),
        ("rules digest", digests.rules),
        ("proposal digest", digests.proposal),
        ("engine", digests.engine),
        ("note", ON_PAPER),
    ):
        ElementTree.SubElement(properties, "property", {"name": name, "value": _clean(value)})


def _counts(name: str, tests: int, *, failures: int = 0, errors: int = 0, skipped: int = 0) -> dict[str, str]:
    numbers = {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}
    return {"name": _clean(name), **{key: str(number) for key, number in numbers.items()}}


def _case(suite: ElementTree.Element, finding: Finding, classname: str, waived: Mark | None) -> None:
    name = f"{finding.criterion} {finding.title}"
    case = ElementTree.SubElement(suite, "testcase", {"classname": _clean(classname), "name": _clean(name)})
    message = _clean(finding.message)
    if waived is not None:
        said = f"{finding.outcome.value}, {waived_words(waived)}: {finding.message}"
        ElementTree.SubElement(case, "skipped", {"message": _clean(said)})
    elif finding.outcome is Outcome.VIOLATED:
        failure = ElementTree.SubElement(case, "failure", {"message": message, "type": finding.severity})
        failure.text = _clean(_body(finding))
    elif finding.outcome in {Outcome.UNKNOWN, Outcome.NOT_APPLICABLE}:
        ElementTree.SubElement(case, "skipped", {"message": f"{finding.outcome.value}: {message}"})
    else:
        ElementTree.SubElement(case, "system-out").text = f"{finding.outcome.value}: {message}"


def _body(finding: Finding) -> str:
    places = [f"{one_line(e.cite)}  {e.location.file}:{e.location.line}:{e.location.column}" for e in finding.shown_by]
    return "\n".join([finding.message, *places, f"Fix: {finding.fix}", f"Source: {finding.source}"])


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
