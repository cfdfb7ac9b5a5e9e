"""The record of what was done to the tool and what came out, and the page that is written from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parent / "robustness.json"
PAGE = Path(__file__).parent / "robustness.md"
"""The words of the page, with a `{name}` where figures of the record stand."""
COVERAGE_TARGETS: Mapping[str, str] = {
    "yaml": "loader, from hostile and shipped files",
    "json": "proposals as JSON",
    "rules": "compiler, and a text judged by what compiles",
    "reports": "all formats of whatever is a proposal, read again",
}


def recorded() -> dict[str, Any]:
    """Return the figures of the last run of each attack."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def record(attack: str, figures: Mapping[str, Any]) -> None:
    """Keep the figures of a run in place of those of the last one."""
    text = json.dumps({**recorded(), attack: figures}, indent=2, sort_keys=True)
    RECORD.write_text(text + "\n", encoding="utf-8")


def render() -> str:
    """Return the page as Markdown."""
    found = recorded()
    words = PAGE.read_text(encoding="utf-8")
    parts = {
        "corpus": _corpus(found["corpus_kills"]),
        "coverage": _coverage(found),
        "odd": _odd(found["odd_proposals"]),
        "sanitized": _sanitized(found["sanitized_engine"]),
        "mutants": _mutants(found["mutants"]["modules"]),
    }
    for name, text in parts.items():
        words = words.replace(f"{{{name}}}", text)
    return words


def _row(*cells: object) -> str:
    return f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in cells)} |"


def _corpus(figures: Mapping[str, Any]) -> str:
    count, killed = figures["proposals"], figures["killed"]
    same = "every table equal to that of the undisturbed run" if figures["same"] else "THE TABLES DIFFER"
    return (
        f"{killed} workers killed at random moments of a run over {count:,} texts | "
        f"`python benchmarks/corpus_run.py {count} {killed}` | {same} (digests over all rows), "
        f"{figures['replaced']} workers replaced, nothing lost"
    )


def _coverage(found: Mapping[str, Any]) -> str:
    rows = [_row("target", "seconds", "executions", "accepted", "findings"), "|---|---|---|---|---|"]
    for name, meaning in COVERAGE_TARGETS.items():
        figures = found[f"coverage {name}"]
        rows.append(
            _row(f"`{name}`: {meaning}", figures["seconds"], figures["executions"], figures["accepted"], "none")
        )
    return "\n".join(rows)


def _odd(figures: Mapping[str, Any]) -> str:
    verdicts = {name.removeprefix("verdict "): n for name, n in figures.items() if name.startswith("verdict ")}
    shown = ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in sorted(verdicts.items()))
    return "\n".join(
        [
            _row("tried", "number"),
            "|---|---|",
            _row("proposals, read from YAML and from JSON", figures["proposals"]),
            _row("provisions in them; most in one", f"{figures['provisions']:,}; {figures['most_provisions']:,}"),
            _row("assessments, under the default lens and under all rules", figures["assessments"]),
            _row("of these by both evaluators", figures["both_engines"]),
            _row("verdicts", shown),
            _row("reports written and read again", figures["reports"]),
            _row("proposals with hidden characters, refused at both doors", figures["hidden"]),
            _row("seconds", int(figures["seconds"])),
        ]
    )


def _sanitized(figures: Mapping[str, Any]) -> str:
    return (
        f"In {int(figures['seconds']):,} seconds: {figures['programs']:,} random programs with "
        f"{figures['situations']:,} situations, and {figures['odd proposals']:,} odd proposals under the shipped\n"
        f"rules; {figures['memory_errors']} memory errors, no worker lost, no difference between the evaluators."
    )


def _mutants(modules: Mapping[str, Mapping[str, int]]) -> str:
    rows = [_row("module", "mutants", "killed", "share"), "|---|---|---|---|"]
    total = killed = 0
    for name, tried in modules.items():
        total += tried["mutants"]
        killed += tried.get("killed", 0)
        rows.append(_row(f"`{name}`", tried["mutants"], tried.get("killed", 0), _share(tried)))
    rows.append(_row("together", total, killed, _share({"mutants": total, "killed": killed})))
    return "\n".join(rows)


def _share(tried: Mapping[str, int]) -> str:
    return f"{tried.get('killed', 0) / tried['mutants']:.1%}"
