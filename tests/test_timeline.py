"""Timelines: days that are known, intervals where they are not, and checks that can fail."""

from __future__ import annotations

import datetime
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from conftest import ROOT, proposal
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.cli.commands import policy_engine
from policy_engine.loading import load_proposal
from policy_engine.operators import Truth
from policy_engine.proposals.model import Proposal
from policy_engine.reports import render_timeline
from policy_engine.reports.names import TIMELINE_FORMATS
from policy_engine.timeline import Check, Moment, Timeline, build_timeline
from policy_engine.timeline.moments import plus_months

DAY = datetime.date
ENACTED = DAY(2027, 1, 1)
FILES = sorted((ROOT / "proposals").rglob("*.yaml"))


def duty(name: str, begins: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    found = {"id": name, "type": "disclosure", "cite": f"sec. {name}", "kind": "system_card", "audience": "public"}
    return {**found, "mandatory": True, "persons": ["frontier_developers"], "begins": begins, **changes}


def moratorium(**changes: Any) -> dict[str, Any]:
    displaces = {"level": "state", "matters": ["transparency"]}
    found = {"id": "bar", "type": "preemption", "cite": "sec. bar", "mechanism": "bars", "displaces": displaces}
    return {**found, "begins": {"days_after_enactment": 0.0}, "duration_years": 10.0, **changes}


def built(*provisions: dict[str, Any], enacted: DAY | None = ENACTED, **options: Any) -> Timeline:
    return build_timeline(proposal(provisions=list(provisions)), enacted=enacted, **options)


def shipped(name: str) -> Proposal:
    return load_proposal(str(ROOT / "proposals" / name)).proposal


def check(timeline: Timeline, name: str) -> Check:
    return next(found for found in timeline.checks if found.name == name)


@pytest.mark.parametrize(
    ("begins", "moment"),
    [
        ({"days_after_enactment": 180.0}, Moment(DAY(2027, 6, 30), DAY(2027, 6, 30))),
        ({"date": DAY(2028, 1, 1)}, Moment(DAY(2028, 1, 1), DAY(2028, 1, 1))),
        ({"date": DAY(2020, 1, 1)}, Moment(ENACTED, ENACTED)),
        ({"rule_due_days": 180.0, "days_after_rule": 30.0}, Moment(DAY(2027, 1, 31), DAY(2027, 7, 30))),
        ({"rule_due_days": 180.0}, Moment(ENACTED, None)),
        ({"rule_due_days": "not_addressed"}, Moment(ENACTED, None)),
        ({"date": "contested"}, Moment(ENACTED, None)),
        (None, Moment(ENACTED, None)),
    ],
)
def test_a_start_is_a_day_or_an_interval(begins: dict[str, Any] | None, moment: Moment) -> None:
    assert built(duty("a", begins)).spans[0].starts.moment == moment


def test_a_late_rule_moves_only_the_latest_day() -> None:
    begins = {"rule_due_days": 180.0, "days_after_rule": 0.0}
    assert built(duty("a", begins), rule_delay=100).spans[0].starts.moment == Moment(ENACTED, DAY(2027, 10, 8))


def test_without_enactment_nothing_has_a_latest_day() -> None:
    timeline = built(duty("a", {"days_after_enactment": 30.0}), enacted=None)
    assert timeline.spans[0].starts.moment == Moment(DAY(2026, 1, 31), None)
    assert timeline.spans[0].binds_on(DAY(2050, 1, 1)) is Truth.UNKNOWN
    assert "no latest day" in timeline.assumptions[0]


def test_displacement_ends_after_its_years_and_the_period_shows_that_nothing_binds() -> None:
    timeline = build_timeline(shipped("us/federal/hr-1-sec-43201-house.yaml"), enacted=DAY(2025, 7, 4))
    (span,) = timeline.spans
    assert span.ends == Moment(DAY(2035, 7, 4), DAY(2035, 7, 4))
    first, second = timeline.periods
    assert (first.last, first.nothing_binds, first.displaced[0].cite) == (DAY(2035, 7, 3), "yes", "sec. 43201(c)(1)")
    assert second.displaced == ()
    assert check(timeline, "no_gap").outcome == "violated"
    assert "the text has no duty on it" in check(timeline, "no_gap").reason


@pytest.mark.parametrize(
    ("begins", "outcome", "words"),
    [
        ({"days_after_enactment": 0.0}, "satisfied", "from the first day"),
        ({"days_after_enactment": 365.0}, "violated", "365 days without a duty"),
        ({"rule_due_days": 180.0, "days_after_rule": 0.0}, "unknown", "0 to 180 days without a duty"),
        ({"rule_due_days": "not_addressed"}, "unknown", "no day is set"),
    ],
)
@pytest.mark.parametrize("enacted", [ENACTED, None])
def test_gap_under_displacement(begins: dict[str, Any], outcome: str, words: str, enacted: DAY | None) -> None:
    found = check(built(duty("a", begins), moratorium(), enacted=enacted), "no_gap")
    assert found.outcome == outcome
    if enacted:
        assert words in found.reason
    assert found.cites == ("sec. bar (bar)", "sec. a (a)")


def test_a_duty_that_ends_before_displacement_does_not_fill_the_gap() -> None:
    sunset = {"id": "end", "type": "sunset", "cite": "sec. end", "of": "regime", "years": 3.0, "renewable": False}
    found = check(built(duty("a", {"days_after_enactment": 0.0}), moratorium(), sunset), "no_gap")
    assert found.outcome == "satisfied", "the sunset ends both"
    part = {**sunset, "of": "part"}
    assert check(built(duty("a", {"days_after_enactment": 0.0}), moratorium(), part), "no_gap").outcome == "unknown"


def test_transparency_comes_before_stronger_measures_or_not() -> None:
    ban = {"id": "ban", "type": "restriction", "cite": "sec. ban", "act": "training"}
    early, late = {"days_after_enactment": 0.0}, {"days_after_enactment": 90.0}
    outcomes = [
        check(built(duty("a", one), {**ban, "begins": other}), "transparency_first").outcome
        for one, other in ((early, late), (late, early), (early, {"rule_due_days": 90.0}))
    ]
    assert outcomes == ["satisfied", "violated", "satisfied"]
    assert check(built({**ban, "begins": early}), "transparency_first").outcome == "violated"
    assert check(built(duty("a", early)), "transparency_first").outcome == "not_applicable"


def test_lead_time_names_the_section_that_leaves_too_little() -> None:
    found = check(
        built(duty("a", {"days_after_enactment": 10.0}), duty("b", {"days_after_enactment": 90.0})), "lead_time"
    )
    assert (found.outcome, found.cites) == ("violated", ("sec. a (a)",))
    assert check(built(duty("b", {"days_after_enactment": 90.0})), "lead_time").outcome == "satisfied"
    assert check(built(duty("b", None)), "lead_time").outcome == "unknown"


def test_a_rescinded_rule_never_bound() -> None:
    timeline = build_timeline(shipped("us/federal/bis-ai-diffusion-2025.yaml"))
    assert {period.nothing_binds for period in timeline.periods} == {"yes"}
    assert any("rescinded" in text for text in timeline.assumptions)


def test_what_was_not_examined_may_end_it() -> None:
    text = proposal(provisions=[duty("a", {"days_after_enactment": 0.0})], examined=("disclosure",))
    (span,) = build_timeline(text, enacted=ENACTED).spans
    assert span.binds_on(ENACTED) is Truth.UNKNOWN
    assert "not examined" in span.ends_because


@given(st.dates(DAY(2000, 1, 1), DAY(2090, 1, 1)), st.integers(0, 400))
def test_months_keep_the_day_or_take_the_last(day: DAY, months: int) -> None:
    later = plus_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + datetime.timedelta(days=1)).day == 1)


def test_a_lag_beyond_the_calendar_is_its_last_day() -> None:
    (span,) = built(duty("a", {"days_after_enactment": 1e13})).spans
    assert span.starts.moment.earliest == DAY.max


@pytest.mark.parametrize("name", TIMELINE_FORMATS)
def test_every_shipped_text_has_a_timeline(name: str) -> None:
    for file in FILES:
        text = render_timeline(name, build_timeline(load_proposal(str(file)).proposal))
        assert len(text) > 200
        if name == "svg":
            ElementTree.fromstring(text)  # noqa: S314
            assert "<script" not in text
        elif name == "json":
            assert json.loads(text)["schema"] == "policy-engine/timeline/1"


def test_command_takes_days_and_refuses_others() -> None:
    file = str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml")
    result = CliRunner().invoke(policy_engine, ["timeline", file, "--enacted", "2027-01-01"])
    assert result.exit_code == 0, result.output
    assert "frontier-framework, large frontier developers; from 2028-01-01 (365 days after enactment)" in result.output
    assert CliRunner().invoke(policy_engine, ["timeline", file, "--enacted", "2027-02-30"]).exit_code == 2
    wrong = CliRunner().invoke(policy_engine, ["timeline", file, "--from", "2028-01-01", "--to", "2027-01-01"])
    assert (wrong.exit_code, "is not after" in wrong.output) == (2, True)
    late = CliRunner().invoke(policy_engine, ["timeline", file, "--enacted", "2027-01-01", "--to", "2026-01-01"])
    assert late.exit_code == 3
