"""Runs: what a law does on which day, what stays unknown, hostile scenarios, and both engines alike."""

from __future__ import annotations

import dataclasses
import datetime
import json
import random
import tracemalloc
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT, proposal

from policy_engine.cli.commands import policy_engine
from policy_engine.errors import SourceError
from policy_engine.loading import load_proposal
from policy_engine.proposals.model import Proposal
from policy_engine.reports import render_simulation
from policy_engine.reports.names import SIMULATION_FORMATS
from policy_engine.runs.results import Range
from policy_engine.simulation import (
    Happening,
    LawResult,
    Matrix,
    Scenario,
    load_scenario,
    read_happenings,
    scenario_files,
    simulate,
    simulate_stream,
)

DAY = datetime.date
FEDERAL = ROOT / "proposals/us/federal"
LAWS = (
    "us/ca/sb-53.yaml",
    "us/ny/raise-chapter-96.yaml",
    "us/ca/sb-1047-enrolled.yaml",
    "us/federal/hr-9925-frontier.yaml",
    "us/federal/s-2938.yaml",
    "us/federal/hr-1-sec-43201-house.yaml",
    "us/federal/bis-ai-diffusion-2025.yaml",
    "private/anthropic/advanced-ai-framework-2026-06.yaml",
    "eu/ai-act-2024-03-parliament.yaml",
)
LARGE = {
    "training_compute_flop": 1e27,
    "training_cost_usd": 5e8,
    "annual_revenue_usd": 6e9,
    "research_spend_usd": 1.2e10,
}


@cache
def law(name: str) -> Proposal:
    return load_proposal(str(ROOT / "proposals" / name)).proposal


FRONTIER, SB53, MORATORIUM = LAWS[3], LAWS[0], LAWS[5]


def scenario(*events: dict[str, Any], **changes: Any) -> Scenario:
    data: dict[str, Any] = {
        "id": "test",
        "title": "A test",
        "question": "What?",
        "from": DAY(2027, 1, 1),
        "until": DAY(2029, 12, 31),
        "enacted": DAY(2027, 1, 1),
        "authority": "as_told",
        "actor": LARGE,
        "events": [{"day": DAY.fromisoformat(e["day"]), **{k: v for k, v in e.items() if k != "day"}} for e in events],
    }
    return Scenario.model_validate({**data, **changes})


@cache
def silent(name: str) -> Proposal:
    """Return a law that is known to set no outer limit to any response."""
    text = law(name)
    provisions = tuple(
        p.model_copy(update={"response_days": "not_addressed"}) if hasattr(p, "response_days") else p
        for p in text.provisions
    )
    return text.model_copy(update={"provisions": provisions})


def ran(text: str | Proposal, *events: dict[str, Any], **changes: Any) -> LawResult:
    return simulate(law(text) if isinstance(text, str) else text, scenario(*events, **changes), engine="plain")


RISK = {"day": "2028-02-01", "kind": "risk_emerges", "risk": "biological", "severity": 2.0}
FOUND = {"day": "2028-03-01", "kind": "expert_finding", "risk": "biological"}
ACTS = {"day": "2028-03-11", "kind": "authority_acts"}
CLEARS = {"day": "2028-05-01", "kind": "evidence_clears", "risk": "biological"}
GONE = {"day": "2028-05-01", "kind": "risk_ends", "risk": "biological"}


def test_an_order_from_finding_to_the_end_of_the_risk() -> None:
    result = ran(silent(FRONTIER), RISK, FOUND, ACTS, CLEARS, GONE)
    (episode,) = result.episodes
    assert (episode.known, episode.ended) == (DAY(2028, 3, 1), DAY(2028, 5, 1))
    assert episode.duty.days == Range(0, 0)
    assert "sec. 4(a)-(b), (f)" in episode.duty.cites
    assert episode.measure.days == Range(39, 39), "from 1 February to 11 March"
    assert episode.measure.cites == ("sec. 8(d)-(e), (j), (k)(1)", "sec. 8(a)-(d), (f)-(h), (k)")
    assert result.risk_days == 180
    assert result.exposure == Range(0, 0)
    assert result.unrestrained == Range(78, 78)
    assert result.outliving_days == result.false_alarm_days == Range(0, 0)
    assert result.hanging == ()


def test_an_order_outlives_the_risk_until_the_evidence_clears() -> None:
    late = {**CLEARS, "day": "2028-05-11"}
    result = ran(FRONTIER, RISK, FOUND, ACTS, GONE, late)
    # The provisional order lapsed on 25 April; the final one falls with the evidence, ten days after the risk.
    assert result.outliving_days == Range(10, 10)


def test_an_order_on_no_risk_is_a_false_alarm() -> None:
    result = ran(silent(FRONTIER), FOUND, ACTS)
    lapsed, renewed = 45 + 90, 45 + (DAY(2029, 12, 31) - DAY(2028, 3, 11)).days + 1
    assert result.false_alarm_days == Range(lapsed, renewed)
    assert result.episodes == ()


def test_a_decision_that_nobody_takes_hangs() -> None:
    result = ran(silent(FRONTIER), RISK, FOUND)
    assert [(h.provision, h.since, h.sure, h.days_allowed) for h in result.hanging] == [
        ("provisional-order", DAY(2028, 3, 1), True, 30.0),
        ("final-order", DAY(2028, 3, 1), True, None),
    ]
    assert result.episodes[0].measure.days == Range(None, None)
    assert any(e.day == DAY(2028, 3, 31) and "nothing follows" in e.what for e in result.trace)


def test_an_order_may_come_earlier_where_readers_differ_on_the_time_for_it() -> None:
    result = ran(FRONTIER, RISK, FOUND, ACTS, CLEARS, GONE)
    assert result.episodes[0].measure.days == Range(29, 39), "on the day of the finding, or with the act"


def test_evidence_before_enactment_still_stands_when_the_law_begins() -> None:
    early = [{**RISK, "day": "2027-01-05"}, {**FOUND, "day": "2027-01-10"}]
    at_once = {
        "id": "x",
        "type": "escalation_trigger",
        "cite": "sec. x",
        "basis": "expert_finding",
        "risks": ["biological"],
    }
    text = proposal(
        provisions=[
            {**at_once, "switches_on": "stronger_duty", "self_executing": True, "needs_new_statute": False},
            {"id": "s", "type": "commencement", "cite": "sec. s", "begins": {"days_after_enactment": 0.0}},
        ]
    )
    result = simulate(text, scenario(*early, enacted=DAY(2027, 6, 1)), engine="plain")
    days = (DAY(2027, 6, 1) - DAY(2027, 1, 5)).days
    assert result.episodes[0].measure.days == Range(days, days)


def test_a_moratorium_leaves_every_day_exposed_while_law_is_displaced() -> None:
    result = ran(MORATORIUM, RISK, GONE)
    assert result.exposure == result.displaced_exposure == Range(180, 180)
    assert result.episodes[0].duty.days == Range(None, None)


def test_federal_law_takes_a_state_duty_away_and_gives_it_back() -> None:
    passes = {"day": "2028-03-01", "kind": "federal_law_passes", "matters": ["any"]}
    falls = {"day": "2028-04-01", "kind": "federal_law_falls"}
    assert ran(SB53, RISK, passes, falls, GONE).exposure == Range(62, 62), "31 days of weight 2"
    assert ran(FRONTIER, RISK, passes, falls, GONE).exposure == Range(0, 0), "a federal law is not displaced"
    only = {**passes, "matters": ["liability"]}
    assert ran(SB53, RISK, only, falls, GONE).exposure == Range(0, 0)


def test_a_court_takes_duties_and_orders_away() -> None:
    stop = {"day": "2028-03-21", "kind": "court_enjoins", "of": "measures"}
    result = ran(silent(FRONTIER), RISK, FOUND, ACTS, stop, GONE)
    assert (result.exposure, result.unrestrained) == (Range(0, 0), Range(160, 160))
    whole = {**stop, "of": "everything"}
    assert ran(silent(FRONTIER), RISK, FOUND, ACTS, whole, GONE).exposure == Range(82, 82)


def test_a_small_developer_is_out_of_reach_and_an_unknown_size_is_unknown() -> None:
    small = {**LARGE, "training_compute_flop": 1e24, "annual_revenue_usd": 1e6}
    assert ran(SB53, RISK, GONE, actor=small).exposure == Range(180, 180)
    assert ran(SB53, RISK, GONE, actor={}).exposure == Range(0, 180)
    grows = {"day": "2028-03-01", "kind": "compute_crossed", "training_compute_flop": 1e27}
    assert ran(SB53, RISK, grows, GONE, actor=small).exposure == Range(58, 58), "29 days of weight 2"


def test_a_late_rule_leaves_what_waits_for_it_open() -> None:
    risk = {**RISK, "day": "2027-07-01"}
    gone = {**GONE, "day": "2027-09-01"}
    late = {"day": "2027-06-29", "kind": "agency_misses_deadline"}
    made = {"day": "2027-08-01", "kind": "rule_made"}
    duty = {
        "id": "a",
        "type": "incident_report",
        "cite": "sec. a",
        "mandatory": True,
        "persons": ["developers"],
        "subjects": ["frontier_models"],
        "begins": {"rule_due_days": 180.0, "days_after_rule": 0.0},
    }
    text = proposal(provisions=[duty])
    found = [
        simulate(text, scenario(*events), engine="plain").exposure
        for events in ((risk, gone), (late, risk, gone), (late, risk, made, gone))
    ]
    assert found == [Range(0, 0), Range(0, 124), Range(0, 62)]


COUNTS = ("exposure", "unrestrained", "displaced_exposure", "false_alarm_days", "outliving_days")


def widened(inner: Range, outer: Range) -> bool:
    """Whether a range lies in another."""
    low = (outer.low or 0) <= (inner.low or 0)
    return low and (outer.high is None or (inner.high is not None and inner.high <= outer.high))


@pytest.mark.parametrize("file", scenario_files(), ids=lambda file: Path(file).stem)
def test_less_information_only_widens(file: str) -> None:
    full = load_scenario(file).model_copy(update={"authority": "as_told"})
    vague = full.model_copy(update={"authority": "unknown"})
    vaguer = vague.model_copy(update={"actor": type(full.actor)(roles=full.actor.roles, subjects=full.actor.subjects)})
    for name in LAWS:
        results = [simulate(law(name), each, engine="plain") for each in (full, vague, vaguer)]
        for one, other in pairwise(results):
            for count in COUNTS:
                assert widened(getattr(one, count), getattr(other, count)), (name, count)


FUZZED: tuple[dict[str, Any], ...] = (
    {"kind": "risk_emerges", "risk": "biological", "severity": 1.0},
    {"kind": "risk_ends", "risk": "biological"},
    {"kind": "expert_finding", "risk": "biological"},
    {"kind": "expert_finding", "risk": "cyber"},
    {"kind": "capability_evaluated", "risk": "biological", "result": "crosses"},
    {"kind": "capability_evaluated", "risk": "biological", "result": "cannot_rule_out"},
    {"kind": "incident", "risk": "biological"},
    {"kind": "evidence_clears", "risk": "biological"},
    {"kind": "authority_acts"},
    {"kind": "authority_acts"},
    {"kind": "authority_declines"},
    {"kind": "order_renewed"},
    {"kind": "release_sought"},
    {"kind": "court_enjoins", "of": "measures"},
    {"kind": "injunction_lifted", "of": "measures"},
    {"kind": "funds_missing"},
    {"kind": "funds_restored"},
    {"kind": "rule_made"},
    {"kind": "agency_misses_deadline", "days": 20.0},
)


@pytest.mark.parametrize("seed", [*range(25), *(pytest.param(n, marks=pytest.mark.slow) for n in range(25, 200))])
def test_less_information_only_widens_on_random_streams(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    day, events = DAY(2027, 1, 1), []
    for _ in range(chance.randint(1, 14)):
        day += datetime.timedelta(days=chance.choice([0, 0, 1, 5, 20, 45, 60, 90, 120]))
        events.append({**chance.choice(FUZZED), "day": day.isoformat()})
    full = scenario(*events, until=DAY(2031, 1, 1))
    vague = full.model_copy(update={"authority": "unknown"})
    vaguer = vague.model_copy(update={"actor": type(full.actor)()})
    for name in (FRONTIER, *LAWS[2:5], LAWS[8]):
        results = [simulate(law(name), each, engine="plain") for each in (full, vague, vaguer)]
        for one, other in pairwise(results):
            for count in COUNTS:
                assert widened(getattr(one, count), getattr(other, count)), (name, count)


@pytest.mark.durable
@pytest.mark.parametrize("name", LAWS)
def test_both_engines_run_alike(name: str) -> None:
    for file in scenario_files()[::3]:
        each = load_scenario(file)
        durable, plain = (simulate(law(name), each, engine=engine) for engine in ("durable", "plain"))
        assert dataclasses.replace(durable, engine="") == dataclasses.replace(plain, engine="")


@pytest.mark.parametrize("file", scenario_files(), ids=lambda file: Path(file).stem)
def test_every_shipped_scenario_loads_and_asks(file: str) -> None:
    found = load_scenario(file)
    assert found.id == Path(file).stem
    assert found.question.endswith("?")
    assert (
        found.precedents
        or found.note
        or "biological" in found.title
        or found.id in {"weights-stolen", "compute-crosses"}
    )


def test_there_are_twelve_scenarios_and_a_plateau_that_is_off() -> None:
    found = [load_scenario(file) for file in scenario_files()]
    assert len(found) >= 12
    assert [each.id for each in found if not each.by_default] == ["plateau"]


def faults_of(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "s.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_scenario(str(file))
    return [str(fault).replace(str(file), "s.yaml") for fault in caught.value.faults]


HEAD = "id: s\ntitle: T\nquestion: Q?\nfrom: 2027-01-01\nuntil: 2028-01-01\nevents:\n"


@pytest.mark.parametrize(
    ("events", "fault"),
    [
        (
            "  - {day: 2027-02-01, kind: risk_emergs, risk: cyber, severity: 1}",
            "s.yaml:7:29: `risk_emergs` is not a value of `kind`",
        ),
        ("  - {day: 2027-02-30, kind: rule_made}", "`2027-02-30` is not a date of the calendar"),
        ("  - {day: 2027-02-01, kind: rule_made, sevrity: 1}", "did you mean `severity`?"),
        ("  - {day: 2027-02-01, kind: rule_made, risk: cyber}", "a `rule_made` has no `risk`"),
        ("  - {day: 2027-02-01, kind: risk_emerges, risk: cyber}", "`severity` is missing"),
        ("  - {day: 2027-02-01, kind: risk_ends, risk: cyber}", "without a `risk_emerges` of `cyber` before it"),
        ("  - {day: 2026-02-01, kind: rule_made}", "2026-02-01 is earlier than 2027-01-01"),
        ("  - {day: 2028-02-01, kind: rule_made}", "is after the last day"),
        (
            "  - {day: 2027-03-01, kind: rule_made}\n  - {day: 2027-02-01, kind: rule_made}",
            "s.yaml:8:11: 2027-02-01 is earlier",
        ),
        ("  - {day: 2027-02-01, kind: expert_finding, risk: cyber, known: 2027-01-15}", "before it happens"),
        ("  - {day: 2027-02-01, kind: expert_finding, risk: fraud}", "`fraud` is not a value of `risk`"),
    ],
)
def test_wrong_scenarios_are_refused_with_place_and_hint(tmp_path: Path, events: str, fault: str) -> None:
    assert fault in "\n".join(faults_of(tmp_path, HEAD + events + "\n"))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD.replace("2028-01-01", "2026-01-01") + "  - {day: 2027-02-01, kind: rule_made, risk: cyber}\n"
    assert len(faults_of(tmp_path, text)) == 3


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('{"day": "2027-01-01", "kind": "rule_mad"}', "did you mean `rule_made`?"),
        ('{"day": "2027-02-30", "kind": "rule_made"}', "`day`"),
        ('{"day": "2027-01-01", "kind": "rule_made"}\n{"day": "2027-01-01"', "<stdin>:2: "),
        ('{"day": "2027-01-01", "kind": "rule_made", "x": 1}', "`x`"),
        (
            '{"day": "2027-05-01", "kind": "rule_made"}\n{"day": "2027-01-01", "kind": "rule_made"}',
            "earlier than 2027-05-01",
        ),
        ('{"day": "2037-05-01", "kind": "rule_made"}', "after the last day"),
        ("[1]", "<stdin>:1: "),
        ("9" * 20_000, "longer than"),
        ('{"day": "2027-01-01", "kind": "incident"}', "`risk` is missing"),
    ],
)
def test_wrong_streams_are_refused_with_the_line(tmp_path: Path, lines: str, fault: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(HEAD.replace("events:", "events: []"), encoding="utf-8")
    arguments = [
        "simulate",
        str(ROOT / "proposals" / FRONTIER),
        "--scenario",
        str(file),
        "--events",
        "-",
        "--engine",
        "plain",
    ]
    result = CliRunner().invoke(policy_engine, arguments, input=lines)
    assert result.exit_code == 3, result.output
    assert fault in result.output


def chaos(number: int) -> Iterator[bytes]:
    """Yield events of every kind that fight each other."""
    kinds: list[dict[str, Any]] = [
        {"kind": "risk_emerges", "risk": "cyber", "severity": 1.5},
        {"kind": "expert_finding", "risk": "cyber"},
        {"kind": "authority_acts"},
        {"kind": "court_enjoins", "of": "measures"},
        {"kind": "injunction_lifted", "of": "measures"},
        {"kind": "order_renewed"},
        {"kind": "evidence_clears", "risk": "cyber"},
        {"kind": "risk_ends", "risk": "cyber"},
        {"kind": "incident", "risk": "nuclear", "deaths": 1},
        {"kind": "agency_misses_deadline", "days": 3},
        {"kind": "rule_made"},
        {"kind": "funds_missing"},
        {"kind": "funds_restored"},
    ]
    for at in range(number):
        day = DAY(2027, 1, 1) + datetime.timedelta(days=at * 1000 // number)
        yield json.dumps({"day": day.isoformat(), **kinds[at * 7 % len(kinds)]}).encode()


def test_a_stream_is_counted_and_what_is_kept_is_bounded() -> None:
    stream = read_happenings(chaos(5000), "<events>")
    (result,) = simulate_stream([law(FRONTIER)], scenario(authority="unknown"), stream, engine="plain")
    assert result.events == 5000
    assert len(result.trace) == 2000
    assert result.left_out > 1000
    assert len(result.episodes) <= 1000
    assert all(len(track.stretches) <= 500 for track in result.tracks)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_stream() -> None:
    peaks = []
    for number in (10_000, 40_000):
        tracemalloc.start()
        stream = read_happenings(chaos(number), "<events>")
        simulate_stream([law(FRONTIER)], scenario(authority="unknown"), stream, engine="plain")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000, "at most a megabyte for four times as many events"


def test_events_that_wait_to_become_known_are_limited() -> None:
    late = [
        Happening(day=DAY(2027, 1, 1), kind="expert_finding", risk="cyber", known=DAY(2029, 1, 1))
        for _ in range(10_001)
    ]
    with pytest.raises(SourceError, match="wait to become known"):
        simulate_stream([law(SB53)], scenario(), late, engine="plain")


@pytest.mark.parametrize("name", SIMULATION_FORMATS)
def test_every_format_shows_one_run_and_many(name: str) -> None:
    files = scenario_files()[:2]
    results = [simulate(law(each), load_scenario(file), engine="plain") for file in files for each in LAWS[:4]]
    questions = tuple((Path(file).stem, "What?") for file in files)
    for matrix in (Matrix(questions, tuple(results)), Matrix(questions[:1], (results[3],))):
        text = render_simulation(name, matrix)
        assert "FRONTIER" in text or "frontier" in text
        if name == "svg":
            ElementTree.fromstring(text)  # noqa: S314
        elif name == "json":
            assert json.loads(text)["schema"] == "policy-engine/simulation/1"


def test_command_runs_all_and_needs_a_scenario() -> None:
    file = str(ROOT / "proposals" / MORATORIUM)
    result = CliRunner().invoke(policy_engine, ["simulate", file, "--all", "--engine", "plain"])
    assert result.exit_code == 0, result.output
    assert "small-lab: " in result.output
    assert "plateau" not in result.output
    assert CliRunner().invoke(policy_engine, ["simulate", file]).exit_code == 2
    both = CliRunner().invoke(policy_engine, ["simulate", file, "--scenario", "no.yaml"])
    assert (both.exit_code, "there is no such file" in both.output) == (3, True)


def test_the_schema_takes_every_scenario() -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((ROOT / "policy_engine/schemas/scenario.schema.json").read_text(encoding="utf-8"))
    for file in scenario_files():
        data = json.loads(json.dumps(yaml.safe_load(Path(file).read_text(encoding="utf-8")), default=str))
        assert list(Draft202012Validator(schema).iter_errors(data)) == []
