"""A text against a baseline: each departure with both sections, and an amendment that is applied and compared."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from conftest import ROOT
from test_patchwork import INCIDENT, run, written

from policy_engine.amendments import amended, resolve_amendment
from policy_engine.loading import load_proposal
from policy_engine.patchwork.conformance import conform
from policy_engine.rules.model import Amendment

RAISE = str(ROOT / "proposals/us/ny/raise-chapter-96.yaml")
SB_53 = str(ROOT / "proposals/us/ca/sb-53.yaml")


def test_new_york_departs_from_california_in_clock_and_duties() -> None:
    found = conform(load_proposal(RAISE), load_proposal(SB_53))
    clock = next(d for d in found.departures if d.term == "deadline_hours")
    assert (clock.value, clock.baseline_value, clock.comparison) == (72.0, 360.0, "stronger")
    assert str(clock.place) == "us-ny-raise-chapter-96 GBL 1422(1), (3)(a)"
    assert str(clock.baseline) == "us-ca-sb-53 B&P 22757.11(d), 22757.13(a), (c)(1), (e)"
    assert [d.what for d in found.departures if d.kind == "own"] == ["registration: ownership"]
    assert {str(d.baseline) for d in found.departures if d.kind == "lacking"} == {
        "us-ca-sb-53 Labor Code 1107-1107.1",
        "us-ca-sb-53 B&P 22757.12(f)(2)",
    }
    assert found.remaining == ()


def test_the_amendment_is_yaml_that_a_rule_set_takes_and_it_aligns() -> None:
    result = run("conform", RAISE, "--to", SB_53, "--format", "yaml")
    assert result.exit_code == 0
    amendment = Amendment.model_validate(yaml.safe_load(result.stdout))
    resolved, problems = resolve_amendment(amendment, {}, ())
    assert problems == []
    text = load_proposal(RAISE)
    mended = amended(text.proposal, resolved)
    types = [p.type for p in mended.provisions]
    assert "registration" not in types
    assert types.count("whistleblower_protection") == 1


def test_a_text_does_not_depart_from_its_twin(tmp_path: Path) -> None:
    one, other = written(tmp_path, "one", [INCIDENT]), written(tmp_path, "other", [INCIDENT])
    assert conform(one, other).departures == ()
    result = run("conform", str(tmp_path / "one.yaml"), "--to", str(tmp_path / "other.yaml"))
    assert "0 departure(s)" in result.stdout
    assert "No amendment is needed" in result.stdout


def test_what_was_not_read_is_open_and_not_struck(tmp_path: Path) -> None:
    one = written(tmp_path, "one", [INCIDENT])
    unread = written(tmp_path, "unread", [], examined=["penalty"])
    found = conform(one, unread)
    assert [(d.kind, d.reason) for d in found.departures] == [
        ("open", "unread was not read in full for incident report provisions")
    ]
    assert found.amendment is None
    assert [d.kind for d in conform(unread, one).departures] == ["open"]


def test_a_text_is_not_held_against_itself() -> None:
    result = run("conform", SB_53, "--to", SB_53)
    assert result.exit_code == 3
    assert "`us-ca-sb-53` is compared with itself" in result.stderr


def test_json_has_both_sections_of_a_term() -> None:
    said = json.loads(run("conform", RAISE, "--to", SB_53, "--format", "json").stdout)
    clock = next(d for d in said["departures"] if d["term"] == "deadline_hours")
    assert (clock["section"]["line"], clock["baseline_section"]["line"]) == (230, 205)
    assert said["remaining"] == []
