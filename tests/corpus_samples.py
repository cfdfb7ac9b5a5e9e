"""Corpora for tests and measurements: variants of a shipped text, and everything that a corpus holds, to compare."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from conftest import ROOT

from policy_engine.batch import AssessmentJob
from policy_engine.corpus import worker
from policy_engine.corpus.database import reading
from policy_engine.corpus.running import Order, Progress, run
from policy_engine.corpus.tables import DATABASE
from policy_engine.corpus.workers import Limits
from policy_engine.loading import LoadedProposal

SMALL = ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml"
LENS = str(ROOT / "benchmarks/five_principles.yaml")


def write_texts(folder: Path, count: int, first: int = 0) -> None:
    """Write so many proposals, each different."""
    folder.mkdir(exist_ok=True)
    text = SMALL.read_text(encoding="utf-8")
    for number in range(first, first + count):
        changed = text.replace("duration_years: 10", f"duration_years: {1 + number % 30}")
        (folder / f"text-{number:05}.yaml").write_text(f"{changed}# text {number}\n", encoding="utf-8")


def write_json_lines(file: Path, count: int) -> None:
    """Write so many proposals as JSON Lines, each different."""
    from policy_engine.loading import load_proposal

    data = json.loads(load_proposal(str(SMALL)).proposal.model_dump_json(exclude_unset=True, by_alias=True))
    moratorium = next(provision for provision in data["provisions"] if "duration_years" in provision)
    with file.open("w", encoding="utf-8") as stream:
        for number in range(count):
            moratorium["duration_years"] = 1 + number % 30
            data["title"] = f"Variant {number}"
            stream.write(json.dumps({"id": f"variant-{number}", "proposal": data}) + "\n")


def order(source: Path, result: Path, **changes: Any) -> Order:
    """Return the order of a run with the plain evaluator."""
    job = AssessmentJob(LENS, engine=changes.pop("engine", "plain"))
    limits = changes.pop("limits", Limits())
    return Order((str(source),), str(result), job, changes.pop("tool", "test"), limits=limits, **changes)


def finished(asked: Order) -> Progress:
    """Run to the end and return how it came out."""
    return deque(run(asked), maxlen=1).pop()


def content(result: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables in one order."""
    with reading(str(result)) as connection:
        asked = {name: f"SELECT * FROM {name} ORDER BY ALL" for name in DATABASE}  # noqa: S608
        return {name: connection.execute(sql).fetchall() for name, sql in asked.items()}


def command(*arguments: str) -> list[str]:
    """Return the command line of the tool."""
    return [sys.executable, "-m", "policy_engine", "corpus", *arguments]


def started(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Start the command."""
    environment = {**os.environ, **options.pop("environment", {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT, **options}
    return subprocess.Popen(command(*arguments), env=environment, **streams)


def parts_in(result: Path) -> Iterator[Path]:
    """Yield the finished parts of a result."""
    yield from (path for path in result.glob("parts/*/*") if path.suffix == "")


def serve_with_faults(connection: Connection) -> None:
    """Work like a worker, but let marked texts do to it what no text should be able to."""
    real = worker.proposal_from_yaml

    def load(raw: bytes, name: str) -> LoadedProposal:
        if raw.endswith(b"# hungry\n"):
            bytearray(1 << 30)
        elif raw.endswith(b"# crash\n"):
            os.kill(os.getpid(), signal.SIGSEGV)
        elif raw.endswith(b"# exit\n"):
            os._exit(9)
        elif raw.endswith(b"# hang\n"):
            time.sleep(600)
        return real(raw, name)

    worker.proposal_from_yaml = load  # type: ignore[attr-defined]
    worker.serve(connection)


if __name__ == "__main__":
    serve_with_faults(Connection(int(sys.argv[1])))
