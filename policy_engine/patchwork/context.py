"""Facts about a text that need the laws around it: inferred against a set, and added to it as cited statements.

A fact is stated only where nothing that is unknown, in the text or in the set, could change it; else it stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from policy_engine.loading import LoadedProposal
from policy_engine.patchwork.analysis import displacement_of
from policy_engine.patchwork.conformity import state_conformance
from policy_engine.patchwork.core_terms import core_terms_aligned
from policy_engine.patchwork.intakes import incident_intakes
from policy_engine.patchwork.model import Instrument, Place
from policy_engine.patchwork.obligations import instrument_of
from policy_engine.patchwork.preemption import Fate
from policy_engine.patchwork.reach import clauses_of
from policy_engine.proposals.model import Statement
from policy_engine.source import Position

CONTEXT_LENS: Final = "article-2026-02-in-context"
"""The lens that reads these facts."""
_LONGEST_CITE: Final = 120
_LONGEST_NOTE: Final = 600


@dataclass(frozen=True, slots=True)
class ContextFact:
    """A fact inferred against a set, with sections of the text and of the set that show it."""

    fact: str
    value: bool | float | str
    own: tuple[Place, ...]
    others: tuple[Place, ...]
    why: str


def with_context(loaded: LoadedProposal, surroundings: Sequence[Instrument]) -> LoadedProposal:
    """Return a text with what follows from the set around it; what its file states itself is left as it stands."""
    stated = {statement.fact for statement in loaded.proposal.statements}
    facts = [fact for fact in context_facts(loaded, surroundings) if fact.fact not in stated]
    if not facts:
        return loaded
    first = len(loaded.proposal.statements)
    statements = (*loaded.proposal.statements, *(_statement(fact) for fact in facts))
    values = dict(loaded.document.values)
    for number, fact in enumerate(facts, start=first):
        if fact.own:
            at = fact.own[0].location
            values["statements", number] = Position(at.line, at.column)
    document = replace(loaded.document, values=values)
    return LoadedProposal(loaded.proposal.model_copy(update={"statements": statements}), document)


def context_facts(loaded: LoadedProposal, surroundings: Sequence[Instrument]) -> tuple[ContextFact, ...]:
    """Return every fact that the set decides for a text; the text itself is left out of the set."""
    instrument = instrument_of(loaded)
    around = [other for other in surroundings if other.id != instrument.id]
    found = [*_displacement(instrument, around)]
    conformance = state_conformance(instrument, around)
    if conformance is not None:
        found.append(ContextFact("uni.state_conformance", *conformance))
    aligned = core_terms_aligned(instrument, around)
    if aligned is not None:
        found.append(ContextFact("uni.core_terms_aligned", *aligned))
    intakes = incident_intakes(instrument, around)
    if intakes is not None:
        found.append(ContextFact("uni.incident_intake_count", *intakes))
    return tuple(found)


def _displacement(instrument: Instrument, around: Sequence[Instrument]) -> Iterable[ContextFact]:
    clauses = clauses_of(instrument)
    if not clauses or any(clause.provision.mechanism not in {"bars", "suspends"} for clause in clauses):
        return
    fates = [fate for fate in displacement_of(around, instrument).fates if fate.substitute is not None]
    if not _sure(fates):
        # A set of which nothing is displaced for certain shows nothing, and must earn no credit.
        return
    own = tuple(clause.place for clause in clauses)
    for found in (_scope(fates, own), *_gap(fates, own), _strength(fates, own)):
        if found is not None:
            yield found


def _sure(fates: Sequence[Fate]) -> list[Fate]:
    return [fate for fate in fates if fate.state == "displaced"]


def _scope(fates: Sequence[Fate], own: tuple[Place, ...]) -> ContextFact | None:
    """Return whether something of the set is displaced that nothing replaces."""
    bare = [f for f in _sure(fates) if f.substitute and f.substitute.strength == "none"]
    if bare:
        why = f"{len(bare)} duties of the set are displaced and nothing is put in their place"
        return ContextFact("vac.scope_match_in_set", "broader", own, _places(bare), why)
    if not all(f.substitute and f.substitute.terms and f.substitute.starts != "not known" for f in fates):
        return None
    why = "every duty of the set that is or may be displaced has a duty of this text in its place"
    return ContextFact("vac.scope_match_in_set", "matched", own, _places(fates), why)


def _gap(fates: Sequence[Fate], own: tuple[Place, ...]) -> Iterable[ContextFact]:
    """Return the longest gap, or that one does not end while displacement lasts, where no doubt could change it."""
    endless = [f for f in _sure(fates) if f.substitute and _never(f)]
    if endless:
        why = f"for {len(endless)} displaced duties of the set no duty in their place ever has a date"
        yield ContextFact("vac.endless_gap_in_set", True, own, _places(endless), why)
        return
    if any(f.unprotected_days is None for f in fates):
        return
    longest = max((f.unprotected_days or 0.0 for f in fates), default=0.0)
    surely = max((f.unprotected_days or 0.0 for f in _sure(fates)), default=0.0)
    yield ContextFact("vac.endless_gap_in_set", False, own, _places(fates), "every duty in place of another has a date")
    if longest == surely:
        last = [f for f in fates if f.unprotected_days == longest]
        why = f"the last duty in place of one that is displaced begins {longest:.0f} days after displacement"
        yield ContextFact("vac.gap_days_in_set", longest, own, _places(last), why)


def _never(fate: Fate) -> bool:
    substitute = fate.substitute
    return substitute is not None and (substitute.strength == "none" or substitute.never)


def _strength(fates: Sequence[Fate], own: tuple[Place, ...]) -> ContextFact | None:
    """Return whether each displaced duty gives way only to one at least as strong."""
    less = [f for f in _sure(fates) if f.substitute and f.substitute.strength in {"none", "weaker"}]
    if less:
        why = f"{len(less)} duties of the set give way to nothing, or to a duty that is weaker"
        return ContextFact("vac.strength_in_set", False, own, _places(less), why)
    if all(f.substitute and f.substitute.strength in {"equal", "stronger"} for f in fates):
        why = "every duty of the set that gives way does so to one at least as strong"
        return ContextFact("vac.strength_in_set", True, own, _places(fates), why)
    return None


def _places(fates: Iterable[Fate]) -> tuple[Place, ...]:
    found: list[Place] = []
    for fate in fates:
        found.append(fate.place)
        if fate.substitute is not None and fate.substitute.place is not None:
            found.append(fate.substitute.place)
    return tuple(found)


def _statement(fact: ContextFact) -> Statement:
    own = "; ".join(dict.fromkeys(place.cite for place in fact.own))
    others = "; ".join(dict.fromkeys(str(place) for place in fact.others))
    cite = _cut(f"{own} | {others}" if others else own or "whole text", _LONGEST_CITE)
    note = _cut(f"Inferred against a set: {fact.why}. {others}".rstrip(), _LONGEST_NOTE)
    return Statement(fact=fact.fact, value=fact.value, cite=cite, note=note)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 2].rstrip() + " …"
