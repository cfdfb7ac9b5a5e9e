"""Which duties the words of a pre-emption clause reach; what leaves it open is named by its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from policy_engine.measures.displacement import DISPLACES_NOTHING
from policy_engine.patchwork.model import Instrument, Obligation, Place, Start
from policy_engine.patchwork.obligations import start_of
from policy_engine.patchwork.substitutes import Duties
from policy_engine.proposals.containment import covers
from policy_engine.proposals.federalism import Displaced, Preemption

State = Literal["displaced", "saved", "doubtful", "untouched"]
_DOWNWARDS: Final[Mapping[str, tuple[str, ...]]] = {
    "state": ("state", "local"),
    "local": ("local",),
    "national": ("national", "state", "local"),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One pre-emption clause that may displace, with its section."""

    provision: Preemption
    place: Place
    start: Start
    years: float | None
    """Years that it lasts; None where it has no end, or the end is not known."""
    lasts: str


def clauses_of(instrument: Instrument) -> tuple[Clause, ...]:
    """Return the clauses of a text that displace, or may displace, the law of others."""
    pairs = zip(instrument.places, instrument.proposal.provisions, strict=True)
    return tuple(
        Clause(p, place, start_of(p.begins, instrument.proposal), *_duration(p))
        for place, p in pairs
        if isinstance(p, Preemption) and p.mechanism not in DISPLACES_NOTHING
    )


def _duration(provision: Preemption) -> tuple[float | None, str]:
    years = provision.duration_years
    if isinstance(years, float):
        return years, f"{years:g} years"
    return None, "without end" if years == "not_addressed" else "for a time that is not known"


def silent(model: Any, field: str, prefix: str = "") -> str:
    """Return in words that a field says nothing that can be used."""
    said = "is read in two ways" if getattr(model, field) == "contested" else "was not examined"
    return f"`{prefix}{field}` {said}"


def reached(
    clause: Clause, obligation: Obligation, home: Instrument, federal: Instrument, duties: Duties
) -> tuple[State, str]:
    """Return whether the words of a clause reach a duty; what leaves it open is named."""
    provision, displaced = clause.provision, clause.provision.displaces
    if federal.id == home.id:
        return "untouched", "it stands in the same text"
    if home.proposal.jurisdiction.country != federal.proposal.jurisdiction.country:
        return "untouched", "it is the law of another country"
    if displaced is None:
        return "doubtful", "`displaces` was not examined"
    doubts = [silent(provision, "mechanism")] if provision.mechanism not in {"bars", "suspends"} else []
    for outcome in _dimensions(displaced, obligation, home):
        if outcome.startswith("outside"):
            return "untouched", outcome
        if outcome:
            doubts.append(outcome)
    outcome = _by_reach(displaced, obligation, home, federal, duties)
    if outcome.startswith("outside"):
        return "untouched", outcome
    doubts += [outcome] if outcome else []
    if doubts:
        return "doubtful", "; ".join(doubts)
    return "displaced", f"within the clause in level, subjects, persons, activities and kind of rule, {clause.lasts}"


def _dimensions(displaced: Displaced, obligation: Obligation, home: Instrument) -> Iterator[str]:
    """Yield for each dimension `` (reached), a text from `outside` on, or what leaves it open."""
    level = displaced.level
    if level is None or level == "contested":
        yield silent(displaced, "level", "displaces.")
    elif home.proposal.jurisdiction.level not in _DOWNWARDS.get(level, (level,)):
        yield f"outside `displaces.level`: it is {home.proposal.jurisdiction.level} law"
    for field in ("subjects", "persons", "activities"):
        taken, own = getattr(displaced, field), getattr(obligation, field)
        yield _reach_of(field, taken, own)


def _reach_of(field: str, taken: tuple[str, ...] | None, own: tuple[str, ...] | None) -> str:
    if taken is None:
        return f"`displaces.{field}` was not examined"
    if "any" in taken or "any_person" in taken:
        return ""
    if own is None:
        return f"`{field}` of the duty was not examined"
    if covers(taken, own):
        return ""
    if any(covers((t,), (o,)) or covers((o,), (t,)) for t in taken for o in own):
        return f"`displaces.{field}` ({_listed(taken)}) reaches the duty only in part ({_listed(own)})"
    return f"outside `displaces.{field}` ({_listed(taken)})"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in words)


def _by_reach(
    displaced: Displaced, obligation: Obligation, home: Instrument, federal: Instrument, duties: Duties
) -> str:
    if displaced.reach == "field":
        return ""
    if displaced.reach == "listed_matters":
        return _by_matter(displaced, obligation)
    if displaced.reach == "conflict_only":
        same = duties.substitute(obligation, home)
        if same.strength == "none":
            return "outside `displaces.reach`: no federal duty could conflict with it"
        return f"`displaces.reach` is conflict only, and whether it conflicts with {same.place or federal.id} is open"
    if displaced.reach == "future_law_only":
        return _by_date(home, federal)
    return silent(displaced, "reach", "displaces.")


def _by_matter(displaced: Displaced, obligation: Obligation) -> str:
    if displaced.matters is None:
        return "`displaces.matters` was not examined"
    if "any" in displaced.matters:
        return ""
    if obligation.matter is None:
        return f"a {obligation.type.replace('_', ' ')} belongs to no one of `displaces.matters`"
    return (
        "" if obligation.matter in displaced.matters else f"outside `displaces.matters` ({_listed(displaced.matters)})"
    )


def _by_date(home: Instrument, federal: Instrument) -> str:
    ours, theirs = home.proposal.status.enacted, federal.proposal.status.enacted
    if ours is None:
        return "`displaces.reach` is future law only, and the text is not enacted"
    known = theirs or federal.proposal.status.date
    if ours <= known:
        return "outside `displaces.reach`: it was enacted before"
    return "" if theirs else "`displaces.reach` is future law only, and the federal text is not enacted"
