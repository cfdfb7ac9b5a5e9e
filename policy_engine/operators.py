"""The operators of a condition: one row each; rule model, both evaluators, reference page and tests read this table."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any, Final, Literal

Kind = Literal["flag", "number", "choice", "text", "list"]
"""Kind of a field: true/false, number, one of a closed list, free text, list of a closed list."""
OperandKind = Literal["same", "several", "flag", "member", "reference"]


class Silent(Enum):
    """A known absence, as a value."""

    NOT_ADDRESSED = "not_addressed"


NOT_ADDRESSED: Final = Silent.NOT_ADDRESSED
Scalar = bool | float | str
Value = Scalar | Silent | tuple[str, ...]


class Truth(IntEnum):
    """Strong Kleene truth; `min` is and, `max` is or."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def negated(self) -> Truth:
        """Return the Kleene negation."""
        return Truth(2 - self)


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: what it takes, what it means on known values, how durable-rules spells it, how it reads.

    `holds` is never called with a missing value (that is unknown); it sees `NOT_ADDRESSED` as a value.
    """

    name: str
    fields: frozenset[Kind]
    operand: OperandKind
    holds: Callable[[Any, Any], bool]
    spelling: str
    phrase: str


def _compares(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Value, operand: Value) -> bool:
        return value is not NOT_ADDRESSED and operand is not NOT_ADDRESSED and compare(value, operand)

    return holds


def _is_addressed(value: Value, operand: bool) -> bool:
    return (value is not NOT_ADDRESSED) is operand


def _is_not(value: Value, operand: Value) -> bool:
    return value is NOT_ADDRESSED or value != operand


def _contains_any(value: tuple[str, ...], operand: tuple[str, ...]) -> bool:
    return any(word in value for word in operand)


_SCALARS: Final = frozenset[Kind]({"flag", "number", "choice", "text"})
_NUMBERS: Final = frozenset[Kind]({"number"})
_WORDS: Final = frozenset[Kind]({"number", "choice", "text"})

_ROWS: Final = (
    Operator("equals", _SCALARS, "same", _compares(operator.eq), "$eq", "is {operand}"),
    Operator("is_not", _SCALARS, "same", _is_not, "$neq", "is silent or other than {operand}"),
    Operator("in", _WORDS, "several", _compares(lambda value, operand: value in operand), "$in", "is one of {operand}"),
    Operator("at_least", _NUMBERS, "same", _compares(operator.ge), "$gte", "is at least {operand}"),
    Operator("at_most", _NUMBERS, "same", _compares(operator.le), "$lte", "is at most {operand}"),
    Operator("more_than", _NUMBERS, "same", _compares(operator.gt), "$gt", "is more than {operand}"),
    Operator("less_than", _NUMBERS, "same", _compares(operator.lt), "$lt", "is less than {operand}"),
    Operator("addressed", _SCALARS, "flag", _is_addressed, "$addressed", "is addressed: {operand}"),
    Operator("contains", frozenset({"list"}), "member", _compares(operator.eq), "$eq", "contains {operand}"),
    Operator("contains_any", frozenset({"list"}), "several", _contains_any, "$or", "contains one of {operand}"),
    Operator("same_as", _SCALARS, "reference", _compares(operator.eq), "$eq", "is the same as {operand}"),
    Operator("differs_from", _SCALARS, "reference", _compares(operator.ne), "$neq", "differs from {operand}"),
    Operator("exceeds", _NUMBERS, "reference", _compares(operator.gt), "$gt", "is more than {operand}"),
    Operator("falls_below", _NUMBERS, "reference", _compares(operator.lt), "$lt", "is less than {operand}"),
)
OPERATORS: Final = {row.name: row for row in _ROWS}
