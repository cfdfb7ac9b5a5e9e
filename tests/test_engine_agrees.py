"""durable-rules and the plain evaluator agree on random criteria and proposals: truth, evidence and facts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_programs import FIELDS, Maker

from policy_engine.engine.client import DurableEngine, why_unavailable
from policy_engine.proposals.records import record_types
from policy_engine.reference import PlainEvaluator

pytestmark = [
    pytest.mark.durable,
    pytest.mark.skipif(bool(why_unavailable()), reason="durable-rules cannot be loaded here"),
]


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_evaluators_agree(seed: int) -> None:
    maker = Maker(seed)
    program = maker.program()
    plain, durable = PlainEvaluator(program), DurableEngine(program)
    try:
        for _ in range(25):
            situation = maker.situation()
            assert durable.infer(situation) == plain.infer(situation)
        assert durable.restarts == 0
    finally:
        durable.close()


def test_the_fields_drawn_exist() -> None:
    for record_type, fields in FIELDS.items():
        known = record_types()[record_type]
        for field, kind in fields.items():
            found = known.get(field) or known[field.rpartition(".")[0]]
            assert found.kind in {kind, "list"}
