"""Many laws at once: what they share, where they differ, what conflicts, and what pre-emption leaves."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner, Result
from conftest import ROOT

from policy_engine.cli.commands import policy_engine
from policy_engine.loading import LoadedProposal, files_of_set, load_proposal, set_names
from policy_engine.patchwork import Displacement, Patchwork, load_actor, patchwork
from policy_engine.patchwork.preemption import Fate

FRONTIER_SET = "set:us-frontier-2026"
MORATORIUM = str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")
FRONTIER = str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml")
FRAMEWORK = str(ROOT / "proposals/private/anthropic/advanced-ai-framework-2026-06.yaml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(policy_engine, list(arguments))


def written(folder: Path, name: str, provisions: list[dict[str, Any]], **changes: Any) -> LoadedProposal:
    """Return a text with these provisions, read from a file."""
    data: dict[str, Any] = {
        "id": name,
        "title": f"Text {name}",
        "jurisdiction": {"country": "US", "level": "state"},
        "status": {"stage": "draft", "date": "2026-01-01"},
        "version": {"print": "draft"},
        "scope_class": "frontier_duties",
        "sources": [{"url": "https://example.org", "read": "full_text"}],
        "how_to_check": "Made for a test.",
        "examined": "everything",
        "provisions": [{"id": f"p{i}", "cite": f"sec. {i}", **p} for i, p in enumerate(provisions, start=1)],
    }
    file = folder / f"{name}.yaml"
    text = yaml.safe_dump({**data, **changes}, sort_keys=False).replace("'2026-01-01'", "2026-01-01")
    file.write_text(text, encoding="utf-8")
    return load_proposal(str(file))


INCIDENT = {
    "type": "incident_report",
    "incident": "critical_safety_incident",
    "mandatory": True,
    "persons": ["frontier_developers"],
    "subjects": ["frontier_models"],
    "activities": ["any"],
    "begins": {"days_after_enactment": 0},
    "deadline_hours": 72,
    "recipient": "Attorney general",
    "includes_near_misses": True,
    "shared_intake": False,
}
BAR = {
    "type": "preemption",
    "mechanism": "bars",
    "displaces": {
        "level": "state",
        "subjects": ["ai_models"],
        "persons": ["developers"],
        "activities": ["any"],
        "matters": ["any"],
        "reach": "field",
    },
    "duration_years": 10,
    "begins": {"days_after_enactment": 0},
    "strength_condition": "not_addressed",
    "saves": dict.fromkeys(
        ["tort", "consumer_protection", "civil_rights", "child_safety", "crime", "procurement", "deployment_rules"],
        "not_addressed",
    ),
}
FEDERAL = {"jurisdiction": {"country": "US", "level": "federal"}}


def shipped(federal: str | None = None) -> Patchwork:
    texts = [load_proposal(file) for file in files_of_set(FRONTIER_SET)]
    return patchwork(texts, federal=load_proposal(federal) if federal else None)


def displacement(found: Patchwork) -> Displacement:
    assert found.displacement is not None
    return found.displacement


def fate(found: Patchwork, text: str, provision: str) -> Fate:
    return next(f for f in displacement(found).fates if (f.place.instrument, f.place.provision) == (text, provision))


def test_every_shipped_set_and_actor_loads() -> None:
    assert {"us-frontier-2026", "frontier-matrix", "us-states-in-force-2026"} <= set(set_names())
    for name in set_names():
        assert patchwork([load_proposal(file) for file in files_of_set(f"set:{name}")]).groups
    for file in sorted((ROOT / "patchwork/actors").glob("*.yaml")):
        assert load_actor(file.stem).id == file.stem


def test_the_same_duty_with_another_clock_diverges_with_both_sections() -> None:
    found = shipped()
    group = next(g for g in found.groups if g.key.what == "incident_report: critical_safety_incident")
    assert group.state == "differs"
    clock = next(d for d in group.divergences if d.term == "deadline_hours")
    assert clock.proven
    assert [(r.value, [str(p) for p in r.places]) for r in clock.readings] == [
        (360.0, ["us-ca-sb-53 B&P 22757.11(d), 22757.13(a), (c)(1), (e)"]),
        (72.0, ["us-ny-raise-chapter-96 GBL 1422(1), (3)(a)"]),
    ]
    danger = next(g for g in found.groups if g.key.what == "incident_report: imminent_danger")
    assert all(not d.proven for d in danger.divergences), "two names of law enforcement are one recipient"


def test_overlap_divergence_and_what_is_open(tmp_path: Path) -> None:
    one = written(tmp_path, "one", [INCIDENT])
    twin = written(tmp_path, "twin", [INCIDENT])
    faster = written(tmp_path, "faster", [{**INCIDENT, "deadline_hours": 24}])
    silent = written(tmp_path, "silent", [{k: v for k, v in INCIDENT.items() if k != "deadline_hours"}])
    assert [g.state for g in patchwork([one, twin]).groups] == ["same"]
    assert [g.state for g in patchwork([one, faster]).groups] == ["differs"]
    found = patchwork([one, silent])
    assert [g.state for g in found.groups] == ["unknown"]
    assert found.index.value is not None
    assert (found.index.value.low, found.index.value.high) == (0.0, 100.0)
    assert "100 × 0 ÷ 1 = 0.0 at least" in found.index.arithmetic.replace("\n", " ")


def test_two_limbs_are_held_against_two_limbs(tmp_path: Path) -> None:
    quick, slow = {**INCIDENT, "deadline_hours": 24}, INCIDENT
    both = written(tmp_path, "both", [quick, slow])
    turned = written(tmp_path, "turned", [slow, quick])
    crossed = written(tmp_path, "crossed", [{**quick, "includes_near_misses": False}, slow])
    assert [g.state for g in patchwork([both, turned]).groups] == ["same"]
    assert [g.state for g in patchwork([both, crossed]).groups] == ["differs"]
    assert [g.state for g in patchwork([both, written(tmp_path, "one", [slow])]).groups] == ["differs"]
    untruth = next(g for g in shipped().groups if g.key.what == "truthfulness")
    assert untruth.state == "same", "SB 53 and the RAISE Act each bar two kinds of false statement, with the same terms"


def test_duties_on_other_persons_or_things_are_not_the_same_duty(tmp_path: Path) -> None:
    one = written(tmp_path, "one", [INCIDENT])
    sellers = written(tmp_path, "sellers", [{**INCIDENT, "persons": ["chip_sellers"], "subjects": ["chips"]}])
    assert {g.state for g in patchwork([one, sellers]).groups} == {"alone"}


def _uses(tmp_path: Path, conditional: bool) -> Patchwork:
    forbids = {
        "type": "restriction",
        "act": "use",
        "persons": ["government_bodies"],
        "subjects": ["government_systems"],
        "depends_on_risk_finding": conditional,
        "is_precondition": False,
        "above_compute_flop": "not_addressed",
        "definition_reaches_general_models": True,
    }
    directs = {"type": "government_use", "effect": "directs", "purpose": "Screening"}
    return patchwork([written(tmp_path, "bans", [forbids]), written(tmp_path, "directs", [directs])])


def test_a_conflict_is_proven_by_a_section_of_each_text(tmp_path: Path) -> None:
    conflict = _uses(tmp_path, conditional=False).conflicts[0]
    assert (str(conflict.required), str(conflict.forbidden)) == ("directs sec. 1", "bans sec. 1")
    assert conflict.proven
    assert (conflict.act, conflict.others) == ("use", 0)


def test_a_conflict_that_hangs_on_a_condition_is_only_possible(tmp_path: Path) -> None:
    found = _uses(tmp_path, conditional=True)
    assert [c.proven for c in found.conflicts] == [False]
    assert (found.index.conflicts, found.index.possible_conflicts) == (0, 1)


def test_records_that_one_text_keeps_and_another_deletes_may_conflict(tmp_path: Path) -> None:
    who = {"mandatory": True, "persons": ["developers"], "subjects": ["ai_systems"], "activities": ["any"]}
    keep = written(tmp_path, "keep", [{"type": "safeguard", "kind": "record_keeping", **who}])
    erase = written(tmp_path, "erase", [{"type": "individual_right", "rights": ["data_deletion"], **who}])
    assert {(c.act, c.proven) for c in patchwork([keep, erase]).conflicts} == {("keeping records", False)}
    both = written(
        tmp_path,
        "both",
        [
            {"type": "safeguard", "kind": "record_keeping", **who},
            {"type": "individual_right", "rights": ["data_deletion"], **who},
        ],
    )
    assert patchwork([both]).conflicts == (), "what lies within one text is for that text to settle"


def test_a_gap_is_known_only_where_every_text_was_read_for_it(tmp_path: Path) -> None:
    read = written(tmp_path, "read", [INCIDENT])
    unread = written(tmp_path, "unread", [INCIDENT], examined=["incident_report"])
    state = {c.name: c.state for c in patchwork([read]).coverage if c.kind == "duties"}
    assert (state["incident_reporting"], state["whistleblowing"]) == ("covered", "gap")
    whistle = next(c for c in patchwork([read, unread]).coverage if c.name == "whistleblowing")
    assert (whistle.state, whistle.unread) == ("unknown", ("unread",))


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    written(tmp_path, "one", [INCIDENT])
    written(tmp_path / "other", "one", [INCIDENT])
    result = run("patchwork", str(tmp_path))
    assert result.exit_code == 3
    assert "the id `one` is also that of" in result.stderr


def test_the_moratorium_leaves_every_duty_without_a_substitute_for_ten_years() -> None:
    found = shipped(MORATORIUM)
    duties = [f for f in displacement(found).fates if f.substitute is not None]
    assert len(duties) == 21
    assert {f.state for f in duties} == {"displaced"}
    assert {f.substitute.strength for f in duties if f.substitute} == {"none"}
    assert {(f.unprotected, f.unprotected_days) for f in duties} == {("10 years", 3652.0)}
    assert {str(f.clause) for f in duties} == {"us-federal-hr-1-sec-43201-house sec. 43201(c)(1)"}
    cited = {str(f.place) for f in duties}
    assert "us-ca-sb-53 Labor Code 1107-1107.1" in cited
    assert "us-ny-raise-chapter-96 GBL 1422(1), (3)(a)" in cited
    assert str(displacement(found).without_substitute) == "21"


def test_the_frontier_act_replaces_term_by_term_and_leaves_whistleblowers() -> None:
    found = shipped(FRONTIER)
    whistleblowers = fate(found, "us-ca-sb-53", "whistleblowers")
    assert whistleblowers.state == "untouched"
    assert whistleblowers.reason.startswith("outside `displaces.matters`")
    framework = fate(found, "us-ca-sb-53", "frontier-framework")
    assert framework.state == "displaced"
    assert framework.substitute is not None
    assert framework.substitute.place is not None
    assert framework.substitute.place.cite == "sec. 4(a)-(b), (f)"
    assert framework.unprotected_days == 365.0
    assert framework.substitute.families["clock"] == "equal"
    assert framework.substitute.families["threshold"] == "unknown", "two sizes of large developer are defined"
    incident = fate(found, "us-ca-sb-53", "incident-report-15d")
    assert incident.state == "doubtful"
    assert "`displaces.activities`" in incident.reason
    assert incident.substitute is not None
    assert incident.substitute.families["clock"] == "stronger"
    deadline = next(t for t in incident.substitute.terms if t.term == "deadline_hours")
    assert (deadline.before, deadline.after, deadline.comparison) == (360.0, 72.0, "stronger")


@pytest.mark.parametrize("federal", [MORATORIUM, FRONTIER, FRAMEWORK])
def test_no_claim_of_displacement_without_a_section_on_both_sides(federal: str) -> None:
    for one in displacement(shipped(federal)).fates:
        assert one.place.cite
        if one.state in {"displaced", "saved"}:
            assert one.clause is not None
            assert one.clause.cite
        if one.substitute is not None and one.substitute.strength not in {"none", "unknown"}:
            assert one.substitute.place is not None
            assert one.substitute.place.cite


def test_unknown_scope_words_are_doubtful_and_widen_the_totals() -> None:
    found = displacement(shipped(FRAMEWORK))
    assert {f.state for f in found.fates if f.substitute is not None} == {"doubtful"}
    assert (found.displaced.low, found.saved.low) == (0, 0)
    assert found.displaced.high == found.doubtful > 0
    first = next(f for f in found.fates if f.substitute is not None)
    assert "`displaces.matters` was not examined" in first.reason


@pytest.mark.parametrize(
    "field", ["level", "subjects", "persons", "activities", "reach", "strength", "mechanism", "saves"]
)
def test_a_scope_word_left_out_is_doubtful_and_named(tmp_path: Path, field: str) -> None:
    bar: dict[str, Any] = {**BAR, "displaces": dict(BAR["displaces"])}  # type: ignore[call-overload]
    if field in bar["displaces"]:
        del bar["displaces"][field]
        named = f"`displaces.{field}`"
    elif field == "saves":
        del bar["saves"]
        named = "`saves.crime` was not examined"
    else:
        name = "strength_condition" if field == "strength" else field
        del bar[name]
        named = f"`{name}` was not examined"
    crime = {"type": "penalty", "kind": "criminal", "maximum_usd": 5}
    state = written(tmp_path, "state", [INCIDENT, crime])
    known = patchwork([state], federal=written(tmp_path, "whole", [BAR], **FEDERAL))
    assert fate(known, "state", "p1").state == "displaced"
    opened = fate(patchwork([state], federal=written(tmp_path, "bar", [bar], **FEDERAL)), "state", "p1")
    assert opened.state == "doubtful"
    assert named in opened.reason


def test_a_strength_condition_saves_what_is_replaced_by_less(tmp_path: Path) -> None:
    bar = {**BAR, "strength_condition": True}
    state = written(tmp_path, "state", [INCIDENT])

    def under(*duties: dict[str, Any]) -> Fate:
        return fate(patchwork([state], federal=written(tmp_path, "bar", [bar, *duties], **FEDERAL)), "state", "p1")

    nothing, weaker, stronger = (
        under(),
        under({**INCIDENT, "deadline_hours": 360}),
        under({**INCIDENT, "deadline_hours": 24}),
    )
    assert (nothing.state, weaker.state, stronger.state) == ("saved", "saved", "displaced")
    assert "weaker: deadline hours" in weaker.reason
    assert stronger.substitute is not None
    assert stronger.substitute.strength == "stronger"


def test_savings_and_other_levels_and_countries_are_kept_apart(tmp_path: Path) -> None:
    rule = {
        "type": "disclosure",
        "kind": "notice_to_users",
        "mandatory": True,
        "persons": ["deployers"],
        "subjects": ["ai_systems"],
        "activities": ["use"],
    }
    state = written(tmp_path, "state", [rule])
    displaces = {**BAR["displaces"], "subjects": ["ai_systems"], "persons": ["any_person"]}  # type: ignore[dict-item]
    saves = {**BAR["saves"], "deployment_rules": True}  # type: ignore[dict-item]
    bar = written(tmp_path, "bar", [{**BAR, "displaces": displaces, "saves": saves}], **FEDERAL)
    kept = fate(patchwork([state], federal=bar), "state", "p1")
    assert (kept.state, kept.reason) == ("saved", "`saves.deployment_rules`: it binds deployers or professionals only")
    abroad = written(tmp_path, "abroad", [INCIDENT], jurisdiction={"country": "EU", "level": "supranational"})
    assert fate(patchwork([abroad], federal=bar), "abroad", "p1").reason == "it is the law of another country"
    national = written(tmp_path, "national", [INCIDENT], **FEDERAL)
    assert fate(patchwork([national], federal=bar), "national", "p1").state == "untouched"


def test_a_penalty_shares_the_fate_of_the_duties_that_it_serves() -> None:
    assert fate(shipped(MORATORIUM), "us-ca-sb-53", "civil-penalty").state == "displaced"
    mixed = fate(shipped(FRONTIER), "us-ca-sb-53", "civil-penalty")
    assert (mixed.state, mixed.reason) == ("doubtful", "the duties that it serves do not share one fate")


def test_an_actor_has_a_calendar_a_strictest_clock_and_what_each_law_adds() -> None:
    texts = [load_proposal(file) for file in files_of_set(FRONTIER_SET)]
    large, small = patchwork(texts, actors=[load_actor("frontier-developer"), load_actor("small-lab")]).actors
    assert [e.date for e in large.entries] == sorted(e.date for e in large.entries if e.date)
    assert {e.place.instrument for e in large.entries} == {"us-ca-sb-53", "us-ny-raise-chapter-96"}
    assert small.entries == ()
    clock = next(s for s in large.strictest if s.term == "deadline_hours" and "critical" in s.key.what)
    assert clock.certain, "GBL 1420(10) and B&P 22757.11(j) test revenue alone"
    assert (clock.value, [str(p) for p in clock.places]) == (72.0, ["us-ny-raise-chapter-96 GBL 1422(1), (3)(a)"])
    second = next(a for a in large.added if a.instrument == "us-ny-raise-chapter-96")
    assert [p.provision for p in second.new] == ["ownership-statement"]
    assert ("incident-report-72h", "deadline_hours") in {(p.provision, term) for p, term in second.stricter}


def test_a_date_leaves_only_what_is_in_force() -> None:
    result = run("patchwork", FRONTIER_SET, "--as-of", "2026-11-24", "--format", "json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert [text["id"] for text in said["texts"]] == ["us-ca-sb-53"]
    assert "us-ny-raise-chapter-96" in said["tables"][0]["said"]


def test_every_format_renders_the_same_patchwork() -> None:
    arguments = ["patchwork", FRONTIER_SET, "--with", MORATORIUM, "--actor", "frontier-developer", "--format"]
    made = {name: run(*arguments, name) for name in ("text", "json", "markdown", "csv", "svg", "html")}
    assert {result.exit_code for result in made.values()} == {0}
    assert "unprotected: 10 years" in made["text"].stdout
    said = json.loads(made["json"].stdout)
    assert said["displacement"]["without_substitute"] == {"low": 21, "high": 21}
    assert said["displacement"]["fates"][2]["clause"]["cite"] == "sec. 43201(c)(1)"
    rows = list(csv.reader(io.StringIO(made["csv"].stdout)))
    assert sum(row[0] == "fates" for row in rows) == 24
    picture = ElementTree.fromstring(made["svg"].stdout)  # noqa: S314
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert made["html"].stdout.count("<h2>") == said["tables"].__len__()
    assert run(*arguments, "json").stdout == made["json"].stdout


def test_an_actor_with_a_wrong_word_is_told_the_near_one(tmp_path: Path) -> None:
    text = (ROOT / "patchwork/actors/hospital.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    bad.write_text(text.replace("employees:", "employes:").replace("deployers", "deployer"), encoding="utf-8")
    result = run("patchwork", FRONTIER_SET, "--actor", str(bad))
    assert result.exit_code == 3
    assert "`employes` is not a field here" in result.stderr
    assert "employees" in result.stderr
    assert "deployers" in result.stderr
    unknown = run("patchwork", FRONTIER_SET, "--actor", "hospitl")
    assert unknown.exit_code == 3
    assert "hospital" in unknown.stderr


def test_a_set_is_accepted_where_proposals_are_and_its_faults_are_told(tmp_path: Path) -> None:
    result = run("evaluate", FRONTIER_SET, "--format", "json", "--engine", "plain")
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["assessments"]) == 2
    bad = tmp_path / "bad.set.yaml"
    bad.write_text("id: bad\ntitle: Bad\nproposals:\n  - nowhere.yaml\n", encoding="utf-8")
    result = run("patchwork", str(bad))
    assert result.exit_code == 3
    assert "bad.set.yaml:4:5: there is no file `nowhere.yaml`" in result.stderr
    assert "us-frontier-2026" in run("patchwork", "set:us-frontier-2025").stderr
