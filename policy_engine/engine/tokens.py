"""The token that every rule begins with: it comes after all records, and carries the facts about the instrument.

A fact has one value at most, so that a test on it is a test on the token: a rule whose facts do not hold is never
joined, and a rule about facts alone joins nothing. This module is read by the worker too and knows no pydantic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

import orjson

from policy_engine.operators import NOT_ADDRESSED, Scalar, Value

Rule = dict[str, Any]
SENTINEL: Final = "_end"
LARGEST_PLAIN: Final = 1e13


def encoded(value: Scalar) -> Scalar:
    """Return a value as durable-rules reads it without loss: flags 0/1, all numbers floats.

    It cannot parse 1e26, so that numbers from 1e13 on are squeezed, in order, into 1e13 .. 4e13.
    """
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value >= LARGEST_PLAIN:
        return LARGEST_PLAIN * (1 + (math.log10(value) - 13) / 10)
    return value


def guard(stratum: int) -> Rule:
    """Return the condition that only the token of a stratum meets."""
    return {"_t": f"_go{stratum}"}


def fact_text(key: str, value: Value | None) -> str:
    """Return a fact as a property of the token; what is unknown or known to be absent has no value."""
    if value is None:
        return f'"{key}_un":1'
    if value is True or value is False:
        return f'"{key}":{value:d}'
    if value is NOT_ADDRESSED:
        return f'"{key}_na":1'
    return f'"{key}":{orjson.dumps(encoded(value)).decode()}'  # type: ignore[arg-type]


def token_text(stratum: int, facts: Iterable[str]) -> str:
    """Return the token of a stratum with the texts of its facts, and the sentinel that follows it."""
    token = ",".join((f'{{"_t":"_go{stratum}","k":1,"id":"g{stratum}","sid":"s"', *facts))
    return f'{token}}},{{"_t":"{SENTINEL}","k":1,"id":"e{stratum}","sid":"s"}}'
