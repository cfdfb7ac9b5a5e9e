"""Duties that several texts impose, found by key: which agree, where they differ, which cannot both be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from policy_engine.operators import Value
from policy_engine.patchwork.model import Instrument, Key, Obligation, Place
from policy_engine.patchwork.terms import Family, Term, compare, terms_of
from policy_engine.proposals.containment import covers

_MOST_NAMES: Final = 20
State = Literal["alone", "same", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a term, and the sections that set it."""

    value: Value | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Divergence:
    """One term of a shared duty that does not read the same in all texts; a value of None was not examined."""

    term: str
    family: Family
    readings: tuple[Reading, ...]
    proven: bool
    """Whether two known values differ; else they may, once what is not known is examined."""


@dataclass(frozen=True, slots=True)
class Group:
    """One duty with every section that imposes it."""

    key: Key
    obligations: tuple[Obligation, ...]
    instruments: tuple[str, ...]
    state: State
    divergences: tuple[Divergence, ...]
    terms_compared: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """An act that one text requires and another forbids, with one section of each as the witness."""

    act: str
    persons: str
    subjects: str
    required: Place
    forbidden: Place
    proven: bool
    reason: str
    others: int
    """How many more pairs of sections conflict over the same act."""


def groups_of(instruments: Iterable[Instrument]) -> tuple[Group, ...]:
    """Return every duty once, in the order of its key; a duty that reaches several classes alike stands once."""
    found: dict[Key, list[Obligation]] = {}
    for instrument in instruments:
        for obligation in instrument.obligations:
            for key in obligation.keys:
                found.setdefault(key, []).append(obligation)
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    made = []
    for key in sorted(found):
        members = found[key]
        identity = (key.what, tuple((o.place.instrument, o.place.provision) for o in members))
        if identity not in seen:
            seen.add(identity)
            made.append(_group(key, members))
    return tuple(made)


def _group(key: Key, members: Sequence[Obligation]) -> Group:
    instruments = tuple(dict.fromkeys(o.place.instrument for o in members))
    if len(instruments) < 2:
        return Group(key, tuple(members), instruments, "alone", (), 0)
    terms = terms_of(members[0].type)
    alike = _word_for_word(terms, members)
    divergences = () if alike else tuple(d for term in terms if (d := _divergence(term, members)) is not None)
    if any(d.proven for d in divergences):
        state: State = "differs"
    else:
        state = "unknown" if divergences else "same"
    return Group(key, tuple(members), instruments, state, divergences, len(terms))


def _word_for_word(terms: Sequence[Term], members: Sequence[Obligation]) -> bool:
    """Return whether every text imposes the duty by the same set of limbs, each with known and equal terms."""
    limbs: dict[str, set[tuple[Value | None, ...]]] = {}
    for obligation in members:
        values = tuple(_plain(obligation.terms.get(term.name)) for term in terms)
        limbs.setdefault(obligation.place.instrument, set()).add(values)
    first = next(iter(limbs.values()))
    return all(None not in limb for limb in first) and all(other == first for other in limbs.values())


def _divergence(term: Term, members: Sequence[Obligation]) -> Divergence | None:
    """Return how a term reads where it does not read the same everywhere; a text's own duties count as one reading."""
    by_value: dict[Value | None, list[Place]] = {}
    for obligation in members:
        by_value.setdefault(_plain(obligation.terms.get(term.name)), []).append(obligation.place)
    if term.order == "named":
        by_value = _merged(term, by_value)
    if len(by_value) < 2:
        # Nobody examined it anywhere: nothing is said, and nothing can be told from it.
        return None if None not in by_value else Divergence(term.name, term.family, _readings(by_value), proven=False)
    known = [value for value in by_value if value is not None]
    across = len({place.instrument for value in known for place in by_value[value]}) > 1
    apart = any(compare(term, one, other) not in {"equal", "unknown"} for one, other in pairwise(known))
    return Divergence(term.name, term.family, _readings(by_value), proven=len(known) > 1 and across and apart)


def _merged(term: Term, by_value: Mapping[Value | None, list[Place]]) -> dict[Value | None, list[Place]]:
    """Put values that mean the same under the first of them; only the first few names are compared with each."""
    merged: dict[Value | None, list[Place]] = {}
    for value, places in by_value.items():
        heads = [head for head in list(merged)[:_MOST_NAMES] if head is not None and value is not None]
        same = next((head for head in heads if compare(term, value, head) == "equal"), value)
        merged.setdefault(same, []).extend(places)
    return merged


def _plain(value: Value | None) -> Value | None:
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def _readings(by_value: Mapping[Value | None, list[Place]]) -> tuple[Reading, ...]:
    return tuple(Reading(value, tuple(places)) for value, places in by_value.items())


_FREE: Final = (
    "no condition stands before either, so that whoever does the act breaks one text and whoever does not, the other"
)
_BOUND: Final = "one of them depends on facts or conditions that the two texts need not share"


def conflicts_of(instruments: Iterable[Instrument]) -> tuple[Conflict, ...]:
    """Return what some texts require and others forbid, found by act, class of persons and class of subjects."""
    required: dict[tuple[str, str, str], list[Obligation]] = {}
    forbidden: dict[tuple[str, str, str], list[Obligation]] = {}
    for instrument in instruments:
        for obligation in instrument.obligations:
            for key in obligation.keys:
                for act in obligation.requires:
                    required.setdefault((act, key.persons, key.subjects), []).append(obligation)
                for act in obligation.forbids:
                    forbidden.setdefault((act, key.persons, key.subjects), []).append(obligation)
    return tuple(c for key in sorted(required.keys() & forbidden.keys()) for c in _witness(key, required, forbidden))


def _witness(
    key: tuple[str, str, str],
    required: Mapping[tuple[str, str, str], list[Obligation]],
    forbidden: Mapping[tuple[str, str, str], list[Obligation]],
) -> Iterator[Conflict]:
    """Return one witness for a key: a pair that certainly conflicts, if there is one."""
    ours = sorted(required[key], key=lambda o: o.unconditional is not True)
    theirs = sorted(forbidden[key], key=lambda o: o.unconditional is not True)
    pairs = len(ours) * len(theirs) - _inside(ours, theirs)
    if pairs <= 0:
        return
    one = ours[0]
    other = next((o for o in theirs if o.place.instrument != one.place.instrument), None)
    if other is None:
        other = theirs[0]
        one = next(o for o in ours if o.place.instrument != other.place.instrument)
    proven = one.unconditional is True and other.unconditional is True and _same_subjects(one, other)
    yield Conflict(*key, one.place, other.place, proven, _FREE if proven else _BOUND, pairs - 1)


def _inside(ours: Sequence[Obligation], theirs: Sequence[Obligation]) -> int:
    """Return how many pairs lie within one text, which conflict with nobody else."""
    counts: dict[str, int] = {}
    for obligation in ours:
        counts[obligation.place.instrument] = counts.get(obligation.place.instrument, 0) + 1
    return sum(counts.get(obligation.place.instrument, 0) for obligation in theirs)


def _same_subjects(one: Obligation, other: Obligation) -> bool:
    ours, theirs = one.subjects or (), other.subjects or ()
    return covers(theirs, ours) and covers(other.persons or (), one.persons or ())
