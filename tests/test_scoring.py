"""The arithmetic of scores, and what must hold for every proposal: less information only widens."""

from __future__ import annotations

import random

import pytest
from conftest import ROOT, proposal
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_proposals import with_less

from policy_engine.assessment import Assessor
from policy_engine.errors import RuleError
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens, load_proposal
from policy_engine.measures.base import Selection
from policy_engine.measures.sanctions import gravest_state_of_mind
from policy_engine.proposals.model import Proposal
from policy_engine.results import Assessment, Interval, Outcome, Verdict
from policy_engine.scoring import Judged, Tally, judge, outcome_of, overall, tally, verdict_of

SHIPPED = [load_proposal(str(file)) for file in sorted((ROOT / "proposals").rglob("*.yaml"))]
LENS = load_lens()
ASSESSOR = Assessor(LENS, "plain")
# The five outcomes are tried with a weight of their own each: 4, 2, 1, 0.5, 4.
WEIGHTED = ("blocker", "major", "minor", "info", "blocker")


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


@pytest.mark.parametrize(
    ("kind", "applies", "satisfied", "violated", "outcome"),
    [
        ("duty", 0, 2, 2, Outcome.NOT_APPLICABLE),
        ("duty", 1, 2, 0, Outcome.UNKNOWN),
        ("duty", 1, 0, 2, Outcome.UNKNOWN),
        ("duty", 2, 2, 0, Outcome.SATISFIED),
        ("duty", 2, 2, 1, Outcome.SATISFIED),
        ("duty", 2, 0, 2, Outcome.VIOLATED),
        ("duty", 2, 1, 2, Outcome.VIOLATED),
        ("duty", 2, 0, 0, Outcome.PARTIAL),
        ("duty", 2, 1, 0, Outcome.UNKNOWN),
        ("duty", 2, 0, 1, Outcome.UNKNOWN),
        ("guard", 2, 0, 0, Outcome.SATISFIED),
        ("guard", 2, 1, 0, Outcome.SATISFIED),
        ("guard", 2, 0, 1, Outcome.UNKNOWN),
        ("guard", 2, 0, 2, Outcome.VIOLATED),
    ],
)
def test_outcome_of_three_truths(kind: str, applies: int, satisfied: int, violated: int, outcome: Outcome) -> None:
    assert outcome_of(kind, applies, satisfied, violated) is outcome


def test_a_criterion_is_judged_by_its_own_conditions() -> None:
    compiled = LENS.criteria[0]
    truths = [0] * len(LENS.program.conditions)
    for number, truth in ((compiled.applies, 2), (compiled.satisfied, 0), (compiled.violated, 2)):
        truths[number] = truth
    criterion = compiled.criterion
    found = judge(compiled, truths)
    assert found == Judged(criterion.id, criterion.kind, criterion.severity, Outcome.VIOLATED, may_violate=True)
    truths[compiled.satisfied] = 1
    assert judge(compiled, truths).outcome is Outcome.VIOLATED
    truths[compiled.violated] = 0
    assert not judge(compiled, truths).may_violate
    assert judge(compiled, truths).outcome is Outcome.UNKNOWN
    truths[compiled.satisfied] = 0
    assert judge(compiled, truths).outcome is Outcome.PARTIAL
    guard = next(c for c in LENS.criteria if c.criterion.kind == "guard")
    assert judge(guard, [2 * (n == guard.applies) for n in range(len(truths))]).outcome is Outcome.SATISFIED
    truths[compiled.satisfied] = truths[compiled.violated] = 2
    with pytest.raises(RuleError) as raised:
        judge(compiled, truths)
    (fault,) = raised.value.faults
    assert fault.message == f"{criterion.id} is both satisfied and violated on the same proposal"
    assert fault.hint == "make satisfied_when and violated_when exclude each other"
    truths[compiled.applies] = 0
    assert judge(compiled, truths).outcome is Outcome.NOT_APPLICABLE


def test_every_sum_of_a_tally() -> None:
    outcomes = [Outcome.NOT_APPLICABLE, Outcome.UNKNOWN, Outcome.VIOLATED, Outcome.SATISFIED, Outcome.PARTIAL]
    duties = [judged("duty", severity, outcome) for severity, outcome in zip(WEIGHTED, outcomes, strict=True)]
    assert tally(duties) == Tally(2.5, 7.5, 4.5, 7.5, 5.5, 7.5, 4)
    guards = [judged("guard", severity, outcome) for severity, outcome in zip(WEIGHTED, outcomes, strict=True)]
    assert tally(guards) == Tally(2.0, 7.0, 2.0, 5.0, 5.5, 7.5, 4)
    assert tally([]) == Tally(0, 0, 0, 0, 0, 0, 0)


def test_what_follows_from_a_tally() -> None:
    nothing = tally([])
    assert (nothing.low, nothing.high, nothing.interval, nothing.coverage) == (None, None, None, 1.0)
    assert not nothing.enough_facts
    open_guard = tally([judged("guard", "major", Outcome.UNKNOWN)])
    assert (open_guard.low, open_guard.high, open_guard.interval) == (0.0, None, Interval(0.0, 100.0))
    assert tally([judged("duty", "major", Outcome.PARTIAL)]).interval == Interval(50.0, 50.0)
    known, unknown = judged("duty", "major", Outcome.SATISFIED), judged("duty", "major", Outcome.UNKNOWN)
    assert tally([known, known, known]).enough_facts
    assert not tally([known, known]).enough_facts
    assert tally([known, known, unknown, unknown]).enough_facts
    assert not tally([known, unknown, unknown]).enough_facts


def test_the_mean_over_principles_is_weighted() -> None:
    good, bad = (tally([judged("duty", "major", o)]) for o in (Outcome.SATISFIED, Outcome.VIOLATED))
    assert overall([(3.0, good), (1.0, bad)]) == Interval(75.0, 75.0)
    assert overall([(0.0, good), (1.0, bad)]) == Interval(0.0, 0.0)
    assert overall([(1.0, good), (0.5, bad), (7.0, tally([]))]) == Interval(
        pytest.approx(200 / 3), pytest.approx(200 / 3)
    )
    open_guard = tally([judged("guard", "major", Outcome.UNKNOWN)])
    assert overall([(1.0, good), (1.0, open_guard)]) == Interval(50.0, 100.0)
    assert overall([]) == overall([(0.0, good)]) == Interval(0.0, 100.0)


def test_only_a_blocker_that_may_be_violated_keeps_a_verdict_open() -> None:
    bands = {"meets": 70.0, "mixed": 40.0}
    harmless = judged("duty", "blocker", Outcome.UNKNOWN, may_violate=False)
    assert verdict_of([harmless], Interval(80, 90), **bands) is Verdict.MEETS
    for outcome in (Outcome.VIOLATED, Outcome.UNKNOWN):
        assert verdict_of([judged("duty", "major", outcome)], Interval(80, 90), **bands) is Verdict.MEETS
    assert verdict_of([judged("duty", "blocker", Outcome.PARTIAL)], Interval(80, 90), **bands) is Verdict.MEETS
    assert verdict_of([], Interval(69.9, 70), **bands) is Verdict.UNDETERMINED
    assert verdict_of([], Interval(40, 40), **bands) is Verdict.MIXED


def assess(loaded: LoadedProposal, proposal: Proposal) -> Assessment:
    return ASSESSOR.assess(LoadedProposal(proposal, loaded.document))


def outcomes(assessment: Assessment) -> dict[str, Outcome]:
    return {finding.criterion: finding.outcome for finding in assessment.findings}


@pytest.mark.slow
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


@pytest.mark.slow
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
