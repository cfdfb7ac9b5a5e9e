"""Many files in one run: the same bytes whatever the number of processes, and faults in their place."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT

from policy_engine.batch import AssessmentJob, assess_all
from policy_engine.cli.commands import policy_engine
from policy_engine.errors import EngineError

FILES = sorted(str(file) for file in (ROOT / "proposals").rglob("*.yaml"))[:9]


def test_jobs_change_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: [\n", encoding="utf-8")
    files = [*FILES[:4], str(broken), *FILES[4:]]
    job = AssessmentJob("article-2026-02", engine="plain")
    alone, side_by_side = list(assess_all(files, job)), list(assess_all(files, job, jobs=3))
    assert side_by_side == alone
    assert [result.file for result in alone] == files
    assert alone[4].assessment is None
    assert "broken.yaml" in str(alone[4].faults[0])


def test_the_command_gives_the_same_bytes_with_jobs() -> None:
    command = ["evaluate", *FILES[:4], "--format", "json", "--isolated"]
    one = CliRunner().invoke(policy_engine, command)
    two = CliRunner().invoke(policy_engine, [*command, "--jobs", "2"])
    assert one.exit_code == two.exit_code == 0
    assert one.stdout == two.stdout


def end_abruptly(*_: object) -> None:
    """End the process that is asked to assess."""
    os._exit(9)


def test_a_process_that_ends_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.batch._run_in_process", end_abruptly)
    with pytest.raises(EngineError, match="ended before its work was done"):
        list(assess_all(FILES[:3], AssessmentJob("article-2026-02", engine="plain"), jobs=2))


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    """Yield what a process prints, and fail where nothing comes for a while."""
    found: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in process.stdout or ():
            found.put(line)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield found.get(timeout=30)


@pytest.mark.slow
def test_watch_assesses_again_when_a_file_is_saved(tmp_path: Path) -> None:
    bill = tmp_path / "bill.yaml"
    shutil.copy(ROOT / "proposals/us/ca/sb-53.yaml", bill)
    command = subprocess.Popen(
        [sys.executable, "-m", "policy_engine", "watch", str(bill), "--engine", "plain", "--isolated"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with command as process:
        lines = lines_of(process)
        assert "UNDETERMINED" in next(lines)
        assert "watching" in next(lines)
        text = bill.read_text(encoding="utf-8")
        bill.write_text(text.replace("    type: whistleblower_protection\n", "    type: sunset\n", 1), encoding="utf-8")
        assert "is not a field here" in next(line for line in lines if "field" in line)
        bill.write_text(text.replace("deadline_hours: 360", "deadline_hours: 8760"), encoding="utf-8")
        assert "(was " in next(line for line in lines if "of 100" in line)
        assert "satisfied → " in next(line for line in lines if "→" in line)
        process.terminate()
