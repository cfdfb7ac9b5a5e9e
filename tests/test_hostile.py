"""Hostile inputs get a clear error: the right words, the right line, no traceback, no hang, little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from hostile_corpus import CORPUS, FILES, Hostile
from hostile_reader import MEMORY

from policy_engine.errors import PolicyEngineError, SourceError
from policy_engine.loading import load_proposal
from policy_engine.source import events, limits, read_source
from policy_engine.source.files import name_of

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
Answers = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("hostile")
    return {case.name: case.make(folder) for case in CORPUS}


@pytest.fixture(scope="module")
def answers(paths: dict[str, str]) -> Answers:
    """Read every input in one process; one that hangs or kills it has no answer, nor have those after it."""
    command = [sys.executable, str(ROOT / "tests/hostile_reader.py")]
    ran = subprocess.run(
        command,
        input=json.dumps(list(paths.values())),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=ENVIRONMENT,
    )
    sys.stderr.write(ran.stderr)
    return dict(zip(paths, map(json.loads, ran.stdout.splitlines()), strict=False))


def named(case: Hostile) -> str:
    return case.name


def test_there_are_sixty_inputs() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS) >= 60


@pytest.mark.parametrize("case", CORPUS, ids=named)
def test_hostile_input(case: Hostile, paths: dict[str, str], answers: Answers) -> None:
    assert case.name in answers, "no answer: this input, or the first one without an answer, hung or crashed"
    told = answers[case.name]
    assert told["error"] is None
    assert told["peak"] < MEMORY
    faults = told["faults"]
    assert 0 < len(faults) <= limits.MOST_FAULTS
    assert {file for file, *_ in faults} == {name_of(paths[case.name])}
    assert all(message and len(message) < 400 and "\n" not in message for _, _, _, message, _ in faults)
    assert all(len(hint) < 1_000 for *_, hint in faults)
    assert any(
        case.message in message and case.hint in hint and case.line in {0, line} for _, line, _, message, hint in faults
    ), faults


@pytest.mark.parametrize("case", [case for case in FILES if case.line], ids=named)
def test_the_line_is_one_of_the_file(case: Hostile, answers: Answers) -> None:
    lines = (Path(__file__).parent / "hostile" / case.name).read_bytes().replace(b"\r", b"\n").count(b"\n") + 1
    assert all(1 <= line <= lines for _, line, *_ in answers[case.name]["faults"])


def test_the_command_line_tells_of_every_input_and_goes_on(paths: dict[str, str]) -> None:
    given = [path for path in paths.values() if path and "\0" not in path]
    command = [sys.executable, "-m", "policy_engine", "evaluate", "--engine", "plain", "--output", os.devnull, *given]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=ENVIRONMENT)
    assert ran.returncode == 3
    assert "Traceback" not in ran.stderr
    told = [line for line in ran.stderr.splitlines() if line.startswith("error: ")]
    for path in given:
        assert any(line.startswith(f"error: {name_of(path)}:") for line in told), path


@pytest.mark.parametrize("case", FILES, ids=named)
def test_hostile_file_without_the_c_parser(case: Hostile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(events, "_LOADER", yaml.SafeLoader)
    with pytest.raises(PolicyEngineError):
        load_proposal(case.make(tmp_path))


def test_a_file_without_permission_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceError, match="cannot be read: Permission denied"):
        read_source("x.yaml")
