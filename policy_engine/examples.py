"""Runs the examples inside rule sets, and counts what no example reaches."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from policy_engine.amendments import amended
from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.errors import PolicyEngineError, RuleError
from policy_engine.loading import LoadedLens
from policy_engine.program import CompiledCriterion
from policy_engine.proposals.model import Proposal
from policy_engine.results import Outcome
from policy_engine.rules.model import Example, FactExample, RuleSet, Scene
from policy_engine.scoring import judge
from policy_engine.situation import situation_of
from policy_engine.source import Document
from policy_engine.validation import validated


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """An example of a criterion, what it must give and what it gave (an outcome, or the words of an error)."""

    criterion: str
    name: str
    expected: str
    actual: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class ExampleReport:
    """All examples of a lens, and what none of them reaches."""

    cases: tuple[ExampleResult, ...]
    criteria: int
    unreached_outcomes: tuple[str, ...]
    unreached_conditions: tuple[str, ...]
    unmended: tuple[str, ...]

    @property
    def failures(self) -> tuple[ExampleResult, ...]:
        """The examples that came out otherwise than they say."""
        return tuple(case for case in self.cases if case.expected != case.actual)


def scene_proposal(example: Scene, title: str = "An example") -> Proposal:
    """Return the proposal of an example, with what an example leaves out filled in; RuleError if it does not fit."""
    provisions = [{"id": f"p{n}", "cite": "example", **given} for n, given in enumerate(example.provisions, start=1)]
    data: dict[str, Any] = {
        "id": "example",
        "title": title,
        "jurisdiction": {"country": "US", "level": example.level},
        "status": {"stage": "enacted", "date": datetime.date(2026, 1, 1), "enacted": datetime.date(2026, 1, 1)},
        "version": {"print": "example"},
        "scope_class": "frontier_duties",
        "sources": [{"url": "https://example.org", "read": "full_text"}],
        "how_to_check": "An example of a rule set.",
        "examined": example.examined,
        "provisions": provisions,
        "statements": [{"fact": fact, "value": value, "cite": "example"} for fact, value in example.facts.items()],
    }
    return validated(Proposal, Document("", (), data, {}, {}, ""), RuleError)


def run_examples(lens: LoadedLens, engine: EngineChoice = "auto") -> ExampleReport:
    """Run every example of the criteria of a lens, under that lens."""
    cases: list[ExampleResult] = []
    reached: set[str] = set()
    conditions: set[int] = set()
    mended: set[tuple[str, int]] = set()
    with Assessor(lens, engine) as assessor:
        for compiled in lens.criteria:
            for number, example in enumerate(compiled.criterion.examples):
                actual, truths = _outcome(assessor, compiled, example)
                if actual in {Outcome.VIOLATED, Outcome.PARTIAL}:
                    mended.update(_mended(assessor, compiled, example))
                conditions.update(n for n, truth in enumerate(truths) if truth == 2)
                reached.add(f"{compiled.criterion.id} {actual}")
                file, line = _place(lens, compiled, number)
                case = ExampleResult(compiled.criterion.id, example.name, example.outcome, actual, file, line)
                cases.append(case)
        for rule_set in lens.rule_sets:
            for case, truths in _fact_cases(assessor, lens, rule_set):
                cases.append(case)
                conditions.update(n for n, truth in enumerate(truths) if truth == 2)
    unmended = tuple(
        f"{c.criterion.id}: {amendment.words}"
        for c in lens.criteria
        for number, amendment in enumerate(c.amendments)
        if (c.criterion.id, number) not in mended
    )
    unreached = tuple(name for c in lens.criteria for name in _possible(c) if name not in reached)
    return ExampleReport(tuple(cases), len(lens.criteria), unreached, tuple(_silent(lens, conditions)), unmended)


def _fact_cases(
    assessor: Assessor, lens: LoadedLens, rule_set: RuleSet
) -> Iterator[tuple[ExampleResult, tuple[int, ...]]]:
    """Yield the examples of derived facts with what they gave."""
    document = lens.documents[rule_set.id]
    for place, derivation in enumerate(rule_set.derive):
        if derivation.fact not in {d.fact for _, d in lens.program.derived}:
            continue
        for number, example in enumerate(derivation.examples):
            actual, truths = _fact_value(assessor, derivation.fact, example)
            line = document.position(("derive", place, "examples", number)).line
            name = f"example {number + 1}"
            expected = value_word(example.value)
            yield ExampleResult(derivation.fact, name, expected, actual, document.file, line), truths


def _fact_value(assessor: Assessor, fact: str, example: FactExample) -> tuple[str, tuple[int, ...]]:
    try:
        inference = assessor.infer(situation_of(assessor.lens.program, scene_proposal(example)))
    except PolicyEngineError as error:
        return f"error: {error.faults[0].message}", ()
    return value_word(inference.facts[fact]), inference.truths


def value_word(value: object) -> str:
    """Return a value of a fact as an example states it; None is unknown."""
    return "unknown" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _outcome(assessor: Assessor, compiled: CompiledCriterion, example: Example) -> tuple[str, tuple[int, ...]]:
    try:
        situation = situation_of(assessor.lens.program, scene_proposal(example, example.name))
        truths = assessor.infer(situation).truths
        return judge(compiled, truths).outcome.value, truths
    except PolicyEngineError as error:
        return f"error: {error.faults[0].message}", ()


def _mended(assessor: Assessor, compiled: CompiledCriterion, example: Example) -> Iterator[tuple[str, int]]:
    """Yield the amendments of a criterion that mend an example of it."""
    proposal = scene_proposal(example)
    for number, amendment in enumerate(compiled.amendments):
        try:
            truths = assessor.infer(situation_of(assessor.lens.program, amended(proposal, amendment))).truths
        except ValidationError:
            continue
        if judge(compiled, truths).outcome in {Outcome.SATISFIED, Outcome.NOT_APPLICABLE}:
            yield compiled.criterion.id, number


def _possible(compiled: CompiledCriterion) -> Iterator[str]:
    """Yield the outcomes that a criterion can have, as its conditions stand."""
    criterion = compiled.criterion
    always = criterion.satisfied_when == "always"
    if criterion.violated_when != "never":
        yield f"{criterion.id} {Outcome.VIOLATED}"
    yield f"{criterion.id} {Outcome.SATISFIED}"
    if criterion.applies_when != "always":
        yield f"{criterion.id} {Outcome.NOT_APPLICABLE}"
    if not always:
        yield f"{criterion.id} {Outcome.UNKNOWN}"


def _silent(lens: LoadedLens, conditions: set[int]) -> Iterator[str]:
    """Yield the derivations and conditions that no example makes true; a condition that never holds is none."""
    for name, number in lens.program.named_conditions():
        if number not in conditions and lens.program.conditions[number]:
            yield name


def _place(lens: LoadedLens, compiled: CompiledCriterion, number: int) -> tuple[str, int]:
    rule_set = next(r for r in lens.rule_sets if r.principle and r.principle.id == compiled.principle.id)
    document = lens.documents[rule_set.id]
    index = next(i for i, c in enumerate(rule_set.criteria) if c.id == compiled.criterion.id)
    return document.file, document.position(("criteria", index, "examples", number)).line
