"""Records and facts as the JSON that durable-rules is given; every value is checked before its C code sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
_Fact = dict[str, Any]
_Column = tuple[str, str, frozenset[str], tuple[Any, Any, Any, Any]]


class Encoder:
    """Turns a situation into what the worker asserts, with the companions that the network's patterns need."""

    def __init__(self, network: Network, fact_types: Mapping[str, FieldType]) -> None:
        """Prepare the columns of each type that the network reads."""
        self._columns = {name: _columns(name, needs, fact_types) for name, needs in network.needs.items()}
        self._copies = {name: needs.copies for name, needs in network.needs.items()}
        self._fact_keys = network.fact_keys

    def encode(self, situation: Situation) -> dict[str, dict[str, str]]:
        """Return `records`: JSON objects joined by commas, by type; and `facts`: each as a property of the token."""
        found: dict[str, list[str]] = {}
        for index, record in enumerate(situation.records):
            columns = self._columns.get(record.type)
            if columns is not None:
                fact = _identity(record.type, index, f"f{index}")
                found.setdefault(record.type, []).append(_text(fact, columns, record.values))
        for name, columns in self._columns.items():
            if name in situation.unseen:
                for copy in range(self._copies[name]):
                    fact = {"_p": name, "_f": -1 - copy, "k": 1, "id": f"u{copy}{name}", "sid": "s"}
                    found.setdefault(name, []).append(_text(fact, columns, {}))
            elif name in situation.known:
                # A negation stands behind the token, so that it reads its fact as a record of its own.
                value = situation.known[name]
                fact = _identity(name, name, name)
                found[name] = [_text(fact, columns, {} if value is None else {"value": value})]
        records = {name: ",".join(texts) for name, texts in found.items()}
        return {"records": records, "facts": self._facts(situation)}

    def _facts(self, situation: Situation) -> dict[str, str]:
        texts: dict[str, str] = {}
        for name, value in situation.known.items():
            key = self._fact_keys.get(name)
            if key is not None:
                if value is not None and value is not NOT_ADDRESSED:
                    _check(name, value)
                texts[name] = fact_text(key, value)
        return texts


def _columns(name: str, needs: Needs, fact_types: Mapping[str, FieldType]) -> tuple[_Column, ...]:
    fields = record_types().get(name)

    def kind_of(path: str) -> Kind:
        if fields is None:
            return fact_types[name].kind
        # A path that is no field is one word of a list: a flag.
        return fields[path].kind if path in fields else "flag"

    return tuple(
        (path, field_key(path), frozenset(companions), _BOUNDS[kind_of(path)])
        for path, companions in needs.fields.items()
    )


def _identity(name: str, number: int | str, key: str) -> _Fact:
    return {"_t": name, "_p": name, "_f": number, "k": 1, "id": key, "sid": "s"}


def _text(fact: _Fact, columns: tuple[_Column, ...], values: Mapping[str, Value]) -> str:
    for path, key, companions, bounds in columns:
        value = values.get(path)
        if value is None:
            _fill(fact, key, companions, {"lo": bounds[0], "hi": bounds[1], "kn": 0, "ps": 1, "un": 1})
        elif value is NOT_ADDRESSED:
            _fill(fact, key, companions, {"lo": bounds[3], "hi": bounds[2], "kn": 0, "ps": 0, "na": 1})
        else:
            _check(path, value)
            plain = encoded(value)  # type: ignore[arg-type]
            fact[key] = plain
            if len(companions) > 1:
                _fill(fact, key, companions, {"lo": plain, "hi": plain, "kn": 1, "ps": 1})
    return orjson.dumps(fact).decode()


def _fill(fact: _Fact, key: str, companions: frozenset[str], values: Mapping[str, Any]) -> None:
    for companion, value in values.items():
        if companion in companions:
            fact[f"{key}_{companion}"] = value


def _check(path: str, value: Value) -> None:
    """Refuse what durable-rules would misread."""
    if isinstance(value, str):
        if value[:1] in {" ", ""} or len(value) > _LONGEST_WORD:
            raise ProposalError(Fault(f"the text in `{path}` is empty, too long, or begins with a blank"))
    elif isinstance(value, float) and (abs(value) > 1e40 or 0 < abs(value) < 1e-4 or value < -1e13 or value != value):
        raise ProposalError(Fault(f"the number in `{path}` is out of range: {value}"))
