"""A set of texts becomes a patchwork: shared duties, conflicts, gaps, what actors must do, and what is displaced."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from policy_engine.errors import Fault, ProposalError
from policy_engine.loading import LoadedProposal
from policy_engine.operators import Truth
from policy_engine.patchwork.actors import Actor, in_force
from policy_engine.patchwork.calendar import ActorView, view_of
from policy_engine.patchwork.gaps import Coverage, coverage_of
from policy_engine.patchwork.groups import Conflict, Group, conflicts_of, groups_of
from policy_engine.patchwork.index import Index, index_of
from policy_engine.patchwork.model import Instrument, Obligation
from policy_engine.patchwork.obligations import instrument_of
from policy_engine.patchwork.preemption import Fate, fates_of
from policy_engine.patchwork.reach import Clause, clauses_of


@dataclass(frozen=True, slots=True)
class Count:
    """A number that is known, or lies in an interval as long as something is doubtful."""

    low: int
    high: int

    def __str__(self) -> str:
        """Return it as reports show it."""
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Displacement:
    """What one text leaves of the others."""

    instrument: str
    title: str
    clauses: tuple[Clause, ...]
    fates: tuple[Fate, ...]
    displaced: Count
    saved: Count
    untouched: Count
    doubtful: int
    without_substitute: Count
    weaker: Count


@dataclass(frozen=True, slots=True)
class Patchwork:
    """The whole analysis of a set."""

    instruments: tuple[Instrument, ...]
    as_of: str
    not_law: tuple[str, ...]
    """Texts of the set left out on the date asked for, because they are not law then or no duty has begun."""
    groups: tuple[Group, ...]
    conflicts: tuple[Conflict, ...]
    coverage: tuple[Coverage, ...]
    loose: tuple[Obligation, ...]
    """Duties that cannot be paired with others, because a field that says what they are is open."""
    index: Index
    actors: tuple[ActorView, ...]
    displacement: Displacement | None = None


def patchwork(
    texts: Sequence[LoadedProposal],
    *,
    actors: Iterable[Actor] = (),
    as_of: datetime.date | None = None,
    federal: LoadedProposal | None = None,
) -> Patchwork:
    """Analyse a set; with a date only duties in force then, with a federal text also what it displaces."""
    every = [instrument_of(text) for text in texts]
    _refuse_twice(every)
    instruments = every if as_of is None else [_at(instrument, as_of) for instrument in every]
    silent = tuple(i.id for i in instruments if not i.obligations) if as_of else ()
    instruments = [i for i in instruments if i.id not in silent]
    groups, conflicts = groups_of(instruments), conflicts_of(instruments)
    return Patchwork(
        instruments=tuple(instruments),
        as_of=as_of.isoformat() if as_of else "",
        not_law=silent,
        groups=groups,
        conflicts=conflicts,
        coverage=coverage_of(instruments),
        loose=tuple(o for i in instruments for o in i.obligations if not o.keys),
        index=index_of(len(instruments), groups, conflicts),
        actors=tuple(view_of(actor, every, as_of) for actor in actors),
        displacement=displacement_of(every, instrument_of(federal)) if federal else None,
    )


def _refuse_twice(instruments: Sequence[Instrument]) -> None:
    """Refuse two files with one id: whatever was said of it would cite two texts as one."""
    seen: dict[str, str] = {}
    faults = []
    for instrument in instruments:
        if instrument.id in seen:
            message = f"the id `{instrument.id}` is also that of {seen[instrument.id]}"
            faults.append(Fault(message, instrument.file, hint="a set holds each text once"))
        seen.setdefault(instrument.id, instrument.file)
    if faults:
        raise ProposalError(faults)


def _at(instrument: Instrument, as_of: datetime.date) -> Instrument:
    kept = tuple(o for o in instrument.obligations if in_force(o, instrument, as_of) is Truth.TRUE)
    return replace(instrument, obligations=kept)


def displacement_of(instruments: Sequence[Instrument], federal: Instrument) -> Displacement:
    """Return what a text leaves of the others; doubtful provisions widen every total."""
    fates = tuple(fate for i in instruments if i.id != federal.id for fate in fates_of(i, federal))
    doubtful = [fate for fate in fates if fate.state == "doubtful"]
    surely = [fate for fate in fates if fate.state == "displaced"]
    bare = [f for f in surely if f.substitute and f.substitute.strength == "none"]
    weaker = [f for f in surely if f.substitute and f.substitute.strength == "weaker"]
    open_bare = _open(doubtful, "none") + _unknown(surely)
    return Displacement(
        instrument=federal.id,
        title=federal.title,
        clauses=clauses_of(federal),
        fates=fates,
        displaced=_count(surely, len(doubtful)),
        saved=_count([f for f in fates if f.state == "saved"], len(doubtful)),
        untouched=_count([f for f in fates if f.state == "untouched"], len(doubtful)),
        doubtful=len(doubtful),
        without_substitute=_count(bare, open_bare),
        weaker=_count(weaker, _open(doubtful, "weaker") + _unknown(surely)),
    )


def _count(sure: Sequence[Fate], possible: int) -> Count:
    return Count(len(sure), len(sure) + possible)


def _open(doubtful: Sequence[Fate], strength: str) -> int:
    return sum(f.substitute is not None and f.substitute.strength in {strength, "unknown"} for f in doubtful)


def _unknown(displaced: Sequence[Fate]) -> int:
    return sum(f.substitute is not None and f.substitute.strength == "unknown" for f in displaced)
