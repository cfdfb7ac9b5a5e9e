"""Every format holds its shape, whatever the files say; reports of a fixed proposal are recorded."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from conftest import ROOT
from report_samples import report

from policy_engine.cli.commands import policy_engine
from policy_engine.reports.names import FORMATS
from policy_engine.reports.phrases import too_little
from policy_engine.results import PrincipleScore
from policy_engine.scoring import Tally

GOLDEN = ROOT / "tests/golden"


@pytest.mark.parametrize("format_name", FORMATS)
def test_golden(folder: Path, format_name: str, request: pytest.FixtureRequest) -> None:
    made = report(folder, format_name, "bill.yaml").stdout
    golden = GOLDEN / f"report.{format_name}"
    if request.config.getoption("--update-golden"):
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8"), "review the report, then run pytest --update-golden"
    assert report(folder, format_name, "bill.yaml").stdout == made


def test_several_formats_in_one_run(folder: Path) -> None:
    runner = CliRunner()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        command = ["evaluate", "bill.yaml", "--rules", "rules", "--lens", "golden", "--engine", "plain"]
        result = runner.invoke(policy_engine, [*command, "--format", "sarif=out.sarif", "--format", "text"])
        assert result.exit_code == 0
        assert "Verdict:" in result.stdout
        assert json.loads((folder / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
        twice = runner.invoke(policy_engine, [*command, "--format", "json", "--format", "text"])
        assert twice.exit_code == 2
        assert "only one format can go to standard output" in twice.stderr
        wrong = runner.invoke(policy_engine, [*command, "--format", "sarf"])
        assert wrong.exit_code == 2
        assert "did you mean `sarif`?" in wrong.stderr


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_bad_file_never_hides_the_others(folder: Path, format_name: str) -> None:
    result = report(folder, format_name, "broken.yaml", "bill.yaml")
    assert result.exit_code == 3
    assert "broken.yaml" in result.stdout
    assert "SAM-1" in result.stdout


class Tags(HTMLParser):
    """Collects elements and attributes, and checks that elements close in order."""

    VOID = frozenset({"meta", "input", "br", "hr", "img", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_in_a_file_acts_in_html(folder: Path) -> None:
    page = report(folder, "html", "nasty.yaml", "broken.yaml", "bill.yaml").stdout
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "script" not in tags.seen
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert len(set(tags.ids)) == len(tags.ids)
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r'(src|href)="(?!#)', page), "nothing is fetched from elsewhere"


def test_nothing_in_a_file_acts_in_github_annotations(folder: Path) -> None:
    made = report(folder, "github", "nasty.yaml", "broken.yaml").stdout
    lines = made.splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) [^:]*::.*|policy-engine: (\d+ more|Lens) .*", line), line
    assert "%250A" in made


def test_nothing_in_a_file_acts_in_csv(folder: Path) -> None:
    rows = list(csv.reader(io.StringIO(report(folder, "csv", "nasty.yaml", "broken.yaml").stdout)))
    assert {len(row) for row in rows} == {22}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)


def test_nothing_in_a_file_breaks_junit(folder: Path) -> None:
    root = ElementTree.fromstring(report(folder, "junit", "nasty.yaml", "broken.yaml", "bill.yaml").stdout)  # noqa: S314
    suites = {suite.get("name"): suite for suite in root}
    assert suites["golden"].get("failures") == "1"
    assert suites["files"].get("errors") == "1"
    assert all(int(suite.get("tests", "0")) == len(suite.findall("testcase")) for suite in root)
    assert root.get("tests") == str(len(root.findall("testsuite/testcase")))


def test_nothing_in_a_file_acts_in_markdown(folder: Path) -> None:
    made = report(folder, "markdown", "nasty.yaml", "broken.yaml").stdout
    assert "<script" not in made
    assert "&lt;script&gt;" in made
    assert not re.search(r"(?<!\\)\[a\]\(b\)", made)
    assert "@all" not in made


def test_sarif_has_rules_with_help_kinds_and_stable_fingerprints(folder: Path) -> None:
    run = json.loads(report(folder, "sarif", "bill.yaml", "broken.yaml").stdout)["runs"][0]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["help"]["text"].startswith("Must incidents be reported")
    (result,) = run["results"]
    assert (result["kind"], result["level"]) == ("fail", "error")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 18
    assert run["invocations"][0]["executionSuccessful"] is False
    renamed = folder / "renamed.yaml"
    renamed.write_text("# moved down\n" + (folder / "bill.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    again = json.loads(report(folder, "sarif", "renamed.yaml").stdout)["runs"][0]["results"][0]
    assert again["partialFingerprints"] == result["partialFingerprints"]
    assert again["locations"] != result["locations"]


def test_json_lines_are_one_document_a_line(folder: Path) -> None:
    lines = report(folder, "jsonl", "bill.yaml", "broken.yaml").stdout.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["assessment", "failure"]


@pytest.mark.parametrize(
    ("applicable", "coverage", "said"),
    [
        (0, 1.0, "not enough facts: no criterion applies"),
        (1, 1.0, "not enough facts: one criterion applies"),
        (2, 0.0, "not enough facts: two criteria apply"),
        (3, 0.4, "not enough facts: less than half is decided"),
        (3, 0.5, ""),
    ],
)
def test_why_too_little_is_known_of_a_principle_is_said(applicable: int, coverage: float, said: str) -> None:
    counted = Tally(0.0, 1.0, 0.0, 1.0, coverage, 1.0, applicable)
    principle = PrincipleScore("UNI", "", 1.0, None, counted.coverage, applicable, counted.enough_facts, ())
    assert too_little(principle) == said
