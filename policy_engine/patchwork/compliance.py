"""What an actor has to do on a day: the least actions that keep every duty in force, or what excludes itself."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from policy_engine.loading import LoadedProposal
from policy_engine.operators import NOT_ADDRESSED, Truth, Value
from policy_engine.patchwork.actors import Actor, binds
from policy_engine.patchwork.calendar import recurrence
from policy_engine.patchwork.model import Obligation, Place
from policy_engine.patchwork.obligations import instrument_of
from policy_engine.patchwork.solving import Task, solve
from policy_engine.patchwork.terms import Term, compare, shown, strictest, terms_of

_COMPARED: Final = frozenset({"clock", "content"})
_PLANNED: Final = ("training", "development", "deployment", "open_release", "use", "export")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, and the duties that it keeps, each with its section and day."""

    what: str
    address: str
    terms: Mapping[str, Value]
    clock: str
    since: datetime.date
    duties: tuple[tuple[Place, datetime.date | None, bool], ...]
    """Section, day from which it binds, and whether it certainly does."""
    open_terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A demand of the core: a section, or an act that the actor means to do."""

    place: Place | None
    words: str


@dataclass(frozen=True, slots=True)
class Compliance:
    """The checklist of an actor on a day, or the core of what cannot be satisfied together."""

    actor: str
    title: str
    as_of: datetime.date
    actions: tuple[Action, ...]
    core: tuple[Excluded, ...]
    conditional: tuple[Place, ...]
    """Prohibitions that bind only in some cases, which the search leaves aside."""
    duties: int


def comply(texts: Sequence[LoadedProposal], actor: Actor, as_of: datetime.date) -> Compliance:
    """Return the least set of actions that keeps all duties that bind, or may bind, an actor on a day."""
    bound: list[tuple[Obligation, bool]] = []
    for text in texts:
        instrument = instrument_of(text)
        for obligation in instrument.obligations:
            truth = binds(obligation, instrument, actor, as_of)
            if truth is not Truth.FALSE:
                bound.append((obligation, truth is Truth.TRUE))
    duties = [(o, sure) for o, sure in bound if o.type != "restriction"]
    bans = [o for o, sure in bound if o.type == "restriction" and o.unconditional is True and sure]
    conditional = tuple(o.place for o, _ in bound if o.type == "restriction" and o not in bans)
    candidates = _candidates([o for o, _ in duties])
    task = Task(
        satisfied_by={d: [a for a, c in enumerate(candidates) if _keeps(c, o)] for d, (o, _) in enumerate(duties)},
        forbids={len(duties) + n: sorted(ban.forbids) for n, ban in enumerate(bans)},
        performs={a: sorted(c[0].requires) for a, c in enumerate(candidates)},
        plans=[act for act in _PLANNED if act in actor.activities],
    )
    solved = solve(task)
    chosen = [candidates[a] for a in solved.actions]
    actions = sorted((_action(c, duties, as_of) for c in chosen), key=lambda a: (a.since, a.what, a.address))
    every = [*(o for o, _ in duties), *bans]
    core = [Excluded(every[n].place, every[n].name) for n in solved.core]
    core += [Excluded(None, f"the actor means to do this: {act.replace('_', ' ')}") for act in solved.core_plans]
    return Compliance(actor.id, actor.title, as_of, tuple(actions), tuple(core), conditional, len(duties))


_Candidate = tuple[Obligation, Mapping[str, Value]]


def _compared(provision_type: str) -> tuple[Term, ...]:
    return tuple(term for term in terms_of(provision_type) if term.family in _COMPARED)


def _address(obligation: Obligation) -> str:
    """Return to whom it goes; what is sent to one authority is not sent to another."""
    recipient = obligation.terms.get("recipient")
    if isinstance(recipient, str):
        return recipient
    audience = obligation.terms.get("audience")
    if obligation.type in {"registration", "approval", "incident_report"} or audience == "authority":
        return f"the authority of {obligation.place.instrument}"
    return str(audience).replace("_", " ") if isinstance(audience, str) else ""


def _candidates(obligations: Sequence[Obligation]) -> list[_Candidate]:
    """Return each duty at its own terms, and for each kind and address the strictest of all terms together."""
    groups: dict[tuple[str, str], list[Obligation]] = {}
    for obligation in obligations:
        alone = obligation.place.provision if not obligation.keys else ""
        groups.setdefault((obligation.what or alone, _address(obligation)), []).append(obligation)
    found: list[_Candidate] = []
    for members in groups.values():
        own = [(o, {t.name: v for t in _compared(o.type) if (v := o.terms.get(t.name)) is not None}) for o in members]
        found += [c for n, c in enumerate(own) if c[1] not in [other[1] for other in own[:n]]]
        joined = {t.name: v for t in _compared(members[0].type) if (v := _join(t, members)) is not None}
        if len(members) > 1 and joined not in [c[1] for c in own]:
            found.append((members[0], joined))
    return found


def _join(term: Term, members: Sequence[Obligation]) -> Value | None:
    values = [o.terms.get(term.name) for o in members]
    if term.order == "wider":
        return tuple(sorted({word for value in values if isinstance(value, tuple) for word in value})) or None
    return strictest(term, values)


def _keeps(candidate: _Candidate, duty: Obligation) -> bool:
    """Tell whether an action keeps a duty in every term that was examined."""
    pattern, terms = candidate
    if not duty.keys or not pattern.keys:
        return duty is pattern
    if pattern.what != duty.what or _address(pattern) != _address(duty):
        return False
    for term in _compared(duty.type):
        wanted = duty.terms.get(term.name)
        if wanted is None or wanted is NOT_ADDRESSED:
            continue
        if compare(term, terms.get(term.name), wanted) not in {"equal", "stronger"}:
            return False
    return True


def _action(candidate: _Candidate, duties: Sequence[tuple[Obligation, bool]], as_of: datetime.date) -> Action:
    kept = [(o, sure) for o, sure in duties if _keeps(candidate, o)]
    pattern, terms = candidate
    dates = [o.start.date for o, _ in kept if o.start.date is not None]
    unread = {t.name for o, _ in kept for t in _compared(o.type) if o.terms.get(t.name) is None}
    return Action(
        what=pattern.name,
        address=_address(pattern),
        terms={name: value for name, value in terms.items() if value not in {NOT_ADDRESSED, False}},
        clock=recurrence(terms),
        since=min(dates, default=as_of),
        duties=tuple((o.place, o.start.date, sure) for o, sure in kept),
        open_terms=tuple(sorted(unread)),
    )


def described(action: Action) -> str:
    """Return an action with its terms in words."""
    said = [f"{name.replace('_', ' ')}: {shown(value)}" for name, value in action.terms.items()]
    head = f"{action.what}, to {action.address}" if action.address else action.what
    return f"{head} ({'; '.join(said)})" if said else head
