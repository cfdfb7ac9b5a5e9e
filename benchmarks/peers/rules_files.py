"""The files of rules that each peer is given, all written from the one table."""

from __future__ import annotations

import json
from pathlib import Path

from peers import our_rules
from peers.constraints import CONSTRAINTS
from peers.expressions import rego_module, rule_engine_rules, zen_decision
from peers.json_schema import json_schema, spectral_ruleset
from peers.logic import clingo_program, clips_rules


def paths_read() -> dict[str, list[str]]:
    """Return the paths that the constraints read, for each type."""
    found: dict[str, set[str]] = {}
    for constraint in CONSTRAINTS:
        found.setdefault(constraint.type, set()).update(test.path for test in constraint.tests)
    return {name: sorted(paths) for name, paths in sorted(found.items())}


def rules_files() -> dict[str, str]:
    """Return the text of each file, by its name."""
    paths = paths_read()
    data = {
        "schema.json": json_schema(),
        "spectral.json": spectral_ruleset(),
        "zen.json": zen_decision(),
        "rule_engine.json": {"rules": rule_engine_rules(), "types": list(paths)},
        "clips.json": {"rules": clips_rules(), "paths": paths},
        "clingo.json": {"program": clingo_program(), "paths": paths},
    }
    return {"peers.rego": rego_module(), **{name: json.dumps(value, indent=1) for name, value in data.items()}}


def write(folder: Path) -> None:
    """Write all of them, and the directory of our own rules as `ours`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in rules_files().items():
        (folder / name).write_text(text, encoding="utf-8")
    our_rules.write(folder / "ours")
