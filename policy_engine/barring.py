"""Which known facts keep a criterion from applying."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.operators import OPERATORS, Value
from policy_engine.program import Program
from policy_engine.rules.conditions import Clause, Pattern

Facts = Mapping[str, Value | None]


def barring(program: Program, number: int, facts: Facts) -> tuple[str, ...]:
    """Return a few known facts that together keep every clause of a condition from holding, in reading order."""
    reads = program.reads[number]
    if len(reads) < 2:
        return tuple(fact for fact in reads if facts[fact] is not None)
    open_clauses = [found for clause in program.conditions[number] if (found := _barring(clause, facts))]
    chosen: list[str] = []
    while open_clauses:
        counts = [sum(fact in found for found in open_clauses) for fact in reads]
        chosen.append(reads[counts.index(max(counts))])
        open_clauses = [found for found in open_clauses if chosen[-1] not in found]
    return tuple(fact for fact in reads if fact in chosen)


def _barring(clause: Clause, facts: Facts) -> set[str]:
    """Return the facts each of which alone keeps a clause from holding."""
    found = {p.type for p in clause.patterns if p.is_fact and _holds(p, facts) is False}
    for none in clause.nones:
        if none.patterns and not none.nones and all(p.is_fact and _holds(p, facts) for p in none.patterns):
            found.update(p.type for p in none.patterns)
    return found


def _holds(pattern: Pattern, facts: Facts) -> bool | None:
    value = facts[pattern.type]
    if value is None:
        return None
    return all(OPERATORS[test.operator].holds(value, test.operand) for test in pattern.tests)
