"""How fast `corpus run` is, how much memory it takes, and whether random kills of its workers change anything.

Run: python benchmarks/corpus_run.py COUNT [KILLS [LENS]] [--folder FOLDER] [--form jsonl|parquet]. The figures stand
in docs/performance.md and, from robustness.json, in docs/robustness.md. The corpus is made of the shipped texts: for
each, provisions are dropped and numbers changed; it is written piece by piece. With --folder, corpus and results stay
there, and a run that was stopped is gone on with; the rate is that of the texts assessed now.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
from robustness import record

from policy_engine.batch import AssessmentJob
from policy_engine.corpus.database import reading
from policy_engine.corpus.running import Order, Progress, run
from policy_engine.corpus.tables import DATABASE
from policy_engine.loading import load_proposal

ROOT = Path(__file__).parent.parent
_MEGABYTE = 1 << 20


def synthetic(count: int) -> Iterator[dict[str, Any]]:
    """Yield so many proposals, made anew in the same way each time."""
    chance = random.Random(count)  # noqa: S311
    files = sorted((ROOT / "proposals").rglob("*.yaml"))
    texts = [load_proposal(str(file)).proposal.model_dump_json(exclude_unset=True, by_alias=True) for file in files]
    for number in range(count):
        data = json.loads(texts[number % len(texts)])
        data["id"] = f"synthetic-{number}"
        kept = [provision for provision in data["provisions"] if chance.random() < 0.9]
        for provision in kept:
            for name, value in provision.items():
                if isinstance(value, (int, float)) and not isinstance(value, bool) and chance.random() < 0.3:
                    provision[name] = max(1, round(value * chance.choice((0.5, 2))))
        data["provisions"] = kept
        yield data


def write_corpus(file: Path, count: int) -> None:
    """Write the corpus as JSON Lines or as Parquet, by the name of the file; it appears when all of it is there."""
    unfinished = file.with_name(f".{file.name}")
    rows = ({"id": data["id"], "proposal": json.dumps(data)} for data in synthetic(count))
    if file.suffix == ".parquet":
        schema = pyarrow.schema({"id": pyarrow.string(), "proposal": pyarrow.string()})
        with pyarrow.parquet.ParquetWriter(unfinished, schema, compression="zstd") as writer:
            while some := list(itertools.islice(rows, 1024)):
                writer.write_table(pyarrow.Table.from_pylist(some, schema=schema))
    else:
        with unfinished.open("w", encoding="utf-8") as stream:
            stream.writelines(f'{{"id": "{row["id"]}", "proposal": {row["proposal"]}}}\n' for row in rows)
    unfinished.rename(file)


class Memory(threading.Thread):
    """Looks now and then how much memory the run and all its processes take together (Linux)."""

    def __init__(self) -> None:
        """Start looking."""
        super().__init__(daemon=True)
        self.peak = 0.0
        self.own = 0.0
        self.end = threading.Event()
        self.start()

    def run(self) -> None:
        """Look until told to end."""
        while not self.end.wait(0.5):
            family = _family(os.getpid())
            self.peak = max(self.peak, sum(family.values()))
            self.own = max(self.own, family.get(os.getpid(), 0.0))


def _family(root: int) -> dict[int, float]:
    """Return the resident megabytes of a process and of all below it."""
    found: dict[int, float] = {}
    waiting = [root]
    while waiting:
        process = waiting.pop()
        with contextlib.suppress(OSError, IndexError, ValueError):
            pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
            found[process] = int(pages) * os.sysconf("SC_PAGESIZE") / _MEGABYTE
            for thread in Path(f"/proc/{process}/task").iterdir():
                waiting += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def finished(order: Order, kills: int, seconds: float) -> tuple[Progress, int]:
    """Run, and kill workers at random moments of what a run takes; return how it came out and how many were killed."""
    chance = random.Random(kills)  # noqa: S311
    moments = sorted(chance.uniform(0.05, 0.95) * seconds for _ in range(kills))
    last, killed, start = Progress(), 0, time.monotonic()
    for last in run(order):
        if last.processes and killed < kills and time.monotonic() - start >= moments[killed]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(last.processes), signal.SIGKILL)
                killed += 1
    return last, killed


def content(result: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return a digest of every table, and its number of rows, whatever their order."""
    with reading(str(result)) as connection:
        return {
            name: connection.execute(
                f"SELECT count(*), bit_xor(hash(t)), sum(hash(t)::HUGEINT) FROM {name} t"  # noqa: S608
            ).fetchall()
            for name in DATABASE
        }


def measured(
    corpus: Path, result: Path, lens: str, kills: int = 0, lasts: float = 0.0
) -> tuple[dict[str, list[tuple[Any, ...]]], float, int]:
    """Run once, print the figures, and return what came out, how long it took, and how many workers were replaced."""
    memory = Memory()
    start = time.perf_counter()
    job = AssessmentJob(lens, engine="plain")
    share = float(os.environ.get("CROSS_CHECK_SHARE", "0.01"))
    last, killed = finished(Order((str(corpus),), str(result), job, "benchmark", 2, share), kills, lasts)
    seconds = time.perf_counter() - start
    memory.end.set()
    size = sum(file.stat().st_size for file in result.rglob("*") if file.is_file()) / _MEGABYTE
    new = last.assessed + last.failed
    print(
        f"{last.inputs:,} proposals ({last.kept:,} known before), {killed} workers killed, {last.replaced} replaced: "
        f"{seconds:.0f} s, {new / seconds:.0f}/s, {last.assessed:,} assessed, {last.failed} failed; "
        f"memory {memory.peak:.0f} MB in all processes, {memory.own:.0f} MB in the run's own; result {size:.0f} MB",
        flush=True,
    )
    start = time.perf_counter()
    found = content(result)
    rows = ", ".join(f"{name} {rows[0][0]:,}" for name, rows in found.items())
    print(f"  rows (counted in {time.perf_counter() - start:.0f} s): {rows}", flush=True)
    return found, seconds, last.replaced


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("kills", type=int, nargs="?", default=0)
    parser.add_argument("lens", nargs="?", default="article-2026-02")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--form", choices=("jsonl", "parquet"), default="jsonl")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        corpus = folder / f"corpus-{asked.count}.{asked.form}"
        start = time.perf_counter()
        if not corpus.exists():
            write_corpus(corpus, asked.count)
        made = time.perf_counter() - start
        print(f"corpus of {corpus.stat().st_size / _MEGABYTE:,.0f} MB, made in {made:.0f} s", flush=True)
        undisturbed, seconds, _ = measured(corpus, folder / "undisturbed", asked.lens)
        if asked.kills:
            disturbed, _, replaced = measured(corpus, folder / "disturbed", asked.lens, asked.kills, seconds)
            same = disturbed == undisturbed
            record(
                "corpus_kills", {"proposals": asked.count, "killed": asked.kills, "replaced": replaced, "same": same}
            )
            print("the tables are the same" if same else "THE TABLES DIFFER")
            sys.exit(not same)


if __name__ == "__main__":
    main()
