"""A run over a corpus: every input once, the new ones assessed, and a database of all at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from policy_engine.batch import AssessmentJob
from policy_engine.corpus.database import RunRow, build_database
from policy_engine.corpus.extras import library
from policy_engine.corpus.folder import INPUTS, locked, parts_folder, unwritable
from policy_engine.corpus.inputs import Input
from policy_engine.corpus.parts import Parts, arrow_schema, arrow_table
from policy_engine.corpus.pool import Pool
from policy_engine.corpus.sources import found_sources, inputs_of
from policy_engine.corpus.spool import SpoolWriter
from policy_engine.corpus.tables import INPUTS as INPUTS_TABLE
from policy_engine.corpus.worker import WorkerJob
from policy_engine.corpus.workers import Limits, Work, Workers
from policy_engine.engine.client import DURABLE_VERSION, why_unavailable
from policy_engine.errors import EngineError, Fault, SourceError
from policy_engine.loading import load_lens

_FIRST_SHARE: Final = 8
_LARGEST_SHARE: Final = 256
_LARGEST_SPOOL: Final = 8 << 20
_INPUTS_AT_ONCE: Final = 4096
_PATIENCE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a run. `engine` of the job may be `auto`; `tool` is the version of policy-engine."""

    sources: tuple[str, ...]
    result: str
    job: AssessmentJob
    tool: str
    jobs: int = 1
    cross_check_share: float = 0.0
    limits: Limits = field(default_factory=Limits)
    retry_lost: bool = False
    scheduler: str = ""
    """Address of a Dask scheduler, whose workers then do the work; processes of this machine if empty."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: inputs seen, texts assessed now, taken over from before, failed now; share of the sources."""

    inputs: int = 0
    assessed: int = 0
    kept: int = 0
    failed: int = 0
    share: float = 0.0
    replaced: int = 0
    processes: tuple[int, ...] = ()


def run(order: Order) -> Iterator[Progress]:
    """Assess what is new, and yield how far it is; the last one tells the whole. Raises what stops the run."""
    library("pyarrow")
    library("duckdb")
    engine = _engine_of(order)
    lens = load_lens(order.job.lens, order.job.rules)
    files, size = found_sources(order.sources, order.result)
    parts_of = [order.tool, lens.digest, lens.rules_digest, engine, f"{order.cross_check_share:.9f}"]
    run_digest = hashlib.sha256("\n".join(parts_of).encode()).hexdigest()
    result = Path(order.result)
    with locked(result) as spool:
        try:
            parts = Parts(parts_folder(result, run_digest))
            parts.remove_unfinished()
            job = replace(order.job, engine="plain" if engine.startswith("plain") else "durable")
            share, megabytes = order.cross_check_share, order.limits.megabytes
            pool = _workers(order, WorkerJob(job, share, megabytes, lens.digest, lens.rules_digest), parts)
            try:
                yield from _Run(order, parts, pool, spool, max(size, 1)).all(inputs_of(files))
            finally:
                pool.close()
            row = RunRow(order.tool, lens.summary, lens.digest, lens.rules_digest, engine, order.cross_check_share)
            build_database(result, parts, row)
        except OSError as error:
            raise unwritable(result, error) from error


def _workers(order: Order, job: WorkerJob, parts: Parts) -> Workers:
    if not order.scheduler:
        return Pool(job, order.jobs, order.limits, parts)
    from policy_engine.corpus.cluster import Cluster

    return Cluster(order.scheduler, job, order.limits, parts)


def _engine_of(order: Order) -> str:
    """Return the evaluator that runs; raises EngineError where the one asked for, or the one that checks, cannot."""
    missing = why_unavailable()
    if missing and (order.job.engine == "durable" or order.cross_check_share):
        hint = "install it with a C compiler, or use --engine plain --cross-check-share 0"
        raise EngineError(Fault(missing, hint=hint))
    return "plain evaluator" if missing or order.job.engine == "plain" else f"durable-rules {DURABLE_VERSION}"


class _Run:
    """The work of a run."""

    def __init__(self, order: Order, parts: Parts, pool: Workers, spool: Path, size: int) -> None:
        self._order = order
        self._parts = parts
        self._pool = pool
        self._spool = spool
        self._size = size
        self._open: dict[Path, int] = {}
        self._share = _FIRST_SHARE
        self._writer: SpoolWriter | None = None
        self._shares = 0
        self._read = 0
        self._progress = Progress()

    def all(self, inputs: Iterable[Input]) -> Iterator[Progress]:
        """Take every input once, and yield how far it is."""
        done = self._done()
        with _inputs_file(Path(self._order.result)) as listed:
            for item in inputs:
                digest = item.digest
                listed.add((item.source, item.row, item.name, digest))
                key = bytes.fromhex(digest)
                self._read += item.size
                new = key not in done
                self._count(inputs=1, kept=0 if new else 1)
                if new:
                    done.add(key)
                    self._add(item, digest)
                    yield from self._wait(full=True)
            self._give()
            yield from self._wait(full=False)
        yield self._state()

    def _done(self) -> set[bytes]:
        found: set[bytes] = set()
        lost: set[bytes] = set()
        for part in self._parts.done():
            found.update(bytes.fromhex(digest) for digest in part.digests)
            lost.update(bytes.fromhex(digest) for digest in part.lost)
        return found - lost if self._order.retry_lost else found

    def _add(self, item: Input, digest: str) -> None:
        if self._writer is None:
            self._shares += 1
            self._writer = SpoolWriter(self._spool / f"{self._shares:08}")
        self._writer.add(item, digest)
        if len(self._writer.digests) >= self._share or self._writer.size >= _LARGEST_SPOOL:
            self._give()

    def _give(self) -> None:
        """Let the workers have what was gathered; shares grow, so that few inputs keep all of them busy."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        writer.close()
        self._open[writer.file] = len(writer.digests)
        self._pool.add(Work(writer.file, dict(enumerate(writer.digests))))
        if self._shares % self._pool.width == 0:
            self._share = min(_LARGEST_SHARE, self._share * 2)

    def _wait(self, *, full: bool) -> Iterator[Progress]:
        """Go on while the workers have too much to do, or anything."""
        while self._pool.is_full if full else not self._pool.is_idle:
            for written in self._pool.step(_PATIENCE):
                self._count(assessed=written.texts - written.failed, failed=written.failed)
                self._open[written.spool] -= written.texts
                if not self._open[written.spool]:
                    del self._open[written.spool]
                    written.spool.unlink(missing_ok=True)
            yield self._state()

    def _count(self, **more: int) -> None:
        now = self._progress
        self._progress = replace(now, **{name: getattr(now, name) + number for name, number in more.items()})

    def _state(self) -> Progress:
        share = min(1.0, self._read / self._size)
        return replace(self._progress, share=share, replaced=self._pool.replaced, processes=self._pool.processes)


class _Listed:
    """The list of inputs, written as it grows."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self._rows: list[tuple[Any, ...]] = []

    def add(self, row: tuple[Any, ...]) -> None:
        """Add one input."""
        self._rows.append(row)
        if len(self._rows) >= _INPUTS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        self._writer.write_table(arrow_table(INPUTS_TABLE, self._rows))
        self._rows.clear()


@contextmanager
def _inputs_file(result: Path) -> Iterator[_Listed]:
    """Give the list of inputs; it replaces the one before when all of it is there."""
    unfinished = result / f".{INPUTS}.unfinished"
    parquet = library("pyarrow.parquet")
    try:
        with (
            unfinished.open("wb") as stream,
            parquet.ParquetWriter(stream, arrow_schema(INPUTS_TABLE), compression="zstd") as writer,
        ):
            listed = _Listed(writer)
            yield listed
            listed.flush()
        unfinished.replace(result / INPUTS)
    except library("pyarrow").ArrowException as error:
        raise SourceError(Fault(f"the list of inputs cannot be written: {error}", str(result))) from error
    finally:
        unfinished.unlink(missing_ok=True)
