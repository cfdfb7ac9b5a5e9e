"""Mutation of rules: flips each operator, bound, quantifier and limit of a run; an example must notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from policy_engine.errors import PolicyEngineError
from policy_engine.examples import scene_proposal
from policy_engine.loading import LoadedLens
from policy_engine.program import Program
from policy_engine.proposals.model import Proposal
from policy_engine.reference import PlainEvaluator
from policy_engine.rules.conditions import Clause, Clauses, FieldOf, Pattern, Test
from policy_engine.scoring import judge
from policy_engine.situation import Situation, situation_of

_FLIPPED: Final = {
    "equals": "is_not",
    "is_not": "equals",
    "at_least": "more_than",
    "more_than": "at_least",
    "at_most": "less_than",
    "less_than": "at_most",
    "same_as": "differs_from",
    "differs_from": "same_as",
    "exceeds": "falls_below",
    "falls_below": "exceeds",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one condition: where it stands, and what was changed."""

    condition: int
    change: str


@dataclass(frozen=True, slots=True)
class MutationReport:
    """How many mutants the examples noticed, and which they did not."""

    total: int
    survivors: tuple[str, ...]

    @property
    def score(self) -> float:
        """Share of mutants that some example noticed; 1 when there are none."""
        return 1 - len(self.survivors) / self.total if self.total else 1.0


def mutate_rules(lens: LoadedLens) -> MutationReport:
    """Make every mutant of the conditions that criteria read, and run the examples of those criteria on it."""
    places: dict[Clauses, str] = {}
    killed: dict[tuple[str, str], bool] = {}
    for program, proposals in _parts(lens):
        examples = [situation_of(program, proposal) for proposal in proposals]
        # The first name of a condition that stands in several places wins.
        names = {number: name for name, number in reversed([*program.named_conditions()])}
        before = [_result(program, situation) for situation in examples]
        for number, clauses in enumerate(program.conditions):
            # A condition that several criteria read is named after the first of them.
            place = places.setdefault(clauses, names[number])
            for change, mutated in _mutants(clauses):
                key = (place, change)
                if killed.get(key):
                    continue
                conditions = (*program.conditions[:number], mutated, *program.conditions[number + 1 :])
                mutant = replace(program, conditions=conditions)
                killed[key] = any(
                    _result(mutant, situation) != result for situation, result in zip(examples, before, strict=True)
                )
        for fact, change, mutant in _limits(program):
            if not killed.get((fact, change)):
                killed[fact, change] = any(
                    _result(mutant, situation_of(mutant, proposal)) != result
                    for proposal, result in zip(proposals, before, strict=True)
                )
    survivors = tuple(f"{place}: {change}" for (place, change), noticed in killed.items() if not noticed)
    return MutationReport(len(killed), survivors)


def _limits(program: Program) -> Iterator[tuple[str, str, Program]]:
    """Yield a program for each other limit that the result of a run could be held against."""
    for at, measure in enumerate(program.measures):
        if measure.limit is None:
            continue
        for limit in sorted({measure.limit / 2, measure.limit * 2 + 10} - {measure.limit}):
            mutated = replace(measure, limit=limit)
            measures = (*program.measures[:at], mutated, *program.measures[at + 1 :])
            yield measure.fact, f"at_most → {limit:g}", replace(program, measures=measures)


def _parts(lens: LoadedLens) -> Iterator[tuple[Program, list[Proposal]]]:
    """Yield, for each criterion and derived fact with examples, the part of the program it needs, and the examples."""
    for compiled in lens.criteria:
        program = replace(lens.program, criteria=(compiled,)).pruned()
        yield program, [scene_proposal(example) for example in compiled.criterion.examples]
    for derivation in (d for rule_set in lens.rule_sets for d in rule_set.derive if d.examples):
        program = replace(lens.program, criteria=()).pruned(derivation.fact)
        yield program, [scene_proposal(example) for example in derivation.examples]


def _result(program: Program, situation: Situation) -> tuple[object, ...]:
    """Return the outcome of the criterion, or the values of all derived facts where there is no criterion."""
    try:
        inference = PlainEvaluator(program).infer(situation)
        if not program.criteria:
            return tuple(inference.facts[derivable.fact] for _, derivable in program.derived)
        return (judge(program.criteria[0], inference.truths).outcome,)
    except PolicyEngineError as error:
        return (str(error),)


def _mutants(clauses: Clauses) -> Iterator[tuple[str, Clauses]]:
    """Yield each change of a condition: an alternative dropped, or one clause changed."""
    for at, clause in enumerate(clauses):
        if len(clauses) > 1:
            yield f"alternative {at + 1} dropped", clauses[:at] + clauses[at + 1 :]
        for change, mutated in _clause_mutants(clause):
            yield f"alternative {at + 1}, {change}", (*clauses[:at], mutated, *clauses[at + 1 :])


def _clause_mutants(clause: Clause) -> Iterator[tuple[str, Clause]]:
    referred = {operand.name for operand in _references(clause)}
    for at, pattern in enumerate(clause.patterns):
        others = clause.patterns[:at] + clause.patterns[at + 1 :]
        if (others or clause.nones) and pattern.name not in referred:
            yield f"{pattern.type} dropped", Clause(others, clause.nones)
        for change, mutated in _pattern_mutants(pattern):
            yield change, Clause((*clause.patterns[:at], mutated, *clause.patterns[at + 1 :]), clause.nones)
    for at, none in enumerate(clause.nones):
        rest = clause.nones[:at] + clause.nones[at + 1 :]
        yield f"negation {at + 1} dropped", Clause(clause.patterns, rest)
        for change, inner in _clause_mutants(none):
            nones = (*clause.nones[:at], inner, *clause.nones[at + 1 :])
            yield f"in negation {at + 1}, {change}", Clause(clause.patterns, nones)


def _references(clause: Clause) -> Iterator[FieldOf]:
    for pattern in clause.patterns:
        yield from (test.operand for test in pattern.tests if isinstance(test.operand, FieldOf))
    for none in clause.nones:
        yield from _references(none)


def _pattern_mutants(pattern: Pattern) -> Iterator[tuple[str, Pattern]]:
    for at, test in enumerate(pattern.tests):
        words = f"{pattern.type}.{test.field} {test.operator}"
        rest = pattern.tests[:at] + pattern.tests[at + 1 :]
        if not pattern.is_fact:
            yield f"{words} dropped", replace(pattern, tests=rest)
        for change, mutated in _test_mutants(test):
            yield (
                f"{words} → {change}",
                replace(pattern, tests=(*pattern.tests[:at], mutated, *pattern.tests[at + 1 :])),
            )


def _test_mutants(test: Test) -> Iterator[tuple[str, Test]]:
    flipped = _FLIPPED.get(test.operator)
    if flipped:
        yield flipped, replace(test, operator=flipped)
    operand = test.operand
    if test.operator == "addressed":
        yield f"addressed: {not operand}", replace(test, operand=not operand)
    elif isinstance(operand, tuple) and len(operand) > 1:
        for word in operand:
            yield f"without {word}", replace(test, operand=tuple(other for other in operand if other != word))
    elif isinstance(operand, float) and not isinstance(operand, bool):
        for bound in sorted({operand / 2, operand * 2 + 1} - {operand}):
            yield f"{bound:g}", replace(test, operand=bound)
