"""The plain evaluator works on tests as bits; walking every clause of every condition must give the same."""

from __future__ import annotations

import pytest
from conftest import ROOT
from test_engine_agrees import Maker

from policy_engine import bits
from policy_engine.loading import LoadedLens, load_proposal
from policy_engine.operators import NOT_ADDRESSED, Truth
from policy_engine.program import Program
from policy_engine.proposals.records import FieldType, Record
from policy_engine.reference import PlainEvaluator
from policy_engine.rules.conditions import Clause, Clauses, Pattern, Test
from policy_engine.situation import Inference, Situation, situation_of
from policy_engine.walk import Walk, decided


def walked(program: Program, situation: Situation) -> Inference:
    """Return what follows by walking every condition, stratum by stratum."""
    truths = [0] * len(program.conditions)
    found = [frozenset()] * len(program.conditions)
    facts = dict(situation.known)
    for level in range(max(program.strata, default=-1) + 1):
        walk = Walk(situation, facts)
        for number in (n for n, stratum in enumerate(program.strata) if stratum == level):
            truths[number], found[number] = walk.condition(program.conditions[number])
        for stratum, derivable in program.derived:
            if stratum == level:
                facts[derivable.fact] = decided(derivable, truths)
    return Inference(tuple(truths), tuple(found), facts)


@pytest.mark.parametrize("start", range(0, 4000, 500))
def test_random_programs_come_out_as_walked(start: int) -> None:
    truths = set()
    for seed in range(start, start + 500):
        maker = Maker(seed)
        program = maker.program()
        evaluator = PlainEvaluator(program)
        for _ in range(3):
            situation = maker.situation()
            expected = walked(program, situation)
            assert evaluator.infer(situation) == expected, seed
            truths |= set(expected.truths)
    assert truths == {0, 1, 2}


def test_every_shipped_proposal_comes_out_as_walked(lens: LoadedLens) -> None:
    evaluator = PlainEvaluator(lens.program)
    for file in sorted((ROOT / "proposals").rglob("*.yaml")):
        loaded = load_proposal(str(file))
        situation = situation_of(lens.program, loaded.proposal)
        assert evaluator.infer(situation) == walked(lens.program, situation), loaded.proposal.id


def of_conditions(*conditions: Clauses) -> Program:
    """Return a program of conditions in one stratum."""
    types = {"a": FieldType("number"), "b": FieldType("flag")}
    return Program(conditions, (0,) * len(conditions), (), (), (), (), {}, {}, types)


def about(values: dict[str, object], **facts: object) -> Situation:
    """Return the situation of one penalty and facts, all read."""
    known = {"a": None, "b": None, **facts}
    return Situation((Record("penalty", values, 0),), frozenset(), known, {})  # type: ignore[arg-type]


def test_a_test_against_silence_holds_for_nothing() -> None:
    pattern = Pattern("x", "penalty", (Test("kind", "is_not", NOT_ADDRESSED),))  # type: ignore[arg-type]
    program = of_conditions((Clause((pattern,)),))
    for values in ({}, {"kind": "civil"}, {"kind": NOT_ADDRESSED}):
        assert PlainEvaluator(program).infer(about(values)).truths == (Truth.FALSE,)
        assert walked(program, about(values)).truths == (Truth.FALSE,)


def test_one_fact_does_not_fill_two_patterns() -> None:
    above = Pattern("x", "a", (Test("value", "more_than", 1.0),), is_fact=True)
    below = Pattern("y", "a", (Test("value", "less_than", 3.0),), is_fact=True)
    program = of_conditions((Clause((above, below)),), (Clause((above,), (Clause((below,)),)),))
    situation = about({}, a=2.0)
    assert PlainEvaluator(program).infer(situation) == walked(program, situation)


def test_what_nothing_may_match_has_to_differ_from_what_matched() -> None:
    civil = Pattern("x", "penalty", (Test("kind", "equals", "civil"),))
    alone = (Clause((civil,), (Clause((Pattern("y", "penalty", ()),)),)),)
    program = of_conditions(alone)
    assert PlainEvaluator(program).infer(about({"kind": "civil"})).truths == (Truth.TRUE,)
    assert PlainEvaluator(program).infer(about({})).truths == (Truth.UNKNOWN,)
    assert PlainEvaluator(program).infer(about({"kind": "criminal"})).truths == (Truth.FALSE,)


def test_values_beyond_those_that_are_kept_come_out_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bits, "MOST_VALUES", 3)
    program = of_conditions((Clause((Pattern("x", "a", (Test("value", "at_least", 10.0),), is_fact=True),)),))
    evaluator = PlainEvaluator(program)
    for value in (*range(20), *range(20)):
        expected = Truth.TRUE if value >= 10 else Truth.FALSE
        assert evaluator.infer(about({}, a=float(value))).truths == (expected,)
