"""Measures of sanctions."""

from __future__ import annotations

from typing import Final

from policy_engine.measures.base import Measured, Selection
from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import Record, is_examined, members

STATES_OF_MIND: Final = ("strict", "negligence", "knowing", "intent")


def _class(record: Record) -> int | None:
    """Return how grave a kind of sanction is: criminal before other penalties before civil liability."""
    if record.values["type"] == "liability":
        return 0
    kind = record.values.get("kind")
    return None if kind is None else 2 if kind == "criminal" else 1


def _amount(record: Record) -> float | None:
    """Return the amount that ranks within a class; nothing where it is unknown, and 0 where the text names none."""
    if record.values["type"] == "liability":
        return 0.0
    amount = record.values.get("maximum_usd")
    return 0.0 if amount is NOT_ADDRESSED else amount if isinstance(amount, float) else None


def _may_be_gravest(sanctions: list[Record]) -> list[Record] | None:
    """Return the sanctions of which some or all are the gravest; nothing where even their class is unknown."""
    classes = [_class(record) for record in sanctions]
    if None in classes:
        return None
    top = max(place for place in classes if place is not None)
    inside = [(record, _amount(record)) for record, place in zip(sanctions, classes, strict=True) if place == top]
    most = max((amount for _, amount in inside if amount is not None), default=0.0)
    return [record for record, amount in inside if amount is None or amount == most]


def gravest_state_of_mind(proposal: Proposal, _: Selection) -> Measured:
    """Return the state of mind that the gravest sanction needs."""
    sanctions = [
        Record("sanction", {**_sanction_values(proposal, i), "type": p.type}, i)
        for i, p in enumerate(proposal.provisions)
        if p.type in members("sanction")
    ]
    places = tuple(record.provision for record in sanctions)
    if not is_examined(proposal, "sanction"):
        return Measured(None, places)
    if not sanctions:
        return Measured("none", ())
    gravest = _may_be_gravest(sanctions)
    if gravest is None:
        return Measured(None, places)
    places = tuple(record.provision for record in gravest)
    states = [record.values.get("state_of_mind") for record in gravest]
    if None in states:
        return Measured(None, places)
    # A text that asks for no state of mind punishes without one.
    named = ["strict" if state is NOT_ADDRESSED else str(state) for state in states]
    if len(set(named)) > 1 and any(_amount(record) is None for record in gravest):
        return Measured(None, places)
    return Measured(min(named, key=STATES_OF_MIND.index), places)


def _sanction_values(proposal: Proposal, index: int) -> dict[str, Value]:
    provision = proposal.provisions[index]
    found: dict[str, Value] = {}
    for name in ("kind", "maximum_usd", "state_of_mind"):
        value = getattr(provision, name, None)
        if value is not None and value != "contested":
            found[name] = NOT_ADDRESSED if value == "not_addressed" else value
    return found
