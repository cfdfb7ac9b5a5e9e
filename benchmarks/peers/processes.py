"""Commands run by turns, each a process of its own, with what it took."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Taken:
    """Wall clock and processor time of one run with all its children, and the largest memory of any one process.

    Linux counts the memory of the process that starts another to that one, so that small figures are not its own.
    """

    seconds: float
    processor: float
    megabytes: float
    code: int


@dataclass(frozen=True, slots=True)
class Contender:
    """A command with a name; `most` seconds in all, after which it takes no more turns.

    `before` is done ahead of each turn and not timed. A run that ends with another code than `codes` is an error.
    """

    name: str
    command: Sequence[str]
    output: Path
    codes: frozenset[int] = frozenset({0})
    before: Callable[[], None] = field(default=lambda: None)


def run(contender: Contender) -> Taken:
    """Run a command once, from the root of the project, with what it prints in a file."""
    contender.before()
    with contender.output.open("wb") as stream, contender.output.with_suffix(".error").open("wb") as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(contender.command, stdout=stream, stderr=errors, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if code not in contender.codes:
        said = contender.output.with_suffix(".error").read_text("utf-8", errors="replace")
        raise RuntimeError(f"{contender.name} ended with {code}: {said[-500:]}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Taken(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, code)


def by_turns(
    contenders: Sequence[Contender], rounds: int, most: float, say: Callable[[str], None]
) -> dict[str, list[Taken]]:
    """Run all, one after another, and again; one that has used its seconds up takes no further turn, but always two."""
    taken: dict[str, list[Taken]] = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        for contender in contenders:
            done = taken[contender.name]
            if number >= min(2, rounds) and sum(one.seconds for one in done) > most:
                continue
            done.append(run(contender))
            say(f"round {number + 1}: {contender.name}: {done[-1].seconds:.2f} s")
    return taken


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return lower quartile, median and upper quartile."""
    if len(values) == 1:
        return (values[0],) * 3
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return lower, median, upper


def row_of(taken: Sequence[Taken]) -> dict[str, object]:
    """Return what a command took, for the record."""
    return {
        "rounds": len(taken),
        "seconds": [round(value, 4) for value in quartiles([one.seconds for one in taken])],
        "processor": [round(value, 4) for value in quartiles([one.processor for one in taken])],
    }


def ratios(ours: Sequence[Taken], theirs: Sequence[Taken]) -> dict[str, list[float]]:
    """Return quartiles of ours ÷ theirs, taken within each round that both took part in."""
    pairs = list(zip(ours, theirs, strict=False))
    return {
        "seconds": [round(value, 4) for value in quartiles([a.seconds / b.seconds for a, b in pairs])],
        "processor": [round(value, 4) for value in quartiles([a.processor / b.processor for a, b in pairs])],
    }
