"""What an actor must do and from when: the calendar, the strictest of each duty, and what each law adds."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_engine.operators import Truth, Value
from policy_engine.patchwork.actors import Actor, binds
from policy_engine.patchwork.model import Instrument, Key, Obligation, Place
from policy_engine.patchwork.terms import compare, strictest, terms_of

_LAST = datetime.date.max


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty of an actor: from when, how often and how fast, and whether it certainly binds."""

    place: Place
    what: str
    starts: str
    date: datetime.date | None
    recurs: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Strictest:
    """The strictest value of a term among the duties that bind or may bind, and where it stands."""

    key: Key
    term: str
    value: Value
    places: tuple[Place, ...]
    certain: bool
    """Whether one of these sections certainly binds."""


@dataclass(frozen=True, slots=True)
class Added:
    """What a text adds to those before it: duties that were not there, and terms that grow stricter."""

    instrument: str
    new: tuple[Place, ...]
    stricter: tuple[tuple[Place, str], ...]
    repeated: int


@dataclass(frozen=True, slots=True)
class ActorView:
    """Everything that a set asks of an actor."""

    actor: str
    title: str
    entries: tuple[Entry, ...]
    strictest: tuple[Strictest, ...]
    added: tuple[Added, ...]


def view_of(actor: Actor, instruments: Sequence[Instrument], as_of: datetime.date | None) -> ActorView:
    """Return the calendar of an actor, in the order of dates; on a date only what binds by then."""
    found: list[tuple[Obligation, Truth]] = []
    by_text: dict[str, list[Obligation]] = {}
    for instrument in instruments:
        for obligation in instrument.obligations:
            truth = binds(obligation, instrument, actor, as_of)
            if truth is not Truth.FALSE:
                found.append((obligation, truth))
                by_text.setdefault(instrument.id, []).append(obligation)
    entries = sorted((_entry(o, truth) for o, truth in found), key=_order)
    order = sorted(instruments, key=lambda i: (i.proposal.status.enacted or _LAST, i.id))
    sure = frozenset((o.place.instrument, o.place.provision) for o, truth in found if truth is Truth.TRUE)
    every = [o for o, _truth in found]
    return ActorView(
        actor.id,
        actor.title,
        tuple(entries),
        _strictest(every, sure),
        _added([(i.id, by_text.get(i.id, [])) for i in order]),
    )


def _order(entry: Entry) -> tuple[datetime.date, str, str, str]:
    return entry.date or _LAST, entry.starts, entry.place.instrument, entry.what


def _entry(obligation: Obligation, truth: Truth) -> Entry:
    return Entry(
        obligation.place,
        obligation.name,
        obligation.start.words,
        obligation.start.date,
        recurrence(obligation.terms),
        truth is Truth.TRUE,
    )


def recurrence(terms: Mapping[str, Value | None]) -> str:
    """Return how often or how fast a duty is due, in words."""
    hours, months = terms.get("deadline_hours"), terms.get("interval_months")
    if isinstance(hours, float):
        return f"within {hours:g} hours"
    if isinstance(months, float):
        return f"every {months:g} months"
    when = terms.get("when")
    return str(when).replace("_", " ") if isinstance(when, str) else ""


def _strictest(obligations: Sequence[Obligation], sure: frozenset[tuple[str, str]]) -> tuple[Strictest, ...]:
    by_key: dict[Key, list[Obligation]] = {}
    for obligation in obligations:
        for key in obligation.keys:
            by_key.setdefault(key, []).append(obligation)
    found = []
    for key, members in sorted(by_key.items()):
        for term in terms_of(members[0].type):
            if term.family in {"threshold", "scope", "recipient"}:
                continue
            best = strictest(term, (o.terms.get(term.name) for o in members))
            if best is not None:
                places = tuple(o.place for o in members if o.terms.get(term.name) == best)
                certain = any((p.instrument, p.provision) in sure for p in places)
                found.append(Strictest(key, term.name, best, places, certain))
    return tuple(found)


def _added(texts: Sequence[tuple[str, list[Obligation]]]) -> tuple[Added, ...]:
    """Return what each text adds to those enacted before it."""
    # Distinct values only: what is compared must not grow with the number of texts.
    before: dict[Key, dict[str, set[Value | None]]] = {}
    found = []
    for name, obligations in texts:
        new: list[Place] = []
        stricter: list[tuple[Place, str]] = []
        repeated = 0
        for obligation in obligations:
            earlier = [before[key] for key in obligation.keys if key in before]
            if not earlier:
                new.append(obligation.place)
                continue
            terms = _stricter_terms(obligation, earlier)
            stricter += [(obligation.place, term) for term in terms]
            repeated += not terms
        for obligation in obligations:
            for key in obligation.keys:
                seen = before.setdefault(key, {})
                for term in terms_of(obligation.type):
                    seen.setdefault(term.name, set()).add(obligation.terms.get(term.name))
        found.append(Added(name, tuple(new), tuple(stricter), repeated))
    return tuple(found)


def _stricter_terms(obligation: Obligation, earlier: Sequence[Mapping[str, set[Value | None]]]) -> list[str]:
    """Return the terms in which a duty is stricter than every earlier one."""
    return [
        term.name
        for term in terms_of(obligation.type)
        if term.family not in {"threshold", "scope", "recipient"}
        and all(
            compare(term, obligation.terms.get(term.name), value) == "stronger"
            for seen in earlier
            for value in seen[term.name]
        )
    ]
