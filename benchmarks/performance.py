"""Measures this engine, alone and by turns with its peers, and writes docs/performance.json and docs/performance.md.

Run: python benchmarks/performance.py. Each peer is installed into an environment of its own under --cache. It takes
about ten minutes; --quick takes two, and writes nothing but what it prints, unless --record names a file. A --part that
is left out keeps what the record has of it; the part `others` runs only when it is named.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import curves
import performance_page
from peers import against, single
from peers.environments import Installed
from peers.processes import quartiles
from throughput import rounds_of, shipped_texts

from policy_engine import __version__
from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.engine.client import why_unavailable
from policy_engine.loading import load_lens
from policy_engine.loading.remembered import VARIABLE

ROOT: Final = Path(__file__).parent.parent
RECORD: Final = ROOT / "docs" / "performance.json"
PAGE: Final = ROOT / "docs" / "performance.md"
OTHERS: Final = (
    ("one change of a text, against a fresh evaluation", ("what_if.py",)),
    ("differences of two texts, and of two lenses", ("difference.py",)),
    ("comparison of texts within their classes", ("compare.py",)),
    ("duties of many texts side by side", ("patchwork.py",)),
    ("amendments to `mixed`, all shipped texts", ("amendments.py", "mixed")),
    ("amendments to `meets`, all shipped texts", ("amendments.py", "meets")),
    ("a corpus run, and the same with 20 workers killed", ("corpus_run.py", "6000", "20")),
    ("memory over many assessments", ("soak.py", "20000", "benchmarks/five_principles.yaml")),
)
PARTS: Final = ("peers", "commands", "in_process", "curves", "others")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    files: int
    rounds: int
    commands: int
    assessments: int
    curve: int
    proposals: int


FULL: Final = Size(files=1_000, rounds=5, commands=9, assessments=1_000, curve=5, proposals=10_000)
QUICK: Final = Size(files=100, rounds=2, commands=3, assessments=200, curve=2, proposals=1_000)


def say(text: str) -> None:
    """Tell how far it has come."""
    print(text, file=sys.stderr, flush=True)


def in_process(size: Size) -> dict[str, Any]:
    """Measure assessments within one process, evaluators by turns in one run after another."""
    engines: tuple[EngineChoice, ...] = ("plain",) if why_unavailable() else ("plain", "durable")
    texts = shipped_texts()
    lens = load_lens()
    found: dict[str, Any] = {"texts": len(texts), "criteria": len(lens.criteria), "assessments": size.assessments}
    rates: dict[str, list[float]] = {engine: [] for engine in engines}
    spent: dict[str, list[tuple[float, float]]] = {engine: [] for engine in engines}
    assessors = {engine: Assessor(lens, engine) for engine in engines}
    try:
        for _ in range(5):
            for engine, assessor in assessors.items():
                one_rate, one_spent = rounds_of(assessor, texts, size.assessments, 1)
                rates[engine] += one_rate
                spent[engine] += one_spent
    finally:
        for assessor in assessors.values():
            assessor.close()
    for engine in engines:
        own, engines_own = min(spent[engine], key=sum)
        say(f"{engine}: {quartiles(rates[engine])[1]:.0f} assessments/s")
        found[engine] = {
            "rate": [round(value, 1) for value in quartiles(rates[engine])],
            "processor_ms": [round(own, 2), round(engines_own, 2)],
        }
    return found


def others() -> list[dict[str, Any]]:
    """Run the other measurements, and keep what they print."""
    found = []
    for about, command in OTHERS:
        say(f"python benchmarks/{' '.join(command)}")
        done = subprocess.run(
            [sys.executable, str(ROOT / "benchmarks" / command[0]), *command[1:]],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        lines = done.stdout.strip().splitlines()
        if done.returncode:
            lines += [*done.stderr.strip().splitlines()[-1:], f"IT ENDED WITH {done.returncode}"]
            say(lines[-1])
        found.append({"about": about, "command": f"python benchmarks/{' '.join(command)}", "said": lines})
    return found


def machine() -> dict[str, Any]:
    """Return where and when it was measured."""
    return {
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "version": __version__,
        "load": [round(value, 1) for value in os.getloadavg()],
    }


def measured(parts: list[str], size: Size, cache: Path, record: dict[str, Any], file: Path | None) -> dict[str, Any]:
    """Measure the parts, and return the record with them; the file holds each part as soon as it is measured."""
    found = dict(record)
    with tempfile.TemporaryDirectory() as name:
        work = against.work_in(Path(name), size.files)
        peers: list[Installed] = []
        if {"peers", "commands"} & set(parts):
            peers = against.installed_peers(cache, say)
        measures: dict[str, Callable[[], Any]] = {
            "peers": lambda: against.measured(peers, work, size.rounds, say),
            "commands": lambda: single.measured(peers, work, size.commands, say),
            "in_process": lambda: in_process(size),
            "curves": lambda: curves.measured(size.proposals, size.curve, say),
            "others": others,
        }
        for part in parts:
            say(f"== {part}")
            about = machine()
            found[part] = {"machine": about, "figures": measures[part]()}
            if file:
                file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def main() -> None:
    """Measure, write the record and the page, and print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, help="folder of the peers' environments; a temporary one if left out")
    parser.add_argument("--part", action="append", choices=PARTS, help="measure this part alone; can be repeated")
    parser.add_argument("--quick", action="store_true", help="small sizes; writes no page")
    parser.add_argument("--proposals", type=int, help="largest number of proposals of the curve: 100000 takes long")
    parser.add_argument("--rounds", type=int, help="turns of the programs that judge many files")
    parser.add_argument("--record", type=Path, help="file of the record, if not docs/performance.json")
    asked = parser.parse_args()
    size = QUICK if asked.quick else FULL
    size = replace(size, proposals=asked.proposals or size.proposals, rounds=asked.rounds or size.rounds)
    file = asked.record or (None if asked.quick else RECORD)
    before = json.loads(file.read_text("utf-8")) if file and file.exists() else {}
    with tempfile.TemporaryDirectory() as name:
        # What is remembered between turns is of this run alone.
        os.environ[VARIABLE] = str(Path(name) / "remembered")
        found = measured(asked.part or list(PARTS[:-1]), size, asked.cache or Path(name), before, file)
    page = performance_page.render(found)
    if file == RECORD:
        PAGE.write_text(page, encoding="utf-8")
    print(page)
    sys.exit(performance_page.disagreements(found) > 0)


if __name__ == "__main__":
    main()
