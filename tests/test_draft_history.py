"""The history of a bill in a git repository: an amendment that guts a safeguard, a waiver, its expiry, a typo."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from policy_engine.cli.commands import policy_engine

SB_53 = ROOT / "proposals/us/ca/sb-53.yaml"
CONFIGURATION = """\
paths = ["drafts"]
engine = "plain"
baseline = "baseline.json"

[gate]
lowest_score = 40
most.blocker = 0
no_regression = true
"""
WAIVER = """\
waivers:
  - criterion: TRN-4
    proposal: us-ca-sb-53
    reason: The committee will return to the clock in conference.
    approver: Committee counsel
    expires: 2026-12-31
"""
RENEWED = ("--as-of", "2026-12-31")


class Drafts:
    """A repository of drafts, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bill = folder / "drafts/bill.yaml"
        self.bill.parent.mkdir(parents=True)
        self.bill.write_text(SB_53.read_text(encoding="utf-8"), encoding="utf-8")
        (folder / "policy-engine.toml").write_text(CONFIGURATION, encoding="utf-8")
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> None:
        """Run git as nobody in particular."""
        person = {f"GIT_{who}_{what}": "drafts" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, env={**os.environ, **person})  # noqa: S607

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def edit(self, old: str, new: str) -> None:
        """Replace words of the bill, which must be there."""
        text = self.bill.read_text(encoding="utf-8")
        assert old in text
        self.bill.write_text(text.replace(old, new, 1), encoding="utf-8")

    def run(self, *arguments: str) -> Result:
        """Run the command in the repository."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            return CliRunner().invoke(policy_engine, list(arguments))

    def line_of(self, words: str) -> int:
        """Return the line of the bill that holds words."""
        lines = self.bill.read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if words in line)

    def outcomes(self) -> dict[str, str]:
        """Return the outcome of each criterion on the bill as it is."""
        report = json.loads(self.run("evaluate", "--format", "json").stdout)
        return {finding["criterion"]: finding["outcome"] for finding in report["assessments"][0]["findings"]}


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    """Return a repository with a draft that passes, and its baseline."""
    made = Drafts(tmp_path / "repository")
    assert made.run("baseline", "write").exit_code == 0
    passed = made.run("evaluate")
    assert passed.exit_code == 0, passed.output
    assert "Gate (enforce) passes: all 4 checks hold" in passed.stdout
    assert "Baseline: 0 new, 0 fixed, 28 unchanged" in passed.stdout
    made.commit("Introduce the bill")
    return made


@pytest.fixture
def gutted(drafts: Drafts) -> Drafts:
    """Return the repository after an amendment that gives a year to report an incident."""
    drafts.edit("deadline_hours: 360", "deadline_hours: 8760")
    drafts.commit("Amend the clock")
    return drafts


def test_an_amendment_that_guts_a_safeguard_fails_at_its_line(gutted: Drafts) -> None:
    result = gutted.run("evaluate", "--format", "github")
    assert result.exit_code == 1
    line = gutted.line_of("deadline_hours: 8760")
    found = re.search(r"::error file=drafts/bill\.yaml,line=(\d+),col=\d+,title=TRN-4 violated", result.stdout)
    assert found
    provision = gutted.line_of("id: incident-report-15d")
    assert int(found[1]) == provision
    assert provision <= line <= provision + 20
    text = " ".join(gutted.run("evaluate").stdout.split())
    assert "FAILS no_regression: 1 new finding(s); low bound" in text
    assert "undo what moved: TRN-4" in text
    assert "Baseline: 1 new, 0 fixed, 28 unchanged" in text


def test_the_diff_names_the_amendment(gutted: Drafts) -> None:
    result = gutted.run("diff", "git:HEAD~1:drafts/bill.yaml", "git:HEAD:drafts/bill.yaml", "--engine", "plain")
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    assert "TRN-4" in text
    assert "incident-report-15d" in text
    assert "deadline_hours: 360 → 8,760" in text
    whole = gutted.run(
        "diff", "git:HEAD~1:drafts/bill.yaml", "drafts/bill.yaml", "--engine", "plain", "--format", "json"
    )
    document = json.loads(whole.stdout)
    moved = {move["criterion"]: [m["change"] for m in move["movers"]] for move in document["texts"]["moves"]}
    assert list(moved) == ["TRN-4"]
    assert all("incident-report-15d" in change for change in moved["TRN-4"])


def test_a_waiver_lets_it_pass_until_its_last_day(gutted: Drafts) -> None:
    (gutted.folder / "waivers.yaml").write_text(WAIVER, encoding="utf-8")
    waivers = ("--waivers", "waivers.yaml")
    passed = gutted.run("evaluate", *waivers, *RENEWED)
    assert passed.exit_code == 0, passed.output
    assert "Waived: TRN-4; score" in passed.stdout
    expired = gutted.run("evaluate", *waivers, "--as-of", "2027-01-01")
    assert expired.exit_code == 1
    assert "TRN-4 was waived up to 2026-12-31, and 2027-01-01 is later" in " ".join(expired.stdout.split())
    assert gutted.run("evaluate", *waivers).exit_code == 2
    assert gutted.run("evaluate", *waivers, "--no-waivers").exit_code == 1


def test_a_typo_in_a_key_is_a_fault_with_the_near_miss(drafts: Drafts) -> None:
    drafts.edit("deadline_hours: 360", "deadline_hour: 360")
    result = drafts.run("evaluate")
    assert result.exit_code == 3
    assert f"drafts/bill.yaml:{drafts.line_of('deadline_hour: 360')}:" in result.stderr
    assert "did you mean `deadline_hours`" in result.stderr


RANKS = {"violated": 0, "partial": 1, "unknown": 1, "not_applicable": 2, "satisfied": 3}


def test_a_deleted_section_makes_findings_worse_never_better(drafts: Drafts) -> None:
    before = drafts.outcomes()
    text = drafts.bill.read_text(encoding="utf-8")
    start = text.index("  - id: incident-report-15d")
    end = text.index("\n  - id: ", start + 5) + 1
    drafts.bill.write_text(text[:start] + text[end:], encoding="utf-8")
    after = drafts.outcomes()
    moved = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    assert moved
    assert all(RANKS[now] <= RANKS[then] for then, now in moved.values()), moved
    result = drafts.run("evaluate")
    assert result.exit_code == 1
    assert " 0 fixed," in result.stdout


def test_a_renamed_file_is_nothing_new(drafts: Drafts) -> None:
    drafts.git("mv", "drafts/bill.yaml", "drafts/renamed.yaml")
    result = drafts.run("evaluate")
    assert result.exit_code == 0
    assert "Baseline: 0 new, 0 fixed, 28 unchanged" in result.stdout
    sarif = json.loads(drafts.run("evaluate", "--format", "sarif").stdout)["runs"][0]["results"]
    assert {result.get("baselineState") for result in sarif} <= {"unchanged", None}


def test_reports_are_the_same_bytes_whatever_the_jobs(drafts: Drafts) -> None:
    second = drafts.folder / "drafts/second.yaml"
    second.write_text((ROOT / "proposals/us/tn/pc-1066-enacted.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("text", "json", "sarif", "html"):
        one, two = (drafts.run("evaluate", "--format", name, "--jobs", jobs) for jobs in ("1", "2"))
        assert one.exit_code == two.exit_code == 1
        assert one.stdout == two.stdout
