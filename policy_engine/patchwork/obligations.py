"""Provisions of a text become obligations that can be compared across texts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy_engine.loading import LoadedProposal
from policy_engine.measures.starts import days_until
from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.patchwork.coverage import amounts, value_of
from policy_engine.patchwork.model import Instrument, Key, Obligation, Place, Start
from policy_engine.patchwork.terms import BY_TYPE, SCOPE
from policy_engine.proposals.base import Begins, Duty, Provision
from policy_engine.proposals.control import Restriction
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined
from policy_engine.proposals.scope import Exemption
from policy_engine.proposals.state import GovernmentUse
from policy_engine.results import Location

# The field that tells kinds of a duty apart; types that are not here have one kind.
KINDS: Final[Mapping[str, str]] = {
    "disclosure": "kind",
    "evaluation": "of",
    "export_control": "items",
    "government_use": "effect",
    "impact_assessment": "of",
    "incident_report": "incident",
    "individual_right": "rights",
    "registration": "of",
    "restriction": "act",
    "safeguard": "kind",
}
_PERSON_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "large_frontier_developers": ("developers",),
    "frontier_developers": ("developers",),
    "any_person": ("developers", "deployers", "compute_providers", "chip_sellers", "evaluators", "professionals"),
}
SUBJECT_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "frontier_models": ("models",),
    "general_purpose_models": ("models",),
    "model_weights": ("models",),
    "ai_models": ("models", "content"),
    "generative_ai": ("models", "content", "chatbots"),
    "chatbots": ("chatbots",),
    "synthetic_content": ("content",),
    "automated_decision_systems": ("decisions",),
    "high_risk_systems": ("decisions",),
    "ai_systems": ("models", "content", "chatbots", "decisions", "government"),
    "chips": ("chips",),
    "chip_tools": ("chips",),
    "compute": ("compute",),
    "data_centres": ("compute",),
    "benefit_products": ("products",),
    "government_systems": ("government",),
}
"""The classes that a word for a subject belongs to; texts on classes apart do not hold the same duty."""


def instrument_of(loaded: LoadedProposal) -> Instrument:
    """Return a text with its obligations."""
    proposal = loaded.proposal
    places = tuple(_place(loaded, index, provision) for index, provision in enumerate(proposal.provisions))
    found = (
        obligation
        for place, provision in zip(places, proposal.provisions, strict=True)
        for obligation in _obligations(proposal, provision, place)
    )
    return Instrument(proposal.id, proposal.title, proposal, loaded.document.file, tuple(found), places)


def _place(loaded: LoadedProposal, index: int, provision: Provision) -> Place:
    at = loaded.document.position(("provisions", index))
    location = Location(loaded.document.file, at.line, at.column)
    return Place(loaded.proposal.id, provision.id, provision.cite, location, provision.confidence)


def _obligations(proposal: Proposal, provision: Any, place: Place) -> Iterator[Obligation]:
    directs = isinstance(provision, GovernmentUse) and provision.effect == "directs"
    if not (isinstance(provision, Duty | Restriction) or directs) or getattr(provision, "mandatory", True) is False:
        return
    persons = ("government_bodies",) if directs else provision.persons
    subjects = ("government_systems",) if directs else provision.subjects
    for kind in _kinds(provision):
        what = f"{provision.type}: {kind}" if kind else provision.type
        missing = _why_unkeyed(provision.type, kind, persons, subjects)
        requires, forbids = _acts(provision, kind)
        yield Obligation(
            place=place,
            type=provision.type,
            what="" if kind is None else what,
            why_unkeyed=missing,
            keys=() if missing else _keys(what, persons or (), subjects or ()),
            persons=persons,
            subjects=subjects,
            activities=getattr(provision, "activities", None),
            matter=getattr(provision, "matter", None),
            mandatory=True if isinstance(provision, Restriction) or directs else _flag(provision.mandatory),
            terms=_values(proposal, provision, persons),
            start=start_of(getattr(provision, "begins", None), proposal),
            requires=requires,
            forbids=forbids,
            unconditional=_unconditional(provision, proposal),
        )


def _kinds(provision: Any) -> tuple[str | None, ...]:
    """Return the kinds of a provision, `""` for a type with one kind, None where the kind is not known."""
    field = KINDS.get(provision.type)
    if field is None:
        return ("",)
    value = getattr(provision, field)
    if isinstance(value, tuple) and value:
        return value
    return (value if isinstance(value, str) and value not in {"not_addressed", "contested", "other"} else None,)


def _why_unkeyed(
    provision_type: str, kind: str | None, persons: tuple[str, ...] | None, subjects: tuple[str, ...] | None
) -> str:
    if kind is None:
        return f"its `{KINDS[provision_type]}` names no kind that two texts can share"
    for field, value in (("persons", persons), ("subjects", subjects)):
        if value is None:
            return f"its `{field}` was not examined"
    return ""


def _keys(what: str, persons: tuple[str, ...], subjects: tuple[str, ...]) -> tuple[Key, ...]:
    bound = dict.fromkeys(c for word in persons for c in _PERSON_CLASSES.get(word, (word,)))
    about = dict.fromkeys(c for word in subjects for c in SUBJECT_CLASSES[word])
    return tuple(Key(what, person, subject) for person in bound for subject in about)


def _acts(provision: Any, kind: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the acts that a provision requires and forbids, of those that another can make impossible."""
    required: set[str] = set()
    forbidden: set[str] = set()
    if isinstance(provision, Restriction) and kind:
        forbidden.add(kind)
    elif provision.type == "government_use":
        required.add("use")
    elif provision.type == "safeguard" and kind == "record_keeping":
        required.add("keeping records")
    elif provision.type == "individual_right" and kind == "data_deletion":
        forbidden.add("keeping records")
    return frozenset(required), frozenset(forbidden)


def _unconditional(provision: Any, proposal: Proposal) -> bool | None:
    """Return whether nothing else has to be the case; None where it is not known, or lies in the facts.

    Most prohibitions are of a practice that the note describes. Only one whose definition reaches any general-purpose
    model, in a text that excepts nothing from it, forbids the act as such.
    """
    if isinstance(provision, Restriction):
        if provision.definition_reaches_general_models is not True or _excepts(proposal):
            return None
        conditions = (provision.depends_on_risk_finding, provision.is_precondition)
        free = all(value is False or value == "not_addressed" for value in conditions)
        limit = provision.above_compute_flop == "not_addressed"
        return True if free and limit else False if True in conditions else None
    return True if provision.type == "government_use" else None


def _excepts(proposal: Proposal) -> bool:
    """Tell whether a text excepts somebody or something from its prohibitions, or may."""
    exempts = any(isinstance(p, Exemption) and p.relief_from != "some_duties" for p in proposal.provisions)
    return exempts or not is_examined(proposal, "exemption")


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _values(proposal: Proposal, provision: Any, persons: tuple[str, ...] | None) -> dict[str, Value | None]:
    own = (*SCOPE, *BY_TYPE.get(provision.type, ()))
    values = {term.name: value_of(getattr(provision, term.name, None)) for term in own}
    values["persons"] = persons
    recipient = values.get("recipient")
    if isinstance(recipient, str):
        values["recipient"] = recipient_of(recipient, proposal)
    values.update(amounts(proposal, persons))
    return values


def recipient_of(name: str, proposal: Proposal) -> str:
    """Return an authority with its government; a mere description, such as law enforcement, names none."""
    if any(word in name.lower() for word in ("law enforcement", "appropriate", "jurisdiction")):
        return name
    return f"{name} ({proposal.jurisdiction.subdivision or proposal.jurisdiction.country})"


def start_of(begins: Begins | None, proposal: Proposal) -> Start:
    """Return when something begins, as the text says."""
    days = days_until(begins, proposal)
    if begins is not None and isinstance(begins.date, datetime.date):
        return Start(begins.date, None, begins.date.isoformat())
    if begins is not None and begins.date == "not_addressed":
        return Start(None, None, "no date set")
    if days is NOT_ADDRESSED:
        return Start(None, None, "waits for a rule without a due date")
    if not isinstance(days, float):
        return Start(None, None, "not known")
    if proposal.status.enacted is not None:
        on = proposal.status.enacted + datetime.timedelta(days=days)
        return Start(on, days, on.isoformat())
    return Start(None, days, "on enactment" if days == 0 else f"{days:.0f} days after enactment")
