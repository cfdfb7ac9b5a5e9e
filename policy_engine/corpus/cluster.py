"""A Dask cluster in place of processes here: shares go to its workers as bytes, and their parts come back as bytes."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from policy_engine.corpus.build import Build, own_build
from policy_engine.corpus.extras import library
from policy_engine.corpus.parts import Parts
from policy_engine.corpus.station import Answer, Errand, assess_share, close_stations, other_build
from policy_engine.corpus.worker import WorkerJob
from policy_engine.corpus.workers import Limits, Work, Written
from policy_engine.errors import EngineError, Fault, SourceError

CONNECT_SECONDS: Final = 15.0
WORKERLESS_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 5.0
_SHARES_PER_THREAD: Final = 2
_LARGEST_IN_FLIGHT: Final = 256 << 20
_GOES_ON: Final = "the same command goes on from what is written"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A share that is on its way."""

    work: Work
    future: Any
    size: int


class Cluster:
    """The workers of a Dask scheduler, and the shares that are with them: never more than they soon get to."""

    def __init__(self, address: str, job: WorkerJob, limits: Limits, parts: Parts) -> None:
        """Connect, and refuse a cluster that cannot do the same work as this process."""
        self._address = address
        self._job = replace(job, job=replace(job.job, lens=_absolute(job.job.lens), rules=_absolute(job.job.rules)))
        self._limits = limits
        self._parts = parts
        self._sent: dict[str, _Sent] = {}
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._replaced = 0
        self._client = _connected(address)
        try:
            _refuse_other_builds(self._client)
            self._threads: int = sum(self._client.nthreads().values())
            self._width = max(1, self._threads)
        except BaseException:
            self._client.close()
            raise
        self._looked = self._had_workers = time.monotonic()

    @property
    def width(self) -> int:
        """How many shares the cluster worked on side by side when the run began."""
        return self._width

    @property
    def replaced(self) -> int:
        """How many processes were replaced so far; Dask replaces its own workers, and counts them."""
        return self._replaced

    @property
    def is_full(self) -> bool:
        """Whether more shares would only lie about in the memory of the scheduler."""
        size = sum(sent.size for sent in self._sent.values())
        return len(self._sent) >= _SHARES_PER_THREAD * self._threads or size >= _LARGEST_IN_FLIGHT

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do."""
        return not self._sent

    @property
    def processes(self) -> tuple[int, ...]:
        """None of the processes are on this machine, as far as it knows."""
        return ()

    def add(self, work: Work) -> None:
        """Send a share."""
        spool = work.spool.read_bytes()
        digests = tuple(work.digests[place] for place in sorted(work.digests))
        errand = Errand(self._client.id, own_build(), self._job, self._limits, spool, digests)
        future = self._client.submit(assess_share, errand, pure=False)
        self._sent[future.key] = _Sent(work, future, len(spool))
        future.add_done_callback(self._ended.put)

    def step(self, seconds: float) -> Iterator[Written]:
        """Wait for some seconds at most, and yield what came back."""
        with contextlib.suppress(queue.Empty):
            yield self._received(self._ended.get(timeout=seconds))
            while True:
                yield self._received(self._ended.get_nowait())
        self._look()

    def close(self) -> None:
        """Give back everything, and end what still works for this run."""
        running = self._client.status == "running"
        with contextlib.suppress(Exception):
            if running:
                self._client.cancel([sent.future for sent in self._sent.values()])
                self._client.run(close_stations, self._client.id, on_error="ignore")
        self._sent.clear()
        with contextlib.suppress(Exception):
            self._client.close(timeout=_LOOK_SECONDS)

    def _look(self) -> None:
        """See now and then how large the cluster is; raises EngineError where it is gone."""
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        try:
            threads = sum(self._client.nthreads().values())
        except (OSError, RuntimeError) as error:
            raise self._gone() from error
        if threads:
            self._threads, self._had_workers = threads, now
        elif now - self._had_workers > WORKERLESS_SECONDS:
            message = f"the Dask scheduler at {self._address} has had no worker for {WORKERLESS_SECONDS:g} seconds"
            raise EngineError(Fault(message, hint=f"start workers (`dask worker {self._address}`); {_GOES_ON}"))

    def _gone(self) -> EngineError:
        return EngineError(
            Fault(f"the Dask scheduler at {self._address} went away", hint=f"start it again; {_GOES_ON}")
        )

    def _received(self, future: Any) -> Written:
        sent = self._sent[future.key]
        try:
            answer: Answer = future.result()
        except Exception as error:
            # Whatever became of the task elsewhere: nothing of it counts here.
            raise self._failed(future, error) from error
        if answer.faults:
            raise (EngineError if answer.ours else SourceError)(answer.faults)
        answered: set[str] = set()
        for name, files in answer.parts.items():
            answered.update(self._parts.receive(name, files))
        if answered != set(sent.work.digests.values()):
            raise EngineError("a Dask worker gave back other texts than it was sent")
        del self._sent[future.key]
        self._replaced += answer.replaced
        return Written(sent.work.spool, len(sent.work.digests), answer.failed)

    def _failed(self, future: Any, error: Exception) -> EngineError:
        # The latter is what fetching an answer says when the scheduler ends in the middle of it.
        closed = library("distributed.comm", "dask").CommClosedError
        if future.status in {"cancelled", "lost"} or isinstance(error, closed):
            return self._gone()
        if isinstance(error, library("distributed", "dask").KilledWorker):
            said = f"each of {1 + error.allowed_failures} Dask workers ended that were to assess one share"
            where = f" (the last at {getattr(error.last_worker, 'address', error.last_worker)})"
            return EngineError(Fault(f"{said}{where}", hint=f"see the log of that worker; {_GOES_ON}"))
        return EngineError(Fault(f"a Dask worker failed: {type(error).__name__}: {_first_line(error)}", hint=_GOES_ON))


def _connected(address: str) -> Any:
    """Return a client of a scheduler that has workers."""
    distributed, dask = library("distributed", "dask"), library("dask", "dask")
    # A share takes up to 12 MB and is bounded here; a warning about it would help nobody.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "32MB"})
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        message = f"no Dask scheduler answers at {address} within {CONNECT_SECONDS:g} seconds: {_first_line(error)}"
        hint = "start one with `dask scheduler`, and give the address that it prints, such as tcp://10.0.0.1:8786"
        raise EngineError(Fault(message, hint=hint)) from error
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except (OSError, RuntimeError) as error:
        client.close()
        message = f"the Dask scheduler at {address} has no worker after {CONNECT_SECONDS:g} seconds"
        raise EngineError(Fault(message, hint=f"start workers with `dask worker {address}`")) from error
    return client


def _refuse_other_builds(client: Any) -> None:
    """Raise EngineError where a machine of the cluster has another policy_engine, or none."""

    def build_there() -> tuple[str, str]:
        # Sent as code, not by name: where another version is, this module may not be.
        try:
            import policy_engine
        except ImportError:
            return "", ""
        try:
            from policy_engine.corpus.build import own_build as theirs
        except ImportError:
            return policy_engine.__version__, ""
        return theirs().version, theirs().code

    found = {f"worker {address}": build for address, build in client.run(build_there).items()}
    # The scheduler reads tasks before it hands them on.
    found["scheduler"] = client.run_on_scheduler(build_there)
    faults = []
    for where, (version, code) in sorted(found.items()):
        if not version:
            hint = f"install it there: pip install 'policy-engine[dask]=={own_build().version}'"
            faults.append(Fault(f"policy_engine cannot be imported on the Dask {where}", hint=hint))
        elif Build(version, code) != own_build():
            faults.append(other_build(Build(version, code), own_build(), where))
    if faults:
        raise EngineError(faults)


def _absolute(name: str | None) -> Any:
    """Return the full path where a name is a path here; a worker has another working folder."""
    return str(Path(name).absolute()) if name and Path(name).exists() else name


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
