"""The same input gives the same bytes: in another process, place, language, time zone and order of hashing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from report_samples import write_samples

from policy_engine.reports.names import FORMATS

ENVIRONMENTS = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu", "COLUMNS": "40", "FORCE_COLOR": "1"},
)


def made_in(folder: Path, environment: dict[str, str]) -> dict[str, bytes]:
    """Return every format, and what the command printed, of a run in a folder."""
    folder.mkdir(parents=True)
    write_samples(folder)
    command = [sys.executable, "-m", "policy_engine", "evaluate", "bill.yaml", "nasty.yaml", "broken.yaml", "gone.yaml"]
    command += ["--rules", "rules", "--lens", "golden", "--format", "text"]
    for name in FORMATS:
        command += ["--format", f"{name}=out.{name}"]
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    run = subprocess.run(
        command, cwd=folder, env={**kept, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, check=False
    )
    assert run.returncode == 3, run.stderr
    files = {name: (folder / f"out.{name}").read_bytes() for name in FORMATS}
    return {**files, "stdout": run.stdout, "stderr": run.stderr}


def test_every_format_is_byte_identical(tmp_path: Path) -> None:
    one = made_in(tmp_path / "one", ENVIRONMENTS[0])
    other = made_in(tmp_path / "a much longer way/to another folder", ENVIRONMENTS[1])
    assert one["stdout"] == one["text"]
    assert all(b"golden" in text for name, text in one.items() if name != "stderr")
    assert [name for name in one if one[name] != other[name]] == []
    assert not any(str(tmp_path).encode() in text for text in one.values())
