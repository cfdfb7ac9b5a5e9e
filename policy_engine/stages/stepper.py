"""What runs machines step by step, and the plain way to do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from policy_engine.stages.machine import Event, Machine, Step, plain_step

PLAIN: Final = "plain state machine"


class Stepper(Protocol):
    """What runs machines: its name, one step of machine `number`, and its end."""

    name: str

    def step(self, number: int, possible: frozenset[str], event: Event) -> Step:
        """Return what an event makes of the possible states of a machine."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...


class PlainStepper:
    """Runs machines in Python."""

    def __init__(self, machines: Sequence[Machine], name: str = PLAIN) -> None:
        """Take the machines."""
        self.name = name
        self._machines = machines

    def step(self, number: int, possible: frozenset[str], event: Event) -> Step:
        """Return what an event makes of the possible states of a machine."""
        return plain_step(self._machines[number], possible, event)

    def close(self) -> None:
        """Do nothing: there is nothing to release."""
