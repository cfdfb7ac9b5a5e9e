"""Conditions as both evaluators read them: any of several clauses, each a conjunction with negations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.operators import Scalar


@dataclass(frozen=True, slots=True)
class FieldOf:
    """The operand of a join: a field of a provision bound by an earlier pattern."""

    name: str
    field: str


Operand = Scalar | tuple[Scalar, ...] | FieldOf


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison on one field; `operator` is a key of `OPERATORS`."""

    field: str
    operator: str
    operand: Operand

    __test__ = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """Tests that one record must pass; `type` is a record type, or the name of a fact (whose field is `value`)."""

    name: str
    type: str
    tests: tuple[Test, ...]
    is_fact: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """All `patterns` match different records, and for no extension does any of `nones` hold."""

    patterns: tuple[Pattern, ...]
    nones: tuple[Clause, ...] = ()


Clauses = tuple[Clause, ...]
"""A condition in disjunctive form: it holds if any clause does; no clause at all never holds."""
ALWAYS: Clauses = (Clause(()),)
NEVER: Clauses = ()


def patterns_of(clauses: Clauses) -> Iterator[Pattern]:
    """Yield every pattern of a condition, negated ones included."""
    for clause in clauses:
        yield from clause.patterns
        yield from patterns_of(clause.nones)


def conjunction(left: Clauses, right: Clauses) -> Clauses:
    """Return the condition that holds when both do."""
    return tuple(Clause(a.patterns + b.patterns, a.nones + b.nones) for a in left for b in right)
