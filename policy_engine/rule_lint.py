"""Checks on the content of rule sets: what cannot hold, is said twice, is read by nothing, or lacks a source."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from policy_engine.loading import LoadedLens
from policy_engine.operators import NOT_ADDRESSED, OPERATORS
from policy_engine.program import CompiledCriterion
from policy_engine.rules.conditions import Clause, Clauses, FieldOf, Pattern, Test, patterns_of


def lint_rules(lens: LoadedLens) -> tuple[str, ...]:
    """Return every finding in plain words, each beginning with what it is about."""
    program = lens.program
    found = [*_unread(lens), *_repeated(lens), *_without_source(lens.criteria)]
    for name, number in program.named_conditions():
        found += [f"{name}: {problem}" for problem in _problems(program.conditions[number])]
    for compiled in lens.criteria:
        if compiled.satisfied == compiled.violated and program.conditions[compiled.satisfied]:
            found.append(f"{compiled.criterion.id}: satisfied_when and violated_when are the same condition")
    return tuple(dict.fromkeys(found))


def _unread(lens: LoadedLens) -> Iterator[str]:
    """Yield facts that no criterion reads, directly or through others; those that need a set belong to lenses."""
    kept = lens.program.pruned()
    read = {derivable.fact for _, derivable in kept.derived} | set(kept.statements) | {m.fact for m in kept.measures}
    for rule_set in lens.rule_sets:
        stated = [*(s.fact for s in rule_set.statements if not s.needs_set), *(m.fact for m in rule_set.measures)]
        for fact in (*stated, *(derivation.fact for derivation in rule_set.derive)):
            if fact not in read:
                yield f"{fact}: no criterion reads this fact"


def _repeated(lens: LoadedLens) -> Iterator[str]:
    """Yield criteria of one principle that ask the same, and facts of one name space that say the same."""
    for one, other in combinations(lens.criteria, 2):
        same = (one.applies, one.satisfied, one.violated) == (other.applies, other.satisfied, other.violated)
        if same and one.principle.id == other.principle.id:
            yield f"{other.criterion.id}: asks the same as {one.criterion.id}"
    for (_, first), (_, second) in combinations(lens.program.derived, 2):
        same_space = first.fact.partition(".")[0] == second.fact.partition(".")[0]
        if same_space and first.cases == second.cases and first.otherwise == second.otherwise:
            yield f"{second.fact}: says the same as {first.fact}"


def _without_source(criteria: tuple[CompiledCriterion, ...]) -> Iterator[str]:
    for compiled in criteria:
        primary = [r for r in compiled.criterion.references if r.kind == "primary"]
        if not primary:
            yield f"{compiled.criterion.id}: names no primary source"
        elif not any(reference.url for reference in primary):
            yield f"{compiled.criterion.id}: no primary source has a URL"
        if compiled.criterion.counter_argument is None:
            yield f"{compiled.criterion.id}: has no counter-argument"


def _problems(clauses: Clauses) -> Iterator[str]:
    for pattern in patterns_of(clauses):
        for field in dict.fromkeys(test.field for test in pattern.tests):
            tests = [t for t in pattern.tests if t.field == field and not isinstance(t.operand, FieldOf)]
            if not _can_hold(tests):
                yield f"the tests on {pattern.type}.{field} can never hold together"
    for (at, one), (place, other) in combinations(enumerate(clauses), 2):
        if _covers(one, other):
            yield f"alternative {place + 1} adds nothing to alternative {at + 1}"
        elif _covers(other, one):
            yield f"alternative {at + 1} adds nothing to alternative {place + 1}"


def _can_hold(tests: list[Test]) -> bool:
    """Tell whether some value passes all tests; tries the operands, their neighbours, and silence."""
    values: set[object] = {NOT_ADDRESSED, "another word", True, False}
    for test in tests:
        operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
        for operand in operands:
            values.add(operand)
            if isinstance(operand, float):
                values.update({operand - 0.5, operand + 0.5, operand / 2, operand * 2})
    numbers = [value for value in values if isinstance(value, float)]
    values.update((one + other) / 2 for one, other in combinations(numbers, 2))
    lists = [test for test in tests if test.operator == "contains_any"]
    if lists:
        return True
    return any(all(_passes(test, value) for test in tests) for value in values)


def _passes(test: Test, value: object) -> bool:
    try:
        return OPERATORS[test.operator].holds(value, test.operand)
    except TypeError:
        return False


def _covers(wide: Clause, narrow: Clause) -> bool:
    """Tell whether whatever makes `narrow` hold makes `wide` hold: every pattern of `wide` has a stricter one there."""
    if len(wide.patterns) > len(narrow.patterns) or any(none not in narrow.nones for none in wide.nones):
        return False
    rest = list(narrow.patterns)
    for pattern in wide.patterns:
        match = next((other for other in rest if _stricter(other, pattern)), None)
        if match is None:
            return False
        rest.remove(match)
    return True


def _stricter(pattern: Pattern, than: Pattern) -> bool:
    joins = any(isinstance(test.operand, FieldOf) for test in than.tests)
    return not joins and pattern.type == than.type and all(_implied(test, pattern.tests) for test in than.tests)


def _implied(test: Test, by: tuple[Test, ...]) -> bool:
    for other in by:
        if other == test:
            return True
        same = other.field == test.field and other.operator == test.operator and test.operator in {"in", "contains_any"}
        if same and isinstance(other.operand, tuple) and isinstance(test.operand, tuple):
            return set(other.operand) <= set(test.operand)
    return False
