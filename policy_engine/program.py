"""A program: what rule sets under a lens come to, as both evaluators need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policy_engine.amendments import ResolvedAmendment
from policy_engine.operators import Value
from policy_engine.proposals.records import FieldType
from policy_engine.rules.conditions import Clauses, Pattern, Test, patterns_of
from policy_engine.rules.derivation import Derivable
from policy_engine.rules.model import Criterion, Principle

if TYPE_CHECKING:
    from policy_engine.runs.scenario import ScenarioFile


@dataclass(frozen=True, slots=True)
class CompiledMeasure:
    """A measure with its arguments resolved."""

    fact: str
    measure: str
    record_type: str
    field: str
    tests: tuple[Test, ...]
    fields: tuple[str, ...] = ()
    scenario: ScenarioFile | None = None
    limit: float | None = None
    """Of a measure that runs a scenario: that scenario, and what its result is held against."""


@dataclass(frozen=True, slots=True)
class CompiledCriterion:
    """A criterion with the numbers of its three conditions."""

    criterion: Criterion
    principle: Principle
    applies: int
    satisfied: int
    violated: int
    amendments: tuple[ResolvedAmendment, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that an evaluator needs.

    `conditions[n]` is judged in stratum `strata[n]`; a derived fact is decided after the last stratum of its cases.
    """

    conditions: tuple[Clauses, ...]
    strata: tuple[int, ...]
    measures: tuple[CompiledMeasure, ...]
    statements: tuple[str, ...]
    derived: tuple[tuple[int, Derivable], ...]
    criteria: tuple[CompiledCriterion, ...]
    meanings: Mapping[str, str]
    sentences: Mapping[tuple[str, Value], str]
    fact_types: Mapping[str, FieldType]

    patterns: tuple[tuple[Pattern, ...], ...] = field(init=False, repr=False, compare=False)
    """Every pattern of each condition, negated ones included."""
    reads: tuple[tuple[str, ...], ...] = field(init=False, repr=False, compare=False)
    """The facts that each condition reads, each once."""
    derivables: Mapping[str, Derivable] = field(init=False, repr=False, compare=False)
    """The derived facts by name."""

    def __post_init__(self) -> None:
        """Index what explanations ask for again and again."""
        patterns = tuple(tuple(patterns_of(clauses)) for clauses in self.conditions)
        reads = tuple(tuple(dict.fromkeys(p.type for p in found if p.is_fact)) for found in patterns)
        object.__setattr__(self, "patterns", patterns)
        object.__setattr__(self, "reads", reads)
        object.__setattr__(self, "derivables", {derivable.fact: derivable for _, derivable in self.derived})

    def named_conditions(self) -> Iterator[tuple[str, int]]:
        """Yield every place where a condition stands, as `fact = value` or `CRITERION key_when`, with its number."""
        for _, derivable in self.derived:
            yield from ((f"{derivable.fact} = {value}", number) for value, number in derivable.cases)
        for compiled in self.criteria:
            for key in ("applies", "satisfied", "violated"):
                yield f"{compiled.criterion.id} {key}_when", getattr(compiled, key)

    def pruned(self, *asked: str) -> Program:
        """Return the program with what its criteria and the facts `asked` for read, directly or through others."""
        derived = self.derivables
        wanted = [number for c in self.criteria for number in (c.applies, c.satisfied, c.violated)]
        wanted += [number for fact in asked for _, number in derived[fact].cases]
        facts: set[str] = set(asked)
        kept: set[int] = set()
        while wanted:
            number = wanted.pop()
            if number in kept:
                continue
            kept.add(number)
            for fact in self.reads[number]:
                facts.add(fact)
                wanted += [case for _, case in derived[fact].cases] if fact in derived else []
        order = sorted(kept)
        new = {old: place for place, old in enumerate(order)}
        return replace(
            self,
            conditions=tuple(self.conditions[number] for number in order),
            strata=tuple(self.strata[number] for number in order),
            measures=tuple(measure for measure in self.measures if measure.fact in facts),
            statements=tuple(fact for fact in self.statements if fact in facts),
            derived=tuple(
                (level, replace(d, cases=tuple((value, new[number]) for value, number in d.cases)))
                for level, d in self.derived
                if d.fact in facts
            ),
            criteria=tuple(
                replace(c, applies=new[c.applies], satisfied=new[c.satisfied], violated=new[c.violated])
                for c in self.criteria
            ),
        )
