"""Provisions as flat, typed records: what conditions match on, in both evaluators."""

from __future__ import annotations

import datetime
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from policy_engine.operators import NOT_ADDRESSED, Kind, Value
from policy_engine.proposals.base import Duty, Gate, Provision, Sanction
from policy_engine.proposals.model import AnyProvision, Jurisdiction, Proposal, Status

SILENCES = frozenset({"not_addressed", "contested"})
FAMILIES: Mapping[str, type[Provision]] = {"duty": Duty, "gate": Gate, "sanction": Sanction}
"""Families of provision types that a rule may address as one."""
_NOTHING_UNSEEN: frozenset[str] = frozenset()
NOT_FACTS = frozenset({"id", "cite", "note", "tags"})


@dataclass(frozen=True, slots=True)
class FieldType:
    """Kind of a field, and its closed vocabulary where it has one."""

    kind: Kind
    choices: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One provision seen as one record type: values by dotted path; a missing path is unknown.

    A list field `uses` is there as a whole, and as one flag for each word of its vocabulary: `uses.research`.
    `provision` is the index in `Proposal.provisions`.
    """

    type: str
    values: Mapping[str, Value]
    provision: int


@cache
def provision_types() -> Mapping[str, type[Provision]]:
    """Return the model of each provision type, by its name in YAML, in alphabetical order."""
    union = get_args(AnyProvision)[0]
    found = {get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(union)}
    return dict(sorted(found.items()))


@cache
def members(record_type: str) -> tuple[str, ...]:
    """Return the provision types whose provisions appear as this record type (itself, or a family's)."""
    if record_type in FAMILIES:
        family = FAMILIES[record_type]
        return tuple(name for name, model in provision_types().items() if issubclass(model, family))
    return (record_type,)


@cache
def record_types() -> Mapping[str, Mapping[str, FieldType]]:
    """Return the fields of every record type: the provision types, then the families."""
    found = {name: dict(_fields(model)) for name, model in provision_types().items()}
    for name, model in FAMILIES.items():
        found[name] = {"type": FieldType("choice", members(name), "Provision type."), **dict(_fields(model))}
    return found


@cache
def instrument_facts() -> Mapping[str, FieldType]:
    """Return the facts that every proposal states about the instrument itself."""
    level = dict(_fields(Jurisdiction))
    stage = dict(_fields(Status))
    return {
        "instrument.level": level["level"],
        "instrument.country": FieldType("text", (), "ISO 3166 code of the country."),
        "instrument.stage": stage["stage"],
    }


def instrument_values(proposal: Proposal) -> dict[str, Value]:
    """Return the value of each instrument fact."""
    return {
        "instrument.level": proposal.jurisdiction.level,
        "instrument.country": proposal.jurisdiction.country,
        "instrument.stage": proposal.status.stage,
    }


def is_examined(proposal: Proposal, record_type: str) -> bool:
    """Tell whether the absence of such a provision is known."""
    return record_type not in unseen_types(proposal)


def unseen_types(proposal: Proposal) -> frozenset[str]:
    """Return the record types that may stand in the text without being in the file."""
    return _NOTHING_UNSEEN if proposal.examined == "everything" else _unseen(proposal.examined)


@lru_cache(maxsize=1000)
def _unseen(examined: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for name in record_types() if any(member not in examined for member in members(name)))


def records(proposal: Proposal) -> tuple[Record, ...]:
    """Return each provision as its own type, and as each family that it belongs to."""
    return tuple(
        record for index, provision in enumerate(proposal.provisions) for record in records_of(provision, index)
    )


def records_of(provision: AnyProvision, index: int) -> list[Record]:
    """Return one provision as its own type, and as each family that it belongs to."""
    values = _values(provision)
    found = [Record(provision.type, values, index)]
    for family, model in FAMILIES.items():
        if isinstance(provision, model):
            allowed = _paths(family)
            kept = {path: value for path, value in values.items() if path in allowed}
            kept["type"] = provision.type
            found.append(Record(family, kept, index))
    return found


def value_at(provision: BaseModel, path: str) -> Any:
    """Return what a provision holds at a dotted path, silences included; a silent group answers for its parts."""
    value: Any = provision
    for step in path.split("."):
        if not isinstance(value, BaseModel):
            return value
        value = getattr(value, step)
    return value


def with_value(data: Any, path: str, value: Any) -> dict[str, Any]:
    """Return the data of a provision with a value at a dotted path, or, for None, with nothing there."""
    head, _, rest = path.partition(".")
    whole = dict(data) if isinstance(data, Mapping) else {}
    if rest:
        whole[head] = with_value(whole.get(head), rest, value)
    elif value is None:
        whole.pop(head, None)
    else:
        whole[head] = value
    return whole


@cache
def _paths(family: str) -> frozenset[str]:
    """Return the paths of a family's fields, and of each word of its lists."""
    fields = record_types()[family]
    return frozenset(fields) | {
        f"{path}.{word}" for path, f in fields.items() if f.kind == "list" for word in f.choices
    }


@dataclass(frozen=True, slots=True)
class _Slot:
    """A field of a model: its path, and the path of each word where it is a list."""

    path: str
    words: tuple[tuple[str, str], ...] | None


@cache
def _layout(model: type[BaseModel], prefix: str) -> Mapping[str, _Slot]:
    """Return the fields that are facts, by their names."""
    layout = {}
    for name, info in model.model_fields.items():
        if name in NOT_FACTS or name == "type":
            continue
        field = _field_type(info.annotation, info.description or "")
        path = prefix + name
        listed = field is not None and field.kind == "list"
        words = tuple((f"{path}.{word}", word) for word in field.choices) if field and listed else None
        layout[name] = _Slot(path, words)
    return layout


def _values(model: BaseModel, prefix: str = "") -> dict[str, Value]:
    values: dict[str, Value] = {}
    layout = _layout(type(model), prefix)
    for name, value in vars(model).items():
        if value is None or name not in layout:
            continue
        slot = layout[name]
        if isinstance(value, str):
            if value != "contested":
                values[slot.path] = NOT_ADDRESSED if value == "not_addressed" else value
        elif slot.words is not None:
            values[slot.path] = value
            for path, word in slot.words:
                values[path] = word in value
        elif isinstance(value, BaseModel):
            values.update(_values(value, slot.path + "."))
        elif isinstance(value, datetime.date):
            values[slot.path] = value.isoformat()
        else:
            values[slot.path] = value
    return values


def _fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldType]]:
    for name, info in model.model_fields.items():
        if name in NOT_FACTS or name == "type":
            continue
        field = _field_type(info.annotation, info.description or "")
        if field is not None:
            yield prefix + name, field
            continue
        nested = next(part for part in parts_of(info.annotation) if _is_model(part))
        yield from _fields(nested, f"{prefix}{name}.")


def _is_model(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)


def parts_of(annotation: Any) -> Iterator[Any]:
    """Yield the alternatives of a type annotation, without None, silences and Annotated wrappers."""
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        yield from parts_of(get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for part in get_args(annotation):
            yield from parts_of(part)
    elif annotation is not types.NoneType and not (origin is Literal and set(get_args(annotation)) <= SILENCES):
        yield annotation


def _field_type(annotation: Any, description: str) -> FieldType | None:
    """Return the field's type, or None for a nested model."""
    part = next(parts_of(annotation))
    if get_origin(part) is tuple:
        words = next(parts_of(get_args(part)[0]))
        return FieldType("list", tuple(get_args(words)), description)
    if get_origin(part) is Literal:
        return FieldType("choice", tuple(str(word) for word in get_args(part)), description)
    if _is_model(part):
        return None
    if part is bool:
        return FieldType("flag", (), description)
    return FieldType("number" if part is float else "text", (), description)
