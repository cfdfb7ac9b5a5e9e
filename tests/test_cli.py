"""The command line through its public door: exit codes, formats, standard input, bad files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from policy_engine.cli.commands import policy_engine
from policy_engine.reports.json_schemas import schema_text
from policy_engine.reports.names import SCHEMAS

MORATORIUM = str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(policy_engine, list(arguments), input=stdin)


def test_text_report_of_the_moratorium() -> None:
    result = run("evaluate", MORATORIUM, "--engine", "plain")
    assert result.exit_code == 0
    assert "Verdict: VETO" in result.output
    assert "VAC-1 What is displaced is replaced in the same text" in result.output
    assert "sec. 43201(c)(1)" in result.output
    assert "hr-1-sec-43201-house.yaml:38:5" in result.output
    assert "This judges design on paper, not effect" in " ".join(result.output.split())


def test_json_report_fits_its_schema_and_its_order() -> None:
    result = run("evaluate", str(ROOT / "proposals"), "--format", "json", "--engine", "plain")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    jsonschema.validate(report, json.loads(schema_text("report")))
    assert len(report["assessments"]) >= 10
    assert list(report["assessments"][0]) == [
        "proposal",
        "lens",
        "verdict",
        "score",
        "coverage",
        "vetoes",
        "principles",
        "findings",
        "unknowns",
        "digests",
    ]


def test_same_input_same_bytes() -> None:
    first, second = (run("evaluate", MORATORIUM, "--format", "json", "--engine", "plain").stdout for _ in range(2))
    assert first == second


def test_standard_input() -> None:
    result = run("evaluate", "-", "--engine", "plain", stdin=Path(MORATORIUM).read_text(encoding="utf-8"))
    assert result.exit_code == 0
    assert "<stdin>:38:5" in result.output


def test_a_bad_file_never_hides_the_others(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: NO\nid: x\n", encoding="utf-8")
    result = run("evaluate", str(bad), MORATORIUM, "--engine", "plain")
    assert result.exit_code == 3
    assert "VETO" in result.output
    assert "the key `id` stands twice" in result.output
    assert "can be read as text or as a boolean" in result.output


def test_nothing_assessed_is_a_failure(tmp_path: Path) -> None:
    result = run("evaluate", str(tmp_path))
    assert result.exit_code == 3
    assert "no .yaml file in this directory" in result.output


def test_a_statement_of_the_wrong_kind_is_shown_with_its_line(tmp_path: Path) -> None:
    text = Path(MORATORIUM).read_text(encoding="utf-8")
    stated = tmp_path / "stated.yaml"
    stated.write_text(
        text + 'statements:\n  - {fact: gen.technology_neutral, value: contested, cite: "sec. 1"}\n', encoding="utf-8"
    )
    result = run("evaluate", str(stated), "--engine", "plain")
    assert result.exit_code == 3
    line = len(text.splitlines()) + 2
    assert f"stated.yaml:{line}:43: the statement `gen.technology_neutral` takes true or false" in result.output
    assert "careful readers differ" in result.output


@pytest.mark.parametrize("arguments", [(), ("evaluate",), ("evaluate", "x", "--format", "pdf"), ("nonsense",)])
def test_usage_errors(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_unknown_lens_names_the_nearest() -> None:
    result = run("evaluate", MORATORIUM, "--lens", "article-2026-03")
    assert result.exit_code == 3
    assert "did you mean `article-2026-02`" in result.output


def test_explain_page_and_proof() -> None:
    page = run("explain", "VAC-1")
    assert page.exit_code == 0
    assert "Rationale:" in page.output
    assert "Critics say:" in page.output
    proof = run("explain", "VAC-1", MORATORIUM, "--engine", "plain")
    assert proof.exit_code == 0
    assert "Outcome: violated" in proof.output
    assert "Looked for a provision of type duty" in proof.output
    assert "found none, and the text was read for it" in " ".join(proof.output.split())


def test_explain_names_the_nearest_criterion() -> None:
    result = run("explain", "VAC-11")
    assert result.exit_code == 2
    assert "VAC-1" in result.output


def test_rules_list_show_and_test() -> None:
    assert "VAC-1" in run("rules", "list").output
    assert "Question:" in run("rules", "show", "vac").output
    result = run("rules", "test", "--engine", "plain")
    assert result.exit_code == 0
    assert re.search(r"^183 criteria, (\d+) of \1 examples as they say$", result.output, re.MULTILINE)
    assert "findings of the rule lint: 0" in result.output
    score = re.search(r"^mutation score: ([\d.]+)%$", result.output, re.MULTILINE)
    assert score
    assert float(score.group(1)) >= 90


@pytest.mark.parametrize("name", SCHEMAS)
def test_stored_schemas_are_fresh(name: str) -> None:
    stored = (ROOT / f"policy_engine/schemas/{name}.schema.json").read_text(encoding="utf-8")
    assert run("schema", name).output == stored == schema_text(name)


def test_new_proposal_validates(tmp_path: Path) -> None:
    file = tmp_path / "draft.yaml"
    assert run("new", "proposal", "--output", str(file)).exit_code == 0
    assert run("evaluate", str(file), "--engine", "plain").exit_code == 0
    assert run("new", "proposal", "--output", str(file)).exit_code == 2


def test_new_rule_set_validates(tmp_path: Path) -> None:
    file = tmp_path / "sample.yaml"
    assert run("new", "rule-set", "--output", str(file)).exit_code == 0
    result = run("rules", "test", "--rules", str(tmp_path), "--engine", "plain")
    assert result.exit_code == 0, result.output
    assert "1 criteria" in result.output


def test_output_is_written_and_a_directory_refused(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    assert run("evaluate", MORATORIUM, "--format", "json", "--output", str(target), "--engine", "plain").exit_code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["schema"] == "policy-engine/report/1"
    refused = run("evaluate", MORATORIUM, "--output", str(tmp_path), "--engine", "plain")
    assert refused.exit_code == 3
    assert "cannot be written" in refused.output


def test_version_names_the_engine() -> None:
    output = run("--version").output
    assert output.startswith("policy-engine 0.1.0, engine: ")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        text = reader.submit(pipe.read_text, encoding="utf-8")
        assert run("evaluate", MORATORIUM, "--output", str(pipe), "--engine", "plain").exit_code == 0
        assert "Verdict: VETO" in text.result(timeout=20)
    assert pipe.is_fifo()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_commands_and_options(shell: str) -> None:
    script = CliRunner().invoke(
        policy_engine, [], prog_name="policy-engine", env={"_POLICY_ENGINE_COMPLETE": f"{shell}_source"}
    )
    assert script.exit_code == 0
    assert "_POLICY_ENGINE_COMPLETE" in script.output
    words = {"COMP_WORDS": "policy-engine ev", "COMP_CWORD": "1" if shell != "fish" else "ev"}
    named = CliRunner().invoke(
        policy_engine, [], prog_name="policy-engine", env={"_POLICY_ENGINE_COMPLETE": f"{shell}_complete", **words}
    )
    assert "evaluate" in named.output


@pytest.mark.parametrize(("text", "code"), [("", 3), (Path(MORATORIUM).read_text(encoding="utf-8"), 0)])
def test_a_reader_that_leaves_early_changes_no_exit_code(text: str, code: int, tmp_path: Path) -> None:
    file = tmp_path / "bill.yaml"
    file.write_text(text, encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "policy_engine", "evaluate", str(file), "--isolated", "--engine", "plain"]
    ran = subprocess.run(command, stdout=writing, stderr=writing, check=False, timeout=60)
    os.close(writing)
    assert ran.returncode == code
