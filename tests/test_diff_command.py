"""`policy-engine diff` through its public door: what is said, in every format, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT
from report_samples import LENS, NASTY, PROPOSAL

from policy_engine.cli.commands import policy_engine
from policy_engine.engine.client import why_unavailable
from policy_engine.reports.json_schemas import schema_text
from policy_engine.reports.names import DIFFERENCE_FORMATS

GOLDEN = ROOT / "tests/golden"
DUTY = "  - {id: report, type: incident_report, cite: sec. 2, mandatory: true, deadline_hours: 72, note: Reports.}\n"
STRICTER = """\
overrides:
  SAM-1:
    severity: blocker
    reason: A view that takes reporting for the heart of it.
parameters:
  sample_hours: {value: 24, reason: A day is enough.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a rule set, two lenses, and two states of a draft."""
    scaffold = (ROOT / "policy_engine/scaffold/rule-set.yaml").read_text(encoding="utf-8")
    (tmp_path / "rules/lenses").mkdir(parents=True)
    (tmp_path / "rules/sample.yaml").write_text(scaffold, encoding="utf-8")
    (tmp_path / "rules/lenses/golden.yaml").write_text(LENS, encoding="utf-8")
    stricter = LENS.replace("id: golden", "id: stricter") + STRICTER
    (tmp_path / "rules/lenses/stricter.yaml").write_text(stricter, encoding="utf-8")
    old = PROPOSAL.format(title="A golden bill", cite="sec. 1", note="Bars state law.") + DUTY
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    new = old.replace("deadline_hours: 72", "deadline_hours: 96").replace("duration_years: 10", "duration_years: 5")
    new = new.replace("id: freeze", "id: moratorium").replace("stage: draft", "stage: introduced")
    new += "  - {id: card, type: disclosure, kind: system_card, cite: sec. 3, mandatory: false}\n"
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("id: [<script>\n", encoding="utf-8")
    return tmp_path


def diff(folder: Path, *arguments: str, lens: str = "golden", stdin: str | None = None) -> Result:
    """Run the command in the folder, so that paths in reports do not depend on it."""
    command = ["diff", *arguments, "--rules", "rules", "--engine", "plain", "--isolated"]
    command += ["--lens", lens] if lens else []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(policy_engine, command, input=stdin)


def is_golden(made: str, name: str, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / name
    if request.config.getoption("--update-golden"):
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8"), "review the report, then run pytest --update-golden"


@pytest.mark.parametrize("format_name", DIFFERENCE_FORMATS)
def test_golden(folder: Path, format_name: str, request: pytest.FixtureRequest) -> None:
    result = diff(folder, "old.yaml", "new.yaml", "--format", format_name)
    assert result.exit_code == 0
    is_golden(result.stdout, f"diff.{format_name}", request)
    assert diff(folder, "old.yaml", "new.yaml", "--format", format_name).stdout == result.stdout


@pytest.mark.parametrize("format_name", DIFFERENCE_FORMATS)
def test_golden_of_lenses(folder: Path, format_name: str, request: pytest.FixtureRequest) -> None:
    arguments = ("old.yaml", "new.yaml", "--lens", "golden", "--lens", "stricter", "--format", format_name)
    result = diff(folder, *arguments, lens="")
    assert result.exit_code == 0
    is_golden(result.stdout, f"diff-lenses.{format_name}", request)


def test_what_counsel_reads_first(folder: Path) -> None:
    lines = diff(folder, "old.yaml", "new.yaml").stdout.splitlines()
    assert lines[0] == "Compared: old.yaml → new.yaml"
    assert lines[1] == "Verdict:  MEETS the principles of this lens → DOES NOT MEET the principles of this lens"
    assert lines[2] == "Score:    100.0 → 0.0 of 100; 100% of what applies is decided"
    text = "\n".join(lines)
    assert "WORSE  SAM-1 Incidents are reported soon (major): satisfied → violated" in text
    assert "Moved by sec. 2  incident report (report), changed  new.yaml:18:5\n" in text
    assert "Fix: Set a deadline of 72 hours." in text
    assert "-100.0      -100.0  sec. 2  incident report (report), changed" in text
    assert "sec. 1  preemption (moratorium, was freeze)  new.yaml:11:5" in text
    assert "duration_years: 10 → 5" in text
    assert "\x1b" not in text


def test_the_stored_schema_is_fresh() -> None:
    stored = (ROOT / "policy_engine/schemas/diff.schema.json").read_text(encoding="utf-8")
    assert CliRunner().invoke(policy_engine, ["schema", "diff"]).output == stored


def test_json_fits_its_schema_and_shares_add_up_as_written() -> None:
    old, new = (str(ROOT / f"proposals/us/{name}.yaml") for name in ("tx/hb-149-earlier-print", "tx/hb-149-enrolled"))
    result = CliRunner().invoke(policy_engine, ["diff", old, new, "--format", "json", "--engine", "plain"])
    report = json.loads(result.stdout)
    jsonschema.validate(report, json.loads(schema_text("diff")))
    assert report["schema"] == "policy-engine/diff/1"
    assert report["lenses"] is None
    found = report["texts"]
    for bound in ("low", "high"):
        total = round(found["new"]["score"][bound] - found["old"]["score"][bound], 2)
        assert round(sum(share[bound] for share in found["attribution"]["shares"]), 2) == total
        assert found["attribution"][bound] == total
    keys = {change["key"] for change in found["changes"]}
    assert {mover["change"] for move in found["moves"] for mover in move["movers"]} <= keys
    assert {share["change"] for share in found["attribution"]["shares"]} == keys


def test_two_lenses_over_the_corpus() -> None:
    command = ["diff", str(ROOT / "proposals"), "--lens", "article-2026-02", "--lens", "amodei-2026-06"]
    runner = CliRunner()
    report = json.loads(runner.invoke(policy_engine, [*command, "--format", "json", "--engine", "plain"]).stdout)
    jsonschema.validate(report, json.loads(schema_text("diff")))
    texts = report["lenses"]["texts"]
    assert len(texts) == len(list((ROOT / "proposals").rglob("*.yaml")))
    assert {change["name"] for change in report["lenses"]["changes"]} >= {"ESC-9", "ESC-10", "periodic_report_months"}
    for text in texts:
        assert text["old"]["proposal"] == text["new"]["proposal"]
        assert all(move["why"] for move in text["moves"])
        for bound in ("low", "high"):
            total = round(text["new"]["score"][bound] - text["old"]["score"][bound], 2)
            assert round(sum(share[bound] for share in text["attribution"]["shares"]), 2) == total
    words = runner.invoke(policy_engine, [*command, "--engine", "plain"]).stdout
    assert "they stand side by side here and are not ranked" in " ".join(words.split())


def test_two_states_of_the_rules(folder: Path) -> None:
    shutil.copytree(folder / "rules", folder / "later")
    file = folder / "later/sample.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("value: 72", "value: 100"), encoding="utf-8")
    result = diff(folder, "new.yaml", "--rules", "later", lens="golden")
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "Rule set sample: its file differs (version 0.1.0 there, 0.1.0 here)." in words
    assert "SAM-1 Incidents are reported soon: satisfied → violated. cut-off sample_hours: 100 there, 72 hours" in words


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_draft_against_its_last_commit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    shutil.copy(folder / "old.yaml", folder / "draft.yaml")
    for step in (
        ("init", "--quiet", "--initial-branch", "main"),
        ("add", "draft.yaml"),
        ("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", "A draft"),
    ):
        subprocess.run(["git", *step], cwd=folder, check=True)  # noqa: S607
    shutil.copy(folder / "new.yaml", folder / "draft.yaml")
    result = diff(folder, "git:main:draft.yaml", "draft.yaml")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Compared: git:main:draft.yaml → draft.yaml\n")
    assert "WORSE  SAM-1" in result.stdout
    assert diff(folder, "git:main:draft.yaml", "git:main:./draft.yaml").stdout.count("No outcome moved.") == 1
    missing = diff(folder, "git:main:drafft.yaml", "draft.yaml")
    assert missing.exit_code == 3
    assert "there is no file `drafft.yaml` in `main`" in missing.stderr
    assert "did you mean `draft.yaml`?" in missing.stderr


def test_standard_input_is_one_of_the_texts(folder: Path) -> None:
    text = (folder / "old.yaml").read_text(encoding="utf-8")
    result = diff(folder, "-", "new.yaml", stdin=text)
    assert result.exit_code == 0
    assert result.stdout.startswith("Compared: <stdin> → new.yaml\n")
    assert diff(folder, "-", "-", stdin=text).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("old.yaml",), "a comparison takes two texts, OLD and NEW; 1 given. To compare lenses, give --lens twice."),
        (("old.yaml", "new.yaml", "old.yaml"), "a comparison takes two texts, OLD and NEW; 3 given"),
        (("old.yaml", "new.yaml", "--lens", "golden", "--lens", "golden"), "--lens is given 3 times"),
        (("old.yaml", "new.yaml", "--format", "sarif"), "there is no format `sarif`"),
        (("old.yaml", "new.yaml", "--format", "json", "--format", "text"), "only one format can go to standard"),
        ((), "Missing argument"),
    ],
)
def test_usage(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    result = diff(folder, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_faults_of_both_texts_are_told(folder: Path) -> None:
    result = diff(folder, "broken.yaml", "missing.yaml")
    assert result.exit_code == 3
    assert "broken.yaml:2:1" in result.stderr
    assert "missing.yaml: there is no such file" in result.stderr
    assert "2 fault(s) kept files from being compared" in result.stdout
    report = diff(folder, "broken.yaml", "new.yaml", "--format", "json")
    assert report.exit_code == 3
    document = json.loads(report.stdout)
    jsonschema.validate(document, json.loads(schema_text("diff")))
    assert (document["texts"], len(document["failures"])) == (None, 1)


def test_a_bad_file_does_not_hide_the_others_under_two_lenses(folder: Path) -> None:
    result = diff(folder, "broken.yaml", "old.yaml", "--lens", "stricter")
    assert result.exit_code == 3
    assert "on 1 text(s)" in result.stdout
    assert "broken.yaml:2:1" in result.stderr


def test_several_formats_in_one_run(folder: Path) -> None:
    result = diff(
        folder, "old.yaml", "new.yaml", "--format", "json=out.json", "--format", "markdown=out.md", "--format", "text"
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("Compared: ")
    assert json.loads((folder / "out.json").read_text(encoding="utf-8"))["schema"] == "policy-engine/diff/1"
    assert (folder / "out.md").read_text(encoding="utf-8").startswith("### old.yaml → new.yaml\n")


def test_nothing_in_a_file_acts_in_markdown(folder: Path) -> None:
    words, short = json.dumps(NASTY), json.dumps(NASTY[:105].strip())
    nasty = PROPOSAL.format(title=words, cite=short, note=words) + DUTY.replace("sec. 2", short).replace("72", "96")
    (folder / "nasty.yaml").write_text(nasty.replace("Reports.", words), encoding="utf-8")
    for pair in (("old.yaml", "nasty.yaml"), ("nasty.yaml", "new.yaml")):
        made = diff(folder, *pair, "--format", "markdown").stdout
        assert "<script" not in made
        assert "@all" not in made
        assert not re.search(r"(?<!\\)\[a\]\(b\)", made)
        rows = [line for line in made.splitlines() if line.startswith("|")]
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {5, 4}


def test_a_comment_stays_below_what_github_takes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = diff(folder, "old.yaml", "new.yaml", "--format", "markdown").stdout
    for longest in range(400, len(whole.encode()), 50):
        monkeypatch.setattr("policy_engine.reports.diff_markdown.LONGEST", longest)
        made = diff(folder, "old.yaml", "new.yaml", "--format", "markdown").stdout
        assert len(made.encode()) <= longest
        assert made.endswith("The text and the JSON show all.\n")
        assert made.count("<details>") == made.count("</details>")
        assert made.startswith("### old.yaml")


@pytest.mark.durable
@pytest.mark.skipif(bool(why_unavailable()), reason="durable-rules cannot be loaded here")
def test_the_engine_judges_both_ends() -> None:
    file = str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")
    result = CliRunner().invoke(policy_engine, ["diff", file, file, "--engine", "durable"])
    assert result.exit_code == 0
    assert "Engine:  durable-rules" in result.stdout
    assert "Nothing differs that describes the text." in result.stdout


def test_an_engine_that_disagrees_stops_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from policy_engine.difference.mixtures import Mixtures

    monkeypatch.setattr(Mixtures, "_truths", lambda self, *_: [0] * len(self._lens.program.conditions))
    result = diff(folder, "old.yaml", "new.yaml")
    assert result.exit_code == 4
    assert "no share is given" in result.stderr
