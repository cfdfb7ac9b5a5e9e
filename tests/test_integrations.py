"""The files for GitHub, GitLab, pre-commit and Docker: they fit their schemas, lint clean, and their commands run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

SB_53 = ROOT / "proposals/us/ca/sb-53.yaml"
FILES = {
    "vendor.github-actions": "action.yml",
    "vendor.github-workflows": ".github/workflows/check-drafts.yml",
    "vendor.gitlab-ci": "integrations/gitlab-ci.yml",
}


def run(*command: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with this Python's scripts first on the path."""
    paths = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": paths, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(("schema", "file"), FILES.items())
def test_files_fit_their_schemas(schema: str, file: str) -> None:
    result = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, file)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_action_and_the_workflow_lint_clean() -> None:
    result = run("zizmor", "--offline", "--no-progress", "action.yml", ".github")
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_used_action_is_pinned_to_a_commit() -> None:
    texts = [(ROOT / file).read_text(encoding="utf-8") for file in FILES.values()]
    used = [name for text in texts for name in re.findall(r"^[ -]*uses: (\S+)", text, re.MULTILINE)]
    assert used
    assert [u for u in used if u != "./" and not re.search(r"@[0-9a-f]{40}$", u)] == []


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    """Return a folder of drafts with a waiver file and a gate that needs today."""
    (tmp_path / "drafts").mkdir()
    shutil.copy(SB_53, tmp_path / "drafts/bill.yaml")
    (tmp_path / "policy-engine.toml").write_text(
        'paths = ["drafts"]\nengine = "plain"\nwaivers = "waivers.yaml"\n[gate]\nno_veto = true\n', encoding="utf-8"
    )
    (tmp_path / "waivers.yaml").write_text(
        "waivers:\n  - {criterion: VAC-2, reason: Known., approver: Counsel, expires: 9999-12-31}\n", encoding="utf-8"
    )
    return tmp_path


def test_the_script_of_the_action(drafts: Path) -> None:
    names = {name: str(drafts / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    result = run("bash", str(ROOT / "integrations/assess.sh"), folder=drafts, WHERE=".", **names)
    assert result.returncode == 0, result.stderr
    assert "::error file=drafts/bill.yaml,line=" in result.stdout
    assert (drafts / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8").startswith("#")
    outputs = dict(line.split("=", 1) for line in (drafts / "GITHUB_OUTPUT").read_text(encoding="utf-8").splitlines())
    assert set(outputs) == {"sarif", "markdown", "html", "json"}
    assert all((drafts / file).stat().st_size > 1000 for file in outputs.values())
    failed = run(
        "bash",
        str(ROOT / "integrations/assess.sh"),
        folder=drafts,
        GIVEN_PATHS="drafts/bill.yaml",
        GIVEN_ARGUMENTS="--no-waivers --jobs 1",
        **names,
    )
    assert failed.returncode == 1, failed.stderr
    assert "$(touch" not in result.stdout
    hostile = run(
        "bash", str(ROOT / "integrations/assess.sh"), folder=drafts, GIVEN_PATHS="$(touch x) ;touch y", **names
    )
    assert hostile.returncode == 3
    assert not (drafts / "x").exists()
    assert not (drafts / "y").exists()


def test_the_hooks_of_pre_commit(drafts: Path) -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert set(hooks) == {"policy-engine", "policy-engine-lint"}
    for hook in hooks.values():
        assert re.search(hook["files"], "drafts/bill.yaml")
        result = run("sh", "-c", f"{hook['entry']} drafts/bill.yaml", folder=drafts)
        assert result.returncode == 0, result.stdout + result.stderr


def test_the_script_of_gitlab(drafts: Path) -> None:
    job = yaml.safe_load((ROOT / "integrations/gitlab-ci.yml").read_text(encoding="utf-8"))["policy-engine"]
    check, install, assess = job["script"]
    assert run("sh", "-c", check, POLICY_ENGINE_PACKAGE="").returncode == 2
    assert "pip install" in install
    result = run("sh", "-c", assess, folder=drafts, POLICY_ENGINE_PATHS="", POLICY_ENGINE_ARGUMENTS="")
    assert result.returncode == 0, result.stdout + result.stderr
    assert (drafts / job["artifacts"]["reports"]["junit"]).exists()
    assert all((drafts / path).exists() for path in job["artifacts"]["paths"])


def test_the_image_runs_without_root_and_ships_what_the_package_needs() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER 10001" in lines
    assert lines.index("USER 10001") < lines.index('ENTRYPOINT ["policy-engine"]')
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    assert {
        "policy_engine",
        "rules",
        "proposals",
        "scenarios",
        "patchwork",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    } <= kept
