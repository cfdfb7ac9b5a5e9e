"""The page docs/performance.md, written from the record docs/performance.json and from nothing else that moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from peers import against, single
from peers.figures import number, seconds, spread
from peers.page import commands_section, peers_section

Record = Mapping[str, Any]
_NOTES: Final = Path(__file__).parent / "performance_notes.md"
_HEAD: Final = """# Performance

Written by `python benchmarks/performance.py`, which measures, and keeps the figures in `docs/performance.json`. It
installs each peer into an environment of its own; `--cache FOLDER` keeps those, `--quick` tries it out, and
`--part NAME` measures one part alone. Programs run by turns, never all runs of one first. A figure is a median with
its quartiles; ratios are taken within each round, so that what else the machine does falls on both sides.

| part | measured | on | load before |
|---|---|---|---|"""
_IN_PROCESS: Final = """## In process

Assessments with full evidence of {texts} shipped texts, already read, under the default lens ({criteria} criteria):
five rounds of {assessments:,} by turns; processor time is the least of the five. `python benchmarks/throughput.py`
prints the same for other lenses.

| evaluator | a second | processor time of each |
|---|---|---|"""
_CURVES: Final = """## How time grows

The exponent is the slope of the logarithm of time over that of size, by least squares: 1 is in proportion. Behind it
stands the exponent of the last three sizes, where the cost of starting weighs less.

| what grows | sizes and times | exponent | of the last three |
|---|---|---|---|"""
_OTHERS: Final = """## Other measurements

`python benchmarks/performance.py --part others` runs these and keeps what they print."""
_NAMES: Final = {"plain": "plain evaluator", "durable": "durable-rules"}


def render(record: Record) -> str:
    """Return the page."""
    sections: tuple[tuple[str, str, Callable[[Any], list[str]]], ...] = (
        ("peers", "Against peers", peers_section),
        ("commands", "Single commands", commands_section),
        ("in_process", "In process", _in_process),
        ("curves", "How time grows", _curves),
        ("others", "Other measurements", _others),
    )
    parts = [_head(record), _targets(record)]
    for part, title, section in sections:
        measured = record.get(part)
        parts.append(section(measured["figures"]) if measured else [f"## {title}", "", "Not measured."])
    parts.append(["## Earlier runs, and what was done", "", _NOTES.read_text("utf-8").strip()])
    return "\n".join("\n".join([*part, ""]) for part in parts)


def disagreements(record: Record) -> int:
    """Return how many verdicts of peers differ from ours."""
    return sum(row["different"] for row in _figures(record, "peers").get("agreement", {}).values())


def _figures(record: Record, part: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = record.get(part, {}).get("figures", {})
    return found


def _head(record: Record) -> list[str]:
    lines = [_HEAD]
    for part in record:
        about = record[part]["machine"]
        place = f"{about['cores']} cores, {about['system']}, Python {about['python']}, version {about['version']}"
        lines.append(f"| `{part}` | {about['date']} | {place} | {about['load'][0]} |")
    return lines


def _targets(record: Record) -> list[str]:
    rows = [
        f"| {words} | {number(value)}{unit} | {'yes' if reached else '**no**'} |"
        for asked in (_asked_of_commands, _asked_of_peers, _asked_in_process)
        for words, value, unit, reached in asked(record)
    ]
    return ["## Targets", "", "| what is asked | found | reached |", "|---|---|---|", *rows]


Asked = Iterator[tuple[str, float, str, bool]]


def _asked_of_commands(record: Record) -> Asked:
    commands = _figures(record, "commands")
    taken = commands.get("taken", {})
    limits = ((single.EVALUATE_ONE, 0.25), (single.EXPLAIN, 0.15), (single.EXPLAIN_ONE, 0.15), (single.HELP, 0.15))
    for name, most in limits:
        if name in taken:
            value = taken[name]["seconds"][1]
            yield f"`{name}`, whole process, at most {most} s", value, " s", value <= most
    ratio = commands.get("ratios", {}).get(single.EVALUATE_ONE, {}).get(single.CHECK_ONE)
    if ratio:
        value = ratio["seconds"][1]
        yield "`policy-engine evaluate FILE` ÷ check-jsonschema with 30 constraints, under 1", value, "", value < 1


def _asked_of_peers(record: Record) -> Asked:
    peers = _figures(record, "peers")
    for other, most in (("check-jsonschema", 0.5), ("Spectral", 0.2)):
        ratio = peers.get("ratios", {}).get(against.BULK_TWO, {}).get(other)
        if ratio:
            value = ratio["seconds"][1]
            words = (
                f"{peers['files']:,} files, `corpus run --engine plain --jobs 2` with the default lens ÷ {other} with"
            )
            yield f"{words} 30 constraints, at most {most}", value, "", value <= most


def _asked_in_process(record: Record) -> Asked:
    inside = _figures(record, "in_process")
    for engine, least in (("durable", 250), ("plain", 1_500)):
        if engine in inside:
            value = inside[engine]["rate"][1]
            words = f"in process, default lens, {_NAMES[engine]}, at least {least:,} a second"
            yield words, value, " a second", value >= least


def _in_process(figures: Mapping[str, Any]) -> list[str]:
    lines = [_IN_PROCESS.format(**figures)]
    for engine, name in _NAMES.items():
        if engine in figures:
            own, engines = figures[engine]["processor_ms"]
            spent = f"{own:.2f} ms" + (f", and {engines:.2f} ms in the engine's process" if engines else "")
            lines.append(f"| {name} | {spread(figures[engine]['rate'])} | {spent} |")
    return lines


def _curves(figures: Mapping[str, Any]) -> list[str]:
    rows = [("proposals: `corpus run`, plain, `--jobs 2`, from JSON Lines to the result", figures["proposals"])]
    for what, about in (("provisions", "provisions in a text, default lens"), ("criteria", "criteria, one text")):
        rows += [(f"{about}, {_NAMES[engine]}", one) for engine, one in figures[what].items()]
    rows.append(("criteria: reading and compiling rules the first time", figures["loading"]))
    lines = [_CURVES]
    for words, one in rows:
        points = ", ".join(f"{size:,}: {seconds(value)}" for size, value in one["points"])
        lines.append(f"| {words} | {points} | {one['exponent']} | {one['last']} |")
    memory = ", ".join(str(value) for value in figures["proposals"]["megabytes"])
    return [*lines, "", f"Memory of the largest process of those corpus runs: {memory} MB."]


def _others(figures: Any) -> list[str]:
    lines = [_OTHERS]
    for one in figures:
        lines += ["", f"`{one['command']}`: {one['about']}", "", "```text", *one["said"], "```"]
    return lines
