"""Every example of every criterion comes out as it says, in the plain evaluator and in durable-rules."""

from __future__ import annotations

import pytest

from policy_engine.engine.client import why_unavailable
from policy_engine.examples import run_examples
from policy_engine.loading import load_all_rules, load_lens

DURABLE = [pytest.mark.durable, pytest.mark.skipif(bool(why_unavailable()), reason="no durable-rules here")]


@pytest.mark.parametrize("engine", ["plain", pytest.param("durable", marks=DURABLE)])
def test_examples(engine: str) -> None:
    report = run_examples(load_all_rules(), engine)  # type: ignore[arg-type]
    assert report.failures == ()
    assert report.criteria == 183
    assert len(report.cases) >= 1900
    assert report.unreached_outcomes == ()
    assert report.unmended == ()


@pytest.mark.parametrize("name", ["article-2026-02", "amodei-2026-06", "amodei-2026-09"])
def test_lenses_load(name: str) -> None:
    lens = load_lens(name)
    assert lens.lens.id == name
    assert len(lens.criteria) == 96


def test_variants_change_what_they_say() -> None:
    by_lens = {
        name: {c.criterion.id: c.criterion for c in load_lens(name).criteria}
        for name in ("article-2026-02", "amodei-2026-06", "amodei-2026-09")
    }
    assert by_lens["article-2026-02"]["ESC-10"].severity == "info"
    assert by_lens["amodei-2026-06"]["ESC-10"].severity == "major"
    assert by_lens["amodei-2026-06"]["ESC-9"].violated_when == "never"
    assert by_lens["amodei-2026-09"]["ESC-9"].violated_when == "never"


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("accelerationist", 13),
        ("civil-rights-and-workers", 13),
        ("eu-risk-tiers", 13),
        ("oecd-better-regulation", 13),
        ("precautionary", 13),
        ("state-laboratory", 11),
    ],
)
def test_rival_lenses_ask_their_own_criteria(name: str, count: int) -> None:
    lens = load_lens(name)
    assert len(lens.criteria) == count
    assert len({compiled.principle.id for compiled in lens.criteria}) == 1


def test_at_least_seventy_of_the_ninety_nine_criteria_are_inferred() -> None:
    rules = load_all_rules()
    stated = set(rules.program.statements)
    article = load_lens().lens.rule_sets
    own = [c for c in rules.criteria if c.principle.id.lower() in article]
    inferred = 0
    for compiled in own:
        condition = rules.program.conditions[compiled.satisfied]
        facts = {pattern.type for clause in condition for pattern in clause.patterns}
        inferred += not facts & stated
    assert len(own) == 99
    assert inferred >= 70
