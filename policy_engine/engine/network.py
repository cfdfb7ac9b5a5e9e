"""A program as durable-rules rule sets: two rails for each clause, definitely true and possibly true.

Only the subset of durable-rules that was found to be safe is used; the reason stands beside each guard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from policy_engine.engine.patterns import DEFINITE, POSSIBLE, Needs, Patterns, helper_pattern
from policy_engine.engine.shards import Compiled, Shard, shards
from policy_engine.engine.tokens import Rule, guard
from policy_engine.errors import EngineError
from policy_engine.program import Program
from policy_engine.rules.conditions import Clause, Clauses, Pattern
from policy_engine.situation import Binding

PATTERNS_PER_RULE: Final = 16
# A pattern is a sequence of at most 31 steps; the conjunction and each set of alternatives take two.
ALTERNATIVES_ON_TOKEN: Final = 14


@dataclass(frozen=True, slots=True)
class Origin:
    """A clause that a rule stands for; `entries` are the names of its facts, and None for each record, in order.

    `alone` is the binding that shows a clause about facts alone.
    """

    condition: int
    clause: int
    entries: tuple[str | None, ...]
    alone: frozenset[Binding] = frozenset()


@dataclass(frozen=True, slots=True)
class Network:
    """The compiled program.

    `origins` maps a rule to its rail, the number of its records and the clauses it stands for; `helpers` maps a helper
    rule to the number of records that its facts are tied to; `fact_keys` maps a fact to its key on the token.
    """

    stages: tuple[tuple[Shard, ...], ...]
    origins: Mapping[str, tuple[str, int, tuple[Origin, ...]]]
    helpers: Mapping[str, int]
    needs: Mapping[str, Needs]
    fact_keys: Mapping[str, str]


def build_network(program: Program) -> Network:
    """Return the network of a program."""
    builder = _Builder()
    for number, clauses in enumerate(program.conditions):
        builder.condition(number, clauses, program.strata[number])
    groups = builder.groups
    stages = tuple(shards(groups.get(level, []), level) for level in range(max(program.strata, default=-1) + 1))
    origins = {name: (rail, count, tuple(found)) for name, (rail, count, found) in builder.origins.items()}
    return Network(stages, origins, builder.helpers, builder.patterns.needs, builder.patterns.fact_keys)


class _Builder:
    """Compiles clauses, noting what the facts must carry."""

    def __init__(self) -> None:
        self.patterns = Patterns()
        self.origins: dict[str, tuple[str, int, list[Origin]]] = {}
        self.helpers: dict[str, int] = {}
        self.groups: dict[int, list[tuple[Compiled, ...]]] = {}
        self._names: dict[tuple[int, bytes], str] = {}

    def condition(self, number: int, clauses: Clauses, stratum: int) -> None:
        """Compile a condition; rules of one stratum with the same body become one, which stands for both."""
        for index, clause in enumerate(clauses):
            entries = tuple(pattern.type if pattern.is_fact else None for pattern in clause.patterns)
            for rail in (DEFINITE, POSSIBLE):
                name = f"c{number}.{index}{rail}"
                compiled = self.clause(name, rail, clause, (), only_open=_one_test(clause))
                body = orjson.dumps(compiled[-1].rule)
                known = self._names.setdefault((stratum, body), name)
                if known == name:
                    self.origins[name] = (rail, entries.count(None), [])
                    self.groups.setdefault(stratum, []).append(compiled)
                self.origins[known][2].append(Origin(number, index, entries, _alone(index, entries)))

    def clause(
        self, name: str, rail: str, clause: Clause, outer: Sequence[tuple[Pattern, str]], *, only_open: bool = False
    ) -> tuple[Compiled, ...]:
        """Return the rule of a clause on a rail, after the helper rules that it needs."""
        bound = [*outer, *((pattern, rail) for pattern in clause.patterns)]
        _check_facts(bound)
        records = [(pattern, on) for pattern, on in bound if not pattern.is_fact]
        places = {pattern.name: (f"p{at}", pattern.type) for at, (pattern, _) in enumerate(records)}
        negations: list[Rule] = []
        helping: list[Compiled] = []
        used = Counter(pattern.type for pattern, _ in records)
        other = POSSIBLE if rail == DEFINITE else DEFINITE
        for none in clause.nones:
            if _is_single(none):
                negated = none.patterns[0]
                _check_facts([*bound, (negated, other)])
                negations.append(self.patterns.record(negated, other, places, only_open=False))
                used[negated.type] += 1
                continue
            key = f"{name}~{len(negations)}{other}"
            helping += self.clause(key, other, none, bound)
            self.helpers[key] = len(records)
            negations.append(helper_pattern(key, len(records)))
            used["_h"] += 1
        self._note_copies(records, clause, other)
        depth = max((1 + rule.depth for rule in helping), default=0)
        token, pending = self._token(depth, bound, only_open=only_open)
        alls: list[Rule] = [{"go": token}]
        for at, (pattern, on) in enumerate(records):
            alls.append({f"p{at}": self.patterns.record(pattern, on, places, only_open=only_open)})
        alls += [{f"n{index}$not": negation} for index, negation in enumerate(negations)]
        if len(bound) + len(negations) >= PATTERNS_PER_RULE:
            raise EngineError(
                f"a clause needs {len(bound) + len(negations)} patterns, {PATTERNS_PER_RULE} are too many"
            )
        facts = frozenset(pattern.type for pattern, _ in bound if pattern.is_fact)
        wants = tuple(pattern.type for pattern, _ in records)
        rule: Rule = {"cap": 60000, "dist": 1, "all": alls}
        return (*helping, Compiled(rule, name, depth, used, facts, wants, pending))

    def _token(self, depth: int, bound: Sequence[tuple[Pattern, str]], *, only_open: bool) -> tuple[Rule, int]:
        """Return the pattern on the token, and how many of its conditions can be pending at once."""
        plain: list[Rule] = [guard(depth)]
        alternatives: list[Rule] = []
        for pattern, rail in bound:
            if pattern.is_fact:
                constants, options = self.patterns.fact(pattern, rail, only_open=only_open)
                plain += constants
                alternatives += options
        if len(alternatives) > ALTERNATIVES_ON_TOKEN:
            raise EngineError(f"a clause needs {len(alternatives)} alternatives, {ALTERNATIVES_ON_TOKEN} are the most")
        pending = max(1, sum(len(each["$or"]) for each in alternatives))
        whole = [*plain, *alternatives]
        return (whole[0] if len(whole) == 1 else {"$and": whole}), pending

    def _note_copies(self, records: Sequence[tuple[Pattern, str]], clause: Clause, other: str) -> None:
        """Note how many unseen facts a rule could use: each can fill one pattern only."""
        counts = Counter(pattern.type for pattern, rail in records if rail == POSSIBLE)
        if other == POSSIBLE:
            counts.update({none.patterns[0].type for none in clause.nones if _is_single(none)})
        for record_type, count in counts.items():
            needs = self.patterns.needs_of(record_type)
            needs.copies = max(needs.copies, count)


def _alone(clause: int, entries: tuple[str | None, ...]) -> frozenset[Binding]:
    facts = tuple(entry for entry in entries if entry is not None)
    return frozenset({(clause, facts)}) if len(facts) == len(entries) else frozenset()


def _is_single(clause: Clause) -> bool:
    return len(clause.patterns) == 1 and not clause.nones


def _one_test(clause: Clause) -> bool:
    """Tell whether a clause is possible without being definite only where the field of its one test is unknown."""
    return _is_single(clause) and len(clause.patterns[0].tests) == 1


def _check_facts(bound: Sequence[tuple[Pattern, str]]) -> None:
    """Refuse a fact that stands twice: one fact fills one pattern, which tests on the token would not see to."""
    facts = [pattern.type for pattern, _ in bound if pattern.is_fact]
    if len(set(facts)) < len(facts):
        twice = next(name for name in facts if facts.count(name) > 1)
        raise EngineError(f"the fact `{twice}` stands twice in one conjunction")
