"""The gate: thresholds with what would change them, waivers, the baseline, and never a pass in silence."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.assessment import Assessor
from policy_engine.cli.commands import policy_engine
from policy_engine.errors import SourceError
from policy_engine.gate.baseline import baseline_of, changes_since, tightened
from policy_engine.gate.judging import GateInput, judge_gate
from policy_engine.gate.rescoring import MENDABLE, mended, score_with, steps_to
from policy_engine.gate.results import GateResult
from policy_engine.gate.thresholds import MostViolated, Thresholds
from policy_engine.gate.waivers import load_waivers
from policy_engine.loading import LoadedLens, load_proposal
from policy_engine.results import Assessment, Finding, Outcome

SB_53 = ROOT / "proposals/us/ca/sb-53.yaml"
MORATORIUM = ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml"
TODAY = datetime.date(2026, 11, 24)


@pytest.fixture(scope="module")
def assessed(lens: LoadedLens) -> dict[str, Assessment]:
    """Return assessments of every shipped proposal by id."""
    with Assessor(lens, "plain") as assessor:
        files = sorted((ROOT / "proposals").rglob("*.yaml"))
        return {a.proposal.id: a for a in (assessor.assess(load_proposal(str(file))) for file in files)}


def gate(thresholds: Thresholds, *assessments: Assessment) -> GateResult:
    """Judge a gate with thresholds alone."""
    return judge_gate(GateInput(thresholds), assessments, ())


def with_outcomes(assessment: Assessment, outcomes: dict[str, Outcome]) -> Assessment:
    """Return an assessment whose findings came out otherwise, with ids that say so."""

    def changed(finding: Finding) -> Finding:
        outcome = outcomes.get(finding.criterion, finding.outcome)
        if outcome is finding.outcome:
            return finding
        return replace(finding, outcome=outcome, id=f"{finding.criterion}{outcome}", evidence=())

    principles = tuple(replace(p, findings=tuple(map(changed, p.findings))) for p in assessment.principles)
    findings = tuple(finding for principle in principles for finding in principle.findings)
    made = replace(assessment, principles=principles, findings=findings)
    return replace(made, score=score_with(made, {}))


def test_rescoring_gives_the_score_of_the_assessment(assessed: dict[str, Assessment]) -> None:
    for assessment in assessed.values():
        assert score_with(assessment, {}) == assessment.score


def test_each_threshold_says_what_was_found_and_what_would_change_it(assessed: dict[str, Assessment]) -> None:
    thresholds = Thresholds(
        lowest_score=60,
        principles={"VAC": 50},
        no_veto=True,
        most=MostViolated(blocker=0, major=99),
        least_coverage_percent=99,
    )
    result = gate(thresholds, assessed["us-federal-hr-1-sec-43201-house"])
    checks = {check.threshold: check for check in result.checks}
    assert result.passed is False
    assert result.fails_the_run
    assert list(checks) == [
        "assessed",
        "lowest_score",
        "principles.VAC",
        "no_veto",
        "most.blocker",
        "most.major",
        "least_coverage_percent",
    ]
    assert checks["lowest_score"].message == "low bound 0.00, required 60.00"
    assert "60.00 points short; for example mending" in checks["lowest_score"].mend
    assert checks["principles.VAC"].value == 0
    assert "mending VAC-1" in checks["principles.VAC"].mend
    assert "violated: VAC-1 What is displaced is replaced" in checks["no_veto"].message
    assert "VAC-1: " in checks["no_veto"].mend
    assert checks["most.blocker"].message == "2 violated, at most 0"
    assert checks["most.major"].holds
    assert checks["least_coverage_percent"].message.endswith("required 99.00%")
    assert checks["least_coverage_percent"].mend.startswith("examine first: ")


def test_an_unknown_blocker_does_not_pass_for_no_veto(assessed: dict[str, Assessment]) -> None:
    assessment = assessed["us-ca-sb-53"]
    assert assessment.vetoes == ()
    check = gate(Thresholds(no_veto=True), assessment).checks[-1]
    assert not check.holds
    assert check.message.startswith("unknown and could be violated: VAC-2")
    assert "displaces.matters of local-preemption (SEC. 5(f), (b)-(c)) was not examined" in check.mend
    known_only = gate(Thresholds(most=MostViolated(blocker=0)), assessment)
    assert known_only.passed


def test_nothing_assessed_never_passes() -> None:
    result = gate(Thresholds(no_veto=True))
    assert result.passed is False
    assert result.checks[0].mend.startswith("give the gate at least one proposal")


def test_observe_reports_and_does_not_fail_the_run(assessed: dict[str, Assessment]) -> None:
    result = gate(Thresholds(mode="observe", no_veto=True), assessed["us-federal-hr-1-sec-43201-house"])
    assert result.passed is False
    assert not result.fails_the_run


def test_a_principle_that_the_lens_does_not_hold_is_refused(assessed: dict[str, Assessment]) -> None:
    with pytest.raises(SourceError, match="principle `VAX`"):
        gate(Thresholds(principles={"VAX": 50}), assessed["us-ca-sb-53"])


def test_what_would_reach_a_threshold_reaches_it(assessed: dict[str, Assessment]) -> None:
    for assessment in list(assessed.values())[::3]:
        for threshold in (30, 90):
            steps = steps_to(assessment, threshold, {})
            if steps is None:
                continue
            chosen = mended(finding.criterion for finding, _ in steps)
            assert score_with(assessment, chosen).low >= threshold
            assert score_with(assessment, chosen).low == pytest.approx(
                assessment.score.low + sum(gain for _, gain in steps)
            )


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_waiver_never_lowers_a_score_or_fails_a_check(data: st.DataObject, assessed: dict[str, Assessment]) -> None:
    assessment = data.draw(st.sampled_from(list(assessed.values())))
    open_findings = [f.criterion for f in assessment.findings if f.outcome in MENDABLE]
    names = data.draw(st.lists(st.sampled_from(open_findings), unique=True)) if open_findings else []
    more = data.draw(st.lists(st.sampled_from(open_findings), unique=True)) if open_findings else []
    few, many = score_with(assessment, mended(names)), score_with(assessment, mended({*names, *more}))
    assert many.low >= few.low - 1e-9
    assert few.low >= assessment.score.low - 1e-9


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_withholding_never_makes_a_gate_pass(data: st.DataObject, assessed: dict[str, Assessment]) -> None:
    assessment = data.draw(st.sampled_from(list(assessed.values())))
    hidden = data.draw(st.lists(st.sampled_from([f.criterion for f in assessment.findings]), unique=True))
    unknown = with_outcomes(assessment, dict.fromkeys(hidden, Outcome.UNKNOWN))
    unknown = replace(
        unknown,
        findings=tuple(replace(f, may_violate=f.may_violate or f.criterion in hidden) for f in unknown.findings),
    )
    thresholds = Thresholds(lowest_score=data.draw(st.integers(1, 90)), no_veto=True, least_coverage_percent=70)
    if not gate(thresholds, assessment).passed:
        assert not gate(thresholds, unknown).passed
    standing = baseline_of([assessment]).proposals[assessment.proposal.id]
    assert not [c for c in changes_since(standing, unknown) if c.state == "fixed"]


def waiver_file(folder: Path, *waivers: str) -> str:
    """Write a waiver file of flow mappings and return its name."""
    tail = 'reason: "It is known.", approver: "Committee counsel"'
    file = folder / "waivers.yaml"
    file.write_text("waivers:\n" + "".join(f"  - {{{waiver}, {tail}}}\n" for waiver in waivers), encoding="utf-8")
    return str(file)


def judged(folder: Path, assessments: list[Assessment], *waivers: str, as_of: datetime.date = TODAY) -> GateResult:
    """Judge `no_veto` with waivers."""
    loaded = load_waivers(waiver_file(folder, *waivers))
    return judge_gate(GateInput(Thresholds(no_veto=True), loaded, as_of), assessments, ())


def test_a_waiver_counts_up_to_its_last_day(tmp_path: Path, assessed: dict[str, Assessment]) -> None:
    text = [assessed["us-ca-sb-53"]]
    result = judged(tmp_path, text, "criterion: VAC-2, expires: 2026-11-24")
    assert result.passed
    (use,) = result.waivers
    assert (use.state, use.proposals, use.location.line) == ("applied", ("us-ca-sb-53",), 2)
    (standing,) = result.standings
    assert standing.waived == ("VAC-2",)
    assert standing.score_with_waivers.low > standing.score.low
    late = judged(tmp_path, text, "criterion: VAC-2, expires: 2026-11-24", as_of=datetime.date(2026, 11, 25))
    assert not late.passed
    assert late.waivers[0].state == "expired"
    assert late.waivers[0].message == (
        "VAC-2 was waived up to 2026-11-24, and 2026-11-25 is later; renew it or mend the text"
    )


def test_unused_and_ambiguous_waivers_are_told_and_not_applied(tmp_path: Path, assessed: dict[str, Assessment]) -> None:
    both = [assessed["us-ca-sb-53"], assessed["us-federal-hr-1-sec-43201-house"]]
    result = judged(
        tmp_path,
        both,
        "criterion: LIB-5, expires: 2027-01-01",
        "criterion: VAC-1, proposal: us-ca-sb-53, expires: 2027-01-01",
        "criterion: VAC-2, proposal: us-ca-sb-53, expires: 2027-01-01",
        "criterion: VAC-2, proposal: us-ca-sb-53, expires: 2027-02-01",
    )
    assert [use.state for use in result.waivers] == ["ambiguous", "unused", "ambiguous", "ambiguous"]
    assert "write one for each" in result.waivers[0].message
    assert "VAC-1 of us-ca-sb-53 is not violated" in result.waivers[1].message
    assert "another waiver also covers VAC-2" in result.waivers[2].message
    assert all(standing.waived == () for standing in result.standings)
    strict = replace(result)
    assert strict.passed is False


def test_a_waiver_by_finding_falls_with_its_evidence(tmp_path: Path, assessed: dict[str, Assessment]) -> None:
    moratorium = assessed["us-federal-hr-1-sec-43201-house"]
    finding = next(f for f in moratorium.findings if f.criterion == "VAC-1")
    assert judged(tmp_path, [moratorium], f"finding: '{finding.id}', expires: 2027-01-01").waivers[0].state == "applied"
    other = with_outcomes(moratorium, {"VAC-1": Outcome.PARTIAL})
    assert judged(tmp_path, [other], f"finding: '{finding.id}', expires: 2027-01-01").waivers[0].state == "unused"


def test_faults_of_a_waiver_file_are_told_with_line_and_near_miss(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(
        "waivers:\n  - {criterion: VAC-1, reason: known, aprover: Counsel, expires: 2026-12-31}\n"
        "  - {criterion: VAC-1, finding: '0123456789abcdef', reason: known, approver: Counsel, expires: 2026-12-30}\n",
        encoding="utf-8",
    )
    with pytest.raises(SourceError) as caught:
        load_waivers(str(file))
    text = str(caught.value)
    assert "waivers.yaml:2:" in text
    assert "did you mean `approver`?" in text
    assert "waivers.yaml:3:" in text
    assert "names a finding or a criterion, and not both" in text


def test_new_fixed_and_unchanged_are_told_apart(assessed: dict[str, Assessment]) -> None:
    before = assessed["us-ca-sb-53"]
    accepted = baseline_of([before]).proposals["us-ca-sb-53"]
    violated = [f.criterion for f in before.findings if f.outcome is Outcome.VIOLATED]
    satisfied = [f.criterion for f in before.findings if f.outcome is Outcome.SATISFIED]
    after = with_outcomes(
        before,
        {
            violated[0]: Outcome.SATISFIED,
            violated[1]: Outcome.PARTIAL,
            violated[2]: Outcome.UNKNOWN,
            satisfied[0]: Outcome.VIOLATED,
            satisfied[1]: Outcome.UNKNOWN,
        },
    )
    states = {change.criterion: change for change in changes_since(accepted, after)}
    assert states[violated[0]].state == states[violated[1]].state == "fixed"
    assert states[violated[2]].state == "new", "what can no longer be told is not mended"
    assert states[satisfied[0]].state == states[satisfied[1]].state == "new"
    assert states[violated[3]].state == "unchanged"
    assert len(states) == len(accepted.findings) + 2


def test_tighten_takes_away_and_never_accepts(assessed: dict[str, Assessment]) -> None:
    before = assessed["us-ca-sb-53"]
    base = baseline_of([before])
    violated = [f.criterion for f in before.findings if f.outcome is Outcome.VIOLATED]
    satisfied = [f.criterion for f in before.findings if f.outcome is Outcome.SATISFIED]
    after = with_outcomes(before, {violated[0]: Outcome.SATISFIED, satisfied[0]: Outcome.VIOLATED})
    new, gone = tightened(base, [after, assessed["us-federal-s-2938"]])
    assert gone == {"us-ca-sb-53": (violated[0],)}
    assert set(new.proposals) == {"us-ca-sb-53"}
    names = {finding.criterion for finding in new.proposals["us-ca-sb-53"].findings.values()}
    assert violated[0] not in names
    assert satisfied[0] not in names
    assert new.proposals["us-ca-sb-53"].low >= base.proposals["us-ca-sb-53"].low
    back = {change.criterion: change.state for change in changes_since(new.proposals["us-ca-sb-53"], before)}
    assert back[violated[0]] == "new"


def run(folder: Path, *arguments: str) -> Result:
    """Run the command in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(policy_engine, [*arguments, "--engine", "plain"])


def test_the_command_records_checks_and_tightens_a_baseline(tmp_path: Path) -> None:
    bill = tmp_path / "bill.yaml"
    bill.write_text(SB_53.read_text(encoding="utf-8"), encoding="utf-8")
    none = run(tmp_path, "evaluate", "bill.yaml", "--baseline", "b.json", "--gate", "no_regression=true")
    assert none.exit_code == 3
    assert "there is no baseline file" in none.stderr
    assert "policy-engine baseline write" in none.stderr
    without = run(tmp_path, "evaluate", "bill.yaml", "--gate", "no_regression=true")
    assert without.exit_code == 1
    assert "not checked: there is no baseline" in without.stdout
    written = run(tmp_path, "baseline", "write", "bill.yaml", "--baseline", "b.json")
    assert written.exit_code == 0
    assert "1 proposal(s), 28 finding(s) accepted under article-2026-02" in written.stdout
    checked = run(tmp_path, "baseline", "check", "bill.yaml", "--baseline", "b.json")
    assert checked.exit_code == 0
    assert "0 new, 0 fixed, 28 unchanged" in checked.stdout
    assert "nothing to tighten" in run(tmp_path, "baseline", "tighten", "bill.yaml", "--baseline", "b.json").stdout
    other = run(tmp_path, "baseline", "check", str(MORATORIUM), "--baseline", "b.json")
    assert other.exit_code == 1
    assert "missing: us-ca-sb-53 is in the baseline and was not assessed" in other.stdout
    assert "not checked: the baseline does not hold this proposal" in other.stdout
    lens = run(
        tmp_path,
        "evaluate",
        "bill.yaml",
        "--baseline",
        "b.json",
        "--gate",
        "no_regression=true",
        "--lens",
        "eu-risk-tiers",
    )
    assert lens.exit_code == 1
    assert "the baseline was written under the lens article-2026-02" in " ".join(lens.stdout.split())


def test_two_files_with_one_id_are_refused_where_ids_matter(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SB_53.read_text(encoding="utf-8"), encoding="utf-8")
    result = run(tmp_path, "baseline", "write", "a.yaml", "b.yaml")
    assert result.exit_code == 3
    assert "the proposal id `us-ca-sb-53` also stands in a.yaml" in result.stderr


def test_a_broken_baseline_is_a_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"schema": "policy-engine/baseline/1", "lens": 3}', encoding="utf-8")
    result = run(tmp_path, "evaluate", str(SB_53), "--baseline", "b.json")
    assert result.exit_code == 3
    assert "this is no baseline: lens" in result.stderr


def test_waivers_need_today_and_can_be_left_out(tmp_path: Path) -> None:
    file = waiver_file(tmp_path, "criterion: VAC-2, expires: 2026-12-31")
    base = ["evaluate", str(SB_53), "--waivers", file, "--gate", "no_veto=true"]
    missing = run(tmp_path, *base)
    assert missing.exit_code == 2
    assert "give today with --as-of YYYY-MM-DD" in missing.stderr
    applied = run(tmp_path, *base, "--as-of", "2026-11-24", "--format", "json")
    assert applied.exit_code == 0
    found = json.loads(applied.stdout)["gate"]
    assert found["as_of"] == "2026-11-24"
    assert found["waivers"][0]["state"] == "applied"
    assert found["standings"][0]["score"] != found["standings"][0]["score_with_waivers"]
    assert run(tmp_path, *base, "--no-waivers").exit_code == 1


def test_a_file_at_fault_never_lets_a_gate_pass(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("id: [\n", encoding="utf-8")
    result = run(tmp_path, "evaluate", str(SB_53), "broken.yaml", "--gate", "most.blocker=0", "--format", "json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)["gate"]
    assert found["passed"] is False
    assert [c["threshold"] for c in found["checks"] if not c["holds"]] == ["files_at_fault"]


def test_a_gate_without_a_threshold_is_refused(tmp_path: Path) -> None:
    result = run(tmp_path, "evaluate", str(SB_53), "--gate", "mode=enforce")
    assert result.exit_code == 3
    assert "the gate has no threshold" in result.stderr
    wrong = run(tmp_path, "evaluate", str(SB_53), "--gate", "lowest_scor=40")
    assert wrong.exit_code == 3
    assert "did you mean `lowest_score`" in wrong.stderr
    assert run(tmp_path, "evaluate", str(SB_53), "--gate", "no_veto").exit_code == 2
