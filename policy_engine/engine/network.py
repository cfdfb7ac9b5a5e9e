"""A program as durable-rules rule sets: two rails for each clause, definitely true and possibly true.

Only the subset of durable-rules that was found to be safe is used; the reason stands beside each guard.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from policy_engine.errors import EngineError
from policy_engine.operators import OPERATORS, Scalar
from policy_engine.program import Program
from policy_engine.rules.conditions import Clause, FieldOf, Pattern, Test

Rule = dict[str, Any]
DEFINITE: Final = "T"
POSSIBLE: Final = "M"
# More than 64 conditions pending on one fact is an error, 256 rules on one condition a crash; half of it is safe.
RULES_PER_SHARD: Final = 60
PATTERNS_PER_TYPE: Final = 40
PATTERNS_PER_RULE: Final = 16
LARGEST_PLAIN: Final = 1e13
# A value below and above all data, and beyond them the two that mean "known absence".
WORD_BOUNDS: Final = (" m", "\U0010fffe", " a", "\U0010ffff")
NUMBER_BOUNDS: Final = (-1e14, 1e14, -2e14, 2e14)
FLAG_BOUNDS: Final = (-1, 2, -2, 3)


def field_key(path: str, companion: str = "") -> str:
    """Return the property name of a field; a dot would mean nesting to durable-rules."""
    return path.replace(".", "-") + companion


def encoded(value: Scalar) -> Scalar:
    """Return a value as durable-rules reads it without loss: flags 0/1, all numbers floats.

    It cannot parse 1e26, so that numbers from 1e13 on are squeezed, in order, into 1e13 .. 4e13.
    """
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value >= LARGEST_PLAIN:
        return LARGEST_PLAIN * (1 + (math.log10(value) - 13) / 10)
    return value


@dataclass(frozen=True, slots=True)
class Shard:
    """One durable-rules rule set, with the record types that it reads and its number of helper strata."""

    name: str
    rules: Mapping[str, Rule]
    types: tuple[str, ...]
    depth: int


@dataclass(slots=True)
class Needs:
    """Which companions of which fields the patterns of a type use."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    copies: int = 1

    def add(self, path: str, *companions: str) -> None:
        """Note companions of a field."""
        self.fields.setdefault(path, set()).update(companions)


@dataclass(frozen=True, slots=True)
class Network:
    """The compiled program.

    `origins` maps a rule to (condition, clause, rail, number of patterns); `helpers` maps a helper rule to the
    number of patterns that its facts are tied to.
    """

    stages: tuple[tuple[Shard, ...], ...]
    origins: Mapping[str, tuple[int, int, str, int]]
    helpers: Mapping[str, int]
    needs: Mapping[str, Needs]


@dataclass(slots=True)
class _Compiled:
    rule: Rule
    name: str
    depth: int
    types: Counter[str]


def build_network(program: Program) -> Network:
    """Return the network of a program."""
    builder = _Builder()
    groups: dict[int, list[list[_Compiled]]] = {}
    for number, clauses in enumerate(program.conditions):
        for index, clause in enumerate(clauses):
            for rail in (DEFINITE, POSSIBLE):
                name = f"c{number}.{index}{rail}"
                rules = builder.clause(name, rail, clause, ())
                builder.origins[name] = (number, index, rail, len(clause.patterns))
                groups.setdefault(program.strata[number], []).append(rules)
    stages = tuple(tuple(_shards(groups.get(level, []), level)) for level in range(max(groups, default=-1) + 1))
    return Network(stages, builder.origins, builder.helpers, builder.needs)


class _Builder:
    """Compiles clauses, noting what the facts must carry."""

    def __init__(self) -> None:
        self.origins: dict[str, tuple[int, int, str, int]] = {}
        self.helpers: dict[str, int] = {}
        self.needs: dict[str, Needs] = {}

    def clause(self, name: str, rail: str, clause: Clause, outer: Sequence[tuple[Pattern, str]]) -> list[_Compiled]:
        """Return the rule of a clause on a rail, after the helper rules that it needs."""
        bound = [*outer, *((pattern, rail) for pattern in clause.patterns)]
        places = {pattern.name: (f"p{at}", pattern.type) for at, (pattern, _) in enumerate(bound)}
        negations: list[Rule] = []
        compiled: list[_Compiled] = []
        used = Counter(pattern.type for pattern, _ in bound)
        depth = 0
        other = POSSIBLE if rail == DEFINITE else DEFINITE
        for none in clause.nones:
            if len(none.patterns) == 1 and not none.nones:
                negations.append(self._pattern(none.patterns[0], other, places))
                used[none.patterns[0].type] += 1
                continue
            key = f"{name}~{len(negations)}{other}"
            inner = self.clause(key, other, none, bound)
            self.helpers[key] = len(bound)
            compiled += inner
            depth = max(depth, 1 + max(rule.depth for rule in inner))
            negations.append(_helper_pattern(key, len(bound)))
            used["_h"] += 1
        self._note_copies(bound, clause, other)
        alls: list[Rule] = [{"go": {"_t": f"_go{depth}"}}]
        alls += [{f"p{at}": self._pattern(pattern, on, places)} for at, (pattern, on) in enumerate(bound)]
        alls += [{f"n{index}$not": negation} for index, negation in enumerate(negations)]
        if len(alls) > PATTERNS_PER_RULE:
            raise EngineError(f"a clause needs {len(alls)} patterns, durable-rules takes {PATTERNS_PER_RULE}")
        compiled.append(_Compiled({"cap": 60000, "dist": 1, "all": alls}, name, depth, used))
        return compiled

    def _note_copies(self, bound: Sequence[tuple[Pattern, str]], clause: Clause, other: str) -> None:
        """Note how many unseen facts a rule could use: each can fill one pattern only."""
        counts = Counter(pattern.type for pattern, rail in bound if rail == POSSIBLE)
        if other == POSSIBLE:
            negated = {none.patterns[0].type for none in clause.nones if len(none.patterns) == 1 and not none.nones}
            counts.update(negated)
        for record_type, count in counts.items():
            needs = self._needs(record_type)
            needs.copies = max(needs.copies, count)

    def _needs(self, record_type: str) -> Needs:
        return self.needs.setdefault(record_type, Needs())

    def _pattern(self, pattern: Pattern, rail: str, places: Mapping[str, tuple[str, str]]) -> Rule:
        """Guard, constants, inequality joins, equality joins, an always-true equality, alternatives.

        durable-rules ignores joins after a nested alternative, and reads past its memory when an inequality join
        stands last.
        """
        needs = self._needs(pattern.type)
        plain: list[Rule] = [{"_t" if rail == DEFINITE else "_p": pattern.type}]
        alternatives: list[Rule] = []
        unequal: list[Rule] = []
        equal: list[Rule] = []
        for test in pattern.tests:
            if isinstance(test.operand, FieldOf):
                place, record_type = places[test.operand.name]
                there = self._needs(record_type)
                _join(test, FieldOf(place, test.operand.field), rail, (needs, there), (plain, unequal, equal))
            else:
                _constant(test, rail, needs, plain, alternatives)
        if unequal or equal:
            equal.append({"k": {"go": "k"}})
        return {"$and": [*plain, *unequal, *equal, *alternatives]}


def _constant(test: Test, rail: str, needs: Needs, plain: list[Rule], alternatives: list[Rule]) -> None:
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
    if rail == POSSIBLE:
        needs.add(path, "un")
        options.append({field_key(path, "_un"): 1})
    if len(options) == 1:
        plain.append(options[0])
    else:
        alternatives.append({"$or": options})


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


def _helper_pattern(key: str, bound: int) -> Rule:
    ties: list[Rule] = [{f"b{at}": {f"p{at}": "_f"}} for at in range(bound)]
    return {"$and": [{"_t": "_h"}, {"h": key}, *ties, {"k": {"go": "k"}}]}


def _shards(groups: list[list[_Compiled]], level: int) -> Iterator[Shard]:
    """Pack the rules of a stage, those that read the same type together, within the limits of one rule set."""
    ordered = sorted(groups, key=lambda rules: (min((t for r in rules for t in r.types), default=""), rules[-1].name))
    packed: list[list[_Compiled]] = []
    load: Counter[str] = Counter()
    for rules in ordered:
        extra = sum((rule.types for rule in rules), Counter[str]())
        full = packed and (
            len(packed[-1]) + len(rules) > RULES_PER_SHARD
            or any(load[name] + count > PATTERNS_PER_TYPE for name, count in extra.items())
        )
        if full or not packed:
            packed.append([])
            load = Counter()
        packed[-1] += rules
        load += extra
    for number, rules in enumerate(packed):
        types = sorted({name for rule in rules for name in rule.types} - {"_h"})
        named = {rule.name: rule.rule for rule in rules}
        yield Shard(f"s{level}_{number}", named, tuple(types), max(rule.depth for rule in rules))
