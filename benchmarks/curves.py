"""How time grows: with the number of proposals, of provisions in one, and of criteria; with fitted exponents.

The figures stand in docs/performance.md; `python benchmarks/performance.py --part curves` measures them.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from corpus_run import write_corpus
from peers.against import engine_command
from peers.processes import Contender, run
from throughput import ROOT, widened

from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.engine.client import why_unavailable
from policy_engine.loading import load_lens, load_proposal
from policy_engine.loading.remembered import VARIABLE
from policy_engine.proposals.records import provision_types, record_types

Say = Callable[[str], None]
PROPOSALS: Final = (100, 1_000, 10_000, 100_000)
PROVISIONS: Final = (5, 20, 50, 200, 500, 2_000)
CRITERIA: Final = (10, 30, 100, 300, 1_000, 2_000)
_IN_ONE_SET: Final = 90
_LENS: Final = """id: many
title: Many criteria
as_of: 2026-02-14
version: 1.0.0
author: for measurement
description: Not a view.
rule_sets: [{names}]
"""
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return the exponent with which times grow with sizes: the slope through their logarithms, by least squares."""
    return statistics.linear_regression([math.log(n) for n in sizes], [math.log(t) for t in times]).slope


def curve(sizes: Sequence[int], seconds: Sequence[float]) -> dict[str, Any]:
    """Return a curve for the record: its points, the exponent through all, and that of its last three."""
    return {
        "points": [[size, round(taken, 6)] for size, taken in zip(sizes, seconds, strict=True)],
        "exponent": round(exponent(sizes, seconds), 2),
        "last": round(exponent(sizes[-3:], seconds[-3:]), 2),
    }


def measured(most_proposals: int, rounds: int, say: Say) -> dict[str, Any]:
    """Measure all curves and return the record."""
    engines: tuple[EngineChoice, ...] = ("plain",) if why_unavailable() else ("plain", "durable")
    found: dict[str, Any] = {"proposals": _proposals([n for n in PROPOSALS if n <= most_proposals], say)}
    found["provisions"] = {engine: _provisions(engine, rounds, say) for engine in engines}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in CRITERIA:
            write_criteria(folder / str(count), count)
        found["criteria"] = {engine: _criteria(folder, engine, rounds, say) for engine in engines}
        found["loading"] = _loading(folder, rounds, say)
    return found


def _proposals(sizes: Sequence[int], say: Say) -> dict[str, Any]:
    """Measure the whole command, from JSON Lines to the finished result."""
    seconds, memory = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in sizes:
            corpus = folder / f"{count}.jsonl"
            write_corpus(corpus, count)
            options = ("--isolated", "--engine", "plain", "--jobs", 2, "--out", folder / f"result-{count}")
            command = engine_command("corpus", "run", *options, corpus)
            taken = run(Contender("corpus run", command, folder / "printed"))
            seconds.append(taken.seconds)
            memory.append(round(taken.megabytes))
            say(f"{count} proposals: {taken.seconds:.1f} s")
    return {**curve(sizes, seconds), "megabytes": memory}


def _provisions(engine: EngineChoice, rounds: int, say: Say) -> dict[str, Any]:
    base = load_proposal(str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml"))
    texts = [widened(base, size) for size in PROVISIONS]
    with Assessor(load_lens(), engine) as assessor:
        seconds = [_least(rounds, assessor.assess, text) for text in texts]
    return _said(f"provisions, {engine}", curve(PROVISIONS, seconds), say)


def _criteria(folder: Path, engine: EngineChoice, rounds: int, say: Say) -> dict[str, Any]:
    text = load_proposal(str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml"))
    seconds = []
    for count in CRITERIA:
        with Assessor(load_lens("many", str(folder / str(count))), engine) as assessor:
            seconds.append(_least(rounds, assessor.assess, text))
    return _said(f"criteria, {engine}", curve(CRITERIA, seconds), say)


def _loading(folder: Path, rounds: int, say: Say) -> dict[str, Any]:
    # Read, and not remembered.
    os.environ[VARIABLE] = ""
    seconds = [_least(min(rounds, 2), lambda n: load_lens("many", str(folder / str(n))), n) for n in CRITERIA]
    return _said("reading and compiling criteria", curve(CRITERIA, seconds), say)


def _said(about: str, found: dict[str, Any], say: Say) -> dict[str, Any]:
    say(f"{about}: " + ", ".join(f"{size}: {taken * 1000:.1f} ms" for size, taken in found["points"]))
    return found


def _least(rounds: int, task: Callable[[Any], object], argument: Any) -> float:
    """Return the least time of so many rounds, after one that is not counted."""
    task(argument)
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        task(argument)
        times.append(time.perf_counter() - begun)
    return min(times)


def patterns() -> Iterator[dict[str, Any]]:
    """Yield different patterns over all provision types and their fields, a field of each type before the next."""
    tests: list[list[dict[str, Any]]] = []
    for name in provision_types():
        own: list[dict[str, Any]] = []
        for path, field in record_types()[name].items():
            if field.kind == "flag":
                own += [{"provision": name, path: {"equals": value}} for value in (True, False)]
            elif field.kind == "number":
                own += [{"provision": name, path: {"at_least": 10**power}} for power in range(9)]
            elif field.kind in {"choice", "list"}:
                operator = "equals" if field.kind == "choice" else "contains"
                own += [{"provision": name, path: {operator: word}} for word in field.choices]
        tests.append(own)
    for row in range(max(map(len, tests))):
        yield from (own[row] for own in tests if row < len(own))


def write_criteria(folder: Path, count: int) -> None:
    """Write rule sets with so many criteria, each of its own pattern, and a lens `many` that asks them all."""
    (folder / "lenses").mkdir(parents=True)
    wanted = list(islice(patterns(), count))
    if len(wanted) < count:
        raise ValueError(f"the model has fields for {len(wanted)} criteria")
    names = []
    for number, first in enumerate(range(0, count, _IN_ONE_SET)):
        principle = f"M{_LETTERS[number // 26]}{_LETTERS[number % 26]}"
        names.append(principle.lower())
        data = _rule_set(principle, wanted[first : first + _IN_ONE_SET])
        (folder / f"{names[-1]}.yaml").write_text(json.dumps(data, indent=1), encoding="utf-8")
    text = _LENS.format(names=", ".join(names))
    (folder / "lenses" / "many.yaml").write_text(text, encoding="utf-8")


def _rule_set(principle: str, found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    say = "For measurement."
    criteria = [
        {
            "id": f"{principle}-{number}",
            "title": say,
            "question": say,
            "kind": "duty",
            "severity": "minor",
            "applies_when": "always",
            "satisfied_when": pattern,
            "violated_when": {"none": pattern},
            "rationale": say,
            "fix": {"words": say},
            "references": [{"kind": "primary", "source": say, "locator": "benchmarks", "says": say}],
            "examples": [{"name": say, "outcome": "unknown", "examined": []} for _ in range(2)],
        }
        for number, pattern in enumerate(found, start=1)
    ]
    about = {"id": principle, "name": say, "statement": say}
    return {"id": principle.lower(), "title": say, "version": "1.0.0", "principle": about, "criteria": criteria}
