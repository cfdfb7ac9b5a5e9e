"""Faults during a run over a corpus: whatever dies, hangs, grows or is full, nothing is lost and nothing is twice."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from corpus_samples import LENS, SMALL, content, finished, order, parts_in, started, write_texts

from policy_engine.cli.corpus_progress import run_shown
from policy_engine.corpus.folder import locked
from policy_engine.corpus.queries import QUERIES, ask
from policy_engine.corpus.running import Order, Progress, run
from policy_engine.corpus.workers import Limits
from policy_engine.engine.client import why_unavailable
from policy_engine.errors import EngineError, SourceError
from policy_engine.loading import load_proposal

TEXTS = 150
ARGUMENTS = ("--lens", LENS, "--engine", "plain", "--isolated", "--cross-check-share", "0", "--jobs", "2")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of texts."""
    folder = tmp_path_factory.mktemp("source") / "texts"
    write_texts(folder, TEXTS)
    return folder


@pytest.fixture(scope="module")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """Return what an undisturbed run gives."""
    result = tmp_path_factory.mktemp("undisturbed") / "result"
    finished(order(source, result, jobs=2, tool="0.1.0"))
    return content(result)


def test_a_run_killed_at_random_points_is_gone_on_with(
    source: Path, undisturbed: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    result = tmp_path / "result"
    moments = random.Random(8)  # noqa: S311
    kills = 0
    known = set()
    for _ in range(60):
        process = started("run", str(source), "--out", str(result), *ARGUMENTS)
        try:
            # Later rounds live longer, so that a slow machine comes to an end too.
            process.communicate(timeout=0.4 + moments.random() * (1 + kills / 2))
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
        # What was finished stays as it is.
        now = {(part.name, (part / "manifest.json").stat().st_mtime_ns) for part in parts_in(result)}
        assert known <= now
        known = now
    assert kills >= 2
    assert process.returncode == 0
    assert content(result) == undisturbed


def test_workers_killed_at_random_change_nothing(
    source: Path, undisturbed: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    result = tmp_path / "result"
    chance = random.Random(20)  # noqa: S311
    killed = 0
    last = None
    for last in run(order(source, result, jobs=2, tool="0.1.0")):
        if last.processes and killed < 20 and chance.random() < 0.04:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(last.processes), signal.SIGKILL)
                killed += 1
    assert killed >= 5
    assert last is not None
    assert last.replaced >= 3
    # A text whose worker is killed twice is to blame as far as anybody can tell; it is told, and can be tried again.
    blamed = ask(str(result), QUERIES["failures"].sql).rows
    assert {(row[3], row[5]) for row in blamed} <= {("lost", "the worker was ended by signal 9")}
    assert len(blamed) <= 2
    finished(order(source, result, jobs=2, tool="0.1.0", retry_lost=True))
    assert content(result) == undisturbed


def test_a_worker_that_hangs_is_replaced_and_its_text_tried_again(source: Path, tmp_path: Path) -> None:
    result = tmp_path / "result"
    stopped: set[int] = set()
    steps = run(order(source, result, jobs=1, limits=Limits(seconds=2.0)))
    for progress in steps:
        if not stopped and progress.assessed and progress.processes:
            stopped.add(progress.processes[0])
            os.kill(progress.processes[0], signal.SIGSTOP)
    assert stopped
    assert progress.replaced == 1
    assert (progress.assessed, progress.failed) == (TEXTS, 0)


def large_text(provisions: int) -> str:
    """Return a text with many provisions, which takes long."""
    text = SMALL.read_text(encoding="utf-8")
    start = text.index("provisions:\n") + len("provisions:\n")
    more = "".join(
        f'  - {{id: p{n}, type: disclosure, kind: system_card, cite: "sec. {n}", note: "{"x" * 300}"}}\n'
        for n in range(provisions)
    )
    return text[:start] + more + text[start:]


def test_a_text_over_the_time_limit_is_lost_with_the_reason_and_takes_no_other_with_it(tmp_path: Path) -> None:
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 12)
    large = source / "text-00005-large.yaml"
    large.write_text(large_text(1900), encoding="utf-8")
    # Half of what the large text takes on this machine, which is a hundred times what one of the others takes.
    start = time.perf_counter()
    load_proposal(str(large))
    limit = round((time.perf_counter() - start) / 2, 3)
    last = finished(order(source, result, limits=Limits(seconds=limit)))
    assert (last.assessed, last.failed, last.replaced) == (12, 1, 2)
    rows = ask(str(result), QUERIES["failures"].sql).rows
    assert [(Path(row[0]).name, row[3], row[5]) for row in rows] == [
        ("text-00005-large.yaml", "lost", f"no answer within {limit:g} seconds")
    ]
    kept = finished(order(source, result))
    assert (kept.kept, kept.failed) == (13, 0)
    again = finished(order(source, result, retry_lost=True))
    assert (again.assessed, again.kept, again.failed) == (1, 12, 0)
    assert ask(str(result), QUERIES["failures"].sql).rows == ()
    assert len(content(result)["assessments"]) == 13


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("hungry", "it needs more than 400 MB of memory"),
        ("crash", "the worker was ended by signal 11"),
        ("exit", "the worker ended with code 9"),
        ("hang", "no answer within 2 seconds"),
    ],
)
def test_a_text_that_takes_its_worker_with_it_is_lost_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str, reason: str
) -> None:
    monkeypatch.setattr("policy_engine.corpus.process.PROGRAM", "corpus_samples")
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 20)
    bad = source / "text-00005.yaml"
    bad.write_text(f"{bad.read_text(encoding='utf-8')}# {mark}\n", encoding="utf-8")
    last = finished(order(source, result, limits=Limits(2.0, 400), jobs=2))
    assert (last.assessed, last.failed, last.replaced) == (19, 1, 2)
    rows = ask(str(result), QUERIES["failures"].sql).rows
    assert [(Path(row[0]).name, row[3], row[5]) for row in rows] == [("text-00005.yaml", "lost", reason)]


def test_a_worker_that_grows_is_replaced_between_two_shares(tmp_path: Path) -> None:
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 30)
    # Half of the limit is less than what a worker needs from the start.
    last = finished(order(source, result, limits=Limits(megabytes=190)))
    assert (last.assessed, last.failed) == (30, 0)
    assert last.replaced >= 1


@pytest.mark.durable
@pytest.mark.skipif(bool(why_unavailable()), reason="durable-rules cannot be used")
def test_the_engine_process_of_a_killed_worker_ends_too(source: Path, tmp_path: Path) -> None:
    last = None
    children: set[str] = set()
    for last in run(order(source, tmp_path / "result", jobs=1, engine="durable")):
        if last.assessed and last.processes and not children:
            children = set(Path(f"/proc/{last.processes[0]}/task/{last.processes[0]}/children").read_text().split())
            os.kill(last.processes[0], signal.SIGKILL)
    assert last is not None
    assert (last.assessed, last.failed) == (TEXTS, 0)
    assert children
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{child}").exists() for child in children)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_and_can_be_gone_on_with(
    source: Path, undisturbed: dict[str, list[tuple[object, ...]]], tmp_path: Path, number: int
) -> None:
    result = tmp_path / "result"
    process = started("run", str(source), "--out", str(result), *ARGUMENTS)
    deadline = time.monotonic() + 30
    while not list(parts_in(result)) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err == "stopped; what is written counts: the same command goes on from there\n"
    again = started("run", str(source), "--out", str(result), *ARGUMENTS)
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert "(0 inputs known before)" not in out
    assert content(result) == undisturbed


def test_an_interrupt_that_a_library_swallows_stops_the_run_at_the_next_step(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swallowing(_: Order) -> Iterator[Progress]:
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        yield Progress()
        yield Progress()

    monkeypatch.setattr("policy_engine.cli.corpus_progress.run", swallowing)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_shown(order(source, tmp_path))
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_in_the_middle_of_a_question_is_one(source: Path, tmp_path: Path) -> None:
    finished(order(source, tmp_path / "result"))
    slow = "SELECT count(*) FROM range(1000000000000) a(i) WHERE sqrt(i) * sin(i) > cos(i)"
    process = started("query", str(tmp_path / "result"), "--sql", slow)
    time.sleep(3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out.strip(), err.strip()) == (130, "", "stopped")


def test_of_ten_runs_in_one_folder_one_writes_and_the_others_are_refused(
    source: Path, undisturbed: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    result = tmp_path / "result"
    runs = [started("run", str(source), "--out", str(result), *ARGUMENTS) for _ in range(10)]
    said = [process.communicate(timeout=300) for process in runs]
    codes = [process.returncode for process in runs]
    assert set(codes) <= {0, 3}
    assert 0 in codes
    for code, (_, err) in zip(codes, said, strict=True):
        assert code == 0 or "another run (process " in err
    assert content(result) == undisturbed


def test_the_lock_of_a_run_that_ended_is_free(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(SourceError, match=f"process {os.getpid()}"), locked(tmp_path):
        pass
    with locked(tmp_path) as spool:
        assert spool.is_dir()


def limited() -> None:
    """Let no file grow past some size: what a full disk does, at a place that can be chosen."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_full_disk_stops_the_run_with_a_message_and_nothing_is_lost(
    source: Path, undisturbed: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    result = tmp_path / "result"
    process = started("run", str(source), "--out", str(result), *ARGUMENTS, preexec_fn=limited)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (3, "")
    assert "cannot be written: File too large" in err
    assert "Traceback" not in err
    again = started("run", str(source), "--out", str(result), *ARGUMENTS)
    again.communicate(timeout=120)
    assert content(result) == undisturbed


def test_a_full_device_for_an_answer_is_told(source: Path, tmp_path: Path) -> None:
    finished(order(source, tmp_path / "result", jobs=2))
    with Path("/dev/full").open("w") as full:
        process = started("query", str(tmp_path / "result"), "criteria", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "No space left on device" in err
    assert "Traceback" not in err
    process = started("query", str(tmp_path / "result"), "criteria", "--output", "/dev/full")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "cannot be written: No space left on device" in err


def test_a_reader_that_closes_early_is_no_error(source: Path, tmp_path: Path) -> None:
    finished(order(source, tmp_path / "result", jobs=2))
    process = started("query", str(tmp_path / "result"), "--sql", "SELECT * FROM findings ORDER BY ALL")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(60) == 0


@pytest.mark.parametrize("place", ["/proc/nothing/result", "FILE/result", "FILE"])
def test_an_unwritable_result_is_told_at_once(source: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = place.replace("FILE", str(tmp_path / "file"))
    process = started("run", str(source), "--out", result, *ARGUMENTS)
    out, err = process.communicate(timeout=60)
    assert process.returncode in {2, 3}
    assert out == ""
    assert "Traceback" not in err
    assert "cannot be written" in err or "is a file" in err


def test_a_read_only_folder_is_told(source: Path, tmp_path: Path) -> None:
    result = tmp_path / "result"
    result.mkdir()
    result.chmod(0o555)
    if os.access(result, os.W_OK):
        # The superuser writes anywhere; a folder of the system where nobody may stands in for it.
        result = Path("/proc/self")
    with pytest.raises(SourceError, match="cannot be written"):
        finished(order(source, result))


@pytest.mark.parametrize("locale", ["C", "POSIX", "tr_TR.UTF-8", "de_DE.UTF-8", "ja_JP.eucJP"])
def test_the_locale_changes_nothing(tmp_path: Path, locale: str) -> None:
    source, result = tmp_path / "texts-ıİß", tmp_path / "result"
    write_texts(source, 3)
    environment = {"LC_ALL": locale, "LANG": locale, "PYTHONUTF8": "0", "TZ": "Pacific/Kiritimati"}
    process = started("run", str(source), "--out", str(result), *ARGUMENTS, environment=environment)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    other = tmp_path / "other"
    finished(order(source, other, tool="0.1.0", jobs=2))
    found, expected = content(result), content(other)
    assert {k: v for k, v in found.items() if k != "inputs"} == {k: v for k, v in expected.items() if k != "inputs"}
    answers = []
    for chosen in (environment, {}):
        asked = started("query", str(result), "vetoes", "--format", "json", environment=chosen, text=False)
        answers.append(asked.communicate(timeout=60)[0])
    assert answers[0] == answers[1]


def test_the_folder_of_sources_may_hold_the_result(tmp_path: Path) -> None:
    write_texts(tmp_path, 2)
    for expected in ((2, 0), (0, 2)):
        last = deque(run(order(tmp_path, tmp_path / "result")), maxlen=1).pop()
        assert (last.assessed, last.kept) == expected
    assert ROOT.is_dir()


def test_rules_that_change_during_a_run_stop_it(source: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    asked = order(source, tmp_path / "result")
    asked = replace(asked, job=replace(asked.job, rules=str(rules)))
    with pytest.raises(EngineError, match="the lens or its rules are not those that the run began with"):
        _run_while_rules_change(asked, rules / "vac.yaml")


def _run_while_rules_change(asked: Order, file: Path) -> None:
    for progress in run(asked):
        if progress.processes and progress.assessed and not progress.replaced:
            file.write_text(f"{file.read_text(encoding='utf-8')}# changed\n", encoding="utf-8")
            os.kill(progress.processes[0], signal.SIGKILL)
