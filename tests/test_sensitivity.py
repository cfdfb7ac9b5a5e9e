"""What moves the verdict: each part against a calculation by hand, or against assessing the changed text."""

from __future__ import annotations

import builtins
import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from comparing import bill, run, written
from conftest import ROOT

from policy_engine.analysis.agreement import agreement_of
from policy_engine.analysis.results import View
from policy_engine.analysis.sensitivity import sensitivity_of
from policy_engine.analysis.sensitivity_results import Sensitivity
from policy_engine.analysis.sobol import sobol_indices
from policy_engine.analysis.weight_flips import interval_at
from policy_engine.assessment import Assessor
from policy_engine.loading import LoadedLens, load_lens, load_proposal, program_with
from policy_engine.results import Assessment, Interval, Verdict
from policy_engine.rules.lens import Bands, ParameterOverride
from policy_engine.scoring import verdict_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with small rules and bills."""
    return written(tmp_path_factory.mktemp("sensitivity"))


def analysed(lens: LoadedLens, file: Path, factor: float | None = None) -> tuple[Assessment, Sensitivity]:
    """Return the assessment and the analysis of a file."""
    loaded = load_proposal(str(file))
    with Assessor(lens, "plain") as assessor:
        assessment = assessor.assess(loaded)
    return assessment, sensitivity_of(lens, loaded, assessment, factor=factor)


def test_a_cut_off_changes_the_outcome_at_the_end_that_crosses_the_text(folder: Path) -> None:
    lens = load_lens("clock", str(folder / "rules"))
    _, found = analysed(lens, folder / "full.yaml")
    (cutoff,) = found.cutoffs
    # 48 hours in the text: within 72 and 96, beyond 24.
    assert (cutoff.parameter, cutoff.basis, cutoff.low.value, cutoff.high.value) == ("most_hours", "declared", 24, 96)
    assert [(c.criterion, c.before, c.after) for c in cutoff.low.changed] == [("CLK-1", "satisfied", "violated")]
    assert cutoff.low.effect.score == Interval(0.0, 0.0)
    assert cutoff.low.effect.verdict is Verdict.DOES_NOT_MEET
    assert cutoff.high.changed == ()
    assert cutoff.high.effect == found.base
    assert found.fixed_cutoffs == ("idle_hours",)


def test_a_factor_moves_cut_offs_without_a_range(folder: Path) -> None:
    lens = load_lens("clock", str(folder / "rules"))
    _, found = analysed(lens, folder / "full.yaml", factor=2.0)
    idle = next(c for c in found.cutoffs if c.parameter == "idle_hours")
    assert (idle.basis, idle.low.value, idle.high.value) == ("factor", 2.5, 10.0)
    assert found.fixed_cutoffs == ()


@pytest.mark.parametrize("text", ["us/ca/sb-53.yaml", "us/ny/raise-chapter-96.yaml"])
def test_an_end_of_a_cut_off_is_what_a_lens_with_that_value_gives(lens: LoadedLens, text: str) -> None:
    assessment, found = analysed(lens, ROOT / "proposals" / text)
    assert (found.base.score, found.base.verdict) == (assessment.score, assessment.verdict)
    moved = [c for c in found.cutoffs if c.low.changed or c.high.changed]
    assert moved
    loaded = load_proposal(str(ROOT / "proposals" / text))
    for cutoff in moved:
        for end in (cutoff.low, cutoff.high):
            override = {cutoff.parameter: ParameterOverride(value=end.value, reason="For a test.")}
            whole = replace(lens, lens=lens.lens.model_copy(update={"parameters": override}))
            program = program_with(whole, cutoff.parameter, end.value)
            names = {c.criterion.id for c in program.criteria}
            assert {c.criterion for c in end.changed} <= names
            # All criteria, compiled anew with the override, by the whole assessment.
            full = _recompiled(lens, cutoff.parameter, end.value)
            with Assessor(full, "plain") as assessor:
                there = assessor.assess(loaded)
            assert (end.effect.score.low, end.effect.score.high) == pytest.approx((there.score.low, there.score.high))
            assert end.effect.verdict is there.verdict


def _recompiled(lens: LoadedLens, parameter: str, value: float) -> LoadedLens:
    from policy_engine.compiler import compile_program

    values = {p.name: p.value for r in lens.rule_sets for p in r.parameters} | {parameter: value}
    owners = {r.principle.id: r.id for r in lens.rule_sets if r.principle}
    criteria = tuple((owners[c.principle.id], c.criterion) for c in lens.criteria)
    program, problems = compile_program(lens.rule_sets, criteria, values)
    assert program is not None, problems
    return replace(lens, program=program.pruned())


def test_leaving_out_a_criterion_is_a_lens_that_excludes_it(folder: Path) -> None:
    lens = load_lens("small", str(folder / "rules"))
    _, found = analysed(lens, folder / "late.yaml")
    without = {item.criterion: item.effect for item in found.criteria}
    excluding = folder / "rules/lenses/without.yaml"
    text = (folder / "rules/lenses/small.yaml").read_text(encoding="utf-8")
    for name, effect in without.items():
        excluding.write_text(text.replace("id: small", "id: without") + f"exclude: [{name}]\n", encoding="utf-8")
        with Assessor(load_lens("without", str(folder / "rules")), "plain") as assessor:
            there = assessor.assess(load_proposal(str(folder / "late.yaml")))
        assert (effect.score, effect.verdict) == (there.score, there.verdict), name
    # The contested blocker alone keeps the verdict open.
    assert found.base.verdict is Verdict.UNDETERMINED
    assert found.criteria[0].criterion == "STP-2"
    excluding.unlink()


def test_weights_flip_the_verdict_where_it_says_and_not_before(folder: Path) -> None:
    lens = load_lens("small", str(folder / "rules"))
    assessment, found = analysed(lens, folder / "full.yaml")
    # TWN 50, CLK 100, STP 100: the mean is 83.3; below 70 where TWN weighs more than 3.
    flips = {flip.principle: flip for flip in found.weights}
    assert flips["TWN"].higher == pytest.approx(3.0)
    assert flips["TWN"].higher_verdict is Verdict.MIXED
    assert (flips["TWN"].lower, flips["CLK"].higher) == (None, None)
    for flip in found.weights:
        for edge, outside, beyond in ((flip.lower, flip.lower_verdict, 0.99), (flip.higher, flip.higher_verdict, 1.01)):
            if edge is not None:
                assert _verdict_at(assessment, flip.principle, edge * beyond) is outside
                assert _verdict_at(assessment, flip.principle, edge / beyond) is assessment.verdict


def _verdict_at(assessment: Assessment, principle: str, weight: float) -> Verdict:
    bands = Bands()
    return verdict_of([], interval_at(assessment, principle, weight), meets=bands.meets, mixed=bands.mixed)


def test_a_fact_gives_what_the_text_with_that_value_gives(folder: Path) -> None:
    lens = load_lens("small", str(folder / "rules"))
    _, found = analysed(lens, folder / "late.yaml")
    (fact,) = found.facts
    assert fact.contested
    assert fact.fact.startswith("published of p3")
    for value in fact.values:
        text = (folder / "late.yaml").read_text(encoding="utf-8").replace("contested", value.value)
        (folder / "known.yaml").write_text(text, encoding="utf-8")
        with Assessor(lens, "plain") as assessor:
            there = assessor.assess(load_proposal(str(folder / "known.yaml")))
        assert (value.effect.score, value.effect.verdict) == (there.score, there.verdict)
    assert {value.value: value.effect.verdict.value for value in fact.values}["false"] == "veto"


def test_sobol_indices_match_an_integration_by_hand(folder: Path) -> None:
    lens = load_lens("small", str(folder / "rules"))
    assessment, _ = analysed(lens, folder / "full.yaml")
    score, band = sobol_indices(assessment, Bands(), 1024, 0)
    found = {index.input: index for index in score.indices}
    assert found["edge of mixed"].total == pytest.approx(0.0, abs=1e-6)
    assert found["unknown facts"].total == pytest.approx(0.0, abs=1e-6)
    # Score with weights a, b, c even on 0 to 2 and values 50, 100, 100; first index of a: Var(E[score | a]) / Var.
    grid = (np.arange(80) + 0.5) / 40
    a, b, c = np.meshgrid(grid, grid, grid, indexing="ij")
    values = (50 * a + 100 * b + 100 * c) / (a + b + c)
    exact = values.mean(axis=(1, 2)).var() / values.var()
    assert found["weight of TWN"].first == pytest.approx(exact, abs=0.06)
    assert found["weight of TWN"].total >= found["weight of CLK"].total
    assert band.output == "band"


def test_where_nothing_varies_there_are_no_indices(folder: Path) -> None:
    lens = load_lens("clock", str(folder / "rules"))
    assessment, _ = analysed(lens, folder / "full.yaml")
    score, _ = sobol_indices(assessment, Bands(), 256, 0)
    assert score.indices == ()


def test_sobol_without_the_extra_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "SALib" else real(name, *more))
    result = run(folder, "sensitivity", "full.yaml", "--lens", "small", "--sobol")
    assert result.exit_code == 2
    assert "pip install 'policy-engine[analysis]'" in result.stderr


def test_the_analysis_runs_without_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refusing(name: str, *more: object) -> object:
        if name.partition(".")[0] == "SALib":
            raise ImportError(name)
        return real(name, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refusing)
    assert run(folder, "sensitivity", "full.yaml", "--lens", "small").exit_code == 0


def test_a_range_that_leaves_its_own_value_out_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path)
    rules = folder / "rules/clk.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("low: 24", "low: 80"), encoding="utf-8")
    result = run(folder, "sensitivity", "full.yaml", "--lens", "clock")
    assert result.exit_code == 3
    assert "outside its own plausible range" in result.stderr


def views(*verdicts: str) -> list[View]:
    """Return views under lenses a, b, c …"""
    return [View(chr(97 + n), Verdict(verdict), Interval(0, 100)) for n, verdict in enumerate(verdicts)]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (("meets", "meets", "meets"), ("all_agree", None)),
        (("meets", "undetermined", "meets"), ("all_agree", None)),
        (("meets", "veto", "meets"), ("one_dissents", "b")),
        (("meets", "veto", "undetermined", "meets"), ("one_dissents", "b")),
        (("meets", "veto"), ("split", None)),
        (("meets", "meets", "veto", "veto"), ("split", None)),
        (("meets", "mixed", "veto"), ("split", None)),
        (("meets", "undetermined"), ("too_few", None)),
        (("undetermined", "undetermined"), ("too_few", None)),
    ],
)
def test_agreement(verdicts: tuple[str, ...], expected: tuple[str, str | None]) -> None:
    assert agreement_of(views(*verdicts)) == expected


def test_the_order_of_lenses_does_not_decide_who_dissents() -> None:
    for order in (("veto", "meets", "meets"), ("meets", "meets", "veto")):
        kind, dissents = agreement_of(views(*order))
        assert kind == "one_dissents"
        assert dissents == chr(97 + order.index("veto"))


def test_bills_differ() -> None:
    assert bill("a") != bill("b")
