"""The same run on a Dask cluster: its parts are those of one machine, byte for byte, whatever dies on the way."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from corpus_samples import LENS, content, finished, order, parts_in, started, write_texts
from dask_cluster import DaskCluster, below, cluster_of, command_of

from policy_engine import __version__
from policy_engine.batch import AssessmentJob
from policy_engine.corpus.build import Build, own_build
from policy_engine.corpus.cluster import Cluster
from policy_engine.corpus.parts import Parts
from policy_engine.corpus.queries import QUERIES, ask
from policy_engine.corpus.worker import WorkerJob
from policy_engine.corpus.workers import Limits, Work
from policy_engine.engine.client import why_unavailable
from policy_engine.errors import EngineError, SourceError

pytest.importorskip("distributed", reason="the extra [dask] is not installed")
pytestmark = pytest.mark.slow
# So many that a run is not over before somebody can disturb it.
TEXTS = 600
# With durable-rules, so that its process is started on the Dask workers too.
SHARE = 0.0 if why_unavailable() else 0.1
ARGUMENTS = ("--lens", LENS, "--engine", "plain", "--isolated", "--cross-check-share", str(SHARE), "--jobs", "2")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of texts, of which two are at fault."""
    folder = tmp_path_factory.mktemp("source") / "texts"
    write_texts(folder, TEXTS)
    (folder / "text-00100.yaml").write_text("id: [\n", encoding="utf-8")
    (folder / "text-00200.yaml").write_text("id: none\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def local(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the result of the same run on this machine alone."""
    result = tmp_path_factory.mktemp("local") / "result"
    finished(order(source, result, jobs=2, tool=__version__, cross_check_share=SHARE))
    return result


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Return a cluster of two workers."""
    with cluster_of(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


def same(result: Path, local: Path) -> None:
    """Hold every part against those of one machine, byte for byte, and every table."""
    found, expected = (
        {str(file.relative_to(place)): file.read_bytes() for file in sorted(place.glob("parts/*/*/*"))}
        for place in (result, local)
    )
    assert found.keys() == expected.keys()
    assert [name for name in found if found[name] != expected[name]] == []
    assert len(found) > 7 * 7
    assert content(result) == content(local)


def wait_for_parts(result: Path, count: int = 1) -> None:
    """Wait until some parts are there."""
    deadline = time.monotonic() + 60
    while len(list(parts_in(result))) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(list(parts_in(result))) >= count


def test_a_worker_killed_in_mid_run_changes_not_one_byte(
    source: Path, local: Path, cluster: DaskCluster, tmp_path: Path
) -> None:
    result = tmp_path / "result"
    process = started("run", str(source), "--out", str(result), *ARGUMENTS, "--scheduler", cluster.address)
    wait_for_parts(result, 4)
    assert process.poll() is None
    killed = cluster.kill_worker(0)
    out, err = process.communicate(timeout=90)
    assert process.returncode == 3, err
    assert err == f"why they failed: policy-engine corpus query {result} failures\n"
    assert f"{TEXTS} inputs: {TEXTS - 2} texts assessed, 2 failed" in out
    assert not Path(f"/proc/{killed}").exists()
    same(result, local)


def test_an_interrupted_run_leaves_nothing_working_and_is_gone_on_with(
    source: Path, local: Path, cluster: DaskCluster, tmp_path: Path
) -> None:
    result = tmp_path / "result"
    arguments = ("run", str(source), "--out", str(result), *ARGUMENTS, "--scheduler", cluster.address)
    process = started(*arguments)
    wait_for_parts(result, 2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err == "stopped; what is written counts: the same command goes on from there\n"
    kept = len(list(parts_in(result)))
    deadline = time.monotonic() + 10
    while working(cluster) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert working(cluster) == []
    again = started(*arguments)
    out, err = again.communicate(timeout=60)
    assert again.returncode == 3, err
    assert "(0 known before)" not in out
    assert len(list(parts_in(result))) > kept
    assert content(result) == content(local)


def working(cluster: DaskCluster) -> list[str]:
    """Return the processes of the tool on the cluster."""
    found = [command_of(process) for worker in cluster.workers for process in below(worker.pid)]
    return [command for command in found if "corpus_samples" in command or "engine.worker" in command]


def test_a_text_that_crashes_is_lost_like_on_one_machine(
    cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy_engine.corpus.process.PROGRAM", "corpus_samples")
    source = tmp_path / "texts"
    write_texts(source, 12)
    bad = source / "text-00005.yaml"
    bad.write_text(f"{bad.read_text(encoding='utf-8')}# crash\n", encoding="utf-8")
    last = finished(order(source, tmp_path / "far", limits=Limits(5.0, 400), scheduler=cluster.address))
    assert (last.assessed, last.failed, last.replaced) == (11, 1, 2)
    finished(order(source, tmp_path / "near", limits=Limits(5.0, 400), jobs=2))
    assert content(tmp_path / "far") == content(tmp_path / "near")
    rows = ask(str(tmp_path / "far"), QUERIES["failures"].sql).rows
    assert [row[5] for row in rows] == ["the worker was ended by signal 11"]


def test_no_more_is_on_its_way_than_the_cluster_gets_to(
    source: Path, cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    real = Cluster.add

    def add(self: Cluster, work: Work) -> None:
        real(self, work)
        sent.append(len(self._sent))

    monkeypatch.setattr(Cluster, "add", add)
    last = finished(order(source, tmp_path / "result", scheduler=cluster.address))
    assert (last.assessed, last.failed) == (TEXTS - 2, 2)
    assert 2 < max(sent) <= 2 * 2


def test_another_build_is_refused_with_both_versions(
    source: Path, cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Build("9.9.9", "f" * 64)
    monkeypatch.setattr("policy_engine.corpus.cluster.own_build", lambda: other)
    with pytest.raises(EngineError) as found:
        finished(order(source, tmp_path / "one", scheduler=cluster.address))
    assert len(found.value.faults) == 3
    for fault in found.value.faults:
        assert str(own_build()) in fault.message
        assert "policy_engine 9.9.9 (code ffffffffffff) runs here" in fault.message
        assert "policy-engine[dask]==9.9.9" in fault.hint
    # A worker that joins later is asked with its first share.
    monkeypatch.setattr("policy_engine.corpus.cluster._refuse_other_builds", lambda _: None)
    with pytest.raises(EngineError, match=r"is on the Dask worker tcp://.*, policy_engine 9\.9\.9"):
        finished(order(source, tmp_path / "two", scheduler=cluster.address))


def test_other_rules_on_a_worker_are_refused(cluster: DaskCluster, tmp_path: Path) -> None:
    job = WorkerJob(AssessmentJob(LENS, engine="plain"), 0.0, 1024, "0" * 64, "0" * 64)
    far = Cluster(cluster.address, job, Limits(), Parts(tmp_path / "parts"))
    spool = tmp_path / "spool"
    spool.write_bytes(b"")
    far.add(Work(spool, {0: "0"}))
    with pytest.raises(EngineError, match=r"not those that the run began with \(Dask worker tcp://"):
        list(far.step(60))
    far.close()


def test_a_scheduler_that_cannot_be_reached_is_told_with_the_mend(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy_engine.corpus.cluster.CONNECT_SECONDS", 1.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        for wrong in (address, "127.0.0.1", "nonsense://x:1"):
            start = time.monotonic()
            with pytest.raises(EngineError, match=f"no Dask scheduler answers at {wrong} within 1 seconds") as found:
                finished(order(source, tmp_path / "result", scheduler=wrong))
            assert "start one with `dask scheduler`" in found.value.faults[0].hint
            assert time.monotonic() - start < 10


def test_a_scheduler_without_workers_and_one_that_goes_away_are_told(
    source: Path, local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cluster"
    folder.mkdir()
    with cluster_of(folder, 0) as made:
        monkeypatch.setattr("policy_engine.corpus.cluster.CONNECT_SECONDS", 1.0)
        with pytest.raises(EngineError, match="has no worker after 1 seconds") as found:
            finished(order(source, tmp_path / "result", scheduler=made.address))
        assert f"dask worker {made.address}" in found.value.faults[0].hint
        # Two threads, so that two shares are worked on in one process of Dask.
        made.add_worker(threads=2)
        monkeypatch.undo()
        result = tmp_path / "result"
        process = started("run", str(source), "--out", str(result), *ARGUMENTS, "--scheduler", made.address)
        wait_for_parts(result, 3)
        made.scheduler.kill()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert f"the Dask scheduler at {made.address} went away" in err
    assert "the same command goes on" in err
    assert "Traceback" not in err, err
    # On one machine, too: where the work is done is no part of what is asked.
    last = finished(order(source, result, jobs=2, tool=__version__, cross_check_share=SHARE))
    assert last.kept > 0
    assert content(result) == content(local)


def test_a_part_that_came_back_damaged_does_not_count(local: Path, tmp_path: Path) -> None:
    part = next(parts_in(local))
    files = {file.name: file.read_bytes() for file in part.iterdir()}
    parts = Parts(tmp_path / "parts")
    damaged = {**files, "findings.parquet": files["findings.parquet"][:-1]}
    lacking = {name: content for name, content in files.items() if name != "facts.parquet"}
    for name, wrong in ((part.name, damaged), (part.name, lacking), ("0" * 32, files), (part.name, {})):
        with pytest.raises(EngineError, match="came back damaged"):
            parts.receive(name, wrong)
    assert list(parts.done()) == []
    parts.receive(part.name, files)
    assert {file.name: file.read_bytes() for file in (parts.folder / part.name).iterdir()} == files


def test_a_share_that_outlives_no_worker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = pytest.importorskip("distributed.scheduler")
    monkeypatch.setattr(Cluster, "__init__", lambda self: setattr(self, "_address", "tcp://10.0.0.1:8786"))
    last = SimpleNamespace(address="tcp://10.0.0.2:1")
    error = Cluster()._failed(SimpleNamespace(status="error"), scheduler.KilledWorker("key", last, 3))  # type: ignore[call-arg]
    assert "each of 4 Dask workers ended that were to assess one share (the last at tcp://10.0.0.2:1)" in str(error)
    assert "see the log of that worker; the same command goes on" in str(error)


def test_without_the_extra_it_is_told(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SourceError, match=r"policy-engine\[dask\]"):
        finished(order(source, tmp_path / "result", scheduler="tcp://127.0.0.1:1"))
