"""JUnit XML: a suite for each proposal, a case for each criterion."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from policy_engine.reports.input import ReportInput
from policy_engine.reports.phrases import ON_PAPER, one_line
from policy_engine.results import Assessment, Finding, Outcome

# Characters that XML 1.0 cannot hold, however they are escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: ReportInput) -> str:
    """Return the document: violated fails, unknown and not applicable are skipped, a faulty file is an error."""
    root = ElementTree.Element("testsuites", {"name": "policy-engine"})
    for assessment in report.assessments:
        _suite(root, assessment)
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


def _suite(root: ElementTree.Element, assessment: Assessment) -> None:
    findings = assessment.findings
    failures = sum(finding.outcome is Outcome.VIOLATED for finding in findings)
    skipped = sum(finding.outcome in {Outcome.UNKNOWN, Outcome.NOT_APPLICABLE} for finding in findings)
    counts = _counts(assessment.proposal.id, len(findings), failures=failures, skipped=skipped)
    suite = ElementTree.SubElement(root, "testsuite", counts)
    _properties(suite, assessment)
    for finding in findings:
        _case(suite, finding, f"{assessment.lens.id}.{assessment.proposal.id}")


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


def _case(suite: ElementTree.Element, finding: Finding, classname: str) -> None:
    name = f"{finding.criterion} {finding.title}"
    case = ElementTree.SubElement(suite, "testcase", {"classname": _clean(classname), "name": _clean(name)})
    message = _clean(finding.message)
    if finding.outcome is Outcome.VIOLATED:
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
