"""Records and facts as the JSON that durable-rules is given; every value is checked before its C code sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from policy_engine.engine.network import Network
from policy_engine.engine.patterns import FLAG_BOUNDS, NUMBER_BOUNDS, WORD_BOUNDS, Needs, field_key
from policy_engine.engine.tokens import encoded, fact_text
from policy_engine.errors import Fault, ProposalError
from policy_engine.operators import NOT_ADDRESSED, Kind, Value
from policy_engine.proposals.records import FieldType, record_types
from policy_engine.situation import Situation

_BOUNDS: Final[Mapping[Kind, tuple[Any, Any, Any, Any]]] = {
    "flag": FLAG_BOUNDS,
    "number": NUMBER_BOUNDS,
    "choice": WORD_BOUNDS,
    "text": WORD_BOUNDS,
}
_LONGEST_WORD: Final = 8000


class _Column(NamedTuple):
    """The properties that one field becomes: fixed text where it has no value, else what stands before each copy."""

    path: str
    unknown: str
    absent: str
    before_value: tuple[str, ...]
    known: str


class Encoder:
    """Turns a situation into what the worker asserts, with the companions that the network's patterns need."""

    def __init__(self, network: Network, fact_types: Mapping[str, FieldType]) -> None:
        """Prepare the columns of each type that the network reads."""
        self._columns = {name: _columns(name, needs, fact_types) for name, needs in network.needs.items()}
        self._copies = {name: needs.copies for name, needs in network.needs.items()}
        self._sessions = {
            name: ',"k":1,"sid":"s"' if needs.joined else ',"sid":"s"' for name, needs in network.needs.items()
        }
        self._fact_keys = network.fact_keys

    def encode(self, situation: Situation) -> dict[str, dict[str, str]]:
        """Return `records`: JSON objects joined by commas, by type; and `facts`: each as a property of the token."""
        found: dict[str, str] = {}
        for name in self._columns:
            texts = [
                self._record(name, n, f"f{n}", situation.records[n].values) for n in situation.by_type.get(name, ())
            ]
            if name in situation.unseen:
                texts += [self._unseen(name, copy) for copy in range(self._copies[name])]
            elif name in situation.known:
                # A negation stands behind the token, so that it reads its fact as a record of its own.
                value = situation.known[name]
                texts.append(self._record(name, f'"{name}"', name, {} if value is None else {"value": value}))
            if texts:
                found[name] = ",".join(texts)
        return {"records": found, "facts": self._facts(situation)}

    def _record(self, name: str, number: int | str, identity: str, values: Mapping[str, Value]) -> str:
        parts = [f'{{"_t":"{name}","_p":"{name}","_f":{number},"id":"{identity}"', self._sessions[name]]
        for path, unknown, absent, before_value, known in self._columns[name]:
            value = values.get(path)
            if value is None:
                parts.append(unknown)
            elif value is NOT_ADDRESSED:
                parts.append(absent)
            else:
                text = _value_text(path, value)
                for before in before_value:
                    parts += (before, text)
                parts.append(known)
        parts.append("}")
        return "".join(parts)

    def _unseen(self, name: str, copy: int) -> str:
        unknown = "".join(column.unknown for column in self._columns[name])
        return f'{{"_p":"{name}","_f":{-1 - copy},"id":"u{copy}{name}"{self._sessions[name]}{unknown}}}'

    def _facts(self, situation: Situation) -> dict[str, str]:
        texts: dict[str, str] = {}
        for name, value in situation.known.items():
            key = self._fact_keys.get(name)
            if key is not None:
                if value is None or value is NOT_ADDRESSED:
                    texts[name] = fact_text(key, value)
                else:
                    texts[name] = f'"{key}":{_value_text(name, value)}'
        return texts


def _columns(name: str, needs: Needs, fact_types: Mapping[str, FieldType]) -> tuple[_Column, ...]:
    fields = record_types().get(name)

    def kind_of(path: str) -> Kind:
        if fields is None:
            return fact_types[name].kind
        # A path that is no field is one word of a list: a flag.
        return fields[path].kind if path in fields else "flag"

    return tuple(_column(path, companions, _BOUNDS[kind_of(path)]) for path, companions in needs.fields.items())


def _column(path: str, companions: set[str], bounds: tuple[Any, Any, Any, Any]) -> _Column:
    def properties(**values: Any) -> str:
        wanted = {field_key(path, f"_{name}"): value for name, value in values.items() if name in companions}
        return "".join(f',"{key}":{orjson.dumps(value).decode()}' for key, value in wanted.items())

    copies = [field_key(path)] if "value" in companions else []
    copies += [field_key(path, f"_{bound}") for bound in ("lo", "hi") if bound in companions]
    return _Column(
        path,
        properties(lo=bounds[0], hi=bounds[1], kn=0, ps=1, un=1),
        properties(lo=bounds[3], hi=bounds[2], kn=0, ps=0, na=1),
        tuple(f',"{key}":' for key in copies),
        properties(kn=1, ps=1),
    )


def _value_text(path: str, value: Value) -> str:
    """Return a value as JSON; what durable-rules would misread is refused."""
    if value is True:
        return "1"
    if value is False:
        return "0"
    if isinstance(value, str):
        if value[:1] in {" ", ""} or len(value) > _LONGEST_WORD:
            raise ProposalError(Fault(f"the text in `{path}` is empty, too long, or begins with a blank"))
    elif isinstance(value, float) and (abs(value) > 1e40 or 0 < abs(value) < 1e-4 or value < -1e13 or value != value):
        raise ProposalError(Fault(f"the number in `{path}` is out of range: {value}"))
    return orjson.dumps(encoded(value)).decode()  # type: ignore[arg-type]
