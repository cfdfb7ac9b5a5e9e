"""A Dask cluster of real processes for tests: a scheduler and workers, each with the nanny that replaces it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import ROOT

_PRELOAD = "from policy_engine.corpus import process\n\nprocess.PROGRAM = 'corpus_samples'\n"


class DaskCluster:
    """The processes of a cluster; its workers let marked texts do harm, as `corpus_samples` has it."""

    def __init__(self, folder: Path) -> None:
        """Start a scheduler."""
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.scheduler = self._started("scheduler", "--scheduler-file", str(self._file), "--port", "0")
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address = self._wait_for_address()

    def add_worker(self, threads: int = 1) -> None:
        """Start a worker."""
        preload = self._folder / "preload.py"
        preload.write_text(_PRELOAD, encoding="utf-8")
        options = ("--nthreads", str(threads), "--memory-limit", "0", "--local-directory", str(self._folder))
        self.workers.append(self._started("worker", self.address, "--preload", str(preload), *options))

    def _started(self, *arguments: str) -> subprocess.Popen[bytes]:
        said = (self._folder / f"{arguments[0]}.log").open("ab")
        with said:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "dask", *arguments, "--host", "127.0.0.1", "--no-dashboard"],
                stdout=said,
                stderr=said,
                env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
                start_new_session=True,
            )

    def _wait_for_address(self) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._file.exists() and (text := self._file.read_text(encoding="utf-8")):
                return str(json.loads(text)["address"])
            time.sleep(0.05)
        raise AssertionError((self._folder / "scheduler.log").read_text(encoding="utf-8"))

    def wait_for_workers(self) -> None:
        """Wait until the scheduler knows every worker."""
        log, deadline = self._folder / "worker.log", time.monotonic() + 60
        while log.read_text(encoding="utf-8").count("Registered to:") < len(self.workers):
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.05)

    def kill_worker(self, number: int) -> int:
        """Kill -9 the process that works under a nanny, and return its id; the nanny starts another."""
        process = next(child for child in children_of(self.workers[number].pid) if "spawn_main" in command_of(child))
        os.kill(process, signal.SIGKILL)
        return process

    def close(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def cluster_of(folder: Path, workers: int) -> Iterator[DaskCluster]:
    """Give a cluster."""
    made = DaskCluster(folder)
    try:
        for _ in range(workers):
            made.add_worker()
        if workers:
            made.wait_for_workers()
        yield made
    finally:
        made.close()


def children_of(process: int) -> list[int]:
    """Return the processes that a process started (Linux)."""
    tasks = Path(f"/proc/{process}/task")
    return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]


def below(process: int) -> list[int]:
    """Return all processes below a process."""
    return [found for child in children_of(process) for found in (child, *below(child))]


def command_of(process: int) -> str:
    """Return the command line of a process."""
    return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
