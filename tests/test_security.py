"""What SECURITY.md claims of the code as a whole, and that each claim names a test that exists."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from policy_engine.errors import SourceError
from policy_engine.loading import load_lens, proposal_from_yaml

PACKAGE = sorted((ROOT / "policy_engine").rglob("*.py"))
# What runs text, or makes objects of bytes from elsewhere.
RUNS = {"eval", "exec", "compile", "__import__"}
MAKES = {"pickle", "marshal", "shelve", "dill", "code"}


def test_every_claim_names_a_test_that_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ") and "it may not | test" not in row]
    assert len(rows) >= 12
    for row in rows:
        named = re.findall(r"`(tests/[\w./]+)`", row)
        assert named, row
        assert all((ROOT / path).is_file() for path in named), row


@pytest.mark.parametrize("file", PACKAGE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nothing_runs_text_or_unpickles_files(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in RUNS, node.lineno
        if isinstance(node, ast.Call):
            assert not any(keyword.arg == "shell" for keyword in node.keywords), node.lineno
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.partition(".")[0] for name in names} & MAKES


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [echo]", "!!python/name:os.system", "!x y"])
def test_a_tag_makes_no_object_in_a_proposal_or_a_rule_set(tmp_path: Path, tag: str) -> None:
    with pytest.raises(SourceError, match="tag"):
        proposal_from_yaml(f"id: {tag}\n".encode(), "x")
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    vac = rules / "vac.yaml"
    vac.write_text(f"more: {tag}\n{vac.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(Exception, match="tag"):
        load_lens("article-2026-02", str(rules))
