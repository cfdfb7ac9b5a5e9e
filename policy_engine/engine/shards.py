"""Rules packed into rule sets that stay within the limits of durable-rules and can be left out where nothing fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from policy_engine.engine.tokens import Rule

# More than 64 conditions pending on one fact is an error, 256 rules on one condition a crash; half of it is safe.
RULES_PER_SHARD: Final = 60
PATTERNS_PER_TYPE: Final = 40
# A rule's conditions on the token are alternatives of one another, or wait one after the other.
PENDING_ON_TOKEN: Final = 60
# The token is dropped, and with it the answer, from 253 properties on.
FACTS_PER_SHARD: Final = 200


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule with what it costs a shard.

    `types` counts the patterns on each record type, `facts` are those it reads on the token, `wants` the types of
    which it needs a record to fire, and `pending` the conditions on the token that can wait at once.
    """

    rule: Rule
    name: str
    depth: int
    types: Counter[str]
    facts: frozenset[str]
    wants: tuple[str, ...]
    pending: int


@dataclass(frozen=True, slots=True)
class Shard:
    """One durable-rules rule set, with the record types and the facts that it reads.

    `wants` is a type without which none of its rules can fire, or empty; `depth` its number of helper strata.
    """

    name: str
    rules: Mapping[str, Rule]
    types: tuple[str, ...]
    facts: tuple[str, ...]
    wants: str
    depth: int


def shards(groups: Sequence[tuple[Compiled, ...]], level: int) -> tuple[Shard, ...]:
    """Pack the groups of a stage: in each, the last rule is the one that answers, the others help it."""
    common = Counter(name for group in groups for name in set(group[-1].wants))
    wanted = [min(group[-1].wants, key=lambda name: (common[name], name), default="") for group in groups]
    order = sorted(
        zip(wanted, groups, strict=True), key=lambda pair: (pair[0], sorted(pair[1][-1].facts), pair[1][-1].name)
    )
    packed: list[_Load] = []
    for want, group in order:
        if not packed or packed[-1].want != want or not packed[-1].takes(group):
            packed.append(_Load(want))
        packed[-1].add(group)
    return tuple(load.shard(f"s{level}_{number}") for number, load in enumerate(packed))


@dataclass(slots=True)
class _Load:
    """A shard that is being packed."""

    want: str
    rules: list[Compiled] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)
    facts: set[str] = field(default_factory=set)
    pending: int = 0

    def takes(self, group: Sequence[Compiled]) -> bool:
        """Tell whether a group fits in; the first always does."""
        types = sum((rule.types for rule in group), Counter[str]())
        return (
            len(self.rules) + len(group) <= RULES_PER_SHARD
            and self.pending + sum(rule.pending for rule in group) <= PENDING_ON_TOKEN
            and len(self.facts.union(*(rule.facts for rule in group))) <= FACTS_PER_SHARD
            and all(self.types[name] + count <= PATTERNS_PER_TYPE for name, count in types.items())
        )

    def add(self, group: Sequence[Compiled]) -> None:
        """Take a group in."""
        for rule in group:
            self.rules.append(rule)
            self.types.update(rule.types)
            self.facts.update(rule.facts)
            self.pending += rule.pending

    def shard(self, name: str) -> Shard:
        """Return the shard."""
        return Shard(
            name,
            {rule.name: rule.rule for rule in self.rules},
            tuple(sorted(set(self.types) - {"_h"})),
            tuple(sorted(self.facts)),
            self.want,
            max(rule.depth for rule in self.rules),
        )
