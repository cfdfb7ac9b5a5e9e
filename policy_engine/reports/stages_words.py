"""The transitions of a machine in words, with those left out that every machine has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.operators import OPERATORS, Scalar
from policy_engine.rules.conditions import FieldOf
from policy_engine.stages import Machine, Transition

NO_STAGES: Final = "The text has no trigger, stop power, approval or restriction."
COMMON: Final = "Everywhere: a court may enjoin it, a repeal or a sunset ends it."
_ALWAYS: Final = frozenset({"court_enjoins", "injunction_lifted", "law_rescinded", "ends", "may_end", "may_start"})


def told(machine: Machine) -> Iterator[Transition]:
    """Yield the transitions that are particular to a machine."""
    yield from (transition for transition in machine.transitions if transition.event not in _ALWAYS)


def condition(transition: Transition) -> str:
    """Return the event and what it must hold."""
    words = transition.event.replace("_", " ")
    tests = []
    for test in transition.tests:
        operand = test.operand
        if isinstance(operand, FieldOf):
            continue
        shown = ", ".join(map(_word, operand)) if isinstance(operand, tuple) else _word(operand)
        tests.append(f"{test.field} {OPERATORS[test.operator].phrase.format(operand=shown)}")
    return f"{words} ({'; '.join(tests)})" if tests else words


def _word(value: Scalar) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
