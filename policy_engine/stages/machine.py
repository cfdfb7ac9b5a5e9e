"""A state machine over what may be the case: its states, events, guards and clocks, and the plain way to run it.

What a text leaves open becomes transitions that may happen, so that a run holds every state that is possible. A
measure has force for certain when all of them have it, and perhaps when some do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from policy_engine.operators import OPERATORS, Scalar, Truth
from policy_engine.rules.conditions import Test

NOTHING: Final[Mapping[str, Scalar]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """What happens; a field that is left out is unknown."""

    kind: str
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Transition:
    """From one state to another on an event whose fields pass the tests; if not `sure`, it only may happen."""

    source: str
    event: str
    target: str
    tests: tuple[Test, ...]
    sure: bool
    because: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Days after entering a state until `clock_runs_out` happens to it."""

    state: str
    days: float
    because: str


@dataclass(frozen=True, slots=True)
class Machine:
    """The stages of one measure. Transitions are in order: the first that surely happens ends the choice.

    In `holding` states the measure restrains somebody; in `waiting` ones a decision is awaited. `kind` and `risks` are
    those of the provision; no `risks` means that the file does not say.
    """

    provision: str
    cite: str
    kind: str
    risks: tuple[str, ...] | None
    initial: str
    states: tuple[str, ...]
    holding: frozenset[str]
    waiting: frozenset[str]
    transitions: tuple[Transition, ...]
    clocks: tuple[Clock, ...]

    leaving: Mapping[tuple[str, str], list[tuple[int, Transition]]] = field(init=False, repr=False, compare=False)
    """The transitions on each event in each state, with their numbers, in order."""

    def __post_init__(self) -> None:
        """Index the transitions."""
        found: dict[tuple[str, str], list[tuple[int, Transition]]] = {}
        for number, transition in enumerate(self.transitions):
            found.setdefault((transition.source, transition.event), []).append((number, transition))
        object.__setattr__(self, "leaving", found)

    def holds(self, possible: Iterable[str]) -> Truth:
        """Return whether the measure has force, given the possible states."""
        return _share(possible, self.holding)

    def waits(self, possible: Iterable[str]) -> Truth:
        """Return whether a decision is awaited, given the possible states."""
        return _share(possible, self.waiting)


@dataclass(frozen=True, slots=True)
class Step:
    """The states that are possible after an event, and the transitions that may have led there, by their number."""

    states: frozenset[str]
    taken: tuple[int, ...]


def guard(tests: tuple[Test, ...], event: Event) -> Truth:
    """Return whether an event passes tests; a field that is left out makes it unknown."""
    truth = Truth.TRUE
    for test in tests:
        value = event.values.get(test.field)
        if value is None:
            truth = min(truth, Truth.UNKNOWN)
        elif not OPERATORS[test.operator].holds(value, test.operand):
            return Truth.FALSE
    return truth


def plain_step(machine: Machine, possible: frozenset[str], event: Event) -> Step:
    """Return what an event makes of the possible states: the plain state machine, oracle of every other way."""
    states: set[str] = set()
    taken: list[int] = []
    for state in possible:
        stays = True
        for number, transition in machine.leaving.get((state, event.kind), ()):
            truth = guard(transition.tests, event)
            if truth is Truth.FALSE:
                continue
            states.add(transition.target)
            taken.append(number)
            if truth is Truth.TRUE and transition.sure:
                stays = False
                break
        if stays:
            states.add(state)
    return Step(frozenset(states), tuple(sorted(taken)))


def _share(possible: Iterable[str], wanted: frozenset[str]) -> Truth:
    inside = [state in wanted for state in possible]
    if all(inside) and inside:
        return Truth.TRUE
    return Truth.UNKNOWN if any(inside) else Truth.FALSE
