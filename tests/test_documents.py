"""Documents say what is so: the reference is fresh, the README's example runs, and named paths exist."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from policy_engine.loading import load_all_rules
from policy_engine.reports.reference_page import render


def test_reference_is_fresh() -> None:
    assert (ROOT / "docs/reference.md").read_text(encoding="utf-8") == render(load_all_rules())


def test_the_example_in_the_readme_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    said = re.search(r"```python\n.*?```\n+prints\n+```text\n(.*?)```", text, re.DOTALL)
    assert code
    assert said
    exec(compile(code.group(1), "README.md", "exec"), {})  # noqa: S102
    assert capsys.readouterr().out == said.group(1)


@pytest.mark.parametrize(
    "file", ["README.md", "CONTRIBUTING.md", *(f"docs/{f.name}" for f in (ROOT / "docs").glob("*.md"))]
)
def test_paths_in_documents_exist(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    named = re.findall(r"`((?:policy_engine|rules|proposals|docs|tests|benchmarks|scenarios)/[\w./-]*)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []
