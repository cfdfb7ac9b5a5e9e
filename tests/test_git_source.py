"""A proposal read from a commit: whatever is wrong with the name is said, and nothing else is read."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from policy_engine.cli.commands import policy_engine
from policy_engine.errors import SourceError
from policy_engine.source import read_source
from policy_engine.source.limits import LARGEST_FILE

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
TEXT = (ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml").read_text(encoding="utf-8")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose commit holds a draft that the working folder no longer holds."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    git(tmp_path, "init", "--quiet", "--initial-branch", "trunk")
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts/bill.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "drafts/large.yaml").write_text("#" * (LARGEST_FILE + 1), encoding="utf-8")
    (tmp_path / "drafts/faulty.yaml").write_text("id: NO\n", encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "A draft")
    git(tmp_path, "tag", "introduced")
    (tmp_path / "drafts/bill.yaml").unlink()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def evaluate(path: str) -> Result:
    return CliRunner().invoke(policy_engine, ["evaluate", path, "--engine", "plain"])


@pytest.mark.parametrize("reference", ["trunk", "HEAD", "introduced", "HEAD~0", "refs/heads/trunk"])
def test_every_command_reads_a_file_from_a_commit(repository: Path, reference: str) -> None:
    assert not (repository / "drafts/bill.yaml").exists()
    result = evaluate(f"git:{reference}:drafts/bill.yaml")
    assert result.exit_code == 0, result.output
    assert "Verdict: VETO" in result.output
    assert f"git:{reference}:drafts/bill.yaml:38:5" in result.output


def test_a_path_with_a_dot_starts_in_the_working_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "drafts")
    assert read_source("git:trunk:./bill.yaml") == read_source("git:trunk:drafts/bill.yaml") == TEXT.encode()
    with pytest.raises(SourceError, match=r"did you mean `drafts/bill\.yaml`"):
        read_source("git:trunk:bill.yaml")


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("git:trunk", "this names no file in a commit", "write git:REF:path"),
        ("git::drafts/bill.yaml", "this names no file in a commit", "write git:REF:path"),
        ("git:trunk:", "this names no file in a commit", "write git:REF:path"),
        ("git:--output=x:drafts/bill.yaml", "this is no name of a commit", "write git:REF:path"),
        ("git:trunk\n:drafts/bill.yaml", "this is no name of a commit", "write git:REF:path"),
        ("git:trink:drafts/bill.yaml", "there is no commit `trink`", "did you mean `trunk`?"),
        ("git:0000:drafts/bill.yaml", "there is no commit `0000`", "a shallow clone lacks commits"),
        (
            "git:trunk:drafts/bil.yaml",
            "there is no file `drafts/bil.yaml` in `trunk`",
            "did you mean `drafts/bill.yaml",
        ),
        ("git:trunk:other/bill.yaml", "there is no file `other/bill.yaml`", "did you mean `drafts/bill.yaml`?"),
        ("git:trunk:x", "there is no file `x` in `trunk`", "paths start at the root of the repository"),
        ("git:trunk:drafts", "this is a directory", "give a YAML file"),
        ("git:trunk:drafts/large.yaml", "the file is larger than 2,097,152 bytes", "split it"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_what_is_wrong_with_a_name_is_said(path: str, message: str, hint: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(path)
    (fault,) = caught.value.faults
    assert message in fault.message
    assert hint in fault.hint
    assert fault.file == path.replace("\n", "\\n")


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(SourceError, match="the current directory is in no git repository"):
        read_source("git:trunk:bill.yaml")


def test_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SourceError, match="git is not installed"):
        read_source("git:trunk:bill.yaml")


@pytest.mark.usefixtures("repository")
def test_a_fault_shows_the_line_in_the_commit() -> None:
    result = evaluate("git:HEAD:drafts/faulty.yaml")
    assert result.exit_code == 3
    assert "git:HEAD:drafts/faulty.yaml:1:5: " in result.output
    assert "    | id: NO\n    |     ^" in result.output


def test_a_file_of_that_name_is_read_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("git:x:y").write_text("id: here\n", encoding="utf-8")
    assert read_source("./git:x:y") == b"id: here\n"
