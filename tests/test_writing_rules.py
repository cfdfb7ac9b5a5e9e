"""The page on writing rules is followed to the letter: a principle is added with YAML alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT

from policy_engine.cli.commands import policy_engine


def test_a_principle_is_added_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/writing-rules.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n# (my-rules/[\w/.-]+)\n(.*?)```", page, re.DOTALL)
    assert [name for name, _ in blocks] == ["my-rules/pets.yaml", "my-rules/lenses/pets.yaml"]
    for name, text in blocks:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    tested = runner.invoke(policy_engine, ["rules", "test", "--rules", "my-rules", "--engine", "plain"])
    assert tested.exit_code == 0, tested.output
    assert "1 criteria, 6 of 6 examples as they say" in tested.output
    assert "mutation score: 100.0%" in tested.output
    bill = str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")
    command = ["evaluate", bill, "--rules", "my-rules", "--lens", "pets", "--engine", "plain"]
    judged = runner.invoke(policy_engine, command)
    assert judged.exit_code == 0
    assert "VIOLATED  PET-1 Effects on animals are assessed" in judged.output
    shown = runner.invoke(policy_engine, ["lenses", "show", "pets", "--rules", "my-rules"])
    assert "PET  Pets are safe from machines (weight 1)" in shown.output
