"""Stages: durable-rules agrees with the plain state machine, what texts leave open stays open, and it can be drawn."""

from __future__ import annotations

import json
import random
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from conftest import ROOT, proposal

from policy_engine.cli.commands import policy_engine
from policy_engine.engine import client
from policy_engine.errors import EngineError
from policy_engine.loading import load_proposal
from policy_engine.operators import Truth
from policy_engine.reports import render_stages
from policy_engine.reports.names import STAGES_FORMATS
from policy_engine.rules.conditions import Test
from policy_engine.simulation.stepping import open_stepper
from policy_engine.stages import Event, Machine, Stepper, Transition, stages_of
from policy_engine.stages.machine import plain_step

FILES = sorted((ROOT / "proposals").rglob("*.yaml"))
FRONTIER = str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml")
KINDS = ("starts", "incident", "evaluated", "acts", "clears")
RISKS = ("biological", "cyber", "nuclear")


def random_tests(chance: random.Random) -> tuple[Test, ...]:
    """Return up to two tests, each on a field of its own."""
    found = [
        Test("risk", "in", tuple(chance.sample(RISKS, chance.randint(1, 3)))),
        Test(
            "deaths", chance.choice(["at_least", "more_than", "less_than", "at_most"]), float(chance.choice([0, 1, 50]))
        ),
        Test("compute", "at_least", chance.choice([1e25, 1e26, 1e27])),
        Test("public", "equals", chance.choice([True, False])),
        Test("risk", "is_not", chance.choice(RISKS)),
    ]
    return tuple(chance.sample(found, chance.randint(0, 2)))


def random_machine(chance: random.Random) -> Machine:
    """Return a machine with up to six states, loops and states that nothing leaves."""
    states = tuple(f"s{number}" for number in range(chance.randint(2, 6)))
    transitions = tuple(
        Transition(
            chance.choice(states),
            chance.choice(KINDS),
            chance.choice(states),
            random_tests(chance),
            chance.random() < 0.8,
            "",
        )
        for _ in range(chance.randint(1, 12))
    )
    return Machine("m", "sec. 1", "power", None, states[0], states, frozenset(states[:1]), frozenset(), transitions, ())


def random_stream(chance: random.Random, length: int) -> list[Event]:
    """Return events, some with fields left out, some repeated at once, some before anything is in force."""
    found: list[Event] = []
    while len(found) < length:
        values: dict[str, Any] = {
            "risk": chance.choice(RISKS),
            "deaths": float(chance.choice([0, 1, 49, 50, 51])),
            "compute": chance.choice([9.99e24, 1e25, 1e26, 1e27]),
            "public": chance.choice([True, False]),
        }
        kept = {name: value for name, value in values.items() if chance.random() < 0.8}
        event = Event(chance.choice([*KINDS, "unheard_of"]), kept)
        found += [event] * chance.choice([1, 1, 1, 2])
    return found[:length]


def oracle(machine: Machine, possible: frozenset[str], event: Event) -> frozenset[str]:
    """Return the next states, written once more and without looking at the code under test."""
    compare = {
        "in": lambda value, operand: value in operand,
        "equals": lambda value, operand: value == operand,
        "is_not": lambda value, operand: value != operand,
        "at_least": lambda value, operand: value >= operand,
        "more_than": lambda value, operand: value > operand,
        "at_most": lambda value, operand: value <= operand,
        "less_than": lambda value, operand: value < operand,
    }
    result = set()
    for state in possible:
        here = [t for t in machine.transitions if (t.source, t.event) == (state, event.kind)]
        for transition in here:
            known = [(event.values.get(t.field), t) for t in transition.tests]
            if any(value is not None and not compare[t.operator](value, t.operand) for value, t in known):
                continue
            result.add(transition.target)
            if transition.sure and all(value is not None for value, _ in known):
                break
        else:
            result.add(state)
    return frozenset(result)


def disagreements(seed: int, machines: int, length: int) -> int:
    """Return in how many machines a stream led durable-rules, or the plain one, elsewhere than the oracle."""
    chance = random.Random(seed)  # noqa: S311
    made = [random_machine(chance) for _ in range(machines)]
    stream = random_stream(chance, length)
    steppers = [open_stepper(made, "durable"), open_stepper(made, "plain")]
    wrong = 0
    for number, machine in enumerate(made):
        states = frozenset({machine.initial})
        for event in stream:
            right = oracle(machine, states, event)
            found = [stepper.step(number, states, event) for stepper in steppers]
            if any(step.states != right for step in found) or found[0].taken != found[1].taken:
                wrong += 1
                break
            states = right
    for stepper in steppers:
        stepper.close()
    return wrong


@pytest.mark.durable
@pytest.mark.parametrize("seed", range(3))
def test_durable_rules_agrees_with_the_oracle(seed: int) -> None:
    assert disagreements(seed, machines=20, length=25) == 0


@pytest.mark.durable
@pytest.mark.slow
def test_durable_rules_agrees_on_two_thousand_machines() -> None:
    assert [seed for seed in range(100, 200) if disagreements(seed, machines=20, length=25)] == []


def test_the_oracle_can_tell_a_wrong_machine() -> None:
    chance = random.Random(1)  # noqa: S311
    machines = [random_machine(chance) for _ in range(40)]
    stream = random_stream(chance, 25)
    differing = 0
    for machine in machines:
        hasty = [t for t in machine.transitions if t.sure]
        states = frozenset({machine.initial})
        for event in stream:
            right = oracle(machine, states, event)
            # A machine that takes no notice of what only may happen.
            wrong = frozenset(
                next((t.target for t in hasty if (t.source, t.event) == (s, event.kind)), s) for s in states
            )
            differing += right != wrong
            states = right
    assert differing > 20


def frontier() -> tuple[Machine, ...]:
    return stages_of(load_proposal(FRONTIER).proposal)


def run(machine: Machine, *events: Event, stepper: Stepper | None = None) -> frozenset[str]:
    states = frozenset({machine.initial})
    for event in events:
        states = (stepper.step(0, states, event) if stepper else plain_step(machine, states, event)).states
    return states


STARTS, ACTS = Event("starts", {}), Event("authority_acts", {})
FOUND = Event("expert_finding", {"risk": "biological"})
CLEARS = Event("evidence_clears", {"risk": "biological"})


def test_an_order_of_the_frontier_act_from_finding_to_lapse() -> None:
    provisional = next(machine for machine in frontier() if machine.provision == "provisional-order")
    assert run(provisional, FOUND, STARTS) == {"ready"}, "before its start nothing moves"
    assert run(provisional, STARTS, FOUND) == {"open"}
    assert run(provisional, STARTS, FOUND, ACTS) == {"active"}
    assert run(provisional, STARTS, FOUND, ACTS, Event("clock_runs_out", {})) == {"ready"}
    assert run(provisional, STARTS, FOUND, ACTS, CLEARS) == {"ready"}
    assert run(provisional, STARTS, Event("expert_finding", {"risk": "fraud"})) == {"ready"}
    assert run(provisional, STARTS, Event("expert_finding", {})) == {"ready", "open"}, "the risk is not known"
    evaluated = Event("capability_evaluated", {"risk": "cyber", "result": "crosses"})
    assert run(provisional, STARTS, evaluated) == {"ready", "open"}, "the finding is another's to make"
    assert [(c.state, c.days) for c in provisional.clocks] == [("open", 30.0), ("active", 45.0)]
    assert provisional.holds(frozenset({"active", "open"})) is Truth.UNKNOWN
    final = next(machine for machine in frontier() if machine.provision == "final-order")
    assert run(final, STARTS, FOUND, ACTS, Event("clock_runs_out", {})) == {"active", "ready"}, "it may be renewed"


def test_a_bar_that_binds_by_itself() -> None:
    machines = stages_of(load_proposal(str(ROOT / "proposals/us/ca/sb-1047-enrolled.yaml")).proposal)
    trigger = next(machine for machine in machines if machine.kind == "trigger")
    crosses = Event("capability_evaluated", {"risk": "biological", "result": "crosses"})
    assert run(trigger, STARTS, crosses) == {"active"}
    assert run(trigger, STARTS, crosses, CLEARS) == {"active", "ready"}, "contested whether it relaxes"


def provision(**changes: Any) -> dict[str, Any]:
    found = {"id": "x", "type": "escalation_trigger", "cite": "sec. x", "basis": "capability_evaluation"}
    sure = {"self_executing": False, "needs_new_statute": False, "switches_on": "bar"}
    return {**found, "risks": ["biological"], **sure, **changes}


@pytest.mark.parametrize(
    ("changes", "states"),
    [
        ({"if_risk_cannot_be_ruled_out": "activate_provisionally"}, {"active"}),
        ({"if_risk_cannot_be_ruled_out": "wait"}, {"ready"}),
        ({"if_risk_cannot_be_ruled_out": "not_addressed"}, {"ready", "active"}),
        ({}, {"ready", "active"}),
    ],
)
def test_what_happens_when_tests_cannot_tell(changes: dict[str, Any], states: set[str]) -> None:
    (machine,) = stages_of(proposal(provisions=[provision(self_executing=True, **changes)]))
    doubtful = Event("capability_evaluated", {"risk": "biological", "result": "cannot_rule_out"})
    assert run(machine, STARTS, doubtful) == states


def test_a_stage_that_needs_a_statute_never_holds() -> None:
    (machine,) = stages_of(proposal(provisions=[provision(needs_new_statute=True)]))
    crosses = Event("capability_evaluated", {"risk": "biological", "result": "crosses"})
    assert run(machine, STARTS, crosses, ACTS) == {"awaits_statute"}
    assert machine.waits(frozenset({"awaits_statute"})) is Truth.TRUE


@pytest.mark.durable
def test_a_crashed_worker_is_replaced() -> None:
    machine = frontier()[1]
    stepper = open_stepper([machine], "durable")
    assert run(machine, STARTS, stepper=stepper) == {"ready"}
    import os
    import signal

    os.kill(stepper._engine.worker_process, signal.SIGKILL)  # type: ignore[attr-defined]
    assert run(machine, STARTS, FOUND, ACTS, stepper=stepper) == {"active"}
    stepper.close()


def test_without_durable_rules_the_plain_machine_runs_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.simulation.stepping.why_unavailable", lambda: "durable-rules is not installed")
    assert open_stepper(frontier()).name == "plain state machine (durable-rules is not installed)"
    with pytest.raises(EngineError, match="asked for"):
        open_stepper(frontier(), "durable")
    assert client.DURABLE_VERSION


@pytest.mark.parametrize("name", STAGES_FORMATS)
def test_stages_of_every_shipped_text_can_be_drawn(name: str) -> None:
    for file in FILES:
        found = load_proposal(str(file)).proposal
        text = render_stages(name, found.title, stages_of(found))
        if name == "svg":
            ElementTree.fromstring(text)  # noqa: S314
        elif name == "json":
            assert json.loads(text)["schema"] == "policy-engine/stages/1"
        elif name == "mermaid":
            assert text.startswith("stateDiagram-v2\n")
            assert text.count("{\n") == text.count("\n  }\n")


def test_command_draws_with_sections() -> None:
    result = CliRunner().invoke(policy_engine, ["stages", FRONTIER])
    assert result.exit_code == 0, result.output
    assert "power: provisional-order, sec. 8(d)-(e), (j), (k)(1)" in result.output
    assert "clock in active: 45 days" in result.output
    assert "open → active: authority acts. the holder orders." in result.output
    nothing = CliRunner().invoke(policy_engine, ["stages", str(ROOT / "proposals/us/ca/sb-53.yaml")])
    assert "no trigger, stop power, approval or restriction" in nothing.output
