"""Worker processes that are replaced when they crash, hang or grow; what one was busy with is tried once more."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from policy_engine.corpus.parts import Parts
from policy_engine.corpus.worker import OUT_OF_MEMORY, Message, Share, WorkerJob, serve
from policy_engine.errors import EngineError, Fault, SourceError

START_SECONDS: Final = 120.0
_TRIES: Final = 2
_STARTS: Final = 10
_WRITING: Final = -1


@dataclass(frozen=True, slots=True)
class Limits:
    """What one proposal may take."""

    seconds: float = 60.0
    megabytes: int = 1024


@dataclass(slots=True)
class Work:
    """Texts that wait: places in a spool file with their digests, what was lost of them, and how often."""

    spool: Path
    digests: dict[int, str]
    losses: dict[int, int] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Worker:
    """A process, what it works on, and by when it must say something."""

    process: SpawnProcess
    connection: Connection
    deadline: float
    ready: bool = False
    work: Work | None = None
    waiting: list[int] = field(default_factory=list)
    megabytes: float = 0.0


@dataclass(frozen=True, slots=True)
class Written:
    """A part that counts now: from which spool file, how many texts it answers, how many of them failed."""

    spool: Path
    texts: int
    failed: int


class Pool:
    """Workers, and the work that waits for them."""

    def __init__(self, job: WorkerJob, jobs: int, limits: Limits, parts: Parts) -> None:
        """Start nothing yet."""
        self._job = job
        self._jobs = jobs
        self._limits = limits
        self._parts = parts
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._queue: deque[Work] = deque()
        self._failed_starts = 0
        self.replaced = 0

    @property
    def is_full(self) -> bool:
        """Whether more work would only lie about."""
        return len(self._queue) >= self._jobs

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do."""
        return not self._queue and not any(worker.work for worker in self._workers)

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of the worker processes."""
        return tuple(worker.process.pid or 0 for worker in self._workers)

    def add(self, work: Work) -> None:
        """Take on work."""
        self._queue.append(work)

    def step(self, seconds: float) -> Iterator[Written]:
        """Hand out work, and yield the parts that were written within some seconds."""
        self._hand_out()
        busy = [worker for worker in self._workers if worker.work or not worker.ready]
        if not busy:
            return
        left = min(worker.deadline for worker in busy) - time.monotonic()
        ready = wait([worker.connection for worker in busy], max(0.0, min(seconds, left)))
        for worker in busy:
            if worker.connection in ready:
                yield from self._hear(worker)
            elif time.monotonic() > worker.deadline:
                self._lose(worker, f"no answer within {self._limits.seconds:g} seconds")

    def close(self) -> None:
        """End every worker at once."""
        for worker in self._workers:
            _end(worker)
        self._workers.clear()

    def _hand_out(self) -> None:
        while self._queue and len(self._workers) < self._jobs and len(self._workers) < self._needed():
            self._workers.append(self._started())
        for worker in self._workers:
            if self._queue and worker.ready and worker.work is None:
                self._give(worker, self._queue.popleft())

    def _needed(self) -> int:
        return len(self._queue) + sum(worker.work is not None for worker in self._workers)

    def _started(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._job), daemon=True)
        # A worker is born deaf to Ctrl-C: until it has a session of its own the terminal would reach it too.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        return _Worker(process, ours, time.monotonic() + START_SECONDS)

    def _give(self, worker: _Worker, work: Work) -> None:
        places = tuple(sorted(work.digests))
        part = self._parts.unfinished([work.digests[place] for place in places])
        worker.work, worker.waiting = work, list(places)
        worker.deadline = time.monotonic() + self._limits.seconds
        with contextlib.suppress(OSError):
            # One that is gone already is found out when its answer is awaited.
            worker.connection.send(Share(str(work.spool), places, dict(work.lost), str(part)))

    def _hear(self, worker: _Worker) -> Iterator[Written]:
        try:
            message: Message = worker.connection.recv()
        except (EOFError, OSError):
            self._lose(worker, _last_words(worker, self._limits))
            return
        worker.deadline = time.monotonic() + self._limits.seconds
        if "ready" in message:
            worker.ready = True
            self._failed_starts = 0
        elif "done" in message:
            worker.waiting.remove(message["done"])
            worker.megabytes = message["megabytes"]
            if not worker.waiting:
                worker.deadline = time.monotonic() + START_SECONDS
        elif "disagree" in message:
            raise EngineError(message["disagree"])
        elif "unwritable" in message:
            raise SourceError(message["unwritable"])
        elif worker.work is not None:
            self._parts.commit(Path(message["written"]))
            work, worker.work = worker.work, None
            if self._limits.megabytes and worker.megabytes > self._limits.megabytes / 2:
                self._replace(worker)
            yield Written(work.spool, len(work.digests), message["failed"])

    def _replace(self, worker: _Worker) -> None:
        _end(worker)
        self._workers.remove(worker)
        self.replaced += 1

    def _lose(self, worker: _Worker, reason: str) -> None:
        """Replace a worker; what it was busy with is charged, all else of its share is only done again."""
        self._replace(worker)
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                raise EngineError(Fault(f"no worker process can be started: {reason}"))
            return
        work = worker.work
        if work is None:
            return
        if not worker.waiting:
            self._write_again(work, reason)
            return
        busy = worker.waiting[0]
        work.losses[busy] = work.losses.get(busy, 0) + 1
        if work.losses[busy] >= _TRIES:
            work.lost[busy] = reason
        # The suspect comes last and alone, so that it takes nothing else with it.
        alone = Work(work.spool, {busy: work.digests.pop(busy)}, work.losses, work.lost)
        self._queue.appendleft(alone)
        if work.digests:
            self._queue.appendleft(Work(work.spool, work.digests))

    def _write_again(self, work: Work, reason: str) -> None:
        """Have a share written again; if that takes a second worker, each text of it alone, until one is to blame."""
        work.losses[_WRITING] = work.losses.get(_WRITING, 0) + 1
        if work.losses[_WRITING] < _TRIES:
            self._queue.appendleft(work)
        elif len(work.digests) > 1:
            self._queue.extendleft(Work(work.spool, {place: digest}) for place, digest in work.digests.items())
        elif work.lost:
            raise EngineError(Fault(f"not even the failure of a text can be written: {reason}"))
        else:
            (place,) = work.digests
            self._queue.appendleft(Work(work.spool, work.digests, lost={place: reason}))


def _last_words(worker: _Worker, limits: Limits) -> str:
    worker.process.join(1.0)
    code = worker.process.exitcode
    if code == OUT_OF_MEMORY:
        return f"it needs more than {limits.megabytes:,} MB of memory"
    if code is not None and code < 0:
        return f"the worker was ended by signal {-code}"
    return f"the worker ended with code {code}"


def _end(worker: _Worker) -> None:
    """End a worker and the engine process that it started."""
    pid = worker.process.pid
    with contextlib.suppress(OSError):
        if pid and os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
    worker.process.kill()
    worker.process.join()
    worker.connection.close()
    worker.process.close()
