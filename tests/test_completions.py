"""Completions of unknown facts: every drawn score lies in the interval, and every completion is complete."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ROOT, proposal

from policy_engine.analysis.completions import Bank, bank_of
from policy_engine.analysis.variables import completed, variables_of
from policy_engine.assessment import Assessor
from policy_engine.completion.readings import BEGINS, Reading, readings_of
from policy_engine.completion.values import around, merged, values_for
from policy_engine.loading import LoadedLens, load_all_rules, load_proposal
from policy_engine.proposals.records import provision_types, record_types
from policy_engine.results import Assessment

TEXTS = [
    "us/ca/sb-53.yaml",
    "us/federal/hr-1-sec-43201-house.yaml",
    "us/federal/s-3062-guard.yaml",
    "us/federal/cruz-blackburn-june-2025.yaml",
    "us/ut/sb-226.yaml",
    "us/tn/sb-1493-introduced.yaml",
    "eu/ai-act-2024-03-parliament.yaml",
]
FILES = [ROOT / "proposals" / text for text in TEXTS if (ROOT / "proposals" / text).is_file()]


def completions(lens: LoadedLens, file: str, seed: int = 0) -> tuple[Assessment, Bank]:
    """Return the assessment of a file and 30 of its completions."""
    loaded = load_proposal(file)
    with Assessor(lens, "plain") as assessor:
        assessment = assessor.assess(loaded)
    return assessment, bank_of(lens, loaded, assessment, 30, seed)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_drawn_score_lies_in_the_interval(lens: LoadedLens, file: object) -> None:
    assessment, bank = completions(lens, str(file), seed=3)
    weights = np.array([p.weight for p in assessment.principles])
    counts = ~np.isnan(bank.scores)
    scores = (np.nan_to_num(bank.scores) * weights).sum(axis=1) / (counts * weights).sum(axis=1)
    assert scores.min() >= assessment.score.low - 1e-9
    assert scores.max() <= assessment.score.high + 1e-9
    for column, principle in enumerate(assessment.principles):
        own = bank.scores[counts[:, column], column]
        if len(own) and principle.score is not None:
            assert own.min() >= principle.score.low - 1e-9
            assert own.max() <= principle.score.high + 1e-9


def test_texts_of_every_kind_are_among_them(lens: LoadedLens) -> None:
    assert len(FILES) >= 5
    kinds = {completions(lens, str(file))[1].told.kind for file in FILES}
    assert {"exhaustive", "sampled"} <= kinds


def test_a_veto_that_is_certain_is_in_every_completion(lens: LoadedLens) -> None:
    assessment, bank = completions(lens, str(FILES[1]))
    assert assessment.verdict == "veto"
    assert bank.vetoed.all()


def test_the_same_seed_gives_the_same_completions(lens: LoadedLens) -> None:
    one, two, other = (completions(lens, str(FILES[2]), seed)[1] for seed in (1, 1, 2))
    assert np.array_equal(one.scores, two.scores, equal_nan=True)
    assert not np.array_equal(one.scores, other.scores, equal_nan=True)


def test_every_field_that_a_shipped_rule_reads_has_several_values_of_its_kind() -> None:
    readings = readings_of(load_all_rules().program)
    assert len(readings.provisions) > 30
    for name, fields in readings.provisions.items():
        for path, reading in fields.items():
            values = values_for(name, path, reading)
            assert len(values) >= 2, (name, path)
            assert len(set(map(str, values))) == len(values)
            if path != BEGINS and record_types()[name][path].kind == "choice":
                assert set(values) <= {*record_types()[name][path].choices, "not_addressed"}


def test_values_that_the_rules_treat_alike_are_drawn_once() -> None:
    reading = Reading(tests=[("at_least", 10.0)])
    assert around([10.0]) == [5.0, 10.0, 20.0]
    assert merged([*around([10.0]), "not_addressed"], reading) == (5.0, 10.0)
    reading.add("addressed", True)
    assert merged([*around([10.0]), "not_addressed"], reading) == (5.0, 10.0, "not_addressed")


def test_nothing_read_means_that_any_provision_may_stand_there(lens: LoadedLens) -> None:
    text = proposal(examined=())
    variables = variables_of(lens.program, text, readings_of(lens.program))
    kinds = {v.place for v in variables if not v.path}
    assert {"preemption", "disclosure", "risk_tier"} & kinds
    assert kinds <= set(provision_types())
    full = completed(text, variables, [len(v.values) - 1 for v in variables])
    assert {p.type for p in full.provisions} == kinds
    assert full.examined == "everything"
    assert completed(text, variables, [0] * len(variables)).provisions == ()


def test_a_value_inside_another_is_set_and_its_neighbours_stay(lens: LoadedLens) -> None:
    text = proposal(
        provisions=[
            {
                "type": "preemption",
                "id": "p",
                "cite": "sec. 1",
                "mechanism": "bars",
                "saves": {"tort": "contested", "crime": True},
            }
        ]
    )
    variables = variables_of(lens.program, text, readings_of(lens.program))
    tort = next(v for v in variables if v.path == "saves.tort")
    assert tort.contested
    changed = completed(text, [tort], [tort.values.index(False)]).provisions[0]
    assert (changed.saves.tort, changed.saves.crime, changed.mechanism) == (False, True, "bars")  # type: ignore[union-attr]
