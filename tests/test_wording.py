"""Reasons in words: true, and no longer than they need to be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import ROOT

from policy_engine.assessment import Assessor
from policy_engine.loading import load_all_rules, load_proposal
from policy_engine.operators import NOT_ADDRESSED
from policy_engine.results import Outcome
from policy_engine.wording import Wording


@pytest.fixture(scope="module")
def assessor() -> Iterator[Assessor]:
    with Assessor(load_all_rules(), "plain") as found:
        yield found


@pytest.mark.parametrize(
    ("file", "criterion", "said"),
    [
        (
            "us/ca/sb-53",
            "UNI-1",
            "This is no federal text that regulates frontier developers or displaces state law on them.",
        ),
        ("us/tn/sb-1493-introduced", "TRN-7", "Nothing must be disclosed to the public or to an authority."),
        ("us/federal/s-2938", "UNI-4", "The text is not an instrument of a state."),
    ],
)
def test_only_what_bars_a_criterion_is_given_as_the_reason(
    assessor: Assessor, file: str, criterion: str, said: str
) -> None:
    assessment = assessor.assess(load_proposal(str(ROOT / f"proposals/{file}.yaml")))
    finding = next(f for f in assessment.findings if f.criterion == criterion)
    assert finding.outcome is Outcome.NOT_APPLICABLE
    assert finding.message == f"Does not apply: {said}"


def test_two_facts_are_given_where_either_would_let_the_criterion_apply(assessor: Assessor) -> None:
    assessment = assessor.assess(load_proposal(str(ROOT / "proposals/us/ca/sb-53.yaml")))
    finding = next(f for f in assessment.findings if f.criterion == "GEN-4")
    said = "The text forbids no training. The text forbids no use or deployment as such."
    assert finding.message == f"Does not apply: {said}"


def test_silence_and_denial_are_said_in_a_sentence_where_the_rules_have_one() -> None:
    said = Wording(load_all_rules().program).sentence
    silent = "No review of the thresholds recurs after a number of months."
    assert said("sco.review_months", NOT_ADDRESSED) == silent
    assert said("sco.review_months", 12.0) == "Months between mandatory reviews of the thresholds: 12."
    assert said("sco.threshold_inputs", 0.0) == "Number of scaling inputs that decide coverage: 0."
    assert said("gen.technology_neutral", False).startswith("Duties depend on")
    assert said("gen.technology_neutral", True).startswith("Duties do not depend on")
