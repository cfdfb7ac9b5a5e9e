"""What amendments change in one text: provisions struck, fields set, provisions added; in whatever order they are made.

Every amendment refers to the text as it stands, as amendments to a bill do, and never to what another one makes of it.
Therefore a set of them has one result. Striking a provision prevails over setting its fields.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from policy_engine.amendments import ResolvedAmendment, amended
from policy_engine.proposals.base import Provision
from policy_engine.proposals.model import AnyProvision, Proposal
from policy_engine.proposals.records import with_value

Kind = Literal["strike", "set", "add"]


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One step: strike a provision, set a field of it (dotted path), or add one (`value` is its data)."""

    kind: Kind
    provision: str
    path: str
    key: str
    value: Any = field(compare=False)
    words: str = field(compare=False, default="")


def changes_of(proposal: Proposal, amendment: ResolvedAmendment) -> tuple[Change, ...] | None:
    """Return what an amendment changes in a text, nothing if it changes nothing; None if the result is no proposal."""
    try:
        result = amended(proposal, amendment)
    except ValidationError:
        return None
    before = {provision.id: _data(provision) for provision in proposal.provisions}
    after = {provision.id: _data(provision) for provision in result.provisions}
    found = [Change("strike", name, "", "", None) for name in before if name not in after]
    given = {path for resolved in amendment.edits for path in resolved.edit.set_fields or {}}
    paths = [path for path in sorted(given) if not any(_inside(path, other) for other in given if other != path)]
    for name, data in before.items():
        for path in paths if name in after else ():
            value = _value_at(after[name], path)
            if value != _value_at(data, path):
                found.append(Change("set", name, path, _canonical(value), value))
    for name, data in after.items():
        if name not in before:
            added = {key: value for key, value in data.items() if key not in {"id", "note"}}
            found.append(Change("add", "", "", _canonical(added), added, amendment.words))
    return tuple(found)


def conflict(one: Iterable[Change], other: Iterable[Change]) -> bool:
    """Tell whether two amendments give a field two values."""
    sets = [change for change in other if change.kind == "set"]
    return any(_differ(a, b) for a in one if a.kind == "set" for b in sets if a.provision == b.provision)


def _differ(one: Change, other: Change) -> bool:
    if one.path == other.path:
        return one.key != other.key
    wide, narrow = (one, other) if len(one.path) < len(other.path) else (other, one)
    if not _inside(narrow.path, wide.path):
        return False
    return _canonical(_value_at({"_": wide.value}, "_" + narrow.path[len(wide.path) :])) != narrow.key


class Changer:
    """Makes changes in one text; what a provision becomes is worked out once."""

    def __init__(self, proposal: Proposal) -> None:
        """Keep the text."""
        self.proposal = proposal
        self._data = {provision.id: _data(provision) for provision in proposal.provisions}
        self._changed: dict[tuple[str, tuple[Change, ...]], Provision] = {}
        self._added: dict[tuple[str, Change], Provision] = {}

    def apply(self, changes: Collection[Change]) -> Proposal:
        """Return the text with all changes made; what is added stands last, in the order given."""
        struck = {change.provision for change in changes if change.kind == "strike"}
        kept = [self.changed(p, changes) for p in self.proposal.provisions if p.id not in struck]
        for change in dict.fromkeys(change for change in changes if change.kind == "add"):
            kept.append(self.added(change, {provision.id for provision in kept} | struck))
        return self.proposal.model_copy(update={"provisions": tuple(kept)})

    def changed(self, provision: Provision, changes: Iterable[Change]) -> Provision:
        """Return a provision with those changes made that set its fields; a whole before its parts."""
        sets = {change for change in changes if change.kind == "set" and change.provision == provision.id}
        if not sets:
            return provision
        key = (provision.id, tuple(sorted(sets, key=lambda change: (len(change.path), change))))
        if key not in self._changed:
            data = self._data[provision.id]
            for change in key[1]:
                data = with_value(data, change.path, change.value)
            self._changed[key] = _adapter().validate_python(data)
        return self._changed[key]

    def added(self, change: Change, taken: Collection[str]) -> Provision:
        """Return the provision that a change adds, with a free name and the words of the amendment as its note."""
        name = base = f"new-{str(change.value['type']).replace('_', '-')}"
        numbers = count(2)
        while name in taken:
            name = f"{base}-{next(numbers)}"
        key = (name, change)
        if key not in self._added:
            self._added[key] = _adapter().validate_python({"id": name, **change.value, "note": change.words})
        return self._added[key]


@cache
def _adapter() -> TypeAdapter[Provision]:
    return TypeAdapter(AnyProvision)


def _data(provision: Provision) -> dict[str, Any]:
    return provision.model_dump(exclude_unset=True, by_alias=True)


def _inside(path: str, other: str) -> bool:
    return path.startswith(f"{other}.")


def _value_at(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def _canonical(value: Any) -> str:
    """Return a text that two values share if, and only if, they say the same."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{_canonical(item)}" for key, item in sorted(value.items())) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return repr(float(value)) if isinstance(value, int) and not isinstance(value, bool) else repr(value)
