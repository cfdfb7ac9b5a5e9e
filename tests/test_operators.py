"""Every operator on every kind of value: what holds, what does not, and how it is spelt and said."""

from __future__ import annotations

from typing import Any

import pytest

from policy_engine.operators import NOT_ADDRESSED, OPERATORS, Truth, _compares

# Operator, value, operand, whether it holds.
CASES: list[tuple[str, Any, Any, bool]] = [
    ("equals", 1.0, 1.0, True),
    ("equals", 1.0, 2.0, False),
    ("equals", "a", "a", True),
    ("equals", NOT_ADDRESSED, "a", False),
    ("equals", NOT_ADDRESSED, NOT_ADDRESSED, False),
    ("is_not", "a", "b", True),
    ("is_not", "a", "a", False),
    ("is_not", NOT_ADDRESSED, "a", True),
    ("in", "a", ("a", "b"), True),
    ("in", "c", ("a", "b"), False),
    ("in", NOT_ADDRESSED, ("a",), False),
    ("at_least", 2.0, 2.0, True),
    ("at_least", 3.0, 2.0, True),
    ("at_least", 1.0, 2.0, False),
    ("at_least", NOT_ADDRESSED, 2.0, False),
    ("at_most", 2.0, 2.0, True),
    ("at_most", 1.0, 2.0, True),
    ("at_most", 3.0, 2.0, False),
    ("at_most", NOT_ADDRESSED, 2.0, False),
    ("more_than", 3.0, 2.0, True),
    ("more_than", 2.0, 2.0, False),
    ("less_than", 1.0, 2.0, True),
    ("less_than", 2.0, 2.0, False),
    ("addressed", 1.0, True, True),
    ("addressed", False, True, True),
    ("addressed", 1.0, False, False),
    ("addressed", NOT_ADDRESSED, True, False),
    ("addressed", NOT_ADDRESSED, False, True),
    ("contains_any", ("a", "b"), ("b", "c"), True),
    ("contains_any", ("a", "b"), ("c", "d"), False),
    ("contains_any", ("a", "b"), ("a", "c"), True),
    ("contains_any", (), ("a",), False),
    ("contains", True, True, True),
    ("contains", False, True, False),
    ("same_as", "a", "a", True),
    ("same_as", "a", "b", False),
    ("same_as", 5.0, NOT_ADDRESSED, False),
    ("differs_from", "a", "b", True),
    ("differs_from", "a", "a", False),
    ("differs_from", "a", NOT_ADDRESSED, False),
    ("differs_from", NOT_ADDRESSED, "a", False),
    ("exceeds", 3.0, 2.0, True),
    ("exceeds", 2.0, 2.0, False),
    ("falls_below", 1.0, 2.0, True),
    ("falls_below", 2.0, 2.0, False),
    ("falls_below", NOT_ADDRESSED, 2.0, False),
]
SILENT_PAIRS = [(NOT_ADDRESSED, 1.0), (1.0, NOT_ADDRESSED), (NOT_ADDRESSED, NOT_ADDRESSED)]
# Fields, operand, spelling in durable-rules, and the phrase of a message.
ROWS = {
    "equals": ({"flag", "number", "choice", "text"}, "same", "$eq", "is {operand}"),
    "is_not": ({"flag", "number", "choice", "text"}, "same", "$neq", "is silent or other than {operand}"),
    "in": ({"number", "choice", "text"}, "several", "$in", "is one of {operand}"),
    "at_least": ({"number"}, "same", "$gte", "is at least {operand}"),
    "at_most": ({"number"}, "same", "$lte", "is at most {operand}"),
    "more_than": ({"number"}, "same", "$gt", "is more than {operand}"),
    "less_than": ({"number"}, "same", "$lt", "is less than {operand}"),
    "addressed": ({"flag", "number", "choice", "text"}, "flag", "$addressed", "is addressed: {operand}"),
    "contains": ({"list"}, "member", "$eq", "contains {operand}"),
    "contains_any": ({"list"}, "several", "$or", "contains one of {operand}"),
    "same_as": ({"flag", "number", "choice", "text"}, "reference", "$eq", "is the same as {operand}"),
    "differs_from": ({"flag", "number", "choice", "text"}, "reference", "$neq", "differs from {operand}"),
    "exceeds": ({"number"}, "reference", "$gt", "is more than {operand}"),
    "falls_below": ({"number"}, "reference", "$lt", "is less than {operand}"),
}


@pytest.mark.parametrize(("name", "value", "operand", "holds"), CASES)
def test_an_operator_holds_or_not(name: str, value: Any, operand: Any, *, holds: bool) -> None:
    assert OPERATORS[name].holds(value, operand) is holds


def test_every_operator_holds_somewhere_and_fails_somewhere() -> None:
    assert {(name, holds) for name, _, _, holds in CASES} == {
        (name, holds) for name in OPERATORS for holds in (True, False)
    }


def test_the_rows_of_the_table() -> None:
    assert {name: (set(row.fields), row.operand, row.spelling, row.phrase) for name, row in OPERATORS.items()} == ROWS
    assert all(row.name == name for name, row in OPERATORS.items())


@pytest.mark.parametrize(("value", "operand"), SILENT_PAIRS)
def test_no_comparison_holds_with_silence(value: Any, operand: Any) -> None:
    asked: list[tuple[Any, Any]] = []
    holds = _compares(lambda one, other: bool(asked.append((one, other))) or True)
    assert holds(value, operand) is False
    assert asked == []
    assert holds(1.0, 2.0) is True
    assert asked == [(1.0, 2.0)]


def test_truth_is_that_of_kleene() -> None:
    false, unknown, true = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
    assert [truth.negated() for truth in (false, unknown, true)] == [true, unknown, false]
    assert min(true, unknown) is unknown
    assert min(false, unknown) is false
    assert max(false, unknown) is unknown
    assert max(true, unknown) is true
