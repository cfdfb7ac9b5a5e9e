"""Rules packed into rule sets that stay within the limits of durable-rules and can be left out where nothing fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from policy_engine.engine.tokens import Rule

# More than 64 conditions pending on one fact is an error, 256 rules on one condition a crash; half of it is safe.
RULES_PER_SHARD: Final = 60
PATTERNS_PER_TYPE: Final = 40
# A rule's conditions on the token are alternatives of one another, or wait one after the other.
PENDING_ON_TOKEN: Final = 60


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
    packed: list[tuple[str, list[Compiled]]] = []
    for want, group in order:
        if not packed or packed[-1][0] != want or not _fits([*packed[-1][1], *group]):
            packed.append((want, []))
        packed[-1][1].extend(group)
    return tuple(_shard(f"s{level}_{number}", want, rules) for number, (want, rules) in enumerate(packed))


def _fits(rules: Sequence[Compiled]) -> bool:
    load = sum((rule.types for rule in rules), Counter[str]())
    return (
        len(rules) <= RULES_PER_SHARD
        and sum(rule.pending for rule in rules) <= PENDING_ON_TOKEN
        and max(load.values(), default=0) <= PATTERNS_PER_TYPE
    )


def _shard(name: str, want: str, rules: Sequence[Compiled]) -> Shard:
    return Shard(
        name,
        {rule.name: rule.rule for rule in rules},
        tuple(sorted({record_type for rule in rules for record_type in rule.types} - {"_h"})),
        tuple(sorted({fact for rule in rules for fact in rule.facts})),
        want,
        max(rule.depth for rule in rules),
    )
