"""A report is true, or what is not true in it is named."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from policy_engine.cli.commands import policy_engine
from policy_engine.reports.json_schemas import schema_text

WAIVERS = "waivers:\n  - {criterion: VAC-2, reason: Known., approver: Counsel, expires: 2026-12-31}\n"


def run(folder: Path, *arguments: str) -> Result:
    """Run the command in a folder with the plain evaluator."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(policy_engine, [*arguments, "--engine", "plain", "--isolated"])


@pytest.fixture
def folder(tmp_path: Path, made: Path) -> Path:
    """Return a copy of the folder that was made once."""
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a bill, a broken file, waivers, a baseline, and a report in two formats."""
    tmp_path = tmp_path_factory.mktemp("made")
    shutil.copy(ROOT / "proposals/us/ca/sb-53.yaml", tmp_path / "bill.yaml")
    (tmp_path / "broken.yaml").write_text("id: [\n", encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    assert run(tmp_path, "baseline", "write", "bill.yaml", "--baseline", "base.json").exit_code == 0
    gate = ["--gate", "no_regression=true", "--gate", "principles.VAC=50", "--gate", "most.major=30", "--as-of"]
    files = [
        "--waivers",
        "waivers.yaml",
        "--baseline",
        "base.json",
        "--format",
        "json=r.json",
        "--format",
        "jsonl=r.jsonl",
    ]
    assert run(tmp_path, "evaluate", "bill.yaml", "broken.yaml", *gate, "2026-11-24", *files).exit_code == 3
    return tmp_path


@pytest.mark.parametrize("name", ["r.json", "r.jsonl"])
def test_a_report_just_made_is_true(folder: Path, name: str) -> None:
    result = run(folder, "verify", name)
    assert result.stdout == f"{name}: true; 1 assessment(s), 1 fault(s), the gate computed anew\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            ("assessments", 0, "score", "low"),
            99.0,
            "bill.yaml: score.low: the report says 99.0, computed anew it is 44.41",
        ),
        (
            ("assessments", 0, "verdict"),
            "meets",
            'verdict: the report says "meets", computed anew it is "undetermined"',
        ),
        (("assessments", 0, "findings", 0, "outcome"), "satisfied", ".outcome: the report says"),
        (("assessments", 0, "findings", 0, "message"), "All is well.", ".message: the report says"),
        (("assessments", 0, "digests", "proposal"), "0" * 64, "the file changed after the report was made"),
        (("assessments", 0, "digests", "rules"), "0" * 64, "the rules changed after"),
        (("assessments", 0, "praise"), "good", "praise is not in a true report"),
        (("failures", 0, "message"), "fine", "broken.yaml: the faults are not those"),
        (("gate", "passed"), True, "gate: passed: the report says true, computed anew it is false"),
        (("gate", "thresholds", "principles.VAC"), 10.0, "gate: checks"),
        (("gate", "thresholds", "lowest"), 10.0, "gate: it cannot be judged anew"),
        (("gate", "as_of"), "2027-01-01", "gate: "),
        (("gate", "as_of"), 3, "gate: the report does not hold what it was judged from"),
        (("assessments", 0, "proposal", "file"), "absent.yaml", "the file is at fault"),
    ],
)
def test_what_is_not_true_is_named(folder: Path, path: tuple[Any, ...], value: Any, said: str) -> None:
    report = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    place = report
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    (folder / "r.json").write_text(json.dumps(report), encoding="utf-8")
    result = run(folder, "verify", "r.json")
    assert result.exit_code == 1, result.output
    assert said in result.stdout
    assert "r.json: not true: " in result.stdout


def test_a_file_changed_since_is_named(folder: Path) -> None:
    bill = folder / "bill.yaml"
    bill.write_text(bill.read_text(encoding="utf-8").replace("deadline_hours: 360", "deadline_hours: 8760"), "utf-8")
    result = run(folder, "verify", "r.json")
    assert result.exit_code == 1
    assert "bill.yaml: the file changed after the report was made" in result.stdout
    assert "outcome: the report says" in result.stdout


def test_a_removed_finding_is_missed(folder: Path) -> None:
    report = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    del report["assessments"][0]["findings"][0]
    (folder / "r.json").write_text(json.dumps(report), encoding="utf-8")
    assert run(folder, "verify", "r.json").exit_code == 1


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "3", '{"schema": "other", "assessments": []}', "[" * 100_000, '{"schema": 1}\n{"x"}', "\x00"],
)
def test_what_is_no_report_is_refused(folder: Path, text: str) -> None:
    (folder / "bad.json").write_text(text, encoding="utf-8")
    result = run(folder, "verify", "bad.json")
    assert result.exit_code == 3, result.output
    assert "Traceback" not in result.output


def test_an_empty_report_is_not_true(folder: Path) -> None:
    empty = {"schema": "policy-engine/report/1", "assessments": [], "failures": [], "gate": None}
    (folder / "empty.json").write_text(json.dumps(empty), encoding="utf-8")
    result = run(folder, "verify", "empty.json")
    assert result.exit_code == 1
    assert "holds nothing that could be true" in result.stdout


@pytest.fixture(scope="module")
def among(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a bill, laws around it, and a report in two formats that was made among them."""
    folder = tmp_path_factory.mktemp("among")
    (folder / "laws").mkdir()
    shutil.copy(ROOT / "proposals/us/ny/raise-chapter-96.yaml", folder / "bill.yaml")
    shutil.copy(ROOT / "proposals/us/ca/sb-53.yaml", folder / "laws/a.yaml")
    shutil.copy(ROOT / "proposals/us/federal/hr-9925-frontier.yaml", folder / "laws/b.yaml")
    written = ("--format", "json=c.json", "--format", "jsonl=c.jsonl")
    made = run(folder, "evaluate", "bill.yaml", "--context", "laws", *written)
    assert made.exit_code == 0, made.output
    return folder


@pytest.fixture
def context(tmp_path: Path, among: Path) -> Path:
    """Return a copy of that folder."""
    shutil.copytree(among, tmp_path / "among")
    return tmp_path / "among"


def test_a_report_made_among_other_laws_names_them_and_fits_its_schema(context: Path) -> None:
    report = json.loads((context / "c.json").read_text(encoding="utf-8"))
    laws = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (context / "laws").iterdir()}
    assert report["context"] == [
        {"id": "us-ca-sb-53", "digest": laws["a.yaml"]},
        {"id": "us-federal-hr-9925-frontier", "digest": laws["b.yaml"]},
    ]
    jsonschema.validate(report, json.loads(schema_text("report")))


def test_a_report_made_among_other_laws_is_not_called_false(context: Path) -> None:
    result = run(context, "verify", "c.json")
    assert result.exit_code == 1
    assert "made among other laws; give them with --context to have it computed anew: us-ca-sb-53, " in result.stdout
    assert "c.json: not verified; nothing computed anew" in result.stdout
    assert "not true" not in result.stdout


@pytest.mark.parametrize("name", ["c.json", "c.jsonl"])
def test_with_the_same_laws_it_is_computed_anew(context: Path, name: str) -> None:
    result = run(context, "verify", name, "--context", "laws")
    assert result.stdout == f"{name}: true; 1 assessment(s), 0 fault(s) computed anew among 2 law(s)\n"
    assert result.exit_code == 0
    # Neither the order, nor what they are called, nor what lies beside them is of any account.
    (context / "laws/a.yaml").rename(context / "laws/z.yaml")
    shutil.copy(ROOT / "proposals/us/co/sb-24-205.yaml", context / "laws/c.yaml")
    assert run(context, "verify", name, "--context", "laws").stdout == result.stdout


def test_what_the_laws_showed_is_verified_too(context: Path) -> None:
    report = json.loads((context / "c.json").read_text(encoding="utf-8"))
    finding = next(f for f in report["assessments"][0]["findings"] if f["criterion"] == "UNI-2")
    assert finding["outcome"] == "partial"
    finding["outcome"] = "satisfied"
    (context / "c.json").write_text(json.dumps(report), encoding="utf-8")
    result = run(context, "verify", "c.json", "--context", "laws")
    assert result.exit_code == 1
    assert 'UNI-2].outcome: the report says "satisfied", computed anew it is "partial"' in result.stdout


def test_other_laws_than_those_of_the_report_are_refused(context: Path, folder: Path) -> None:
    law = context / "laws/a.yaml"
    law.write_text(law.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    changed = run(context, "verify", "c.json", "--context", "laws")
    assert changed.exit_code == 3
    assert "a.yaml: `us-ca-sb-53` changed after the report was made: SHA-256 " in changed.stderr
    assert "give the file as it was then" in changed.stderr
    assert changed.stdout == ""
    law.unlink()
    missing = run(context, "verify", "c.json", "--context", "laws")
    assert missing.exit_code == 3
    assert "the report was made among `us-ca-sb-53`, which --context does not give" in missing.stderr
    needless = run(folder, "verify", "r.json", "--context", "set:us-frontier-2026")
    assert needless.exit_code == 3
    assert "made without other laws around its texts" in needless.stderr


def test_a_report_that_hides_its_laws_is_not_true(context: Path) -> None:
    report = json.loads((context / "c.json").read_text(encoding="utf-8"))
    del report["context"]
    (context / "c.json").write_text(json.dumps(report), encoding="utf-8")
    result = run(context, "verify", "c.json")
    assert result.exit_code == 1
    assert "c.json: not true" in result.stdout
    report["context"] = ["us-ca-sb-53"]
    (context / "c.json").write_text(json.dumps(report), encoding="utf-8")
    assert run(context, "verify", "c.json", "--context", "laws").exit_code == 3
