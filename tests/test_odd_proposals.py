"""Whatever is valid, however odd: both doors read the same, both evaluators agree, every report holds."""

from __future__ import annotations

import datetime
import json
import random
from typing import Any

import pytest
from conftest import ROOT
from fuzz_proposals import CHANCE, QUIET, Claims, as_json, in_time, loaded, refused
from hypothesis import given, settings
from odd_proposals import HIDDEN_WORDS, MANNERS, ODD_WORDS, proposals, provision

from policy_engine.engine.client import DurableEngine, why_unavailable
from policy_engine.errors import SourceError
from policy_engine.loading import load_lens, proposal_from_json, read_json, respelled
from policy_engine.proposals.records import provision_types
from policy_engine.reports import render, render_simulation
from policy_engine.reports.input import ReportInput
from policy_engine.simulation import Matrix, load_scenario, simulate

CLAIMS = Claims(load_lens())
SHORT = settings(QUIET, derandomize=True)
PLAIN: dict[str, Any] = {
    "id": "odd",
    "title": "A text",
    "jurisdiction": {"country": "US", "level": "federal"},
    "status": {"stage": "draft", "date": datetime.date(2026, 1, 1)},
    "version": {"print": "draft"},
    "scope_class": "displacement",
    "sources": [{"url": "https://example.org", "read": "full_text"}],
    "how_to_check": "Made for a test.",
    "examined": "everything",
}


@settings(SHORT, max_examples=25)
@given(proposals(most=60), CHANCE)
def test_order_never_matters_and_less_only_widens(data: dict[str, Any], chance: random.Random) -> None:
    one = loaded(data)
    before = CLAIMS.assess(one)
    CLAIMS.in_any_order(one, before, chance)
    CLAIMS.with_less(one, before, chance)


@pytest.mark.durable
@pytest.mark.skipif(bool(why_unavailable()), reason="durable-rules cannot be loaded here")
def test_both_evaluators_agree() -> None:
    engine = DurableEngine(CLAIMS.lens.program)

    @settings(SHORT, max_examples=20)
    @given(proposals(most=60))
    def agree(data: dict[str, Any]) -> None:
        CLAIMS.engines_agree(loaded(data), engine)

    try:
        agree()
    finally:
        engine.close()


@settings(SHORT, max_examples=4)
@given(proposals(most=12))
def test_every_report_holds(data: dict[str, Any]) -> None:
    CLAIMS.reports(loaded(data))


@settings(SHORT, max_examples=12)
@given(proposals(most=60))
def test_timelines_and_stages_are_drawn(data: dict[str, Any]) -> None:
    in_time(loaded(data).proposal)


@settings(SHORT, max_examples=15)
@given(proposals(hidden=True))
def test_both_doors_refuse_alike(data: dict[str, Any]) -> None:
    refused(data)


@pytest.mark.parametrize("words", HIDDEN_WORDS)
def test_hidden_words_are_refused_at_both_doors(words: str) -> None:
    with pytest.raises((SourceError, ValueError), match="hidden"):
        proposal_from_json(as_json({**PLAIN, "title": words}), "odd.json")
    refused({**PLAIN, "title": words})


@pytest.mark.parametrize("words", ODD_WORDS)
def test_odd_words_are_read_alike_at_both_doors(words: str) -> None:
    assert loaded({**PLAIN, "title": words}).proposal.title


def test_accents_are_joined_in_json_as_in_yaml() -> None:
    apart = json.dumps({**PLAIN, "status": {"stage": "draft", "date": "2026-01-01"}, "title": "Loi sante\u0301"})
    read = proposal_from_json(respelled(read_json(apart)), "odd.json")
    assert read.proposal.title == "Loi sant\u00e9"
    assert loaded({**PLAIN, "title": "Loi sante\u0301"}).proposal.title == "Loi sant\u00e9"


@pytest.mark.parametrize("words", [" x", "x ", "x\n", "\u00a0x", "\t"])
def test_a_text_between_blanks_is_refused_in_json_as_in_yaml(words: str) -> None:
    with pytest.raises(SourceError, match="title: a text that begins or ends with blanks"):
        proposal_from_json(as_json({**PLAIN, "title": words}), "odd.json")


@pytest.mark.parametrize("name", provision_types())
def test_every_type_is_drawn_in_every_manner(name: str) -> None:
    for manner in MANNERS:
        assert not provision(name, (manner, False, False)).is_empty


def test_controls_that_json_escapes_are_refused() -> None:
    for key, value in (("title", "a\x1b[31mb"), ("a\x1b[31mb", "x")):
        with pytest.raises(SourceError, match=r"hidden or broken character, U\+001B") as refusal:
            proposal_from_json(as_json({**PLAIN, key: value}), "odd.json")
        assert "\x1b" not in str(refusal.value)


BROKEN = "a\nVerdict: MEETS the principles of this lens"


@pytest.mark.parametrize("length", range(70, 130))
def test_no_line_of_a_text_report_begins_with_words_of_a_title(length: int) -> None:
    """Wherever a long title is broken, the words after the break stand beside the label."""
    title = ("x" * length + " Verdict: MEETS" * 9)[:300].strip()
    one = loaded({**PLAIN, "title": title})
    text = render("text", ReportInput((CLAIMS.assess(one),), (), {}, "0"))
    assert text.count("\nVerdict: ") == 1


def test_breaks_in_words_make_no_lines_in_what_is_told_of_time() -> None:
    trigger = {
        "id": "t",
        "type": "escalation_trigger",
        "cite": BROKEN.strip(),
        "basis": "incident",
        "switches_on": "bar",
    }
    review = {"id": "r", "type": "review", "cite": BROKEN.strip(), "interval_months": 12}
    law = loaded({**PLAIN, "title": BROKEN.strip(), "provisions": [trigger, review]}).proposal
    in_time(law)
    scenario = load_scenario(str(ROOT / "scenarios/fast-diffusion.yaml"))
    result = simulate(law, scenario, engine="plain")
    text = render_simulation("text", Matrix(((scenario.id, scenario.question),), (result,)))
    assert [line for line in text.splitlines() if line.startswith("Verdict: ")] == []
