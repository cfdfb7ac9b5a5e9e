"""Patterns as durable-rules reads them: conjunctions in the order that it evaluates right, on either rail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from policy_engine.engine.tokens import encoded
from policy_engine.operators import OPERATORS
from policy_engine.rules.conditions import FieldOf, Pattern, Test

Rule = dict[str, Any]
DEFINITE: Final = "T"
POSSIBLE: Final = "M"
# A value below and above all data, and beyond them the two that mean "known absence".
WORD_BOUNDS: Final = (" m", "\U0010fffe", " a", "\U0010ffff")
NUMBER_BOUNDS: Final = (-1e14, 1e14, -2e14, 2e14)
FLAG_BOUNDS: Final = (-1, 2, -2, 3)


def field_key(path: str, companion: str = "") -> str:
    """Return the property name of a field; a dot would mean nesting to durable-rules."""
    return path.replace(".", "-") + companion


@dataclass(slots=True)
class Needs:
    """Which companions of which fields the patterns of a type use, how many unseen copies, whether one is a join."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    copies: int = 1
    joined: bool = False

    def add(self, path: str, *companions: str) -> None:
        """Note companions of a field."""
        self.fields.setdefault(path, set()).update(companions)


class Patterns:
    """Compiles patterns, noting what records must carry and under which key each fact stands on the token."""

    def __init__(self) -> None:
        """Start with nothing noted."""
        self.needs: dict[str, Needs] = {}
        self.fact_keys: dict[str, str] = {}

    def needs_of(self, record_type: str) -> Needs:
        """Return what is noted for a type."""
        return self.needs.setdefault(record_type, Needs())

    def record(self, pattern: Pattern, rail: str, places: Mapping[str, tuple[str, str]], *, only_open: bool) -> Rule:
        """Guard, constants, inequality joins, equality joins, an always-true equality, alternatives.

        durable-rules ignores joins after a nested alternative, and reads past its memory when an inequality join
        stands last. With `only_open`, what is definite may be left out of the possible.
        """
        needs = self.needs_of(pattern.type)
        plain: list[Rule] = [{"_t" if rail == DEFINITE else "_p": pattern.type}]
        alternatives: list[Rule] = []
        unequal: list[Rule] = []
        equal: list[Rule] = []
        for test in pattern.tests:
            if isinstance(test.operand, FieldOf):
                place, record_type = places[test.operand.name]
                there = self.needs_of(record_type)
                _join(test, FieldOf(place, test.operand.field), rail, (needs, there), (plain, unequal, equal))
            else:
                _add(_constant(test, rail, needs, only_open=only_open), plain, alternatives)
        if unequal or equal:
            equal.append({"k": {"go": "k"}})
            needs.joined = True
        return {"$and": [*plain, *unequal, *equal, *alternatives]}

    def fact(self, pattern: Pattern, rail: str, *, only_open: bool) -> tuple[list[Rule], list[Rule]]:
        """Return the constants and the alternatives by which a pattern on a fact tests the token."""
        key = self.fact_keys.setdefault(pattern.type, f"x{len(self.fact_keys)}")
        plain: list[Rule] = []
        alternatives: list[Rule] = []
        for test in pattern.tests:
            on_token = Test(key, test.operator, test.operand)
            # The token carries every companion, so that none needs to be noted.
            _add(_constant(on_token, rail, Needs(), only_open=only_open), plain, alternatives)
        return plain, alternatives


def _add(options: list[Rule], plain: list[Rule], alternatives: list[Rule]) -> None:
    if len(options) == 1:
        plain.append(options[0])
    else:
        alternatives.append({"$or": options})


def _constant(test: Test, rail: str, needs: Needs, *, only_open: bool) -> list[Rule]:
    """Return the alternatives of which one makes a test on a constant true on a rail."""
    path = test.field
    if isinstance(test.operand, tuple) and test.operator == "contains_any":
        # A list is one flag for each word; they are known or unknown together, so that one tells.
        words = [f"{test.field}.{word}" for word in test.operand]
        for word in words:
            needs.add(word, "value")
        path = words[0]
        options: list[Rule] = [{field_key(word): 1} for word in words]
    else:
        options = _options(test, needs)
    if rail == DEFINITE:
        return options
    needs.add(path, "un")
    unknown: Rule = {field_key(path, "_un"): 1}
    return [unknown] if only_open else [*options, unknown]


def _options(test: Test, needs: Needs) -> list[Rule]:
    """Return the alternatives of which one makes a constant test on a known value true."""
    key = field_key(test.field)
    needs.add(test.field, "value")
    if isinstance(test.operand, tuple):
        return [{key: encoded(value)} for value in dict.fromkeys(test.operand)]
    if test.operator == "addressed":
        needs.add(test.field, "na")
        return [{"$ex": {key: 1}}] if test.operand else [{field_key(test.field, "_na"): 1}]
    operand = encoded(test.operand)  # type: ignore[arg-type]
    spelling = OPERATORS[test.operator].spelling
    if test.operator == "is_not":
        needs.add(test.field, "na")
        return [{spelling: {key: operand}}, {field_key(test.field, "_na"): 1}]
    return [{key: operand} if spelling == "$eq" else {spelling: {key: operand}}]


def _join(
    test: Test, other: FieldOf, rail: str, needs: tuple[Needs, Needs], into: tuple[list[Rule], list[Rule], list[Rule]]
) -> None:
    here, there = needs
    plain, unequal, equal = into
    key, name = field_key(test.field), other.name

    def of(companion: str) -> Rule:
        there.add(other.field, companion)
        return {name: field_key(other.field, f"_{companion}")}

    def own(companion: str) -> str:
        here.add(test.field, companion)
        return field_key(test.field, f"_{companion}")

    if rail == DEFINITE:
        here.add(test.field, "value")
        if test.operator == "same_as":
            equal.append({key: of("lo")})
            return
        plain.append({"$ex": {key: 1}})
        unequal.append({OPERATORS[test.operator].spelling: {key: of("lo")}})
        equal.append({"k": of("kn")})
    elif test.operator == "same_as":
        unequal += [{"$lte": {own("lo"): of("hi")}}, {"$gte": {own("hi"): of("lo")}}]
    elif test.operator == "differs_from":
        plain.append({own("ps"): 1})
        unequal.append({"$neq": {own("lo"): of("hi")}})
        equal.append({"k": of("ps")})
    elif test.operator == "exceeds":
        unequal.append({"$gt": {own("hi"): of("lo")}})
    else:
        unequal.append({"$lt": {own("lo"): of("hi")}})


def helper_pattern(key: str, bound: int) -> Rule:
    """Return the pattern on the facts of a helper rule, tied to the records that its consumer binds."""
    ties: list[Rule] = [{f"b{at}": {f"p{at}": "_f"}} for at in range(bound)]
    return {"$and": [{"_t": "_h"}, {"h": key}, *ties, {"k": {"go": "k"}}]}
