"""Worker processes that are replaced when they crash, hang or grow; what one was busy with is tried once more."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final

from policy_engine.corpus.parts import Parts
from policy_engine.corpus.process import WorkerProcess
from policy_engine.corpus.worker import Message, Share, WorkerJob
from policy_engine.corpus.workers import Limits, Work, Written
from policy_engine.errors import EngineError, Fault, SourceError

START_SECONDS: Final = 120.0
_TRIES: Final = 2
_STARTS: Final = 10
_WRITING: Final = -1


@dataclass(slots=True)
class _Worker:
    """A process, what it works on, and by when it must say something."""

    process: WorkerProcess
    deadline: float
    ready: bool = False
    work: Work | None = None
    waiting: list[int] = field(default_factory=list)
    megabytes: float = 0.0


class Pool:
    """Workers, and the work that waits for them."""

    def __init__(self, job: WorkerJob, jobs: int, limits: Limits, parts: Parts) -> None:
        """Start nothing yet."""
        self._job = job
        self._jobs = jobs
        self._limits = limits
        self._parts = parts
        self._workers: list[_Worker] = []
        self._queue: deque[Work] = deque()
        self._failed_starts = 0
        self._replaced = 0

    @property
    def width(self) -> int:
        """How many shares are worked on side by side."""
        return self._jobs

    @property
    def replaced(self) -> int:
        """How many workers were replaced so far."""
        return self._replaced

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
        return tuple(worker.process.id for worker in self._workers)

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
        ready = wait([worker.process.connection for worker in busy], max(0.0, min(seconds, left)))
        for worker in busy:
            if worker.process.connection in ready:
                yield from self._hear(worker)
            elif time.monotonic() > worker.deadline:
                self._lose(worker, f"no answer within {self._limits.seconds:g} seconds")

    def close(self) -> None:
        """End every worker at once."""
        for worker in self._workers:
            worker.process.end()
        self._workers.clear()

    def _hand_out(self) -> None:
        while self._queue and len(self._workers) < self._jobs and len(self._workers) < self._needed():
            self._workers.append(_Worker(WorkerProcess(self._job), time.monotonic() + START_SECONDS))
        for worker in self._workers:
            if self._queue and worker.ready and worker.work is None:
                self._give(worker, self._queue.popleft())

    def _needed(self) -> int:
        return len(self._queue) + sum(worker.work is not None for worker in self._workers)

    def _give(self, worker: _Worker, work: Work) -> None:
        places = tuple(sorted(work.digests))
        part = self._parts.unfinished([work.digests[place] for place in places])
        worker.work, worker.waiting = work, list(places)
        worker.deadline = time.monotonic() + self._limits.seconds
        with contextlib.suppress(OSError):
            # One that is gone already is found out when its answer is awaited.
            worker.process.connection.send(Share(str(work.spool), places, dict(work.lost), str(part)))

    def _hear(self, worker: _Worker) -> Iterator[Written]:
        try:
            message: Message = worker.process.connection.recv()
        except (EOFError, OSError):
            self._lose(worker, worker.process.last_words(self._limits.megabytes))
            return
        worker.deadline = time.monotonic() + self._limits.seconds
        if "ready" in message:
            worker.ready = True
            self._failed_starts = 0
        elif "unfit" in message:
            raise EngineError(message["unfit"])
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
        worker.process.end()
        self._workers.remove(worker)
        self._replaced += 1

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
