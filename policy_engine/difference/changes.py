"""What differs between two texts: provisions, statements, what was read, and the instrument itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from policy_engine.difference.model import Change, ChangeKind, ChangeSubject, FieldChange
from policy_engine.loading import LoadedProposal
from policy_engine.proposals.base import Provision
from policy_engine.proposals.model import Proposal, Statement
from policy_engine.proposals.records import NOT_FACTS, instrument_values, provision_types
from policy_engine.results import Location

_INSTRUMENT: Final = ("id", "title", "jurisdiction", "status", "version", "scope_class")
_SILENCE: Final = {"not_addressed": "not addressed", "contested": "contested"}
_NOT_EXAMINED: Final = "not examined"
# From here on a number is written with an exponent.
_LARGE: Final = 1e15


@dataclass(frozen=True, slots=True)
class Delta:
    """A change with what stands on each side, so that it can be made by itself."""

    change: Change
    old: Provision | Statement | None = field(default=None, repr=False)
    new: Provision | Statement | None = field(default=None, repr=False)


def deltas(old: LoadedProposal, new: LoadedProposal) -> tuple[Delta, ...]:
    """Return every change from one text to the other: provisions first, in the order of NEW, then those removed."""
    return (*_provisions(old, new), *_statements(old, new), *_examined(old, new), *_instrument(old, new))


def mixed(old: Proposal, new: Proposal, made: Iterable[Delta]) -> Proposal:
    """Return OLD with some of the changes made."""
    taken = tuple(made)
    update: dict[str, Any] = {
        "provisions": _replaced(old.provisions, [d for d in taken if d.change.subject == "provision"]),
        "statements": _replaced(old.statements, [d for d in taken if d.change.subject == "statement"]),
    }
    subjects = {delta.change.subject for delta in taken}
    if "examined" in subjects:
        update["examined"] = new.examined
    if "instrument" in subjects:
        update.update({name: getattr(new, name) for name in _INSTRUMENT})
    return old.model_copy(update=update)


def _replaced(items: Iterable[Any], made: Iterable[Delta]) -> tuple[Any, ...]:
    by_old = {id(delta.old): delta.new for delta in made if delta.old is not None}
    kept = [by_old.get(id(item), item) for item in items]
    return (*(item for item in kept if item is not None), *(delta.new for delta in made if delta.old is None))


def _provisions(old: LoadedProposal, new: LoadedProposal) -> Iterator[Delta]:
    pairs = dict(_paired(old.proposal.provisions, new.proposal.provisions))
    before, after = old.proposal.provisions, new.proposal.provisions
    for at, provision in enumerate(after):
        place = _location(new, ("provisions", at))
        if at not in pairs:
            yield _delta("added", None, provision, place, ())
            continue
        earlier = before[pairs[at]]
        fields = tuple(_provision_fields(earlier, provision))
        if fields:
            yield _delta("changed", earlier, provision, place, fields)
        elif earlier.id != provision.id:
            yield _delta("renamed", earlier, provision, place, ())
    matched = set(pairs.values())
    for at, provision in enumerate(before):
        if at not in matched:
            yield _delta("removed", provision, None, _location(old, ("provisions", at)), ())


def _paired(before: tuple[Provision, ...], after: tuple[Provision, ...]) -> Iterator[tuple[int, int]]:
    """Yield pairs (in NEW, in OLD): the same id; else the same content; else alone of its type at the same cite."""
    by_id = {provision.id: at for at, provision in enumerate(before)}
    free_after = [at for at, provision in enumerate(after) if provision.id not in by_id]
    names = {provision.id for provision in after}
    free_before = [at for at, provision in enumerate(before) if provision.id not in names]
    yield from ((at, by_id[provision.id]) for at, provision in enumerate(after) if provision.id in by_id)
    for at in tuple(free_after):
        twin = next((b for b in free_before if not any(_provision_fields(before[b], after[at]))), None)
        if twin is not None:
            yield at, twin
            free_after.remove(at)
            free_before.remove(twin)
    for at in free_after:
        same = [b for b in free_before if _place(before[b]) == _place(after[at])]
        rivals = [a for a in free_after if _place(after[a]) == _place(after[at])]
        if len(same) == len(rivals) == 1:
            yield at, same[0]


def _place(provision: Provision) -> tuple[str, str]:
    return type(provision).__name__, provision.cite


def _provision_fields(old: Provision, new: Provision) -> Iterator[FieldChange]:
    if type(old) is not type(new):
        yield FieldChange("type", type_of(old), type_of(new))
        return
    yield from (changed for changed in fields_changed(old, new) if changed.path != "id")


def fields_changed(
    old: BaseModel, new: BaseModel, only: Iterable[str] = (), *, left_out: str = _NOT_EXAMINED, prefix: str = ""
) -> Iterator[FieldChange]:
    """Yield each field that differs between two models of one kind, with both values in words."""
    for name in only or type(old).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after and type(before) is type(after):
            continue
        path = prefix + name
        if isinstance(before, BaseModel) and type(before) is type(after):
            yield from fields_changed(before, after, left_out=left_out, prefix=path + ".")
        else:
            absent = "none" if name in NOT_FACTS else left_out
            yield FieldChange(path, spelt(before, absent), spelt(after, absent))


def spelt(value: Any, absent: str = _NOT_EXAMINED) -> str:
    """Return a value of a proposal in words; `absent` stands for one that was left out."""
    if value is None:
        return absent
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:,.10g}" if abs(value) < _LARGE else f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(spelt(item) for item in value) or "none"
    if isinstance(value, BaseModel):
        given = [(name, getattr(value, name)) for name in type(value).model_fields]
        return ", ".join(f"{name} {spelt(inner)}" for name, inner in given if inner is not None)
    return _SILENCE.get(str(value), str(value))


def _delta(
    kind: ChangeKind,
    old: Provision | None,
    new: Provision | None,
    location: Location,
    fields: tuple[FieldChange, ...],
) -> Delta:
    shown = new or old
    if shown is None:
        raise AssertionError("a change has at least one side")
    read = kind != "renamed" and not (fields and all(f.path in NOT_FACTS for f in fields))
    name, old_name = shown.id, (old or shown).id
    change = Change(
        f"provision {name}", "provision", kind, name, old_name, type_of(shown), shown.cite, location, fields, read
    )
    return Delta(change, old, new)


def type_of(provision: Provision) -> str:
    """Return the type of a provision, as YAML names it."""
    return str(provision.type)  # type: ignore[attr-defined]  # each member of the union declares its own


def _statements(old: LoadedProposal, new: LoadedProposal) -> Iterator[Delta]:
    before = {statement.fact: (at, statement) for at, statement in enumerate(old.proposal.statements)}
    after = {statement.fact: (at, statement) for at, statement in enumerate(new.proposal.statements)}
    for fact in dict.fromkeys((*after, *before)):
        at, now = after.get(fact, (0, None))
        earlier_at, earlier = before.get(fact, (0, None))
        fields: tuple[FieldChange, ...] = ()
        kind: ChangeKind = "added" if earlier is None else "removed"
        if earlier is not None and now is not None:
            fields, kind = tuple(fields_changed(earlier, now, left_out="none")), "changed"
            if not fields:
                continue
        shown = now or earlier
        if shown is None:
            continue
        place = _location(new, ("statements", at)) if now else _location(old, ("statements", earlier_at))
        read = not fields or any(changed.path == "value" for changed in fields)
        change = Change(
            f"statement {fact}", "statement", kind, fact, fact, "statement", shown.cite, place, fields, read
        )
        yield Delta(change, earlier, now)


def _examined(old: LoadedProposal, new: LoadedProposal) -> Iterator[Delta]:
    topics = tuple(provision_types())
    before, after = (topics if p.examined == "everything" else p.examined for p in (old.proposal, new.proposal))
    words = {True: "examined", False: _NOT_EXAMINED}
    fields = tuple(
        FieldChange(topic, words[topic in before], words[topic in after])
        for topic in topics
        if (topic in before) is not (topic in after)
    )
    if fields:
        place = _location(new, ("examined",))
        yield _whole("examined", place, fields, read=True)


def _instrument(old: LoadedProposal, new: LoadedProposal) -> Iterator[Delta]:
    fields = tuple(fields_changed(old.proposal, new.proposal, _INSTRUMENT, left_out="none"))
    if fields:
        read = instrument_values(old.proposal) != instrument_values(new.proposal)
        read = read or old.proposal.status.enacted != new.proposal.status.enacted
        place = _location(new, (fields[0].path.partition(".")[0],))
        yield Delta(
            Change("instrument", "instrument", "changed", "instrument", "instrument", "", "", place, fields, read)
        )


def _whole(subject: ChangeSubject, place: Location, fields: tuple[FieldChange, ...], *, read: bool) -> Delta:
    return Delta(Change(subject, subject, "changed", subject, subject, "", "", place, fields, read))


def _location(loaded: LoadedProposal, path: tuple[str | int, ...]) -> Location:
    at = loaded.document.position(path)
    return Location(loaded.document.file, at.line, at.column)
