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
    assert report.criteria == 43
    assert len(report.cases) >= 200
    assert report.unreached_outcomes == ()
    assert report.unmended == ()


@pytest.mark.parametrize("name", ["article-2026-02", "amodei-2026-06", "amodei-2026-09"])
def test_lenses_load(name: str) -> None:
    lens = load_lens(name)
    assert lens.lens.id == name
    assert len(lens.criteria) == 40


def test_variants_change_what_they_say() -> None:
    by_lens = {
        name: {c.criterion.id: c.criterion for c in load_lens(name).criteria}
        for name in ("article-2026-02", "amodei-2026-06", "amodei-2026-09")
    }
    assert by_lens["article-2026-02"]["ESC-10"].severity == "info"
    assert by_lens["amodei-2026-06"]["ESC-10"].severity == "major"
    assert by_lens["amodei-2026-06"]["ESC-9"].violated_when == "never"
    assert by_lens["amodei-2026-09"]["ESC-9"].violated_when == "never"


def test_at_least_thirty_criteria_are_inferred() -> None:
    lens = load_all_rules()
    stated = set(lens.program.statements)
    inferred = 0
    for compiled in lens.criteria:
        condition = lens.program.conditions[compiled.satisfied]
        facts = {pattern.type for clause in condition for pattern in clause.patterns}
        inferred += not facts & stated
    assert inferred >= 30
