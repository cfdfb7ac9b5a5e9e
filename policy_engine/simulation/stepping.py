"""State machines run by durable-rules: states and events as facts, one session for each step, time only virtual.

durable-rules keeps unmatched events of its own statecharts and fires them on entering a later state. Here nothing is
kept: each step asserts the possible states and one event into a session of its own, in the worker process, and which
transitions hold, for certain or perhaps, is read from its matches.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Literal

from policy_engine.engine.client import DurableEngine, why_unavailable
from policy_engine.errors import EngineError
from policy_engine.operators import Truth
from policy_engine.program import Program
from policy_engine.proposals.records import FieldType, Record
from policy_engine.rules.conditions import Clause, Clauses, Pattern, Test
from policy_engine.situation import Situation
from policy_engine.stages import Event, Machine, PlainStepper, Step, Stepper, Transition

EngineChoice = Literal["auto", "durable", "plain"]
_STATE: Final = "stage_state"
_EVENT: Final = "stage_event"
_TYPES: Final = {_STATE: FieldType("text"), _EVENT: FieldType("text")}
_KEPT: Final = 20_000
_Asked = tuple[frozenset[str], str, tuple[tuple[str, object], ...]]


def open_stepper(machines: Sequence[Machine], engine: EngineChoice = "auto") -> Stepper:
    """Return a runner: durable-rules where it can be loaded, else the plain state machine; its name says which."""
    missing = why_unavailable() if engine != "plain" else ""
    if missing and engine == "durable":
        raise EngineError(f"durable-rules was asked for: {missing}")
    if engine == "plain" or missing or not any(machine.transitions for machine in machines):
        reason = f" ({missing})" if missing else ""
        return PlainStepper(machines, f"plain state machine{reason}")
    return DurableStepper(machines)


class DurableStepper:
    """Runs machines with durable-rules in a worker process that is replaced when it crashes or hangs."""

    def __init__(self, machines: Sequence[Machine]) -> None:
        """Compile each transition to a condition on one state and one event."""
        self._machines = machines
        self._first: list[int] = []
        conditions: list[Clauses] = []
        for number, machine in enumerate(machines):
            self._first.append(len(conditions))
            conditions += [_condition(number, transition) for transition in machine.transitions]
        # What no test reads cannot change a step.
        self._read = [{test.field for t in machine.transitions for test in t.tests} for machine in machines]
        program = Program(tuple(conditions), (0,) * len(conditions), (), (), (), (), {}, {}, _TYPES)
        self._engine = DurableEngine(program)
        self.name = self._engine.name
        self._known: OrderedDict[tuple[int, _Asked], Step] = OrderedDict()

    def step(self, number: int, possible: frozenset[str], event: Event) -> Step:
        """Return what an event makes of the possible states of a machine; the same question is asked once."""
        read = {name: value for name, value in event.values.items() if name in self._read[number]}
        asked = (possible, event.kind, tuple(sorted(read.items())))
        known = self._known.get((number, asked))
        if known is not None:
            return known
        found = self._asked(number, possible, Event(event.kind, read))
        if len(self._known) >= _KEPT:
            self._known.popitem(last=False)
        self._known[number, asked] = found
        return found

    def _asked(self, number: int, possible: frozenset[str], event: Event) -> Step:
        machine = self._machines[number]
        if not any(t.event == event.kind and t.source in possible for t in machine.transitions):
            return Step(possible, ())
        happened = Record(_EVENT, {"kind": event.kind, **event.values}, 0)
        states = [Record(_STATE, {"name": _named(number, state)}, 0) for state in sorted(possible)]
        inference = self._engine.infer(Situation((happened, *states), frozenset(), {}, {}))
        first = self._first[number]
        return _chosen(machine, possible, inference.truths[first : first + len(machine.transitions)])

    def close(self) -> None:
        """End the worker."""
        self._engine.close()


def _chosen(machine: Machine, possible: frozenset[str], truths: Sequence[int]) -> Step:
    """Return the step from the truth of each transition: in order, until one surely happens."""
    settled: set[str] = set()
    states: set[str] = set()
    taken: list[int] = []
    for number, (transition, truth) in enumerate(zip(machine.transitions, truths, strict=True)):
        if truth == Truth.FALSE or transition.source in settled:
            continue
        states.add(transition.target)
        taken.append(number)
        if transition.sure and truth == Truth.TRUE:
            settled.add(transition.source)
    return Step(frozenset(states | (possible - settled)), tuple(taken))


def _condition(number: int, transition: Transition) -> Clauses:
    state = Pattern("state", _STATE, (Test("name", "equals", _named(number, transition.source)),))
    event = Pattern("event", _EVENT, (Test("kind", "equals", transition.event), *transition.tests))
    return (Clause((state, event)),)


def _named(number: int, state: str) -> str:
    return f"{number}.{state}"
