"""Facts that need the laws around a text: inferred with sections of both, and less information only takes them away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from test_patchwork import BAR, FEDERAL, FRAMEWORK, FRONTIER_SET, INCIDENT, MORATORIUM, run, written

from policy_engine.loading import LoadedProposal, files_of_set, load_proposal
from policy_engine.patchwork import patchwork
from policy_engine.patchwork.context import context_facts
from policy_engine.patchwork.obligations import instrument_of
from policy_engine.proposals.model import Proposal

RAISE = ROOT / "proposals/us/ny/raise-chapter-96.yaml"
SB_53 = ROOT / "proposals/us/ca/sb-53.yaml"
SB_1047 = ROOT / "proposals/us/ca/sb-1047-enrolled.yaml"
FRONTIER = ROOT / "proposals/us/federal/hr-9925-frontier.yaml"


def findings(file: Path, *more: str) -> dict[str, dict[str, Any]]:
    result = run("evaluate", str(file), "--context", FRONTIER_SET, "--format", "json", "--engine", "plain", *more)
    assert result.exit_code == 0, result.stderr
    return {f["criterion"]: f for f in json.loads(result.stdout)["assessments"][0]["findings"]}


def facts(text: LoadedProposal, *around: LoadedProposal) -> dict[str, bool | float | str]:
    return {f.fact: f.value for f in context_facts(text, [instrument_of(other) for other in around])}


@pytest.mark.parametrize(
    ("file", "criterion", "outcome", "words", "cites"),
    [
        (SB_53, "UNI-2", "satisfied", "baseline", ("B&P 22757.12", "us-ny-raise-chapter-96")),
        (RAISE, "UNI-2", "partial", "additional", ("GBL 1428(1)-(3)", "us-ca-sb-53 B&P 22757.11(d)")),
        (SB_1047, "UNI-2", "violated", "unilateral product rule", ("B&P 22603(c)", "us-ca-sb-53")),
        (RAISE, "UNI-6", "partial", ": 2", ("GBL 1422(1), (3)(a)", "us-ca-sb-53 B&P 22757.11(d)")),
        (SB_1047, "UNI-6", "violated", ": 3", ("B&P 22603(g)", "us-ca-sb-53")),
        (SB_53, "UNI-5", "satisfied", ": 1", ("B&P 22757.11(h)-(i)", "B&P 22757.11(d)")),
        (RAISE, "UNI-5", "satisfied", ": 1", ("GBL 1420(9)", "us-ca-sb-53 B&P 22757.11(h)-(i)")),
        (FRONTIER, "UNI-5", "partial", ": 0.5", ("sec. 2(11)-(12)", "frontier model, catastrophic risk")),
        (SB_1047, "UNI-5", "violated", ": 0", ("B&P 22602(e)", "us-ca-sb-53 B&P 22757.11(j)")),
        (FRONTIER, "VAC-2", "satisfied", "matched", ("sec. 9(a)-(d)", "us-ca-sb-53 B&P 22757.12(a)-(b)")),
        (FRONTIER, "VAC-3", "violated", "365", ("sec. 9(a)-(d)", "us-ca-sb-53 B&P 22757.12(a)-(b)")),
        (Path(MORATORIUM), "VAC-5", "violated", "strength", ("sec. 43201(c)(1)", "us-ca-sb-53")),
    ],
)
def test_a_criterion_is_decided_against_the_set(
    file: Path, criterion: str, outcome: str, words: str, cites: tuple[str, ...]
) -> None:
    finding = findings(file)[criterion]
    assert finding["outcome"] == outcome
    assert words in finding["message"]
    cited = " ".join(f"{e['cite']} {e['note']}" for e in finding["evidence"])
    assert [cite for cite in cites if cite not in cited] == []
    assert finding["evidence"][0]["location"]["line"] > 1


def test_the_static_lens_asks_as_before() -> None:
    alone = run("evaluate", str(FRONTIER), "--format", "json", "--engine", "plain")
    among = findings(FRONTIER, "--lens", "article-2026-02")
    before = {f["criterion"]: f for f in json.loads(alone.stdout)["assessments"][0]["findings"]}
    assert among == before
    assert not {"UNI-2", "UNI-5", "UNI-6"} & set(before)


def test_both_evaluators_and_processes_side_by_side_agree() -> None:
    files = [str(RAISE), str(FRONTIER), str(SB_1047)]
    arguments = ["evaluate", *files, "--context", FRONTIER_SET, "--format", "json", "--engine", "plain"]
    assert run(*arguments).stdout == run(*arguments, "--jobs", "2").stdout
    assert run(*arguments[:-2], "--engine", "auto").exit_code == 0


def test_a_set_that_shows_nothing_earns_nothing(tmp_path: Path) -> None:
    other = written(tmp_path, "other", [], scope_class="application_rules")
    assert "uni.state_conformance" not in facts(load_proposal(str(SB_53)), other)
    assert not [f for f in facts(load_proposal(str(FRONTIER)), other) if f.startswith("vac.")]
    result = run(
        "evaluate", str(SB_53), "--lens", "article-2026-02-in-context", "--format", "json", "--engine", "plain"
    )
    found = {f["criterion"]: f["outcome"] for f in json.loads(result.stdout)["assessments"][0]["findings"]}
    assert {found[name] for name in ("UNI-2", "UNI-5", "UNI-6", "VAC-2")} == {"unknown"}


def test_the_text_itself_does_not_count_as_its_surroundings() -> None:
    text, other = load_proposal(str(RAISE)), load_proposal(str(SB_53))
    assert facts(text, other) == facts(text, other, text)


MODEL = {
    "type": "coverage_threshold",
    "of": "model",
    **dict.fromkeys(("training_cost_usd", "annual_revenue_usd", "research_spend_usd", "users"), "not_addressed"),
    **dict.fromkeys(("employees", "inference_compute_flop"), "not_addressed"),
    "training_compute_flop": 1e26,
    "counts_fine_tuning": True,
    "counts_reinforcement_learning": True,
    "capability_route": False,
}
DEVELOPER = {
    **MODEL,
    "of": "developer",
    "persons": ["large_frontier_developers"],
    "training_compute_flop": "not_addressed",
    "annual_revenue_usd": 5e8,
}
RISK = {
    "type": "definition",
    "term": "catastrophic_risk",
    "casualties": 50,
    "damage_usd": 1e9,
    "events": ["weapons_assistance", "loss_of_control"],
    "events_that_need_harm": [],
}
EVENT = {**RISK, "term": "critical_safety_incident", "casualties": "not_addressed", "damage_usd": "not_addressed"}


def aligned(tmp_path: Path, *provisions: dict[str, Any]) -> float | None:
    reference = written(tmp_path, "reference", [MODEL, DEVELOPER, RISK, EVENT], id="us-ca-sb-53")
    text = written(tmp_path, "text", list(provisions))
    value = facts(text, reference).get("uni.core_terms_aligned")
    assert value is None or isinstance(value, float)
    return value


@pytest.mark.parametrize(
    ("changed", "share"),
    [
        ({}, 1.0),
        ({"training_compute_flop": 1.04e26}, 1.0),
        ({"training_compute_flop": 1.06e26}, 0.75),
        ({"training_cost_usd": 1e8}, 0.75),
        ({"counts_fine_tuning": False}, 0.75),
        ({"counts_fine_tuning": "contested"}, None),
        ({"of": "contested"}, None),
        ({"of": "product"}, 0.75),
    ],
)
def test_a_term_is_aligned_when_threshold_and_metric_match(
    tmp_path: Path, changed: dict[str, Any], share: float | None
) -> None:
    assert aligned(tmp_path, {**MODEL, **changed}, DEVELOPER, RISK, EVENT) == share


def test_persons_events_and_missing_definitions_tell_terms_apart(tmp_path: Path) -> None:
    other = {**DEVELOPER, "persons": ["frontier_developers"]}
    assert aligned(tmp_path, MODEL, other, RISK, EVENT) == 0.75
    assert aligned(tmp_path, MODEL, DEVELOPER, {**RISK, "events": ["loss_of_control"]}, EVENT) == 0.75
    turned = {**RISK, "events": ["loss_of_control", "weapons_assistance"]}
    assert aligned(tmp_path, MODEL, DEVELOPER, turned, EVENT) == 1.0
    assert aligned(tmp_path, MODEL, DEVELOPER, RISK, {**EVENT, "events_that_need_harm": ["loss_of_control"]}) == 0.75
    assert aligned(tmp_path, MODEL, DEVELOPER, DEVELOPER, RISK, EVENT) == 0.75
    assert aligned(tmp_path, MODEL, DEVELOPER, EVENT) == 0.75


def test_terms_that_nobody_read_for_leave_the_share_open(tmp_path: Path) -> None:
    reference = written(tmp_path, "reference", [MODEL, DEVELOPER, RISK, EVENT], id="us-ca-sb-53")
    text = written(tmp_path, "text", [MODEL, DEVELOPER, RISK, EVENT], examined=["coverage_threshold"])
    assert "uni.core_terms_aligned" not in facts(text, reference)
    assert "uni.core_terms_aligned" not in facts(text, written(tmp_path, "elsewhere", [MODEL]))


def test_two_names_that_may_be_one_authority_leave_the_count_open(tmp_path: Path) -> None:
    one = written(tmp_path, "one", [INCIDENT])
    same = written(tmp_path, "same", [{**INCIDENT, "recipient": "Attorney general"}])
    maybe = written(tmp_path, "maybe", [{**INCIDENT, "recipient": "Solicitor general"}])
    silent = written(tmp_path, "silent", [{k: v for k, v in INCIDENT.items() if k != "recipient"}])
    assert facts(one, same)["uni.incident_intake_count"] == 1
    assert "uni.incident_intake_count" not in facts(one, maybe)
    assert "uni.incident_intake_count" not in facts(one, silent)


def test_a_displaced_intake_does_not_count(tmp_path: Path) -> None:
    state = written(tmp_path, "state", [INCIDENT])
    federal = written(tmp_path, "federal", [BAR, {**INCIDENT, "recipient": "Bureau of models"}], **FEDERAL)
    assert facts(federal, state)["uni.incident_intake_count"] == 1
    kept = written(tmp_path, "kept", [{**INCIDENT, "recipient": "Bureau of models"}], **FEDERAL)
    assert facts(kept, state)["uni.incident_intake_count"] == 2


def test_a_gap_without_end_and_a_weaker_duty_are_told(tmp_path: Path) -> None:
    state = written(tmp_path, "state", [INCIDENT])
    waits = {**INCIDENT, "begins": {"rule_due_days": "not_addressed"}}
    found = facts(written(tmp_path, "federal", [BAR, waits], **FEDERAL), state)
    assert found["vac.endless_gap_in_set"] is True
    assert found["vac.scope_match_in_set"] == "matched"
    slow = facts(written(tmp_path, "slow", [BAR, {**INCIDENT, "deadline_hours": 360}], **FEDERAL), state)
    assert (slow["vac.strength_in_set"], slow["vac.gap_days_in_set"]) == (False, 0.0)
    equal = facts(written(tmp_path, "equal", [BAR, INCIDENT], **FEDERAL), state)
    assert equal["vac.strength_in_set"] is True


def _poorer(loaded: LoadedProposal) -> list[LoadedProposal]:
    """Return the text with each field of each provision left out in turn, and each topic not read."""
    proposal = loaded.proposal
    found = []
    for index, provision in enumerate(proposal.provisions):
        for name in provision.model_fields_set - {"id", "type", "cite", "note", "tags", "confidence"}:
            if type(provision).model_fields[name].is_required():
                continue
            poorer = provision.model_copy(update={name: None})
            provisions = (*proposal.provisions[:index], poorer, *proposal.provisions[index + 1 :])
            found.append(proposal.model_copy(update={"provisions": provisions}))
    found.append(proposal.model_copy(update={"examined": ("deference",)}))
    return [LoadedProposal(Proposal.model_construct(**dict(changed)), loaded.document) for changed in found]


@pytest.mark.slow
@pytest.mark.parametrize("assessed", [RAISE, SB_1047, FRONTIER, Path(MORATORIUM)], ids=lambda file: file.stem)
def test_less_information_only_takes_facts_away(assessed: Path) -> None:
    text = load_proposal(str(assessed))
    around = [load_proposal(file) for file in files_of_set(FRONTIER_SET)]
    whole = facts(text, *around).items()
    assert whole
    for poorer in _poorer(text):
        assert facts(poorer, *around).items() <= whole
    for place, other in enumerate(around):
        for poorer in _poorer(other):
            assert facts(text, *around[:place], poorer, *around[place + 1 :]).items() <= whole


def test_a_fault_in_the_set_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: bad\n", encoding="utf-8")
    result = run("evaluate", str(SB_53), "--context", str(tmp_path), "--engine", "plain")
    assert result.exit_code == 3
    assert "`title` is missing" in result.stderr


def _told(texts: list[LoadedProposal], federal: LoadedProposal) -> dict[tuple[str, str, str], tuple[Any, Any, Any]]:
    found = patchwork(texts, federal=federal).displacement
    assert found is not None
    return {
        (f.place.instrument, f.place.provision, f.what): (
            f.state,
            f.substitute.strength if f.substitute else None,
            f.unprotected_days,
        )
        for f in found.fates
    }


@pytest.mark.slow
@pytest.mark.parametrize("federal", [MORATORIUM, str(FRONTIER), FRAMEWORK], ids=lambda file: Path(file).stem)
def test_less_information_makes_fates_doubtful_and_strengths_open(federal: str) -> None:
    over = load_proposal(federal)
    names = ("us/ca/sb-53", "us/ny/raise-chapter-96", "us/ca/sb-243", "us/co/sb-24-205")
    texts = [load_proposal(str(ROOT / f"proposals/{name}.yaml")) for name in names]
    whole = _told(texts, over)
    variants = [(texts, poorer) for poorer in _poorer(over)]
    for place, text in enumerate(texts):
        variants += [([*texts[:place], poorer, *texts[place + 1 :]], over) for poorer in _poorer(text)]
    for changed, against in variants:
        for key, (state, strength, days) in _told(changed, against).items():
            if key in whole:
                before = whole[key]
                assert state in {before[0], "doubtful"}, key
                assert strength in {before[1], "unknown", None} or before[1] is None, key
                assert days in {before[2], None} or before[2] is None, key
