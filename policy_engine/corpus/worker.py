"""A worker process: assesses the texts of a share, says after each that it is done, and writes the part."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from policy_engine.assessment import Assessor
from policy_engine.batch import AssessmentJob, assess_one
from policy_engine.corpus.extras import library
from policy_engine.corpus.inputs import reason_of
from policy_engine.corpus.parts import write_part
from policy_engine.corpus.rows import Rows
from policy_engine.corpus.spool import Task, tasks_of
from policy_engine.errors import DisagreementError, EngineError, Fault, PolicyEngineError, RuleError
from policy_engine.loading import LoadedProposal, load_lens, proposal_from_json, proposal_from_yaml

OUT_OF_MEMORY: Final = 77
"""Exit code of a worker that may not have more memory."""
OTHER_RULES: Final = "the lens or its rules are not those that the run began with"


@dataclass(frozen=True, slots=True)
class WorkerJob:
    """How a worker assesses, by which lens and rules (their digests), and how much memory it may have; 0 for any."""

    job: AssessmentJob
    cross_check_share: float
    memory_megabytes: int
    lens_digest: str
    rules_digest: str

    def is_checked(self, digest: str) -> bool:
        """Tell whether the other evaluator checks a text; the same texts in every run."""
        return int(digest[:8], 16) < self.cross_check_share * 0x1_0000_0000


@dataclass(frozen=True, slots=True)
class Share:
    """What to do: the tasks of a spool file at some places, and which of them were lost before, with the reason."""

    spool: str
    places: tuple[int, ...]
    lost: Mapping[int, str]
    part: str


def serve(connection: Connection) -> None:
    """Take a job, and work on shares until the other side closes; what may not go on ends the process."""
    try:
        job: WorkerJob = connection.recv()
        _limit_memory(job.memory_megabytes)
        _Worker(connection, job).run()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except PolicyEngineError as error:
        # What is met here was met before any text: nothing at all can be assessed.
        connection.send({"unfit": error.faults})
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)


def _limit_memory(megabytes: int) -> None:
    if not megabytes:
        return
    import resource

    bound = megabytes * 1024 * 1024
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))


class _Worker:
    """The assessors of the process, and its end of the line."""

    def __init__(self, connection: Connection, job: WorkerJob) -> None:
        self._connection = connection
        self._job = job
        lens = load_lens(job.job.lens, job.job.rules)
        if (lens.digest, lens.rules_digest) != (job.lens_digest, job.rules_digest):
            raise RuleError(Fault(OTHER_RULES, lens.lens.id, hint="give it the same files, and run the command again"))
        self._assessor = Assessor(lens, job.job.engine)
        self._checking = Assessor(lens, "durable", cross_check=True) if job.cross_check_share else None
        # What writes the parts is there before anything counts.
        self._arrow_error = library("pyarrow").ArrowException
        library("pyarrow.parquet")
        library("pyarrow").set_cpu_count(1)
        library("pyarrow").set_io_thread_count(1)
        gc.collect()
        gc.freeze()
        # A part has some hundred thousand rows, none of which is garbage before it is written.
        gc.set_threshold(100_000, 20, 20)
        connection.send({"ready": True})

    def run(self) -> None:
        """Work on one share after another."""
        while True:
            share: Share = self._connection.recv()
            try:
                self._work(share)
            except DisagreementError as error:
                self._connection.send({"disagree": error.faults})
            except PolicyEngineError as error:
                self._connection.send({"unwritable": error.faults})
            except OSError as error:
                # What assessing alone can raise was met where it was raised.
                self._connection.send({"unwritable": (Fault(f"the result cannot be written: {error.strerror}"),)})
            except self._arrow_error as error:
                self._connection.send({"unwritable": (Fault(f"the result cannot be written: {error}"),)})

    def _work(self, share: Share) -> None:
        rows = Rows()
        digests: list[str] = []
        for place, task in tasks_of(Path(share.spool), frozenset(share.places)):
            if place in share.lost:
                rows.fail(task.digest, "lost", [Fault(share.lost[place])])
            else:
                self._assess(task, rows)
            digests.append(task.digest)
            self._connection.send({"done": place, "megabytes": _megabytes()})
        write_part(Path(share.part), rows, digests)
        counts = {name: len(found) for name, found in rows.tables.items()}
        failed = len({row[0] for row in rows.tables["failures"]})
        self._connection.send({"written": share.part, "rows": counts, "failed": failed})

    def _assess(self, task: Task, rows: Rows) -> None:
        if task.form in {"refused", "unreadable"}:
            rows.fail(task.digest, task.form, [Fault(reason_of(task.form, task.raw))])
            return
        read: list[LoadedProposal] = []

        def load(_: str) -> LoadedProposal:
            made = (proposal_from_json if task.form == "json" else proposal_from_yaml)(task.raw, task.called)
            read.append(made)
            return made

        checked = self._checking is not None and self._job.is_checked(task.digest)
        assessor = self._checking if checked and self._checking else self._assessor
        try:
            result = assess_one(assessor, task.called, load=load, with_facts=True)
        except DisagreementError:
            raise
        except EngineError as error:
            rows.fail(task.digest, "lost", error.faults)
            return
        except OSError as error:
            rows.fail(task.digest, "lost", [Fault(f"the engine process cannot be reached: {error.strerror}")])
            return
        if result.assessment is None:
            rows.fail(task.digest, "refused", result.faults)
        else:
            rows.add(task.digest, read[0].proposal, result.assessment, result.facts)


def _megabytes() -> float:
    """Return the memory of this process where the system tells (Linux), else 0."""
    try:
        with Path("/proc/self/statm").open("rb") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGESIZE") / (1 << 20)
    except (OSError, ValueError, IndexError):
        return 0.0


Message = dict[str, Any]
"""What a worker says: `ready`, `unfit`, `done`, `written`, `unwritable` or `disagree`."""
