"""What the pre-emption clauses of one text do to each provision of others: displaced, saved, doubtful or untouched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from policy_engine.patchwork.model import Instrument, Obligation, Place
from policy_engine.patchwork.reach import Clause, State, clauses_of, reached, silent
from policy_engine.patchwork.savings import saved
from policy_engine.patchwork.substitutes import Duties, Substitute
from policy_engine.proposals.base import Duty, Gate, Provision, Sanction
from policy_engine.proposals.control import ContentMandate, EscalationTrigger, Restriction
from policy_engine.proposals.federalism import Preemption
from policy_engine.proposals.records import is_examined

REGULATES: Final = (Duty, Restriction, Sanction, Gate, ContentMandate, EscalationTrigger)
"""Provisions that act on somebody; definitions, studies, bodies and money do not, and nothing is displaced in them."""
_NOBODY: Final = "it regulates nobody"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one provision under the federal text, with the sections on both sides."""

    place: Place
    type: str
    what: str
    state: State
    clause: Place | None
    reason: str
    substitute: Substitute | None
    starts: str
    unprotected: str
    """For what time nothing, or nothing as strong, stands in its place; empty where it is not displaced."""
    unprotected_days: float | None
    """The same in days, where it has an end that the text gives."""


def fates_of(instrument: Instrument, federal: Instrument) -> tuple[Fate, ...]:
    """Return what becomes of every provision of a text under the clauses of another."""
    clauses = clauses_of(federal)
    duties = Duties(federal)
    by_provision: dict[str, list[Obligation]] = {}
    for obligation in instrument.obligations:
        by_provision.setdefault(obligation.place.provision, []).append(obligation)
    found: list[tuple[Provision, Fate]] = []
    for place, provision in zip(instrument.places, instrument.proposal.provisions, strict=True):
        for obligation in by_provision.get(provision.id, ()) if isinstance(provision, Duty | Restriction) else ():
            verdicts = [_under(c, provision, obligation, instrument, federal, duties) for c in clauses]
            found.append((provision, _strongest(verdicts) or _standing(place, provision, obligation, federal)))
        if provision.id not in by_provision or not isinstance(provision, Duty | Restriction):
            found.append((provision, _bare(place, provision)))
    fates = [fate for _, fate in found]
    return tuple(_accessory(fate, provision, fates) for provision, fate in found)


_RANK: Final = ("displaced", "doubtful", "saved", "untouched")


def _strongest(verdicts: Sequence[Fate]) -> Fate | None:
    """Return the fate that holds under several clauses: what one displaces, another does not bring back."""
    return min(verdicts, key=lambda fate: _RANK.index(fate.state), default=None)


def _standing(place: Place, provision: Any, obligation: Obligation, federal: Instrument) -> Fate:
    """Return the fate of a duty under a text in which no clause was found."""
    if is_examined(federal.proposal, "preemption"):
        return _fate(place, provision, obligation, "untouched", None, f"{federal.id} displaces no law")
    return _fate(place, provision, obligation, "doubtful", None, f"{federal.id} was not read in full for preemption")


def _bare(place: Place, provision: Provision) -> Fate:
    kind = getattr(provision, "type", "")
    reason = "it is voluntary" if isinstance(provision, Duty) else _NOBODY
    return Fate(place, kind, kind.replace("_", " "), "untouched", None, reason, None, "", "", None)


def _fate(
    place: Place, provision: Any, obligation: Obligation, state: State, clause: Place | None, reason: str
) -> Fate:
    return Fate(place, provision.type, obligation.name, state, clause, reason, None, obligation.start.words, "", None)


def _under(
    clause: Clause, provision: Any, obligation: Obligation, home: Instrument, federal: Instrument, duties: Duties
) -> Fate:
    """Return the fate of one duty under one clause: reach first, then savings, then the strength condition."""
    state, reason = reached(clause, obligation, home, federal, duties)
    # Where it is open whether a clause reaches a duty, it is open too whether the duty needs to be saved.
    spared = saved(clause.provision.saves, provision, obligation, home) if state in {"displaced", "doubtful"} else None
    if spared is not None:
        state, reason = spared if state == "displaced" else (state, f"{reason}; {spared[1]}")
    substitute = duties.substitute(obligation, home) if state in {"displaced", "doubtful"} else None
    if state == "displaced" and substitute is not None:
        state, reason = _conditioned(clause.provision, substitute, reason)
    fate = _fate(obligation.place, provision, obligation, state, clause.place, reason)
    if state not in {"displaced", "doubtful"} or substitute is None:
        return fate
    words, days = unprotected(clause, substitute, obligation)
    return replace(fate, substitute=substitute, unprotected=words, unprotected_days=days)


def _conditioned(provision: Preemption, substitute: Substitute, reason: str) -> tuple[State, str]:
    """Apply the condition that displacement holds only under a duty at least as strong."""
    if substitute.strength in {"equal", "stronger"} or provision.strength_condition in {False, "not_addressed"}:
        return "displaced", reason
    if provision.strength_condition is True and substitute.strength in {"none", "weaker"}:
        return "saved", f"strength_condition: the federal duty is not as strong ({substitute.reason})"
    if provision.strength_condition is True:
        return "doubtful", f"strength_condition: whether the federal duty is as strong is open ({substitute.reason})"
    return "doubtful", f"{silent(provision, 'strength_condition')}, and the federal duty is not shown to be as strong"


def unprotected(clause: Clause, substitute: Substitute, obligation: Obligation) -> tuple[str, float | None]:
    """Return for what time nothing stands in the place of a duty, in words and in days from enactment on."""
    if substitute.strength == "none":
        years = clause.years
        return (clause.lasts, None if years is None else float(int(years * 365.25)))
    if substitute.place is None or substitute.starts == "":
        return "not known", None
    if substitute.days is None:
        return (f"{clause.lasts} ({substitute.starts})" if substitute.never else "not known"), None
    if clause.start.days is None:
        return "not known", None
    gap = max(substitute.days - clause.start.days, 0.0)
    dated = obligation.start.date
    late = f", less what lies before {dated.isoformat()}" if gap and dated and home_starts_late(obligation) else ""
    return f"{gap:.0f} days{late}", gap


def home_starts_late(obligation: Obligation) -> bool:
    """Tell whether the displaced duty itself begins after its text was enacted."""
    return bool(obligation.start.days)


def _accessory(fate: Fate, provision: Provision, found: Sequence[Fate]) -> Fate:
    """Give a sanction or power the fate of the duties that it serves; where they differ, it is doubtful."""
    if not isinstance(provision, REGULATES) or isinstance(provision, Duty | Restriction):
        return fate
    served = [f for f in found if f.clause is not None or f.reason not in {_NOBODY, "it is voluntary"}]
    states = {f.state for f in served}
    clause = next((f.clause for f in served if f.state != "untouched"), None)
    if not states or states == {"untouched"}:
        return replace(fate, reason="the duties that it serves are untouched")
    if len(states) == 1:
        state = states.pop()
        return replace(fate, state=state, clause=clause, reason=f"every duty that it serves is {state}")
    return replace(fate, state="doubtful", clause=clause, reason="the duties that it serves do not share one fate")
