"""Random programs and situations on which the two evaluators are compared, each made from one seed."""

from __future__ import annotations

import random
from typing import Any

from policy_engine.operators import NOT_ADDRESSED, OPERATORS, Value
from policy_engine.program import Program
from policy_engine.proposals.records import FieldType, Record, record_types
from policy_engine.rules.conditions import Clause, Clauses, FieldOf, Pattern, Test
from policy_engine.rules.derivation import Derivable
from policy_engine.situation import Situation

FIELDS: dict[str, dict[str, str]] = {
    "preemption": {"duration_years": "number", "mechanism": "choice", "construed": "choice", "saves.tort": "flag"},
    "duty": {"begins.rule_due_days": "number", "mandatory": "flag", "subjects": "list", "type": "choice"},
    "penalty": {"maximum_usd": "number", "per_day": "flag", "kind": "choice", "cure_days": "number"},
    "review": {"interval_months": "number", "of": "choice", "by": "choice", "published": "flag"},
}
VALUES: dict[str, list[Value]] = {
    "number": [0.0, 1.0, 2.5, 3.0, 72.0, 0.0001, 1e13, 1e26, 9.9e12],
    "flag": [True, False],
    "list": [(), ("chips",), ("chips", "compute"), ("ai_models",)],
    "choice": ["a", "b", "a b", "禁止", 'a"', "\\", "😀", "aa", "true", "1", "é"],
}
FACTS = {"test.flag": "flag", "test.number": "number", "test.choice": "choice"}


class Maker:
    """Makes random programs and situations from one seed."""

    def __init__(self, seed: int) -> None:
        """Start from a seed."""
        self.random = random.Random(seed)  # noqa: S311
        self.serial = 0

    def value(self, kind: str) -> Any:
        """Return a random value of a kind."""
        return self.random.choice(VALUES[kind])

    def test(self, field: str, kind: str, bound: list[Pattern], *, joins: bool) -> Test:
        """Return a random test, a join where an earlier pattern allows."""
        names = [n for n, row in OPERATORS.items() if kind in row.fields and (joins or row.operand != "reference")]
        operator = OPERATORS[self.random.choice(names)]
        if operator.operand == "member":
            return Test(f"{field}.{self.random.choice(('chips', 'compute', 'ai_models'))}", "equals", True)
        if operator.operand == "reference":
            others = [
                FieldOf(p.name, f) for p in bound if not p.is_fact for f, k in FIELDS[p.type].items() if k == kind
            ]
            if not others:
                return Test(field, "equals", self.value(kind))
            return Test(field, operator.name, self.random.choice(others))
        if operator.operand == "several":
            return Test(field, operator.name, self.several(kind))
        if operator.operand == "flag":
            return Test(field, operator.name, self.random.random() < 0.5)
        return Test(field, operator.name, self.value(kind))

    def several(self, kind: str) -> tuple[Any, ...]:
        """Return one to three random values, or words of a list."""
        words = ("chips", "compute", "ai_models") if kind == "list" else None
        return tuple(self.random.choice(words) if words else self.value(kind) for _ in range(self.random.randint(1, 3)))

    def pattern(self, bound: list[Pattern], facts: list[str]) -> Pattern:
        """Return a random pattern over a provision, or over one of the facts not yet used."""
        self.serial += 1
        name = f"x{self.serial}"
        free = [fact for fact in facts if fact not in {p.type for p in bound}]
        if free and self.random.random() < 0.25:
            fact = self.random.choice(free)
            kind = FACTS.get(fact, "flag")
            return Pattern(name, fact, (self.test("value", kind, bound, joins=False),), is_fact=True)
        record_type = self.random.choice(list(FIELDS))
        chosen = self.random.sample(list(FIELDS[record_type].items()), self.random.choice([0, 1, 1, 2, 2, 3]))
        return Pattern(name, record_type, tuple(self.test(f, k, bound, joins=bool(bound)) for f, k in chosen))

    def clause(self, depth: int, bound: list[Pattern], facts: list[str]) -> Clause:
        """Return a random conjunction with negations, negated groups and negations inside them."""
        own = list(bound)
        patterns = []
        for _ in range(self.random.choice([0, 1, 1, 2, 2, 3] if depth == 0 else [1, 1, 1, 2])):
            patterns.append(self.pattern(own, facts))
            own.append(patterns[-1])
        wanted = self.random.choice([0, 0, 1, 1, 2]) if depth < 2 else self.random.choice([0, 0, 1]) * (depth < 3)
        return Clause(tuple(patterns), tuple(self.clause(depth + 1, own, facts) for _ in range(wanted)))

    def condition(self, facts: list[str]) -> Clauses:
        """Return a random condition."""
        return tuple(self.clause(0, [], facts) for _ in range(self.random.choice([1, 1, 1, 2])))

    def program(self) -> Program:
        """Return a program of three strata: conditions, facts derived from them, conditions over those."""
        conditions: list[Clauses] = []
        strata: list[int] = []
        derived: list[tuple[int, Derivable]] = []
        known = list(FACTS)
        for level in range(3):
            for _ in range(4):
                conditions.append(self.condition(known))
                strata.append(level)
            fact = f"derived.level{level}"
            first, second = len(conditions) - 2, len(conditions) - 1
            otherwise = self.random.choice([None, False, True])
            derived.append(
                (level, Derivable(fact, ((True, first), (False, second)), ordered=True, otherwise=otherwise))
            )
            known = [*known, fact]
        kinds: dict[str, Any] = {**FACTS, **{d.fact: "flag" for _, d in derived}}
        types = {name: FieldType(kind) for name, kind in kinds.items()}
        return Program(tuple(conditions), tuple(strata), (), (), tuple(derived), (), {}, {}, types)

    def situation(self) -> Situation:
        """Return a random situation with missing values, silences and topics not examined."""
        found = []
        for index in range(self.random.randrange(0, 8)):
            record_type = self.random.choice(list(FIELDS))
            values: dict[str, Value] = {}
            for field, kind in FIELDS[record_type].items():
                dice = self.random.random()
                if dice < 0.65:
                    values[field] = self.value(kind)
                    if kind == "list":
                        words = record_types()[record_type][field].choices
                        values.update({f"{field}.{word}": word in values[field] for word in words})
                elif dice < 0.8 and kind != "list":
                    values[field] = NOT_ADDRESSED
            found.append(Record(record_type, values, index))
        known = {fact: self.value(kind) if self.random.random() < 0.7 else None for fact, kind in FACTS.items()}
        unseen = frozenset(name for name in FIELDS if self.random.random() < 0.4)
        return Situation(tuple(found), unseen, known, {})
