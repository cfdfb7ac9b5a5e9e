"""The arithmetic of scores, and what must hold for every proposal: less information only widens."""

from __future__ import annotations

import random

import pytest
from conftest import ROOT, proposal
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.assessment import Assessor
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens, load_proposal
from policy_engine.measures.base import Selection
from policy_engine.measures.sanctions import gravest_state_of_mind
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import provision_types
from policy_engine.results import Assessment, Interval, Outcome, Verdict
from policy_engine.scoring import Judged, overall, tally, verdict_of

SHIPPED = [load_proposal(str(file)) for file in sorted((ROOT / "proposals").rglob("*.yaml"))]
LENS = load_lens()
ASSESSOR = Assessor(LENS, "plain")


def judged(kind: str, severity: str, outcome: Outcome, *, may_violate: bool = True) -> Judged:
    return Judged("X-1", kind, severity, outcome, may_violate)  # type: ignore[arg-type]


def test_weights_and_half_credit() -> None:
    counted = tally(
        [
            judged("duty", "blocker", Outcome.SATISFIED),
            judged("duty", "major", Outcome.PARTIAL),
            judged("duty", "minor", Outcome.VIOLATED),
        ]
    )
    assert counted.low == counted.high == pytest.approx(100 * 5 / 7)


def test_a_satisfied_guard_adds_no_credit_and_a_violated_one_costs() -> None:
    duty = judged("duty", "major", Outcome.PARTIAL)
    assert tally([duty, judged("guard", "major", Outcome.SATISFIED)]).low == 50.0
    assert tally([duty, judged("guard", "major", Outcome.VIOLATED)]).low == 25.0


def test_unknown_duties_and_guards() -> None:
    duty = judged("duty", "major", Outcome.SATISFIED)
    with_duty = tally([duty, judged("duty", "major", Outcome.UNKNOWN)])
    assert (with_duty.low, with_duty.high) == (50.0, 100.0)
    with_guard = tally([duty, judged("guard", "major", Outcome.UNKNOWN)])
    assert (with_guard.low, with_guard.high) == (50.0, 100.0)
    assert with_guard.coverage == 0.5


def test_nothing_applicable_leaves_everything_open() -> None:
    assert overall([(1.0, tally([judged("guard", "blocker", Outcome.SATISFIED)]))]) == Interval(0.0, 100.0)


def test_verdict_bands() -> None:
    bands = {"meets": 70.0, "mixed": 40.0}
    assert verdict_of([], Interval(70, 90), **bands) is Verdict.MEETS
    assert verdict_of([], Interval(40, 69.9), **bands) is Verdict.MIXED
    assert verdict_of([], Interval(0, 39), **bands) is Verdict.DOES_NOT_MEET
    assert verdict_of([], Interval(39, 41), **bands) is Verdict.UNDETERMINED
    veto = judged("duty", "blocker", Outcome.VIOLATED)
    assert verdict_of([veto], Interval(90, 90), **bands) is Verdict.VETO
    open_blocker = judged("duty", "blocker", Outcome.UNKNOWN)
    assert verdict_of([open_blocker], Interval(90, 100), **bands) is Verdict.UNDETERMINED


def assess(loaded: LoadedProposal, proposal: Proposal) -> Assessment:
    return ASSESSOR.assess(LoadedProposal(proposal, loaded.document))


def outcomes(assessment: Assessment) -> dict[str, Outcome]:
    return {finding.criterion: finding.outcome for finding in assessment.findings}


def with_less(proposal: Proposal, chance: random.Random) -> Proposal:
    """Return the proposal with one topic or one field made unknown."""
    if chance.random() < 0.4:
        known = set(provision_types()) if proposal.examined == "everything" else set(proposal.examined)
        dropped = chance.choice(sorted(known)) if known else ""
        return proposal.model_copy(update={"examined": tuple(sorted(known - {dropped}))})
    provisions = list(proposal.provisions)
    if not provisions:
        return proposal
    index = chance.randrange(len(provisions))
    fixed = {"id", "cite", "confidence", "note", "tags", "type", "kind", "about"}
    fields = [name for name in provisions[index].model_fields_set if name not in fixed]
    if fields:
        provisions[index] = provisions[index].model_copy(update={chance.choice(sorted(fields)): None})
    return proposal.model_copy(update={"provisions": tuple(provisions)})


@given(st.sampled_from(range(len(SHIPPED))), st.integers(0, 2**32), st.integers(1, 6))
@settings(max_examples=150, deadline=None)
def test_less_information_only_widens(which: int, seed: int, steps: int) -> None:
    loaded = SHIPPED[which]
    before, proposal = assess(loaded, loaded.proposal), loaded.proposal
    chance = random.Random(seed)  # noqa: S311
    for _ in range(steps):
        proposal = with_less(proposal, chance)
        after = assess(loaded, proposal)
        for criterion, outcome in outcomes(after).items():
            assert outcome in {outcomes(before)[criterion], Outcome.UNKNOWN}, criterion
        assert after.score.low <= before.score.low + 1e-9
        assert after.score.high >= before.score.high - 1e-9
        assert after.verdict in {before.verdict, Verdict.UNDETERMINED}
        before = after


@pytest.mark.parametrize(
    ("amount", "state", "gravest"),
    [
        (2e5, "strict", "knowing"),
        (5e5, "strict", "strict"),
        (None, "strict", None),
        (None, "knowing", "knowing"),
        ("not_addressed", "strict", "knowing"),
    ],
)
def test_a_sanction_of_unknown_amount_may_be_the_gravest(
    amount: float | str | None, state: str, gravest: str | None
) -> None:
    common = {"type": "penalty", "kind": "civil"}
    known = {**common, "id": "known", "cite": "1", "maximum_usd": 3e5, "state_of_mind": "knowing"}
    other = {**common, "id": "other", "cite": "2", "maximum_usd": amount, "state_of_mind": state}
    measured = gravest_state_of_mind(proposal(provisions=[known, other]), Selection((), (), "", True))
    assert measured.value == gravest


@given(st.sampled_from(range(len(SHIPPED))), st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_deleting_what_satisfies_never_helps(which: int, seed: int) -> None:
    loaded = SHIPPED[which]
    if not loaded.proposal.provisions:
        return
    before = assess(loaded, loaded.proposal)
    gone = random.Random(seed).choice(loaded.proposal.provisions)  # noqa: S311
    kept = tuple(provision for provision in loaded.proposal.provisions if provision.id != gone.id)
    after = assess(loaded, loaded.proposal.model_copy(update={"provisions": kept}))
    order = [Outcome.VIOLATED, Outcome.PARTIAL, Outcome.UNKNOWN, Outcome.SATISFIED]
    for finding in before.findings:
        satisfied = finding.kind == "duty" and finding.outcome in {Outcome.SATISFIED, Outcome.PARTIAL}
        if satisfied and any(evidence.provision == gone.id for evidence in finding.evidence):
            now = outcomes(after)[finding.criterion]
            if now in order and finding.outcome is Outcome.SATISFIED:
                assert order.index(now) <= order.index(finding.outcome)


def test_examples_are_judged_alike_in_any_order_of_criteria(lens: LoadedLens) -> None:
    names = [compiled.criterion.id for compiled in lens.criteria]
    assert len(names) == len(set(names))
