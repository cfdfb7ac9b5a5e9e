"""Where a text departs from a baseline, term by term, and the amendment that would align it.

Dates of commencement, authorities and sanctions are each legislature's own, and are not aligned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from policy_engine.amendments import amended, resolve_amendment
from policy_engine.errors import Fault, ProposalError
from policy_engine.loading import LoadedProposal
from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.patchwork.model import Instrument, Obligation, Place
from policy_engine.patchwork.obligations import KINDS, instrument_of
from policy_engine.patchwork.terms import THRESHOLDS, Comparison, compare, terms_of
from policy_engine.proposals.records import is_examined, record_types, records
from policy_engine.rules.model import Amendment, Edit

_NOT_TERMS: Final = frozenset({"recipient", "shared_intake", *(term.name for term in THRESHOLDS)})
_LEFT_TO_DRAFTERS: Final = frozenset({"id", "cite", "note", "tags", "confidence", "begins", "recipient"})


@dataclass(frozen=True, slots=True)
class Departure:
    """One way in which a text departs: a term that differs, a duty of its own, a duty that it lacks, or a doubt."""

    kind: Literal["term", "own", "lacking", "open"]
    what: str
    place: Place | None
    baseline: Place | None
    term: str = ""
    value: Value | None = None
    baseline_value: Value | None = None
    comparison: Comparison | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conformity:
    """Every departure of a text, the amendment that mends them, and what would still differ after it."""

    text: str
    baseline: str
    departures: tuple[Departure, ...]
    amendment: Amendment | None
    remaining: tuple[Departure, ...]


def conform(text: LoadedProposal, baseline: LoadedProposal) -> Conformity:
    """Return where a text departs from a baseline, and an amendment that was applied and compared again."""
    against = instrument_of(baseline)
    own = instrument_of(text)
    if own.id == against.id:
        raise ProposalError(Fault(f"`{own.id}` is compared with itself", text.document.file))
    departures = tuple(_departures(own, against))
    edits = [*_strikes(own, departures), *_sets(own, departures), *_adds(against, departures)]
    if not edits:
        return Conformity(own.id, against.id, departures, None, departures)
    amendment = Amendment(words=f"Align {own.id} with {against.id}.", edits=tuple(edits))
    resolved, problems = resolve_amendment(amendment, {}, ())
    if problems:
        raise ProposalError([Fault(problem.message, text.document.file, hint=problem.hint) for problem in problems])
    mended = LoadedProposal(amended(text.proposal, resolved), text.document)
    return Conformity(own.id, against.id, departures, amendment, tuple(_departures(instrument_of(mended), against)))


def _departures(own: Instrument, against: Instrument) -> Iterator[Departure]:
    theirs = _by_what(against)
    ours = _by_what(own)
    for obligation in own.obligations:
        if not obligation.keys:
            yield Departure("open", obligation.name, obligation.place, None, reason=obligation.why_unkeyed)
            continue
        same = [o for o in theirs.get(obligation.what, ()) if set(o.keys) & set(obligation.keys)]
        if not same:
            yield _unmatched("own", obligation, against)
            continue
        yield from min((_terms(obligation, o) for o in same), key=len)
    for obligation in against.obligations:
        keys = set(obligation.keys)
        if keys and not any(keys & set(o.keys) for o in ours.get(obligation.what, ())):
            yield _unmatched("lacking", obligation, own)


def _unmatched(kind: Literal["own", "lacking"], obligation: Obligation, other: Instrument) -> Departure:
    """Return a duty that the other text does not have, or of which that is open."""
    ours, theirs = (obligation.place, None) if kind == "own" else (None, obligation.place)
    loose = next((o for o in other.obligations if o.type == obligation.type and not o.keys), None)
    if loose is not None:
        reason = f"{loose.place} may be the same duty, but {loose.why_unkeyed}"
        return Departure("open", obligation.name, ours, theirs, reason=reason)
    if not is_examined(other.proposal, obligation.type):
        reason = f"{other.id} was not read in full for {obligation.type.replace('_', ' ')} provisions"
        return Departure("open", obligation.name, ours, theirs, reason=reason)
    return Departure(kind, obligation.name, ours, theirs, reason=f"{other.id} has no such duty")


def _by_what(instrument: Instrument) -> dict[str, list[Obligation]]:
    found: dict[str, list[Obligation]] = {}
    for obligation in instrument.obligations:
        found.setdefault(obligation.what, []).append(obligation)
    return found


def _terms(ours: Obligation, theirs: Obligation) -> list[Departure]:
    found = []
    for term in terms_of(ours.type):
        if term.name in _NOT_TERMS:
            continue
        one, other = ours.terms.get(term.name), theirs.terms.get(term.name)
        outcome = compare(term, one, other)
        if outcome == "equal":
            continue
        kind: Literal["term", "open"] = "open" if other is None else "term"
        reason = f"{theirs.place} was not examined for it" if other is None else ""
        found.append(Departure(kind, ours.name, ours.place, theirs.place, term.name, one, other, outcome, reason))
    return found


def _provision(instrument: Instrument, place: Place) -> tuple[int, Any]:
    found = enumerate(instrument.proposal.provisions)
    return next((index, provision) for index, provision in found if provision.id == place.provision)


def _strikes(own: Instrument, departures: Sequence[Departure]) -> Iterator[Edit]:
    for departure in departures:
        if departure.kind == "own" and departure.place is not None:
            yield Edit(strike=_pattern(own, departure.place))


def _sets(own: Instrument, departures: Sequence[Departure]) -> Iterator[Edit]:
    changes: dict[str, tuple[Place, dict[str, Any]]] = {}
    for departure in departures:
        if departure.kind == "term" and departure.place is not None:
            fields = changes.setdefault(departure.place.provision, (departure.place, {}))[1]
            fields[departure.term] = plain_value(departure.baseline_value)
    for place, fields in changes.values():
        yield Edit(where=_pattern(own, place), set=fields)


def _adds(against: Instrument, departures: Sequence[Departure]) -> Iterator[Edit]:
    for departure in departures:
        if departure.kind == "lacking" and departure.baseline is not None:
            given = _provision(against, departure.baseline)[1].model_dump(exclude_none=True, by_alias=True)
            yield Edit(add={k: _listed(v) for k, v in given.items() if k not in _LEFT_TO_DRAFTERS})


def plain_value(value: Value | None) -> Any:
    """Return a value as a proposal file states it."""
    return "not_addressed" if value is NOT_ADDRESSED else _listed(value)


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _pattern(own: Instrument, place: Place) -> dict[str, Any]:
    """Return a pattern that matches a provision: by its kind, and by all that it says where others are of the kind."""
    index, provision = _provision(own, place)
    kind = KINDS.get(provision.type)
    alike = [p for p in own.proposal.provisions if p.type == provision.type]
    given = getattr(provision, kind, None) if kind else None
    if kind and isinstance(given, tuple):
        return {"provision": provision.type, kind: {"contains_any": list(given)}}
    same = [p for p in alike if kind is None or getattr(p, kind) in {given, None, "contested"}]
    head: dict[str, Any] = {"provision": provision.type}
    if kind and isinstance(given, str):
        head[kind] = given
    if len(same) <= 1:
        return head
    return {**head, **_scalars(own, index, provision.type)}


def _scalars(own: Instrument, index: int, provision_type: str) -> Mapping[str, Any]:
    """Return every word, number and flag of a provision as tests."""
    fields = record_types()[provision_type]
    record = next(r for r in records(own.proposal) if r.provision == index and r.type == provision_type)
    tests: dict[str, Any] = {}
    for name, value in record.values.items():
        if name not in fields or fields[name].kind in {"list", "text"} or name.startswith("begins"):
            continue
        tests[name] = {"addressed": False} if value is NOT_ADDRESSED else value
    for name, words in record.values.items():
        if name in {"persons", "reaches"} and isinstance(words, tuple):
            tests[name] = {"contains_any": list(words)}
    return tests
