"""The stages of a text as JSON: states, transitions with their tests, clocks, each machine with its section."""

from __future__ import annotations

import json
from typing import Any, Final

from policy_engine import __version__
from policy_engine.reports.json_report import plain
from policy_engine.stages import Machine

SCHEMA: Final = "policy-engine/stages/1"


def render(title: str, machines: tuple[Machine, ...]) -> str:
    """Return the machines as indented JSON."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": __version__},
        "title": title,
        "machines": [_machine(machine) for machine in machines],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _machine(machine: Machine) -> dict[str, Any]:
    found = {
        name: plain(getattr(machine, name)) for name in ("provision", "cite", "kind", "risks", "initial", "states")
    }
    found["holding"] = sorted(machine.holding)
    found["waiting"] = sorted(machine.waiting)
    return {**found, "transitions": plain(machine.transitions), "clocks": plain(machine.clocks)}
