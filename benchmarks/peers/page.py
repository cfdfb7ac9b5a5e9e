"""The sections of docs/performance.md on peers and on single commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from peers.figures import ratio_table, spread, taken_table

_PEERS: Final = """## Against peers

{files:,} proposals ({megabytes} MB of YAML; shipped texts with provisions dropped and numbers changed), text to
result, each program started anew. Thirty constraints stand as data in `benchmarks/peers/constraints.py`, and the
rules of each peer are written from that table. The tools (check-jsonschema, Spectral) read files themselves; the
libraries have a driver in `benchmarks/peers/drivers` that reads with PyYAML's C loader and writes only names. This
engine always finds evidence too: provisions, sections, lines and sentences. In the rows that say *default lens* it
judges all criteria of that lens and not the thirty constraints. `corpus run` is the way meant for many files, and
checks one text in a hundred with the other evaluator as well; `evaluate` prints one table. A program that has used
{most:.0f} seconds takes no further turn after its second."""

_COMMANDS: Final = """## Single commands

Whole processes by turns; FILE is `{file}`. `python -c pass` is the yardstick. From
its first run on, this engine remembers rule files by digest (`docs/writing-rules.md`): *the first time* is a run where
nothing is remembered."""


def peers_section(figures: Mapping[str, Any]) -> list[str]:
    """Return the section on peers."""
    lines = [_PEERS.format(**figures), "", *taken_table("program", figures["taken"])]
    if next(iter(figures["ratios"].values())):
        lines += ["", "Wall clock; under 1 this engine is faster:", "", *ratio_table(figures["ratios"], "seconds")]
        lines += [
            "",
            "Processor time, of all its processes:",
            "",
            *ratio_table(figures["ratios"], "processor"),
        ]
    return [*lines, "", *_agreement(figures)]


def _agreement(figures: Mapping[str, Any]) -> list[str]:
    lines = [
        "For every file and constraint, *violated* there was compared with *violated* here, by the plain evaluator",
        f"({figures['violated']:,} times).",
        "",
        "| peer | package | constraints that it can say | verdicts compared | different |",
        "|---|---|---|---|---|",
    ]
    for name, row in figures["agreement"].items():
        package = figures["packages"].get(name, "this engine")
        different = row["different"] or "none"
        lines.append(f"| {name} | {package} | {row['constraints']} | {row['compared']:,} | {different} |")
    for name, reason in figures["not_installed"].items():
        lines.append(f"| {name} | {figures['packages'][name]} | not installed: {reason} | – | – |")
    return [
        *lines,
        "",
        "Numbers of clingo are whole and have 32 bits, so that it cannot say 10^26 operations. None of the peers has a",
        "verdict *unknown*: what they are asked is whether a violation is certain, written out in each language.",
    ]


def commands_section(figures: Mapping[str, Any]) -> list[str]:
    """Return the section on single commands."""
    ratios = [
        f"- `{name}` ÷ {other}: {spread(ratio['seconds'])}"
        for name, row in figures["ratios"].items()
        for other, ratio in row.items()
    ]
    return [_COMMANDS.format(**figures), "", *taken_table("command", figures["taken"]), "", *ratios]
