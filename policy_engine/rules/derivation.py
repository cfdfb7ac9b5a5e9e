"""How the truth of its conditions decides the value of a derived fact; shared by both evaluators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy_engine.operators import Scalar


@dataclass(frozen=True, slots=True)
class Derivable:
    """A derived fact: values with the number of the condition that gives each.

    Ordered: the first case that holds counts, if all earlier ones are known not to hold; `otherwise` is the value
    when none holds. Not ordered: each case stands by itself, and two at once contradict each other.
    """

    fact: str
    cases: tuple[tuple[Scalar, int], ...]
    ordered: bool
    otherwise: Scalar | None = None


class ContradictionError(Exception):
    """Two values of one fact are both shown."""


def decide(derivable: Derivable, truths: Sequence[int]) -> Scalar | None:
    """Return the value of the fact, or None where it is unknown; truths are 0 false, 1 unknown, 2 true."""
    if not derivable.ordered:
        shown = [value for value, condition in derivable.cases if truths[condition] == 2]
        if len(shown) > 1:
            raise ContradictionError(derivable.fact)
        return shown[0] if shown else None
    for value, condition in derivable.cases:
        if truths[condition]:
            return value if truths[condition] == 2 else None
    return derivable.otherwise
