"""SARIF and JUnit hold to their schemas and to what GitHub demands, and HTML parses without an error."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import html5lib
import pytest
import xmlschema
from conftest import ROOT
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from report_samples import report

from policy_engine.cli.evaluation import assess_files
from policy_engine.configuration import Settings
from policy_engine.reports import render
from policy_engine.reports.input import ReportInput
from policy_engine.reports.names import FORMATS

SCHEMAS = Path(__file__).parent / "schemas"
# The three samples at once, and each alone.
SAMPLES = [("bill.yaml",), ("nasty.yaml",), ("broken.yaml",), ("bill.yaml", "nasty.yaml", "broken.yaml", "none.yaml")]
ODD_NAMES = ["a b.yaml", "50%.yaml", "#1?.yaml", "[x]{0}.yaml", "ä:ö.yaml", "c:d.yaml", "a&b<c>.yaml"]


@cache
def shipped() -> ReportInput:
    """Return the input of a report on every shipped proposal under the default lens."""
    folder = str(ROOT / "proposals")
    return assess_files((folder,), Settings(), formats=FORMATS)


@cache
def sarif_schema() -> Draft4Validator:
    """Return a validator that also checks URIs."""
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    return Draft4Validator(schema, format_checker=FormatChecker(["uri", "uri-reference"]))


@cache
def junit_schema() -> xmlschema.XMLSchema:
    """Return the schema of Jenkins."""
    return xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def valid_sarif(text: str) -> dict[str, Any]:
    """Return the run of a log after holding it against the schema, and against rules that no schema can state."""
    log = json.loads(text)
    assert [f"{list(error.path)}: {error.message}" for error in sarif_schema().iter_errors(log)] == []
    (run,) = log["runs"]
    for result in run["results"]:
        assert result["kind"] == "fail" or result["level"] == "none", "3.27.10: no level but for a failure"
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        ids = [place["id"] for place in result["relatedLocations"]]
        assert len(set(ids)) == len(ids)
    return dict(run)


def valid_junit(text: str) -> None:
    """Hold a document against the schema."""
    assert [error.reason for error in junit_schema().iter_errors(text)] == []


def valid_html(text: str) -> None:
    """Parse a page; the parser raises on whatever the standard calls an error."""
    html5lib.HTMLParser(strict=True).parse(text)


def checked(format_name: str, text: str) -> None:
    """Hold a report against what its format demands."""
    if format_name in {"sarif", "github-sarif"}:
        valid_sarif(text)
    elif format_name == "junit":
        valid_junit(text)
    elif format_name == "html":
        valid_html(text)
    else:
        schema = json.loads((ROOT / "policy_engine/schemas/report.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(json.loads(text))


CHECKED = ["sarif", "github-sarif", "junit", "html", "json"]


@pytest.mark.parametrize("files", SAMPLES, ids=" ".join)
@pytest.mark.parametrize("format_name", CHECKED)
def test_samples_hold_to_their_schema(folder: Path, format_name: str, files: tuple[str, ...]) -> None:
    checked(format_name, report(folder, format_name, *files).stdout)


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("format_name", CHECKED)
def test_odd_file_names_hold_to_their_schema(folder: Path, format_name: str, name: str) -> None:
    (folder / name).write_text((folder / "bill.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / f"broken {name}").write_text("id: [\n", encoding="utf-8")
    checked(format_name, report(folder, format_name, name, f"broken {name}").stdout)


@pytest.mark.slow
@pytest.mark.parametrize("format_name", ["sarif", "github-sarif", "junit", "html"])
def test_shipped_proposals_hold_to_their_schema(format_name: str) -> None:
    assert len(shipped().assessments) >= 50
    checked(format_name, render(format_name, shipped()))


@pytest.mark.parametrize("text", ["<p><b>x</p>", "<!doctype html><title>x</title><p id=a id=b>", "<!doctype html><a b"])
def test_the_html_check_can_fail(text: str) -> None:
    with pytest.raises(html5lib.html5parser.ParseError):
        valid_html(text)


def test_the_sarif_and_junit_checks_can_fail(folder: Path) -> None:
    log = json.loads(report(folder, "sarif", "bill.yaml").stdout)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    place["region"]["startLine"] = 0
    place["artifactLocation"]["uri"] = "a b[.yaml"
    assert len(list(sarif_schema().iter_errors(log))) == 2
    with pytest.raises(AssertionError):
        valid_junit("<testsuites><testsuite name='x'/></testsuites>")


def test_github_gets_only_problems_with_all_that_it_asks_for() -> None:
    run = valid_sarif(render("github-sarif", shipped()))
    every = [finding for assessment in shipped().assessments for finding in assessment.findings]
    problems = [finding for finding in every if finding.outcome in {"violated", "partial"}]
    assert len(run["results"]) == len(problems) > 100
    levels = [result["level"] for result in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    for result in run["results"]:
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["endLine"] == region["startLine"] >= 1
        assert region["endColumn"] >= region["startColumn"] >= 1
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        assert len(result["relatedLocations"]) <= 100
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["help"]["text"]
        assert rule["help"]["markdown"].startswith("**")
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["properties"]["tags"]) <= 10
    identities = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]]
    assert len(set(identities)) == len(identities)
    assert run["automationDetails"]["id"] == "policy-engine/article-2026-02/"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    for outcome in ("unknown", "satisfied", "not_applicable"):
        count = sum(finding.outcome == outcome for finding in every)
        assert f"{count} {outcome.replace('_', ' ')}" in note["message"]["text"]


def test_sarif_shows_every_outcome_as_its_kind() -> None:
    (run,) = json.loads(render("sarif", shipped()))["runs"]
    kinds = [result["kind"] for result in run["results"]]
    outcomes = [f.outcome.value for a in shipped().assessments for f in a.findings]
    assert kinds.count("open") == outcomes.count("unknown") > 0
    assert kinds.count("pass") == outcomes.count("satisfied") > 0
    assert kinds.count("notApplicable") == outcomes.count("not_applicable") > 0
    assert kinds.count("fail") == outcomes.count("violated") + outcomes.count("partial") > 0
