"""Rule sets under a lens become a program: numbered conditions, derived facts in strata, criteria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from policy_engine.amendments import resolve_amendment
from policy_engine.measures import MEASURES
from policy_engine.measuring import NO_SCENARIOS, compiled_measures
from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.program import CompiledCriterion, CompiledMeasure, Program
from policy_engine.proposals.records import FieldType, instrument_facts
from policy_engine.rules.conditions import Clauses, patterns_of
from policy_engine.rules.derivation import Derivable
from policy_engine.rules.model import (
    Condition,
    Criterion,
    Derivation,
    MeasureFact,
    RuleSet,
    StatementFact,
)
from policy_engine.rules.resolve import Path, Problem, Resolver

if TYPE_CHECKING:
    from policy_engine.runs.scenario import ScenarioFile


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """A problem in one rule set, with its path in that file."""

    rule_set: str
    problem: Problem


@dataclass(slots=True)
class _Compilation:
    """The state of one compilation; collects problems of all rule sets."""

    rule_sets: tuple[RuleSet, ...]
    resolver: Resolver
    problems: list[RuleProblem]
    conditions: list[Clauses]
    needs: dict[str, set[str]]
    cases: dict[str, Derivable]
    numbers: dict[Clauses, int]

    def add(self, clauses: Clauses) -> int:
        """Return the number of a condition; equal ones are judged once."""
        number = self.numbers.setdefault(clauses, len(self.conditions))
        if number == len(self.conditions):
            self.conditions.append(clauses)
        return number

    def collect(self, rule_set: str) -> None:
        self.problems += [RuleProblem(rule_set, problem) for problem in self.resolver.problems]
        self.resolver.problems.clear()


def declared_facts(rule_sets: Iterable[RuleSet]) -> dict[str, FieldType]:
    """Return the type of every fact that rule sets and the instrument provide."""
    found = dict(instrument_facts())
    for rule_set in rule_sets:
        for statement in rule_set.statements:
            found[statement.fact] = FieldType(statement.kind, statement.choices, statement.meaning)
        for measured in rule_set.measures:
            row = MEASURES.get(measured.measure)
            found[measured.fact] = FieldType(row.kind if row else "number", row.choices if row else ())
        for derivation in rule_set.derive:
            values = [case.value for case in derivation.cases or ()]
            values += [derivation.otherwise] if derivation.otherwise is not None else []
            found[derivation.fact] = FieldType("choice", tuple(dict.fromkeys(values))) if values else FieldType("flag")
    return found


def compile_program(
    rule_sets: tuple[RuleSet, ...],
    criteria: tuple[tuple[str, Criterion], ...],
    parameters: Mapping[str, float],
    scenarios: Mapping[str, ScenarioFile] = NO_SCENARIOS,
) -> tuple[Program | None, tuple[RuleProblem, ...]]:
    """Return the program, or every problem that stands in its way.

    `criteria` are (rule set id, criterion with the lens's overrides), in the order of the report; `scenarios` those
    that measures name, by id.
    """
    facts = declared_facts(rule_sets)
    compilation = _Compilation(rule_sets, Resolver(facts, parameters), [], [], {}, {}, {})
    _check_declared_once(compilation)
    measures: tuple[CompiledMeasure, ...] = ()
    for rule_set in rule_sets:
        measures += tuple(compiled_measures(compilation.resolver, rule_set.measures, scenarios))
        compilation.collect(rule_set.id)
    for rule_set in rule_sets:
        for index, derivation in enumerate(rule_set.derive):
            _derivation(compilation, derivation, ("derive", index))
        compilation.collect(rule_set.id)
    compiled = tuple(_criterion(compilation, name, criterion) for name, criterion in criteria)
    levels = _levels(compilation)
    if compilation.problems or levels is None:
        return None, tuple(compilation.problems)
    strata = tuple(_stratum(clauses, levels) for clauses in compilation.conditions)
    derived = tuple(
        (max(strata[condition] for _, condition in derivable.cases), derivable)
        for derivable in compilation.cases.values()
    )
    statements = tuple(statement.fact for rule_set in rule_sets for statement in rule_set.statements)
    meanings = {entry.fact: entry.meaning for r in rule_sets for entry in _fact_entries(r)}
    conditions = tuple(compilation.conditions)
    sentences = _sentences(rule_sets)
    program = Program(conditions, strata, measures, statements, derived, compiled, meanings, sentences, facts)
    return program, ()


def _sentences(rule_sets: tuple[RuleSet, ...]) -> dict[tuple[str, Value], str]:
    """Return what single values of facts say in words, where the rule set says it."""
    found: dict[tuple[str, Value], str] = {}
    for rule_set in rule_sets:
        found |= {(s.fact, False): s.meaning_when_false for s in rule_set.statements if s.meaning_when_false}
        found |= {(m.fact, False): m.meaning_when_false for m in rule_set.measures if m.meaning_when_false}
        silent = ((m.fact, m.meaning_when_silent) for m in rule_set.measures)
        found |= {(fact, NOT_ADDRESSED): said for fact, said in silent if said}
    for derivation in (d for rule_set in rule_sets for d in rule_set.derive):
        if derivation.meaning_when_false:
            value = derivation.otherwise if derivation.cases and derivation.otherwise else False
            found[derivation.fact, value] = derivation.meaning_when_false
        found.update({(derivation.fact, c.value): c.meaning for c in derivation.cases or () if c.meaning})
    return found


def _fact_entries(rule_set: RuleSet) -> tuple[StatementFact | MeasureFact | Derivation, ...]:
    return (*rule_set.statements, *rule_set.measures, *rule_set.derive)


def _check_declared_once(compilation: _Compilation) -> None:
    seen: dict[str, str] = dict.fromkeys(instrument_facts(), "the instrument itself")
    for rule_set in compilation.rule_sets:
        groups: tuple[tuple[str, tuple[StatementFact | MeasureFact | Derivation, ...]], ...] = (
            ("statements", rule_set.statements),
            ("measures", rule_set.measures),
            ("derive", rule_set.derive),
        )
        for key, entries in groups:
            for index, entry in enumerate(entries):
                if entry.fact in seen:
                    message = f"the fact `{entry.fact}` is already given by {seen[entry.fact]}"
                    compilation.problems.append(RuleProblem(rule_set.id, Problem((key, index, "fact"), message)))
                seen[entry.fact] = f"rule set {rule_set.id}"


def _derivation(compilation: _Compilation, derivation: Derivation, path: Path) -> None:
    resolve = compilation.resolver.resolve
    found: list[tuple[bool | float | str, Clauses]] = []
    ordered = True
    otherwise: bool | str | None = derivation.otherwise
    for index, case in enumerate(derivation.cases or ()):
        found.append((case.value, resolve(case.when, (*path, "cases", index, "when"))))
    if derivation.true_when is not None:
        found.append((True, resolve(derivation.true_when, (*path, "true_when"))))
        otherwise = False if derivation.false_when == "otherwise" else None
        if isinstance(derivation.false_when, Condition):
            ordered = False
            found.append((False, resolve(derivation.false_when, (*path, "false_when"))))
    numbered = tuple((value, compilation.add(clauses)) for value, clauses in found)
    compilation.cases[derivation.fact] = Derivable(derivation.fact, numbered, ordered, otherwise)
    compilation.needs[derivation.fact] = {p.type for _, c in found for p in patterns_of(c) if p.is_fact}


def _criterion(compilation: _Compilation, rule_set: str, criterion: Criterion) -> CompiledCriterion:
    owner = next(r for r in compilation.rule_sets if r.id == rule_set)
    index = next((i for i, c in enumerate(owner.criteria) if c.id == criterion.id), 0)
    numbers = {}
    for key in ("applies", "satisfied", "violated"):
        clauses = compilation.resolver.resolve(getattr(criterion, f"{key}_when"), ("criteria", index, f"{key}_when"))
        numbers[key] = compilation.add(clauses)
    compilation.collect(rule_set)
    amendments = []
    for place, amendment in enumerate(criterion.fix.amendments):
        path: Path = ("criteria", index, "fix", "amendments", place)
        resolved, problems = resolve_amendment(amendment, compilation.resolver.parameters, path)
        amendments.append(resolved)
        compilation.problems += [RuleProblem(rule_set, problem) for problem in problems]
    principle = owner.principle
    if principle is None:
        raise AssertionError("the rule model lets no criterion stand without a principle")
    return CompiledCriterion(criterion, principle, **numbers, amendments=tuple(amendments))


def _levels(compilation: _Compilation) -> dict[str, int] | None:
    """Return the stratum after which each derived fact is known, or None when facts depend on each other."""
    derived = compilation.needs
    try:
        order = tuple(TopologicalSorter({fact: needs & set(derived) for fact, needs in derived.items()}).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        first = next(r for r in compilation.rule_sets if any(d.fact in error.args[1] for d in r.derive))
        message = f"derived facts depend on each other: {circle}"
        compilation.problems.append(RuleProblem(first.id, Problem(("derive",), message, "break the circle")))
        return None
    levels: dict[str, int] = {}
    for fact in order:
        levels[fact] = max((levels[need] + 1 for need in derived[fact] if need in levels), default=0)
    return levels


def _stratum(clauses: Clauses, levels: Mapping[str, int]) -> int:
    return max((levels[p.type] + 1 for p in patterns_of(clauses) if p.type in levels and p.is_fact), default=0)
