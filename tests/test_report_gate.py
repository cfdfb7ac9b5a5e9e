"""The gate in every format: nothing that a waiver says acts, and each says what failed and what would mend it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest
from click.testing import CliRunner, Result
from report_readers import HOLDS
from report_samples import NASTY, ROOT, write_samples
from test_report_schemas import junit_schema, valid_sarif

from policy_engine.cli.commands import policy_engine
from policy_engine.reports.names import FORMATS

SB_53 = ROOT / "proposals/us/ca/sb-53.yaml"
GATE = ["--gate", "lowest_score=70", "--gate", "no_veto=true", "--gate", "no_regression=true", "--as-of", "2026-11-24"]
FILES = ["--waivers", "waivers.yaml", "--baseline", "base.json"]


def run(folder: Path, *arguments: str) -> Result:
    """Run the command in a folder with the plain evaluator."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(policy_engine, [*arguments, "--engine", "plain", "--isolated"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a bill that got worse, a nasty one, waivers and a baseline."""
    made = tmp_path_factory.mktemp("gate")
    write_samples(made)
    text = SB_53.read_text(encoding="utf-8")
    (made / "sb.yaml").write_text(text, encoding="utf-8")
    assert run(made, "baseline", "write", "sb.yaml", "--baseline", "base.json").exit_code == 0
    (made / "sb.yaml").write_text(text.replace("deadline_hours: 360", "deadline_hours: 8760"), encoding="utf-8")
    waivers = [("VAC-2", "us-ca-sb-53"), ("LIB-5", "us-ca-sb-53"), ("VAC-1", "golden"), ("TRN-1", "us-ca-sb-53")]
    rows = [
        {"criterion": name, "proposal": proposal, "reason": NASTY, "approver": NASTY, "expires": "DAY"}
        for name, proposal in waivers
    ]
    (made / "waivers.yaml").write_text(json.dumps({"waivers": rows}).replace('"DAY"', "2026-12-31"), encoding="utf-8")
    return made


def report(folder: Path, name: str) -> str:
    """Return the report of both files in a format; the gate fails."""
    result = run(folder, "evaluate", "sb.yaml", "nasty.yaml", *GATE, *FILES, "--format", name)
    assert result.exit_code == 1, result.output
    return result.stdout


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_and_names_what_fails(folder: Path, name: str) -> None:
    made = report(folder, name)
    HOLDS[name](made)
    if name not in {"csv", "sarif", "github-sarif"}:
        assert "lowest_score" in made.replace("\\_", "_")


def test_text_says_what_would_reach_the_threshold(folder: Path) -> None:
    text = " ".join(report(folder, "text").split())
    assert "Gate (enforce) FAILS:" in text
    assert "points short; for example mending" in text
    assert "TRN-4" in text.partition("Baseline: ")[2]
    assert "Waivers (as of 2026-11-24)" in text
    assert "unused" in text


def test_sarif_has_waivers_as_suppressions_and_the_state_against_the_baseline(folder: Path) -> None:
    results = valid_sarif(report(folder, "sarif"))["results"]
    waived = [r for r in results if "suppressions" in r]
    assert {(r["ruleId"], r["properties"]["proposal"]) for r in waived} == {
        ("VAC-2", "us-ca-sb-53"),
        ("LIB-5", "us-ca-sb-53"),
        ("VAC-1", "golden"),
    }
    assert waived[0]["suppressions"][0]["justification"].startswith("waived until 2026-12-31 by ")
    states = {r.get("baselineState") for r in results if r["properties"]["proposal"] == "us-ca-sb-53"}
    assert states == {"new", "unchanged", None}


def test_junit_has_a_suite_of_the_gate_and_skips_what_is_waived(folder: Path) -> None:
    text = report(folder, "junit")
    junit_schema().validate(text)
    suites = {suite.get("name"): suite for suite in ElementTree.fromstring(text)}  # noqa: S314
    gate = suites["gate"]
    failed = {case.get("name") for case in gate if case.find("failure") is not None}
    assert "lowest_score of us-ca-sb-53" in failed
    case = next(c for c in suites["us-ca-sb-53"] if str(c.get("name")).startswith("LIB-5"))
    assert "waived until 2026-12-31" in str(case.find("skipped").get("message"))  # type: ignore[union-attr]


def test_github_annotates_the_gate_and_leaves_out_what_is_waived(folder: Path) -> None:
    text = report(folder, "github")
    assert "title=policy-engine gate%3A lowest_score::us-ca-sb-53%0Alow bound" in text
    assert "LIB-5 violated" not in text
    assert "policy-engine: 1 violated finding waived, and not shown here" in text


def test_the_comment_begins_with_the_gate_and_what_changed(folder: Path) -> None:
    text = report(folder, "markdown")
    assert text.startswith("## Gate (enforce) FAILS")
    gate, verdict = text.index("new: **TRN-4**"), text.index("**UNDETERMINED")
    assert gate < verdict


def test_csv_has_waivers_and_states(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(report(folder, "csv"))))
    by_criterion = {row["criterion"]: row for row in rows if row["proposal"] == "us-ca-sb-53"}
    assert by_criterion["LIB-5"]["waived"].startswith("waived until 2026-12-31")
    assert by_criterion["LIB-5"]["since_baseline"] == "unchanged"
    assert by_criterion["TRN-4"]["since_baseline"] == "new"


def test_html_shows_the_gate(folder: Path) -> None:
    page = html5lib.parse(report(folder, "html"), namespaceHTMLElements=False)
    gate = next(e for e in page.iter("section") if e.get("aria-labelledby") == "gate")
    text = " ".join("".join(gate.itertext()).split())
    assert "What fails, and what would change it" in text
    assert "new: TRN-4" in text
