"""Families of duties and risks that no text of a set covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from policy_engine.patchwork.model import Instrument, Place
from policy_engine.proposals.base import Duty
from policy_engine.proposals.records import is_examined, provision_types
from policy_engine.proposals.vocabulary import Matter, Risk


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether the set covers a family of duties or a risk, and where; open where a text was not read for it."""

    kind: Literal["duties", "risk"]
    name: str
    state: Literal["covered", "gap", "unknown"]
    places: tuple[Place, ...]
    unread: tuple[str, ...]
    """The texts that were not read in full for it."""


def coverage_of(instruments: Sequence[Instrument]) -> tuple[Coverage, ...]:
    """Return every family of duties and every risk, with the sections that cover it."""
    matters = [m for m in get_args(Matter) if m != "any" and _types(m)]
    return (
        *(_matter(m, instruments) for m in matters),
        *(_risk(r, instruments) for r in get_args(Risk) if r != "other"),
    )


def _types(matter: str) -> tuple[str, ...]:
    return tuple(
        name for name, model in provision_types().items() if model.matter == matter and issubclass(model, Duty)
    )


def _matter(matter: str, instruments: Iterable[Instrument]) -> Coverage:
    types = _types(matter)
    places: list[Place] = []
    unread: list[str] = []
    for instrument in instruments:
        places += [o.place for o in instrument.obligations if o.matter == matter and o.mandatory is True]
        open_duties = any(o.matter == matter and o.mandatory is None for o in instrument.obligations)
        if open_duties or not all(is_examined(instrument.proposal, name) for name in types):
            unread.append(instrument.id)
    return _coverage("duties", matter, places, unread)


def _risk(risk: str, instruments: Iterable[Instrument]) -> Coverage:
    carrying = [name for name, model in provision_types().items() if "risks" in model.model_fields]
    places: list[Place] = []
    unread: list[str] = []
    for instrument in instruments:
        known = all(is_examined(instrument.proposal, name) for name in carrying)
        for place, provision in zip(instrument.places, instrument.proposal.provisions, strict=True):
            if provision.type not in carrying:
                continue
            risks = getattr(provision, "risks", None)
            known = known and risks is not None
            if risks and risk in risks:
                places.append(place)
        if not known:
            unread.append(instrument.id)
    return _coverage("risk", risk, places, unread)


def _coverage(kind: Literal["duties", "risk"], name: str, places: list[Place], unread: list[str]) -> Coverage:
    state: Literal["covered", "gap", "unknown"] = "covered" if places else "unknown" if unread else "gap"
    return Coverage(kind, name, state, tuple(places), tuple(unread))
