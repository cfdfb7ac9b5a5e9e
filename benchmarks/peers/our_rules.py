"""The constraints as a rule set of this engine, with a lens that asks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from peers.constraints import CONSTRAINTS, INSTRUMENT, Constraint

LENS: Final = "peers"
PRINCIPLE: Final = "PER"
_FACTS: Final = {"status.stage": "instrument.stage"}


def criterion_of(constraint: Constraint) -> str:
    """Return the id of the criterion that stands for a constraint."""
    return f"{PRINCIPLE}-{int(constraint.name[1:])}"


def rule_set() -> dict[str, Any]:
    """Return the rule set as data."""
    return {
        "id": LENS,
        "title": "The constraints given to all",
        "version": "1.0.0",
        "principle": {"id": PRINCIPLE, "name": "Work given to all", "statement": "For measurement; not a view."},
        "criteria": [_criterion(constraint) for constraint in CONSTRAINTS],
    }


def lens() -> dict[str, Any]:
    """Return the lens as data."""
    return {
        "id": LENS,
        "title": "The constraints given to all",
        "as_of": "@DAY@",
        "version": "1.0.0",
        "author": "for measurement",
        "description": "Thirty constraints that other tools can express too; not a view.",
        "rule_sets": [LENS],
    }


def write(folder: Path) -> None:
    """Write a directory of rules; JSON is YAML, but for a date, which stands there without quotes."""
    (folder / "lenses").mkdir(parents=True, exist_ok=True)
    (folder / f"{LENS}.yaml").write_text(json.dumps(rule_set(), indent=1), encoding="utf-8")
    text = json.dumps(lens(), indent=1).replace('"@DAY@"', "2026-02-14")
    (folder / "lenses" / f"{LENS}.yaml").write_text(text, encoding="utf-8")


def _criterion(constraint: Constraint) -> dict[str, Any]:
    found = _pattern(constraint)
    bars = constraint.form == "bars"
    text = f"Constraint {constraint.name} of the work given to all."
    return {
        "id": criterion_of(constraint),
        "title": f"{constraint.name}: {constraint.form} {constraint.type}",
        "question": text,
        "kind": "guard" if bars else "duty",
        "severity": "minor",
        "applies_when": "always",
        "satisfied_when": {"none": found} if bars else found,
        "violated_when": found if bars else {"none": found},
        "rationale": text,
        "fix": {"words": text},
        "references": [{"kind": "primary", "source": "Our own work", "locator": "benchmarks", "says": text}],
        "examples": [
            {"name": f"Nobody looked ({n})", "outcome": "unknown", "examined": []} for n in ("first", "second")
        ],
    }


def _pattern(constraint: Constraint) -> dict[str, Any]:
    if constraint.type == INSTRUMENT:
        (test,) = constraint.tests
        return {"fact": _FACTS[test.path], test.operator: _plain(test.operand)}
    tests = {test.path: {test.operator: _plain(test.operand)} for test in constraint.tests}
    return {"provision": constraint.type, **tests}


def _plain(operand: object) -> object:
    return list(operand) if isinstance(operand, tuple) else operand
