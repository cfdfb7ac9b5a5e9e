"""Single commands as a user starts them, by turns: one proposal, a page of help, a page of a criterion."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final

from peers.against import Say, Work, engine_command
from peers.environments import Installed
from peers.processes import ROOT, Contender, by_turns, ratios, row_of
from policy_engine.loading.remembered import VARIABLE

ONE: Final = ROOT / "proposals/us/federal/hr-9925-frontier.yaml"
_SCHEMA: Final = ROOT / "policy_engine/schemas/proposal.schema.json"
NOTHING: Final = "python -c pass"
EVALUATE_ONE: Final = "policy-engine evaluate FILE"
EVALUATE_PLAIN: Final = "policy-engine evaluate FILE --engine plain"
EVALUATE_FIRST: Final = "policy-engine evaluate FILE, the first time"
EXPLAIN: Final = "policy-engine explain VAC-1"
EXPLAIN_ONE: Final = "policy-engine explain VAC-1 FILE"
HELP: Final = "policy-engine --help"
CHECK_ONE: Final = "check-jsonschema, 30 constraints, FILE"
CHECK_MODEL: Final = "check-jsonschema, schema of proposals, FILE"
SPECTRAL_ONE: Final = "Spectral, 30 constraints, FILE"
_MOST_SECONDS: Final = 60.0


def measured(peers: Sequence[Installed], work: Work, rounds: int, say: Say) -> dict[str, Any]:
    """Run all by turns and return the record."""
    commands: dict[str, list[str]] = {
        NOTHING: [sys.executable, "-c", "pass"],
        EVALUATE_ONE: engine_command("evaluate", "--isolated", ONE),
        EVALUATE_PLAIN: engine_command("evaluate", "--isolated", "--engine", "plain", ONE),
        EVALUATE_FIRST: ["env", f"{VARIABLE}=", *engine_command("evaluate", "--isolated", ONE)],
        EXPLAIN: engine_command("explain", "--isolated", "VAC-1"),
        EXPLAIN_ONE: engine_command("explain", "--isolated", "VAC-1", ONE),
        HELP: engine_command("--help"),
    }
    listing = work.folder / "one"
    listing.write_text(f"{ONE}\n", encoding="utf-8")
    for one in peers:
        if one.program is None or not one.peer.is_tool:
            continue
        command = one.peer.command(one.program, work.rules, listing, listing)
        if one.peer.name == "Spectral":
            commands[SPECTRAL_ONE] = command
        else:
            commands[CHECK_ONE] = command
            commands[CHECK_MODEL] = [str(one.program), "--schemafile", str(_SCHEMA), str(ONE)]
    contenders = [
        Contender(name, command, work.answer(name.replace("/", "-")), frozenset({0, 1}))
        for name, command in commands.items()
    ]
    taken = by_turns(contenders, rounds, _MOST_SECONDS, say)
    return {
        "file": str(ONE.relative_to(ROOT)),
        "taken": {name: row_of(runs) for name, runs in taken.items()},
        "ratios": {
            name: {other: ratios(taken[name], taken[other]) for other in (CHECK_ONE, CHECK_MODEL) if other in taken}
            for name in (EVALUATE_ONE, EVALUATE_PLAIN)
        },
    }
