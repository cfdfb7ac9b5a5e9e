"""Documents say what is so: the reference is fresh, the README's example runs, and named paths exist."""

from __future__ import annotations

import re

import pytest
import write_pages
from conftest import ROOT

from policy_engine.loading import load_all_rules

PAGES = write_pages.pages()


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_fresh(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "run python benchmarks/write_pages.py"


def test_every_row_of_the_article_names_criteria_that_exist() -> None:
    known = {compiled.criterion.id for compiled in load_all_rules().criteria}
    text = (ROOT / "docs/article.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) >= 30
    for row in rows:
        last = row.rstrip(" |").rpartition("|")[2]
        assert set(re.findall(r"[A-Z]{3}-\d+", last)) <= known
        assert re.search(r"[A-Z]{3}|none: ", last), row


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
    "file", ["README.md", "CONTRIBUTING.md", "SECURITY.md", *(f"docs/{f.name}" for f in (ROOT / "docs").glob("*.md"))]
)
def test_paths_in_documents_exist(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    named = re.findall(r"`((?:policy_engine|rules|proposals|docs|tests|benchmarks|scenarios)/[\w./-]*)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []
