"""A variant of a proposal, made by changing provisions, and which records that touches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policy_engine.dependence import record_types_of
from policy_engine.errors import Fault, ProposalError
from policy_engine.operators import Value
from policy_engine.proposals.model import AnyProvision, Proposal
from policy_engine.proposals.records import Record, provision_types, records_of, with_value
from policy_engine.rules.resolve import near


class VariantError(ProposalError):
    """A variant is no proposal: a field cannot have the value, or there is no such provision."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The changed proposal with its records.

    `touched` has the record types, with the fields that differ, or None for a record more or less; `read` tells
    whether more topics are examined.
    """

    proposal: Proposal
    records: tuple[Record, ...]
    touched: Mapping[str, frozenset[str] | None]
    read: bool


def variant_of(
    proposal: Proposal,
    known: tuple[Record, ...],
    changes: Mapping[str, Mapping[str, Any] | None],
    examined: Collection[str] = (),
) -> Variant:
    """Return the variant; pydantic's ValidationError where it is no proposal."""
    provisions: dict[str, AnyProvision | None] = {provision.id: provision for provision in proposal.provisions}
    touched: dict[str, set[str] | None] = {}
    made: dict[str, AnyProvision] = {}
    for name, fields in changes.items():
        before = provisions.get(name)
        if before is None and fields is None:
            raise VariantError(Fault(f"there is no provision `{name}` to strike", hint=near(name, provisions)))
        after = provisions[name] = None if fields is None else _changed(name, before, fields)
        if after is not None:
            made[name] = after
        if before is None or after is None or before.type != after.type:
            for side in (before, after):
                if side is not None:
                    touched.update(dict.fromkeys(record_types_of(side.type)))
    kept = tuple(provision for provision in provisions.values() if provision is not None)
    update: dict[str, Any] = {"provisions": kept}
    read = bool(examined) and proposal.examined != "everything"
    if read:
        update["examined"] = (*proposal.examined, *examined)
    names = [provision.id for provision in proposal.provisions]
    places = {provision.id: place for place, provision in enumerate(kept)}
    found, gone = _unchanged(known, names, places, made)
    new = [record for name, provision in made.items() for record in records_of(provision, places[name])]
    _note_fields(gone, new, touched)
    return Variant(proposal.model_copy(update=update), (*found, *new), _frozen(touched), read)


def _unchanged(
    known: tuple[Record, ...], names: Sequence[str], places: Mapping[str, int], made: Collection[str]
) -> tuple[list[Record], list[Record]]:
    """Return the records of provisions that stay as they are, at their new places, and the records of all others."""
    found: list[Record] = []
    gone: list[Record] = []
    for record in known:
        name = names[record.provision]
        place = places.get(name)
        if place is None or name in made:
            gone.append(record)
        else:
            found.append(record if place == record.provision else Record(record.type, record.values, place))
    return found, gone


def _note_fields(gone: list[Record], new: list[Record], touched: dict[str, set[str] | None]) -> None:
    """Note the fields in which changed records differ, for types of which none is more or less."""
    for record_type in {record.type for record in new}:
        fields = touched.setdefault(record_type, set())
        if fields is None:
            continue
        before = [record.values for record in gone if record.type == record_type]
        after = [record.values for record in new if record.type == record_type]
        if len(before) == len(after) == 1:
            one, other = before[0], after[0]
            fields.update(key for key in one.keys() | other.keys() if differ(one.get(key), other.get(key)))
        else:
            fields.update(key for values in (*before, *after) for key in values)


def differ(one: Value | None, other: Value | None) -> bool:
    """Tell whether two values are not the same, as `1.0` and `true` are not though they compare as equal."""
    return one != other or isinstance(one, bool) is not isinstance(other, bool)


def _frozen(touched: Mapping[str, set[str] | None]) -> dict[str, frozenset[str] | None]:
    return {name: None if fields is None else frozenset(fields) for name, fields in touched.items()}


def _changed(name: str, before: AnyProvision | None, fields: Mapping[str, Any]) -> AnyProvision:
    """Return a provision with fields replaced by dotted path."""
    data: dict[str, Any] = {"id": name} if before is None else before.model_dump(exclude_unset=True, by_alias=True)
    for path, value in fields.items():
        data = with_value(data, path, value)
    model = provision_types().get(str(data.get("type")))
    if model is None:
        raise VariantError(
            Fault(f"`{data.get('type')}` is not a provision type", hint=near("", provision_types(), "types"))
        )
    made: AnyProvision = model.model_validate(data)  # type: ignore[assignment]
    return made
