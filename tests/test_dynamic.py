"""Criteria from simulation: outcomes with scenario, digest, day and sections; silence only widens, and views stay."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT, proposal

from policy_engine import evaluate
from policy_engine.cli.commands import policy_engine
from policy_engine.errors import RuleError
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens, load_proposal
from policy_engine.loading.scenario_files import load_scenario
from policy_engine.measures.simulated import SIMULATED, fields_read
from policy_engine.operators import Value
from policy_engine.program import Program
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import FieldType, members, provision_types, record_types
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Finding, Outcome
from policy_engine.runs.facts import run_strictly
from policy_engine.runs.run import Run
from policy_engine.scoring import judge
from policy_engine.simulation.stepping import open_stepper
from policy_engine.situation import situation_of
from policy_engine.stages import stages_of

LENS = "article-2026-02-dynamic"
PROPOSALS = ROOT / "proposals"
SB_53 = "us/ca/sb-53"
RAISE = "us/ny/raise-2025-06"
FRONTIER = "us/federal/hr-9925-frontier"
S_2938 = "us/federal/s-2938"
MORATORIUM = "us/federal/hr-1-sec-43201-house"
EU = "eu/ai-act-2024-03-parliament"
LAWS = (SB_53, RAISE, FRONTIER, S_2938, MORATORIUM, EU, "us/tn/sb-1493-introduced")
RESPONSES = ("DYN-1", "DYN-2", "DYN-7", "DYN-8")
"""The criteria that ask how soon the text responds."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(policy_engine, list(arguments))


@cache
def law(name: str) -> LoadedProposal:
    return load_proposal(str(PROPOSALS / f"{name}.yaml"))


@cache
def findings(name: str) -> dict[str, Finding]:
    return {f.criterion: f for f in evaluate(law(name), LENS, engine="plain").findings}


@cache
def dynamic() -> LoadedLens:
    return load_lens(LENS)


@cache
def simulated() -> Program:
    """Return the program of the lens with nothing but what runs show."""
    program = dynamic().program
    return replace(program, measures=tuple(m for m in program.measures if m.scenario is not None), statements=())


def known(text: Proposal) -> dict[str, Value]:
    """Return the facts that runs of a text decide."""
    values = situation_of(simulated(), text).known
    return {m.fact: value for m in simulated().measures if (value := values[m.fact]) is not None}


@pytest.mark.parametrize(
    ("name", "criterion", "outcome", "words", "cites"),
    [
        (
            SB_53,
            "DYN-1",
            "satisfied",
            "binds 0 days after the risk emerges, on 2027-08-01",
            ("B&P 22757.12(a)-(b), (f)",),
        ),
        (SB_53, "DYN-7", "satisfied", "perhaps within 1 day, surely within 15 days", ("B&P 22757.13(c)(2)",)),
        (SB_53, "DYN-2", "not_applicable", "Nobody can stop", ()),
        (S_2938, "DYN-8", "satisfied", "binds 31 days after the risk emerges, on 2027-04-01", ("sec. 4(a)(2)",)),
        (S_2938, "DYN-7", "violated", "no duty to report the incident binds", ()),
        (FRONTIER, "DYN-2", "unknown", "2028-03-01", ()),
        (FRONTIER, "DYN-3", "satisfied", "0 days after the risk is gone", ("sec. 8(a)-(d), (f)-(h), (k)",)),
        (FRONTIER, "DYN-5", "unknown", "2029-06-30: 0 to 2", ()),
        (FRONTIER, "DYN-6", "satisfied", "for 0 days", ("sec. 9(a)-(d)", "sec. 4(d), (f)")),
        (MORATORIUM, "DYN-6", "violated", "1646 days, weighted as the scenario says", ("sec. 43201(c)(1)",)),
        (EU, "DYN-4", "satisfied", "measures hold 0 days while no risk is there", ()),
        ("us/ny/raise-chapter-96", "DYN-1", "satisfied", "binds 0 days after the risk emerges", ("GBL 1421(1)",)),
    ],
)
def test_an_outcome_names_its_scenario_days_and_sections(
    name: str, criterion: str, outcome: str, words: str, cites: tuple[str, ...]
) -> None:
    finding = findings(name)[criterion]
    assert finding.outcome == outcome
    assert words in finding.message or outcome == "unknown"
    shown = [e.cite for e in finding.evidence if e.role == "shows"]
    assert [cite for cite in cites if cite not in shown] == []
    if outcome in {"satisfied", "violated"}:
        (told,) = [e for e in finding.evidence if e.type == "simulation"]
        assert told.cite.startswith("Simulated under scenario ")
        assert "(sha256 " in told.note
        assert "with enactment on 20" in told.note
        assert words in told.note


def test_an_assumed_enactment_is_stated_and_a_real_one_is_not_called_assumed() -> None:
    assert "with enactment on 2025-09-29: " in findings(SB_53)["DYN-1"].message
    assert "with enactment on 2027-01-01, as the scenario assumes: " in findings(FRONTIER)["DYN-1"].message
    rescinded = findings("us/federal/eo-14110")["DYN-1"]
    assert "as the scenario assumes" in rescinded.message, "a text that was rescinded is not judged as dead"


def test_command_library_and_both_evaluators_agree() -> None:
    result = run(
        "evaluate", str(PROPOSALS / f"{FRONTIER}.yaml"), "--lens", LENS, "--format", "json", "--engine", "plain"
    )
    assert result.exit_code == 0, result.stderr
    told = {f["criterion"]: f["outcome"] for f in json.loads(result.stdout)["assessments"][0]["findings"]}
    assert told == {name: finding.outcome for name, finding in findings(FRONTIER).items()}


@pytest.mark.durable
@pytest.mark.parametrize("name", LAWS)
def test_durable_rules_and_the_plain_evaluator_agree(name: str) -> None:
    checked = evaluate(law(name), LENS, engine="durable", cross_check=True)
    assert {f.criterion: f.outcome for f in checked.findings} == {n: f.outcome for n, f in findings(name).items()}


@pytest.mark.durable
@pytest.mark.parametrize("file", ["uplift-not-ruled-out", "incident-with-deaths", "agency-silent", "plateau"])
def test_a_strict_run_is_the_same_with_durable_rules(file: str) -> None:
    scenario = load_scenario(str(ROOT / f"scenarios/{file}.yaml"))
    for name in (FRONTIER, RAISE, EU):
        text = law(name).proposal
        machines = stages_of(text)
        stepper = open_stepper(machines, "durable")
        made = Run(text, scenario, machines, stepper, None, strict=True)
        for happening in scenario.events:
            made.feed(happening)
        assert replace(made.finish(), engine="") == replace(run_strictly(text, scenario).result, engine="")
        stepper.close()


def test_the_lens_asks_what_runs_judge_in_place_of_single_clauses() -> None:
    lens, static = load_lens(LENS), load_lens()
    asked = {c.criterion.id for c in lens.criteria}
    before = {c.criterion.id for c in static.criteria}
    replaced = {"ESC-5", "ESC-6", "ESC-9", "TMP-6", "TRN-4", "VAC-3"}
    assert asked - before == {f"DYN-{n}" for n in range(1, 9)}
    assert before - asked == replaced
    assert lens.lens.weights == {}
    for criterion in replaced:
        assert any(f"Takes the place of {criterion}." in (c.criterion.definition or "") for c in lens.criteria)


def test_a_static_lens_runs_nothing() -> None:
    code = (
        "import sys; from policy_engine import evaluate; "
        f"evaluate({str(PROPOSALS / f'{SB_53}.yaml')!r}, engine='plain'); "
        "print(sorted(m for m in sys.modules if m.startswith(('policy_engine.runs', 'policy_engine.stages'))))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
    assert not any(f.criterion.startswith("DYN") for f in evaluate(law(SB_53), engine="plain").findings)


def _poorer(text: Proposal) -> Iterator[tuple[str, Proposal]]:
    """Yield the text with each field that runs read left out in turn, and each topic not read."""
    for index, provision in enumerate(text.provisions):
        for name in sorted(provision.model_fields_set & fields_read().get(provision.type, frozenset())):
            if type(provision).model_fields[name].is_required():
                continue
            changed = provision.model_copy(update={name: None})
            provisions = (*text.provisions[:index], changed, *text.provisions[index + 1 :])
            yield f"{provision.id}.{name}", _with(text, provisions=provisions)
    topics = set(provision_types()) if text.examined == "everything" else set(text.examined)
    for topic in sorted(topics & set(fields_read())):
        rest = tuple(sorted(topics - {topic}))
        left = tuple(p for p in text.provisions if p.type != topic)
        yield topic, _with(text, examined=rest)
        yield f"{topic} and its provisions", _with(text, examined=rest, provisions=left)


def _with(text: Proposal, **changes: Any) -> Proposal:
    return Proposal.model_construct(**{**dict(text), **changes})


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_less_information_only_takes_facts_away(name: str) -> None:
    text = law(name).proposal
    whole = known(text).items()
    assert whole
    for what, poorer in _poorer(text):
        assert known(poorer).items() <= whole, what


GATES = ("stop_power", "escalation_trigger", "approval", "restriction")
OTHERS = ("disclosure", "incident_report", "preemption", "coverage_threshold", "sunset", "evaluation")


def _value(field: FieldType, chance: random.Random) -> Any:
    values: dict[str, list[Any]] = {
        "flag": [True, False],
        "number": [0.0, 1.0, 30.0, 365.0],
        "choice": list(field.choices),
        "list": [("biological", "autonomous_crime"), ("biological",)],
    }
    return chance.choice([*values[field.kind], "not_addressed", "contested", None])


def _random_text(chance: random.Random) -> Proposal:
    """Return a text of a few provisions whose fields have random values, silences or nothing."""
    starts = [{"days_after_enactment": 0.0}, {"days_after_enactment": 600.0}, {"rule_due_days": 500.0}]
    provisions = []
    for number in range(chance.randint(1, 4)):
        kind = chance.choice([*GATES, *GATES, *OTHERS])
        fields: dict[str, Any] = {"id": f"p{number}", "type": kind, "cite": f"sec. {number}"}
        for name in sorted(fields_read()[kind]):
            if name == "begins":
                fields[name] = chance.choice([*starts, None])
            elif name in {"persons", "subjects"}:
                words = ("developers",) if name == "persons" else ("frontier_models",)
                fields[name] = chance.choice([words, words, None])
            elif name in record_types()[kind]:
                sizes = name.endswith("_flop")
                value = chance.choice([1e26, 1e28, None]) if sizes else _value(record_types()[kind][name], chance)
                listed = record_types()[kind][name].kind == "list"
                fields[name] = None if listed and isinstance(value, str) else value
        fields |= {"kind": "safety_framework"} if kind == "disclosure" else {}
        provisions.append({name: value for name, value in fields.items() if value is not None})
    return proposal(provisions=provisions)


@pytest.mark.parametrize("seed", [*range(30), *(pytest.param(n, marks=pytest.mark.slow) for n in range(30, 140))])
def test_less_information_only_takes_facts_away_on_random_texts(seed: int) -> None:
    text = _random_text(random.Random(seed))  # noqa: S311
    whole = known(text).items()
    for what, poorer in _poorer(text):
        assert known(poorer).items() <= whole, what


@pytest.mark.slow
@pytest.mark.parametrize("name", [RAISE, FRONTIER])
def test_a_measure_reads_nothing_that_it_does_not_say(name: str) -> None:
    text = law(name).proposal
    reads = {
        row.name: {
            (kind, path.partition(".")[0]) for types, paths in row.reads for kind in members(types) for path in paths
        }
        for row in SIMULATED
    }
    measured = {m.fact: m.measure for m in simulated().measures}
    whole = situation_of(simulated(), text).known
    for index, provision in enumerate(text.provisions):
        for field in sorted(provision.model_fields_set - {"id", "type", "cite", "note", "confidence", "tags"}):
            if type(provision).model_fields[field].is_required():
                continue
            changed = provision.model_copy(update={field: None})
            poorer = _with(text, provisions=(*text.provisions[:index], changed, *text.provisions[index + 1 :]))
            after = situation_of(simulated(), poorer).known
            for fact, measure in measured.items():
                if (provision.type, field) not in reads[measure]:
                    assert after[fact] == whole[fact], (fact, provision.id, field)


ORDER = (Outcome.VIOLATED, Outcome.UNKNOWN, Outcome.PARTIAL, Outcome.SATISFIED)


def _outcomes(text: Proposal) -> dict[str, Outcome]:
    """Return the outcomes of the criteria that are put to runs."""
    program = dynamic().program
    own = tuple(c for c in program.criteria if c.criterion.id.startswith("DYN"))
    program = replace(program, criteria=own).pruned()
    truths = PlainEvaluator(program).infer(situation_of(program, text)).truths
    return {c.criterion.id: judge(c, truths).outcome for c in program.criteria}


@pytest.mark.slow
@pytest.mark.parametrize("name", [SB_53, RAISE, FRONTIER, S_2938])
def test_removing_a_duty_or_a_power_never_improves_a_response(name: str) -> None:
    text = law(name).proposal
    whole = _outcomes(text)
    for provision in text.provisions:
        if provision.type in fields_read() and provision.type not in {"coverage_threshold", "sunset", "preemption"}:
            kept = tuple(p for p in text.provisions if p.id != provision.id)
            after = _outcomes(text.model_copy(update={"provisions": kept}))
            for criterion in RESPONSES:
                if Outcome.NOT_APPLICABLE not in {whole[criterion], after[criterion]}:
                    assert ORDER.index(after[criterion]) <= ORDER.index(whole[criterion]), (criterion, provision.id)


@pytest.mark.slow
@pytest.mark.parametrize("name", [SB_53, FRONTIER])
def test_withholding_never_raises_the_low_score(name: str) -> None:
    loaded = law(name)
    low = evaluate(loaded, LENS, engine="plain").score
    for what, poorer in list(_poorer(loaded.proposal))[::12]:
        after = evaluate(LoadedProposal(poorer, loaded.document), LENS, engine="plain").score
        assert after.low <= low.low + 1e-9, what
        assert after.high >= low.high - 1e-9, what


RULES = """
id: own
title: A rule set of one's own
version: 1.0.0
principle: {{id: OWN, name: Own, statement: Something of one's own.}}
measures:
  - {{fact: own.fact, measure: {measure}, {rest} meaning: A fact}}
criteria:
  - id: OWN-1
    title: A criterion
    question: Is it so?
    kind: duty
    severity: minor
    applies_when: always
    satisfied_when: {{fact: own.fact, equals: true}}
    violated_when: {{fact: own.fact, equals: false}}
    rationale: Because.
    fix: {{words: Do it.}}
    references: [{{kind: primary, source: Somebody, locator: here, says: It is so.}}]
    examples: [{{name: One, outcome: violated}}, {{name: Two, outcome: violated}}]
"""


def _own(folder: Path, measure: str, rest: str) -> str:
    (folder / "lenses").mkdir(exist_ok=True)
    (folder / "own.yaml").write_text(RULES.format(measure=measure, rest=rest), encoding="utf-8")
    text = (
        "id: own\ntitle: Own\nas_of: 2026-01-01\nversion: 1.0.0\nauthor: nobody\ndescription: Own.\nrule_sets: [own]\n"
    )
    (folder / "lenses" / "own.yaml").write_text(text, encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize(
    ("measure", "rest", "fault"),
    [
        ("simulated_duty_days", "scenario: uplift-found,", "takes a `scenario` and `at_most`, and nothing else"),
        ("simulated_duty_days", "at_most: 3,", "takes a `scenario` and `at_most`, and nothing else"),
        ("simulated_duty_days", "scenario: uplift-lost, at_most: 3,", "there is no scenario `uplift-lost`"),
        ("simulated_duty_days", "scenario: plateau, at_most: 3,", "needs a scenario with the event `risk_emerges`"),
        ("simulated_report_days", "scenario: uplift-found, at_most: 3,", "needs a scenario with the event `incident`"),
        ("simulated_duty_days", "scenario: uplift-found, at_most: {parameter: x},", "there is no parameter `x`"),
        ("simulated_duty_days", "scenario: uplift-found, at_most: 3, of: duty,", "and nothing else"),
        ("displacement_scope", "scenario: uplift-found, at_most: 3,", "takes no `scenario` and no `at_most`"),
    ],
)
def test_a_measure_that_cannot_be_run_is_refused(tmp_path: Path, measure: str, rest: str, fault: str) -> None:
    with pytest.raises(RuleError) as raised:
        load_lens("own", _own(tmp_path, measure, rest))
    told = " ".join(f.message for f in raised.value.faults)
    assert fault in told
    assert all(f.line for f in raised.value.faults)


def test_a_scenario_beside_the_rules_is_taken_and_its_digest_is_part_of_the_rules(tmp_path: Path) -> None:
    folder = _own(tmp_path, "simulated_duty_days", "scenario: mine, at_most: 3,")
    (tmp_path / "scenarios").mkdir()
    text = (ROOT / "scenarios/uplift-found.yaml").read_text(encoding="utf-8").replace("id: uplift-found", "id: mine")
    (tmp_path / "scenarios/mine.yaml").write_text(text, encoding="utf-8")
    first = load_lens("own", folder)
    assert evaluate(law(SB_53), first, engine="plain").findings[0].outcome is Outcome.SATISFIED
    assert evaluate(law(MORATORIUM), first, engine="plain").findings[0].outcome is Outcome.VIOLATED
    (tmp_path / "scenarios/mine.yaml").write_text(text + "# later\n", encoding="utf-8")
    assert load_lens("own", folder).rules_digest != first.rules_digest


def test_a_report_and_a_proof_are_verified(tmp_path: Path) -> None:
    file, proof, report = str(PROPOSALS / f"{S_2938}.yaml"), tmp_path / "proof.json", tmp_path / "report.json"
    made = run(
        "evaluate", file, "--lens", LENS, "--engine", "plain", "--proof", str(proof), "--format", f"json={report}"
    )
    assert made.exit_code == 0, made.stderr
    for written in (proof, report):
        checked = run("verify", str(written))
        assert checked.exit_code == 0, checked.stdout
        assert "true" in checked.stdout


def test_explain_shows_the_run_behind_a_fact() -> None:
    file = str(PROPOSALS / f"{S_2938}.yaml")
    told = " ".join(run("explain", "DYN-8", file, "--lens", LENS, "--engine", "plain").stdout.split())
    assert "Simulated under scenario fast-diffusion" in told
    assert "a duty binds 31 days after the risk emerges, on 2027-04-01" in told


def test_the_gate_takes_the_lens() -> None:
    file = str(PROPOSALS / f"{MORATORIUM}.yaml")
    assert run("evaluate", file, "--lens", LENS, "--engine", "plain", "--gate", "lowest_score=10").exit_code == 1


def test_a_difference_tells_what_moved_a_run(tmp_path: Path) -> None:
    text = (PROPOSALS / f"{S_2938}.yaml").read_text(encoding="utf-8")
    report = "  - {id: report, type: incident_report, cite: sec. 99, incident: critical_safety_incident, "
    report += "deadline_hours: 72, mandatory: true, persons: [developers], subjects: [frontier_models], "
    report += "begins: {days_after_enactment: 0}}\n"
    later = tmp_path / "later.yaml"
    later.write_text(text.replace("provisions:\n", "provisions:\n" + report, 1), encoding="utf-8")
    told = run("diff", str(PROPOSALS / f"{S_2938}.yaml"), str(later), "--lens", LENS, "--engine", "plain")
    assert told.exit_code == 0, told.stderr
    assert "DYN-7 A grave incident is reported in time (major): violated → satisfied" in told.stdout


def test_a_question_is_asked_for_what_a_run_lacks() -> None:
    file = str(PROPOSALS / "us/federal/hr-9925-frontier.yaml")
    told = run("ask", file, "--lens", LENS, "--format", "json")
    asked = {q["key"]: q for q in json.loads(told.stdout)["questions"]}
    assert "DYN-2" in asked["final-order.response_days"]["criteria"]
