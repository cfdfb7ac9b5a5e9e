"""The values that an unknown field can be completed with: of those that the rules treat alike, one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

from policy_engine.completion.readings import BEGINS, Reading
from policy_engine.operators import NOT_ADDRESSED, OPERATORS
from policy_engine.proposals.base import Begins
from policy_engine.proposals.records import FieldType, parts_of, provision_types, record_types

SILENT: Final = "not_addressed"
_LAST: Final = 1024.0
"""Beyond a cut-off of 0 there is any number above it; where nothing cuts, two numbers stand for all."""
MOST_WORDS: Final = 8


def values_for(name: str, path: str, reading: Reading) -> tuple[Any, ...]:
    """Return the completions of a field of a provision type, in a fixed order."""
    return tuple(alike[0] for alike in classes_for(name, path, reading))


def classes_for(name: str, path: str, reading: Reading) -> tuple[tuple[Any, ...], ...]:
    """Return the completions of a field with the values that the tests treat alike together, in a fixed order."""
    if path == BEGINS:
        return tuple((start,) for start in _starts(reading))
    kind = record_types()[name][path]
    if kind.kind == "list":
        return tuple((words,) for words in _lists(kind, reading))
    return classes(_spelled(kind, reading, silence=_may_be_silent(name, path)), reading)


def classes_of_fact(kind: FieldType, reading: Reading) -> tuple[tuple[Any, ...], ...]:
    """Return the completions of a fact, which has no silence, with those that the tests treat alike together."""
    return classes(_spelled(kind, reading, silence=False), reading)


def merged(values: Iterable[Any], reading: Reading) -> tuple[Any, ...]:
    """Return one value for each way in which the tests come out; all values where something reads them whole."""
    return tuple(alike[0] for alike in classes(values, reading))


def classes(values: Iterable[Any], reading: Reading) -> tuple[tuple[Any, ...], ...]:
    """Return the values for each way in which the tests come out; each alone where something reads them whole."""
    if reading.whole:
        return tuple((value,) for value in values)
    found: dict[tuple[bool, ...], list[Any]] = {}
    for value in values:
        seen = NOT_ADDRESSED if value == SILENT else value
        key = tuple(OPERATORS[operator].holds(seen, operand) for operator, operand in _constants(reading))
        found.setdefault(key, []).append(value)
    return tuple(tuple(alike) for alike in found.values())


def _constants(reading: Reading) -> list[tuple[str, Any]]:
    return [(operator, operand) for operator, operand in reading.tests if operator in OPERATORS]


def _spelled(kind: FieldType, reading: Reading, *, silence: bool) -> Iterator[Any]:
    if kind.kind == "flag":
        yield from (True, False)
    elif kind.kind == "choice":
        yield from kind.choices
    elif kind.kind == "text":
        named = [operand for _, operand in reading.tests if isinstance(operand, str)]
        yield from dict.fromkeys([*named, "other"])
    else:
        yield from around(operand for _, operand in reading.tests)
    if silence:
        yield SILENT


def around(operands: Iterable[Any]) -> list[float]:
    """Return numbers below, at, between and above the cut-offs."""
    cuts = sorted({float(o) for o in _flat(operands) if isinstance(o, float | int) and not isinstance(o, bool)})
    if not cuts:
        return [1.0, 2.0]
    below = [cuts[0] / 2] if cuts[0] > 0 else []
    between = [_between(low, high) for low, high in pairwise(cuts)]
    return sorted({*below, *cuts, *between, cuts[-1] * 2 if cuts[-1] > 0 else _LAST})


def _between(low: float, high: float) -> float:
    """Return a number between two others, a whole one where there is one."""
    whole = float(round((low + high) / 2))
    return whole if low < whole < high else (low + high) / 2


def _flat(operands: Iterable[Any]) -> Iterator[Any]:
    for operand in operands:
        yield from operand if isinstance(operand, tuple) else (operand,)


def _lists(kind: FieldType, reading: Reading) -> tuple[tuple[str, ...], ...]:
    """Return sets of words: every subset of those that the rules name, with one other word for the rest."""
    words = [word for word in kind.choices if word in reading.words]
    others = [word for word in kind.choices if word not in reading.words]
    if reading.whole:
        return tuple((word,) for word in kind.choices)
    words = words[:MOST_WORDS]
    rest = tuple(others[:1])
    subsets = (
        tuple(word for place, word in enumerate(words) if number >> place & 1) for number in range(2 ** len(words))
    )
    return tuple(subset or rest for subset in subsets)


def _starts(reading: Reading) -> tuple[Begins, ...]:
    """Return when something can begin: a number of days after enactment, or a rule for which no day is set."""
    days = merged(around(operand for _, operand in reading.tests), reading)
    return (
        *(Begins.model_construct(days_after_enactment=float(day)) for day in days),
        Begins.model_construct(rule_due_days=SILENT),
    )


@cache
def nested_model(model: type[BaseModel], name: str) -> type[BaseModel]:
    """Return the model that a field of a model holds."""
    parts = parts_of(model.model_fields[name].annotation)
    return next(part for part in parts if isinstance(part, type) and issubclass(part, BaseModel))


@cache
def _may_be_silent(name: str, path: str) -> bool:
    model: type[BaseModel] = provision_types()[name]
    *outer, last = path.split(".")
    for step in outer:
        model = nested_model(model, step)
    return SILENT in _literals(model.model_fields[last].annotation)


def _literals(annotation: Any) -> Sequence[Any]:
    found = [] if get_origin(annotation) is not Literal else list(get_args(annotation))
    return [*found, *(word for part in get_args(annotation) if get_origin(part) for word in _literals(part))]
