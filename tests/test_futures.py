"""Sampled futures: seeded, in order, the same as single runs, and fast."""

from __future__ import annotations

import datetime
import importlib.util
import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ROOT, proposal

from policy_engine.cli.commands import policy_engine
from policy_engine.errors import SourceError
from policy_engine.loading import load_proposal
from policy_engine.proposals.model import Proposal
from policy_engine.runs.results import LawResult
from policy_engine.simulation import Scenario, simulate
from policy_engine.simulation.assumptions import Assumptions, Spread, load_assumptions
from policy_engine.simulation.sampling import Band, Sample, draw, sample

LAWS = (
    "us/ca/sb-53",
    "us/ca/sb-1047-enrolled",
    "us/ny/raise-2025-06",
    "us/federal/hr-9925-frontier",
    "us/federal/s-2938",
    "us/federal/hr-1-sec-43201-house",
)
FRONTIER = str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml")
# Evidence comes when everything with a start of its own has begun.
LATE = Assumptions(doublings=4, doubling_days=Spread(median=200, ninth_decile=260))


def law(name: str) -> Proposal:
    return load_proposal(str(ROOT / "proposals" / f"{name}.yaml")).proposal


def band(found: Sample, name: str) -> Band:
    return next(each for each in found.bands if each.name == name)


def single(text: Proposal, seed: int) -> tuple[LawResult, Sample]:
    """Return one future, run day by day and sampled."""
    futures = draw(LATE, 1, seed)
    emerges, known, deciding = (float(days[0]) for days in (futures.emerges, futures.known, futures.deciding))

    def day(days: float) -> datetime.date:
        return LATE.enacted + datetime.timedelta(days=days)

    events: list[dict[str, Any]] = [
        {"day": day(emerges), "kind": "risk_emerges", "risk": LATE.risk, "severity": 1.0},
        {"day": day(known), "kind": "capability_evaluated", "risk": LATE.risk, "result": "crosses"},
        {"day": day(known), "kind": "expert_finding", "risk": LATE.risk},
        {"day": day(known + deciding), "kind": "authority_acts"},
    ]
    scenario = Scenario.model_validate(
        {
            "id": "one",
            "title": "One",
            "question": "What?",
            "from": LATE.enacted,
            "until": day(futures.horizon - 1),
            "enacted": LATE.enacted,
            "authority": "as_told",
            "actor": LATE.actor,
            "events": events,
        }
    )
    return simulate(text, scenario, engine="plain"), sample(text, LATE, 1, seed)


@pytest.mark.parametrize("name", LAWS)
def test_a_sampled_future_is_what_a_run_of_it_gives(name: str) -> None:
    text = law(name)
    for seed in range(12):
        result, found = single(text, seed)
        (episode,) = result.episodes
        for what, answer, total in (
            ("duty", episode.duty.days, result.exposure),
            ("measure", episode.measure.days, result.unrestrained),
        ):
            until, without = band(found, f"days until a {what}"), band(found, f"days without a {what}")
            assert (until.best[0], until.worst[0]) == (answer.low, answer.high), (what, seed)
            assert (without.best[0], without.worst[0]) == (total.low, total.high), (what, seed)


def test_the_same_seed_gives_the_same_futures_and_another_seed_others() -> None:
    text = law("us/ca/sb-1047-enrolled")
    one, again, other = (sample(text, Assumptions(), 500, seed) for seed in (1, 1, 2))
    assert one == again
    assert one.bands != other.bands


def test_quantiles_rise_and_the_worst_is_never_better() -> None:
    for name in LAWS:
        for each in sample(law(name), Assumptions(), 500, 1).bands:
            best = [float("inf") if value is None else value for value in each.best]
            worst = [float("inf") if value is None else value for value in each.worst]
            assert best == sorted(best)
            assert worst == sorted(worst)
            assert all(one <= other for one, other in zip(best, worst, strict=True))


def test_distributions_have_the_median_and_ninth_decile_they_say() -> None:
    futures = draw(Assumptions(), 50_000, 3)
    late = sorted(futures.late)
    assert 170 < late[25_000] < 190
    assert 860 < late[45_000] < 940


def test_a_rule_that_is_late_makes_its_duty_late() -> None:
    duty = {
        "id": "a",
        "type": "incident_report",
        "cite": "sec. a",
        "mandatory": True,
        "persons": ["developers"],
        "subjects": ["frontier_models"],
        "begins": {"rule_due_days": 180.0, "days_after_rule": 0.0},
    }
    assumptions = Assumptions(doublings=0)
    found = sample(proposal(provisions=[duty]), assumptions, 2000, 1)
    late = sorted(180 + draw(assumptions, 2000, 1).late)
    waits = band(found, "days until a duty")
    assert waits.best == waits.worst
    assert abs((waits.best[2] or 0) - late[1000]) <= 2


@pytest.mark.slow
def test_ten_thousand_futures_of_a_law_take_less_than_ten_seconds() -> None:
    text = law("us/federal/hr-9925-frontier")
    before = time.perf_counter()
    sample(text, Assumptions(), 10_000, 1)
    assert time.perf_counter() - before < 10


def test_command_prints_bands_and_json() -> None:
    result = CliRunner().invoke(policy_engine, ["futures", FRONTIER, "--runs", "200"])
    assert result.exit_code == 0, result.output
    assert "H.R. 9925, FRONTIER Act: 200 futures, seed 1" in result.output
    assert "days until a measure" in result.output
    found = CliRunner().invoke(policy_engine, ["futures", FRONTIER, "--runs", "200", "--format", "json"])
    assert json.loads(found.output)["samples"][0]["runs"] == 200


def test_wrong_assumptions_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("doubling_days: {median: 100, ninth_decile: 50}\nrisc: cyber\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_assumptions(str(file))
    text = str(caught.value)
    assert "`ninth_decile` is below `median`" in text
    assert "did you mean `risk`?" in text


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "numpy" else find(name))
    result = CliRunner().invoke(policy_engine, ["futures", FRONTIER])
    assert result.exit_code == 3
    assert "policy-engine[analysis]" in result.output
