"""Actors: who somebody is and what they do, and whether a duty binds them, as far as the text says."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from policy_engine.errors import Fault, ProposalError
from policy_engine.loading import shipped_directory
from policy_engine.operators import Truth
from policy_engine.patchwork.coverage import governs, surely_governs
from policy_engine.patchwork.model import Instrument, Obligation
from policy_engine.proposals.base import Identifier, Strict
from policy_engine.proposals.containment import covers
from policy_engine.proposals.model import Words
from policy_engine.proposals.records import is_examined
from policy_engine.proposals.scope import AMOUNTS, CoverageThreshold, Exemption
from policy_engine.proposals.vocabulary import Activity, Persons, Subject
from policy_engine.rules.resolve import near
from policy_engine.source import load_document
from policy_engine.validation import validated

_Amount = Annotated[float, Field(ge=0, le=1e40)] | None
_BASE_ROLE = {"large_frontier_developers": "developers", "frontier_developers": "developers"}


class Actor(Strict):
    """Somebody whom laws may bind. A fact left out is not known, and what rests on it stays open."""

    id: Identifier
    title: Words
    present_in: Annotated[tuple[str, ...], Field(min_length=1, strict=False)] = Field(
        description="Where it acts: ISO 3166-1 codes (US), ISO 3166-2 codes (US-CA), EU."
    )
    roles: Annotated[tuple[Persons, ...], Field(min_length=1, strict=False)] = Field(
        description="What it is, whatever a law's size tests say: developers, deployers, professionals …"
    )
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1, strict=False)] = Field(
        description="What it makes, sells or uses."
    )
    activities: Annotated[tuple[Activity, ...], Field(min_length=1, strict=False)] = Field(description="What it does.")
    exempt_as: Annotated[
        tuple[Literal["small_developers", "academics", "open_source", "government", "nonprofits"], ...],
        Field(strict=False),
    ] = Field(default=(), description="Classes that laws may exempt and that it belongs to.")
    training_compute_flop: _Amount = Field(default=None, description="Operations that trained its largest model.")
    training_cost_usd: _Amount = Field(default=None, description="Cost of training it.")
    annual_revenue_usd: _Amount = Field(default=None, description="Yearly revenue with affiliates.")
    research_spend_usd: _Amount = Field(default=None, description="Spending on research and development or compute.")
    users: _Amount = Field(default=None, description="Number of users.")
    employees: _Amount = Field(default=None, description="Number of employees.")
    inference_compute_flop: _Amount = Field(default=None, description="Operations a year spent on serving.")


def load_actor(name: str) -> Actor:
    """Return an actor: a file, or the name of a shipped one; raises with every fault."""
    if not name.endswith((".yaml", ".yml")):
        folder = shipped_directory("patchwork") / "actors"
        known = [file.stem for file in sorted(folder.glob("*.yaml"))]
        if name not in known:
            raise ProposalError(Fault(f"there is no shipped actor `{name}`", hint=near(name, known, "actors")))
        name = str(Path(folder) / f"{name}.yaml")
    return validated(Actor, load_document(name), ProposalError)


def binds(obligation: Obligation, instrument: Instrument, actor: Actor, as_of: datetime.date | None) -> Truth:
    """Return whether a duty binds an actor; on a date only if the text is law and the duty has begun."""
    parts = [
        _present(instrument, actor),
        Truth.UNKNOWN if obligation.mandatory is None else Truth.TRUE,
        _concerned(obligation, instrument, actor),
        _overlaps(obligation.subjects, actor.subjects),
        Truth.TRUE
        if obligation.activities is None and obligation.type in {"restriction", "government_use"}
        else _overlaps(obligation.activities, actor.activities),
        _not_exempt(instrument, actor),
    ]
    if as_of is not None:
        parts.append(in_force(obligation, instrument, as_of))
    return min(parts)


def in_force(obligation: Obligation, instrument: Instrument, as_of: datetime.date) -> Truth:
    """Return whether a duty has begun on a date, under a text that is law by then."""
    status = instrument.proposal.status
    if status.stage not in {"enacted", "in_force"} or instrument.proposal.jurisdiction.level == "private":
        return Truth.FALSE
    if (status.enacted or status.date) > as_of:
        return Truth.FALSE
    start = obligation.start
    if start.date is not None:
        return Truth.TRUE if start.date <= as_of else Truth.FALSE
    return Truth.UNKNOWN if start.words == "not known" else Truth.FALSE


def _present(instrument: Instrument, actor: Actor) -> Truth:
    where = instrument.proposal.jurisdiction
    if where.country == "INT" or where.subdivision is None:
        inside = where.country in actor.present_in or any(p.startswith(f"{where.country}-") for p in actor.present_in)
        return Truth.TRUE if inside else Truth.FALSE
    if where.subdivision in actor.present_in:
        return Truth.TRUE
    # A country by itself does not say in which of its states somebody acts.
    named = any(place.startswith(f"{where.country}-") for place in actor.present_in)
    return Truth.UNKNOWN if where.country in actor.present_in and not named else Truth.FALSE


def _overlaps(words: tuple[str, ...] | None, own: Iterable[str]) -> Truth:
    if words is None:
        return Truth.UNKNOWN
    mine = tuple(own)
    held = any(covers((a,), (b,)) or covers((b,), (a,)) for a in words for b in mine)
    return Truth.TRUE if held else Truth.FALSE


def _concerned(obligation: Obligation, instrument: Instrument, actor: Actor) -> Truth:
    if obligation.persons is None:
        return Truth.UNKNOWN
    return max((_is_one(word, instrument, actor) for word in obligation.persons), default=Truth.FALSE)


def _is_one(word: str, instrument: Instrument, actor: Actor) -> Truth:
    """Return whether the actor belongs to a class of persons, by role and by the text's own tests of size."""
    role = _BASE_ROLE.get(word, word)
    if role != "any_person" and not any(covers((role,), (own,)) for own in actor.roles):
        return Truth.FALSE
    tests = [p for p in instrument.proposal.provisions if isinstance(p, CoverageThreshold) and governs(p, (word,))]
    if not is_examined(instrument.proposal, "coverage_threshold"):
        return min(Truth.UNKNOWN, _tests(tests, actor))
    if not tests:
        return Truth.TRUE if word == role else Truth.UNKNOWN
    return _tests(tests, actor)


def _tests(tests: Iterable[CoverageThreshold], actor: Actor) -> Truth:
    """Return whether tests of coverage are met; several of one kind agree, or it is open which of them governs."""
    by_kind: dict[str, list[Truth]] = {}
    for test in tests:
        met = _met(test, actor)
        by_kind.setdefault(str(test.of), []).append(met if surely_governs(test) else max(met, Truth.UNKNOWN))
    return min((v[0] if len(set(v)) == 1 else Truth.UNKNOWN for v in by_kind.values()), default=Truth.TRUE)


def _met(test: CoverageThreshold, actor: Actor) -> Truth:
    """Return whether all amounts of a test are exceeded; exactly the amount is open, since texts differ there."""
    found = [Truth.TRUE]
    for name in AMOUNTS:
        limit, own = getattr(test, name), getattr(actor, name)
        if limit == "not_addressed":
            continue
        if not isinstance(limit, float) or own is None or own == limit:
            found.append(Truth.UNKNOWN)
        else:
            found.append(Truth.TRUE if own > limit else Truth.FALSE)
    return min(found)


def _not_exempt(instrument: Instrument, actor: Actor) -> Truth:
    """Return whether no exemption from the whole text takes the actor out; one from some duties leaves it open."""
    found = Truth.TRUE
    for exemption in instrument.proposal.provisions:
        if isinstance(exemption, Exemption) and (
            exemption.persons is None or set(exemption.persons) & set(actor.exempt_as)
        ):
            found = min(found, _spared(exemption, actor).negated())
    if not is_examined(instrument.proposal, "exemption"):
        found = min(found, Truth.UNKNOWN)
    return found


def _spared(exemption: Exemption, actor: Actor) -> Truth:
    if exemption.persons is None or exemption.relief_from != "all" or exemption.uses:
        return Truth.UNKNOWN if actor.exempt_as else Truth.FALSE
    found = Truth.TRUE
    for name, own in (("below_revenue_usd", actor.annual_revenue_usd), ("below_employees", actor.employees)):
        limit = getattr(exemption, name)
        if limit == "not_addressed":
            continue
        if not isinstance(limit, float) or own is None:
            found = min(found, Truth.UNKNOWN)
        elif own >= limit:
            return Truth.FALSE
    return found
