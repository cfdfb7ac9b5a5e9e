"""Measures of sanctions."""

from __future__ import annotations

from typing import Final

from policy_engine.measures.base import Measured, Selection
from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import Record, is_examined, members

STATES_OF_MIND: Final = ("strict", "negligence", "knowing", "intent")


def _gravity(record: Record) -> tuple[int, float] | None:
    """Return how grave a sanction is: criminal before other penalties before civil liability, then by amount."""
    values = record.values
    if values["type"] == "liability":
        return (0, 0.0)
    if "kind" not in values:
        return None
    amount = values.get("maximum_usd", 0.0)
    return (2 if values["kind"] == "criminal" else 1, amount if isinstance(amount, float) else 0.0)


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
    ranks = [_gravity(record) for record in sanctions]
    if None in ranks:
        return Measured(None, places)
    top = max(rank for rank in ranks if rank is not None)
    gravest = [record for record, rank in zip(sanctions, ranks, strict=True) if rank == top]
    states = [record.values.get("state_of_mind") for record in gravest]
    if None in states:
        return Measured(None, tuple(record.provision for record in gravest))
    # A text that asks for no state of mind punishes without one.
    named = ["strict" if state is NOT_ADDRESSED else str(state) for state in states]
    return Measured(min(named, key=STATES_OF_MIND.index), tuple(record.provision for record in gravest))


def _sanction_values(proposal: Proposal, index: int) -> dict[str, Value]:
    provision = proposal.provisions[index]
    found: dict[str, Value] = {}
    for name in ("kind", "maximum_usd", "state_of_mind"):
        value = getattr(provision, name, None)
        if value is not None and value != "contested":
            found[name] = NOT_ADDRESSED if value == "not_addressed" else value
    return found
