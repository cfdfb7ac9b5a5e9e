"""Measures of when something starts to bind."""

from __future__ import annotations

from policy_engine.measures.base import Measured, Selection
from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.proposals.base import Begins
from policy_engine.proposals.model import Proposal

DAYS_PER_MONTH = 365.25 / 12
STARTS = ("begins.days_after_enactment",)
"""The field that stands for all four of `begins`, of which a text uses one."""


def days_until(begins: Begins | None, proposal: Proposal) -> Value | None:
    """Return days from enactment until something binds; not addressed if no date is ever set, None if unknown."""
    if begins is None:
        return None
    if isinstance(begins.days_after_enactment, float):
        return begins.days_after_enactment
    if begins.rule_due_days == "not_addressed":
        return NOT_ADDRESSED
    if isinstance(begins.rule_due_days, float):
        after = begins.days_after_rule
        return begins.rule_due_days + after if isinstance(after, float) else None
    enacted = proposal.status.enacted
    if begins.date is not None and not isinstance(begins.date, str) and enacted is not None:
        return float(max((begins.date - enacted).days, 0))
    return None


def earliest_start_months(proposal: Proposal, selection: Selection) -> Measured:
    """Return months from enactment until the first of the provisions binds; not addressed if none ever does."""
    return _start(proposal, selection, last=False)


def latest_start_months(proposal: Proposal, selection: Selection) -> Measured:
    """Return months from enactment until the last of the provisions binds; not addressed if one has no date."""
    return _start(proposal, selection, last=True)


def _start(proposal: Proposal, selection: Selection, *, last: bool) -> Measured:
    days = [days_until(getattr(proposal.provisions[i], "begins", None), proposal) for i in selection.places]
    if not selection.complete or None in days:
        return Measured(None, selection.places)
    dated = [(day, i) for day, i in zip(days, selection.places, strict=True) if isinstance(day, float)]
    if not dated or (last and NOT_ADDRESSED in days):
        return Measured(NOT_ADDRESSED, selection.places)
    day = max(dated)[0] if last else min(dated)[0]
    return Measured(round(day / DAYS_PER_MONTH, 2), tuple(i for found, i in dated if found == day))
