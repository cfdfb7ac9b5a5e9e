"""Measures of displacement: what it reaches against what replaces it, and the gap between the two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from policy_engine.measures.base import Measured, Selection
from policy_engine.measures.starts import days_until
from policy_engine.operators import NOT_ADDRESSED
from policy_engine.proposals.base import Duty
from policy_engine.proposals.containment import covers
from policy_engine.proposals.federalism import Displaced, Preemption
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined

DISPLACES_NOTHING: Final = frozenset({"funding_condition", "shields_liability", "declares_only"})
"""The mechanisms of a pre-emption clause that displace no law."""

COMPARED: Final = ("subjects", "persons", "activities")
"""The fields that displacement and duties are compared by."""


def _dimensions(displaced: Displaced, duties: Sequence[Duty]) -> list[str | None]:
    """Return, for each dimension, whether what is displaced is narrower, matched or broader (None: unknown)."""
    pairs: list[tuple[Iterable[str] | None, list[Iterable[str] | None]]] = [
        (displaced.subjects, [duty.subjects for duty in duties]),
        (displaced.persons, [duty.persons for duty in duties]),
        (displaced.activities, [duty.activities for duty in duties]),
        (displaced.matters, [(duty.matter,) if duty.matter else () for duty in duties]),
    ]
    found: list[str | None] = []
    for taken, given in pairs:
        if taken is None or any(words is None for words in given):
            found.append(None)
            continue
        offered = {word for words in given if words is not None for word in words}
        if not covers(offered, taken):
            found.append("broader")
        else:
            found.append("matched" if covers(taken, offered) else "narrower")
    return found


def _substitutes(proposal: Proposal) -> list[tuple[int, Duty]]:
    return [
        (i, p)
        for i, p in enumerate(proposal.provisions)
        if isinstance(p, Duty) and p.mandatory is True and set(p.persons or ()) != {"government_bodies"}
    ]


def _displacements(proposal: Proposal) -> list[tuple[int, Preemption]]:
    return [
        (i, p)
        for i, p in enumerate(proposal.provisions)
        if isinstance(p, Preemption) and p.mechanism not in DISPLACES_NOTHING
    ]


def _all_known(proposal: Proposal, displacements: Sequence[tuple[int, Preemption]]) -> bool:
    """Tell whether every displacement and every duty in the text is known to be one."""
    duties = [p for p in proposal.provisions if isinstance(p, Duty)]
    return (
        is_examined(proposal, "preemption")
        and is_examined(proposal, "duty")
        and all(p.mechanism in {"bars", "suspends"} for _, p in displacements)
        and all(isinstance(duty.mandatory, bool) and duty.persons is not None for duty in duties)
    )


_SCOPES: Final = ("field", "broader", "matched", "narrower")


def displacement_scope(proposal: Proposal, _: Selection) -> Measured:
    """Return the widest displacement against what the duties of the same text cover."""
    displacements = _displacements(proposal)
    duties = _substitutes(proposal)
    places = tuple(i for i, _ in displacements)
    if not displacements or not _all_known(proposal, displacements):
        return Measured(None, places)
    worst = len(_SCOPES) - 1
    for _place, preemption in displacements:
        displaced = preemption.displaces
        if displaced is None or displaced.reach in {None, "contested"}:
            return Measured(None, places)
        compared = _dimensions(displaced, [duty for _, duty in duties])
        if displaced.reach in {"field", "conflict_only"}:
            # What displaces conflicting law only can reach no further than the duties that it conflicts with.
            scope = "field" if displaced.reach == "field" else "narrower"
        elif "broader" in compared:
            scope = "broader"
        elif None in compared:
            return Measured(None, places)
        else:
            scope = "narrower" if "narrower" in compared else "matched"
        worst = min(worst, _SCOPES.index(scope))
    return Measured(_SCOPES[worst], places + tuple(i for i, _ in duties))


_MAIN_DUTIES: Final = frozenset({"transparency", "incident_reporting", "evaluation", "approval"})


def displacement_gap_days(proposal: Proposal, _: Selection) -> Measured:
    """Return days between displacement taking effect and the last of the main duties binding."""
    displacements = _displacements(proposal)
    substitutes = _substitutes(proposal)
    duties = [(i, duty) for i, duty in substitutes if duty.matter in _MAIN_DUTIES] or substitutes
    places = tuple(i for i, _ in displacements) + tuple(i for i, _ in duties)
    if not displacements or not duties or not _all_known(proposal, displacements):
        return Measured(None, places)
    starts = [days_until(preemption.begins, proposal) for _, preemption in displacements]
    binds = [days_until(duty.begins, proposal) for _, duty in duties]
    if None in starts or None in binds or NOT_ADDRESSED in starts:
        return Measured(None, places)
    if NOT_ADDRESSED in binds:
        return Measured(NOT_ADDRESSED, places)
    first = min(float(start) for start in starts if isinstance(start, float))
    last = max(float(day) for day in binds if isinstance(day, float))
    return Measured(max(last - first, 0.0), places)
