"""What runs on a Dask worker: a share comes in as bytes, the same pool as on one machine assesses it, parts go out."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from policy_engine.corpus.build import Build, own_build
from policy_engine.corpus.extras import library
from policy_engine.corpus.parts import Parts
from policy_engine.corpus.pool import Pool
from policy_engine.corpus.worker import WorkerJob
from policy_engine.corpus.workers import Limits, Work
from policy_engine.errors import EngineError, Fault, PolicyEngineError

IDLE_SECONDS: Final = 60.0
_PATIENCE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Errand:
    """The texts of one share, how to assess them, for which client, and by which build."""

    client: str
    build: Build
    job: WorkerJob
    limits: Limits
    spool: bytes
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The files of each part by its name, how many texts failed, and how many processes were replaced on the way.

    Where nothing came of it, `faults` says why, and `ours` whose fault it is.
    """

    parts: Mapping[str, Mapping[str, bytes]]
    failed: int = 0
    replaced: int = 0
    faults: tuple[Fault, ...] = ()
    ours: bool = True


def other_build(theirs: Build, wanted: Build, where: str) -> Fault:
    """Return the fault of a machine that has another build."""
    hint = f"install the same on every machine of the cluster: pip install 'policy-engine[dask]=={wanted.version}'"
    return Fault(f"{theirs} is on the Dask {where}, {wanted} runs here", hint=hint)


def assess_share(errand: Errand) -> Answer:
    """Assess a share on this Dask worker; faults come back as an answer, since not every error can be sent."""
    here = library("distributed", "dask").get_worker()
    if own_build() != errand.build:
        return Answer({}, faults=(other_build(own_build(), errand.build, f"worker {here.address}"),))
    try:
        station = _STATIONS.taken(errand, here.local_directory)
        answer = station.work(errand)
        _STATIONS.give_back(station)
        return answer
    except PolicyEngineError as error:
        where = f"Dask worker {here.address}"
        faults = tuple(Fault(f"{f.message} ({where})", f.file, f.line, f.column, f.hint) for f in error.faults)
        return Answer({}, faults=faults, ours=isinstance(error, EngineError))
    except OSError as error:
        return Answer({}, faults=(Fault(f"{here.address} cannot write: {error.strerror or error}"),), ours=False)


def close_stations(client: str) -> None:
    """End what works here for a client."""
    _STATIONS.close(client)


class _Station:
    """One process that assesses, and the folder that it works in; one task at a time has it."""

    def __init__(self, errand: Errand, folder: str) -> None:
        self.client = errand.client
        self.uses = 0
        self._folder = Path(tempfile.mkdtemp(prefix="policy-engine-", dir=folder))
        self._parts = Parts(self._folder / "parts")
        self._pool = Pool(errand.job, 1, errand.limits, self._parts)

    def work(self, errand: Errand) -> Answer:
        """Assess a share; a client that has ended gets nothing."""
        spool = self._folder / "spool"
        replaced, failed = self._pool.replaced, 0
        try:
            spool.write_bytes(errand.spool)
            self._pool.add(Work(spool, dict(enumerate(errand.digests))))
            while not self._pool.is_idle:
                if _STATIONS.is_closed(self.client):
                    raise EngineError("the run has ended")
                failed += sum(written.failed for written in self._pool.step(_PATIENCE))
            parts = self._parts.folder
            made = {part.name: {file.name: file.read_bytes() for file in part.iterdir()} for part in parts.iterdir()}
            for name in made:
                shutil.rmtree(parts / name)
        except BaseException:
            self.close()
            raise
        return Answer(made, failed, self._pool.replaced - replaced)

    def close(self) -> None:
        """End the process, and remove what it left."""
        self._pool.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Stations:
    """The stations of this Dask worker that are free; one that nobody used for a while is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: list[_Station] = []
        self._closed: set[str] = set()

    def is_closed(self, client: str) -> bool:
        """Whether a client has ended."""
        return client in self._closed

    def taken(self, errand: Errand, folder: str) -> _Station:
        """Return a free station of the client, or a new one."""
        with self._lock:
            station = next((found for found in self._free if found.client == errand.client), None)
            if station is None:
                return _Station(errand, folder)
            self._free.remove(station)
            return station

    def give_back(self, station: _Station) -> None:
        """Let another task have it."""
        station.uses += 1
        with self._lock:
            self._free.append(station)
        timer = threading.Timer(IDLE_SECONDS, self._close_unused, (station, station.uses))
        timer.daemon = True
        timer.start()
        if self.is_closed(station.client):
            self._close_unused(station, station.uses)

    def close(self, client: str) -> None:
        """Close the stations of a client: the free ones now, the others when they notice."""
        self._closed.add(client)
        with self._lock:
            ended = [station for station in self._free if station.client == client]
            self._free = [station for station in self._free if station.client != client]
        for station in ended:
            station.close()

    def _close_unused(self, station: _Station, uses: int) -> None:
        with self._lock:
            if station.uses != uses or station not in self._free:
                return
            self._free.remove(station)
        station.close()


_STATIONS: Final = _Stations()
