"""The least set of actions that keeps an actor's duties, the core of what excludes itself, and the calendar of both."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
import random
from pathlib import Path
from typing import Any

import icalendar
import pytest
from conftest import ROOT
from test_patchwork import FRONTIER_SET, run, written

from policy_engine.loading import files_of_set, load_proposal
from policy_engine.patchwork import load_actor
from policy_engine.patchwork.actors import Actor
from policy_engine.patchwork.compliance import Compliance, comply
from policy_engine.patchwork.solving import Task, solve

NEW_YEAR = datetime.date(2027, 1, 1)
BAN = {
    "type": "restriction",
    "act": "open_release",
    "persons": ["developers"],
    "subjects": ["general_purpose_models"],
    "depends_on_risk_finding": False,
    "is_precondition": False,
    "above_compute_flop": "not_addressed",
    "definition_reaches_general_models": True,
    "begins": {"days_after_enactment": 0},
}
LAW = {
    "status": {"stage": "in_force", "date": "2026-01-01", "enacted": "2026-01-01"},
    "jurisdiction": {"country": "US", "subdivision": "US-CA", "level": "state"},
}


def frontier(day: datetime.date) -> Compliance:
    texts = [load_proposal(file) for file in files_of_set(FRONTIER_SET)]
    return comply(texts, load_actor("frontier-developer"), day)


def small_lab(tmp_path: Path, *provisions: dict[str, Any], activities: tuple[str, ...] = ()) -> Compliance:
    actor = load_actor("small-lab")
    if activities:
        actor = Actor.model_validate({**actor.model_dump(), "activities": activities})
    return comply([written(tmp_path, "law", list(provisions), **LAW)], actor, NEW_YEAR)


def test_one_action_keeps_the_same_duty_of_two_laws_at_the_stricter_terms() -> None:
    found = frontier(NEW_YEAR)
    cards = [action for action in found.actions if action.what == "disclosure: system card"]
    assert len(cards) == 1
    assert cards[0].terms["when"] == "at_release"
    assert [str(place) for place, _, _ in cards[0].duties] == [
        "us-ca-sb-53 B&P 22757.12(c), (f)",
        "us-ny-raise-chapter-96 GBL 1421(3)",
    ]
    assert found.core == ()


def test_reports_to_two_authorities_are_two_actions() -> None:
    found = frontier(NEW_YEAR)
    reports = [a.address for a in found.actions if a.what == "incident report: critical safety incident"]
    assert reports == ["Office of Emergency Services (US-CA)", "Office in the Department of Financial Services (US-NY)"]


def test_every_duty_in_force_is_kept_and_none_that_is_not() -> None:
    before, after = frontier(datetime.date(2026, 12, 31)), frontier(NEW_YEAR)
    assert (before.duties, after.duties) == (11, 21)
    for found in (before, after):
        kept = {(place.instrument, place.provision) for action in found.actions for place, _, _ in action.duties}
        assert len(kept) == found.duties
    assert {p.instrument for a in before.actions for p, _, _ in a.duties} == {"us-ca-sb-53"}


def test_a_ban_on_what_the_actor_means_to_do_is_the_core(tmp_path: Path) -> None:
    keep = {
        "type": "safeguard",
        "kind": "record_keeping",
        "mandatory": True,
        "persons": ["developers"],
        "subjects": ["general_purpose_models"],
        "activities": ["any"],
        "begins": {"days_after_enactment": 0},
    }
    found = small_lab(tmp_path, BAN, keep)
    assert found.actions == ()
    assert [(str(e.place) if e.place else "", e.words) for e in found.core] == [
        ("law sec. 1", "restriction: open release"),
        ("", "the actor means to do this: open release"),
    ]
    closed = small_lab(tmp_path, BAN, keep, activities=("training", "deployment"))
    assert closed.core == ()
    assert [action.what for action in closed.actions] == ["safeguard: record keeping"]


def test_a_ban_on_a_described_practice_excludes_nothing(tmp_path: Path) -> None:
    found = small_lab(tmp_path, {**BAN, "definition_reaches_general_models": False})
    assert found.core == ()
    assert [str(place) for place in found.conditional] == ["law sec. 1"]
    act = load_proposal(str(ROOT / "proposals/eu/ai-act-2024-03-parliament.yaml"))
    hospital = Actor.model_validate({**load_actor("hospital").model_dump(), "present_in": ("EU",)})
    assert comply([act], hospital, NEW_YEAR).core == (), "a ban on manipulation is no ban on use"


def test_the_solver_finds_what_trying_every_set_finds() -> None:
    chance = random.Random(5)  # noqa: S311
    for _ in range(150):
        actions = range(chance.randrange(1, 6))
        duties = {
            d: chance.sample(actions, chance.randrange(0, len(actions) + 1)) for d in range(chance.randrange(1, 5))
        }
        task = Task(duties, {}, dict.fromkeys(actions, ()), ())
        sizes = [
            len(chosen)
            for size in range(len(actions) + 1)
            for chosen in itertools.combinations(actions, size)
            if all(set(chosen) & set(found) for found in duties.values())
        ]
        solved = solve(task)
        if sizes:
            assert len(solved.actions) == min(sizes)
            assert solved.core == ()
        else:
            assert len(solved.core) == 1
            assert not duties[solved.core[0]]


def test_the_calendar_is_read_by_a_library() -> None:
    arguments = ("comply", FRONTIER_SET, "--actor", "frontier-developer", "--as-of", "2027-01-01", "--format")
    result = run(*arguments, "ical")
    assert result.exit_code == 0
    calendar = icalendar.Calendar.from_ical(result.stdout_bytes)
    events = calendar.walk("VEVENT")
    assert calendar.errors == []
    assert all(event.errors == [] for event in events)
    assert len(events) == len(frontier(NEW_YEAR).actions)
    assert all(len(line) <= 75 for line in result.stdout_bytes.split(b"\r\n"))
    report = next(e for e in events if "risk report" in e["SUMMARY"] and "us-ny" in e["DESCRIPTION"])
    assert report["DTSTART"].dt == datetime.date(2027, 1, 1)
    assert report["RRULE"]["INTERVAL"] == [3]
    assert "GBL 1422(2) from 2027-01-01" in report["DESCRIPTION"]
    assert len({event["UID"] for event in events}) == len(events)
    assert run(*arguments, "ical").stdout_bytes == result.stdout_bytes


@pytest.mark.parametrize("name", ["text", "markdown", "csv", "json"])
def test_every_checklist_has_sections_and_dates(name: str) -> None:
    result = run("comply", FRONTIER_SET, "--actor", "frontier-developer", "--as-of", "2027-01-01", "--format", name)
    assert result.exit_code == 0
    assert "GBL 1422(1), (3)(a)" in result.stdout
    assert "2027-01-01" in result.stdout
    if name == "csv":
        assert len(list(csv.DictReader(io.StringIO(result.stdout)))) == 21
    if name == "json":
        assert {d["certain"] for a in json.loads(result.stdout)["actions"] for d in a["duties"]} == {True}
    if name == "markdown":
        assert result.stdout.count("- [ ] ") == 14


def test_a_duty_that_may_not_reach_the_actor_is_marked() -> None:
    states = ("set:us-states-in-force-2026", "--actor", "hospital", "--as-of", "2028-01-01", "--format", "json")
    duties = [d for a in json.loads(run("comply", *states).stdout)["actions"] for d in a["duties"]]
    assert {d["certain"] for d in duties} == {True, False}


def test_a_day_is_needed() -> None:
    result = run("comply", FRONTIER_SET, "--actor", "frontier-developer")
    assert result.exit_code == 2
    assert "--as-of" in result.stderr


def test_no_list_is_made_where_a_text_could_not_be_read(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: [", encoding="utf-8")
    options = ("--actor", "frontier-developer", "--as-of", "2027-01-01")
    for paths in ((str(bad),), (FRONTIER_SET, str(bad)), (str(tmp_path / "nowhere.yaml"),)):
        result = run("comply", *paths, *options)
        assert result.exit_code == 3
        assert result.stdout == ""
        assert "no list is made: it would leave out the duties of what could not be read" in result.stderr
    alone = run("patchwork", str(bad))
    assert (alone.exit_code, alone.stdout) == (3, "")
