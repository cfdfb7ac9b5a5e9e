"""The score of a set of amendments as rules for clingo: sums of each principle as states, never worse than the truth.

The low bound reaches a threshold s exactly if, over the principles that count, the sum of weight × (score − s) is at
least 0. That makes the mean linear though its divisor varies; the figures are rounded up, and the evaluators decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from policy_engine.amending.targets import Label

SCALE: Final = 1000


@dataclass(frozen=True, slots=True)
class PrincipleSums:
    """One principle: its weight, what its settled criteria sum to, and the labels of each other one, by its number."""

    weight: float
    credit: int
    total: int
    open_criteria: Mapping[int, Sequence[Label]]


def score_rules(principles: Sequence[PrincipleSums], threshold: float) -> Iterator[str]:
    """Yield the rules; `out(C,L)` gives a criterion the L-th of its labels, `score` asks for the threshold."""
    least = 0
    for place, principle in enumerate(principles):
        states = dict[str, tuple[int, int]]()
        yield from _states(place, principle, states)
        gains = {name: _gain(principle, sums, threshold) for name, sums in states.items()}
        yield from (f"counts :- {name}." for name, (_, total) in states.items() if total and principle.weight > 0)
        yield from _levels(place, gains)
        least += min(gains.values())
    yield "{score}."
    yield f":- score, #sum{{G,P,L : gains(P,L,G), level(P,L)}} < {-least}."
    yield ":- score, not counts."


def _gain(principle: PrincipleSums, sums: tuple[int, int], threshold: float) -> int:
    credit, total = sums
    if not total or principle.weight <= 0:
        return 0
    return ceil(SCALE * principle.weight * (100 * credit / total - threshold)) + 1


def _states(place: int, principle: PrincipleSums, last: dict[str, tuple[int, int]]) -> Iterator[str]:
    """Yield the rules from state to state, a step for each open criterion; `last` takes the states of the last step."""
    states = {(principle.credit, principle.total): f"s({place},0,0)"}
    yield f"s({place},0,0)."
    for step, (criterion, labels) in enumerate(principle.open_criteria.items(), start=1):
        after: dict[tuple[int, int], str] = {}
        for (credit, total), name in states.items():
            for index, label in enumerate(labels):
                sums = (credit + label.credit, total + label.weight)
                reached = after.setdefault(sums, f"s({place},{step},{len(after)})")
                yield f"{reached} :- {name}, out({criterion},{index})."
        states = after
    last.update((name, sums) for sums, name in states.items())


def _levels(place: int, gains: Mapping[str, int]) -> Iterator[str]:
    """Yield each gain as steps above the least one, so that what is still open bounds the sum as tightly as it can."""
    order = sorted(set(gains.values()))
    for name, gain in gains.items():
        if gain > order[0]:
            yield f"level({place},{order.index(gain)}) :- {name}."
    for level in range(1, len(order)):
        yield f"gains({place},{level},{order[level] - order[level - 1]})."
        if level > 1:
            yield f"level({place},{level - 1}) :- level({place},{level})."
