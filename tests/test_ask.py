"""Questions are worth what a full evaluation of each answer says; answering them narrows the interval as promised."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from conftest import ROOT

from policy_engine.asking.answers import NONE, SOME
from policy_engine.asking.questions import Inquiry
from policy_engine.assessment import Assessor
from policy_engine.cli.commands import policy_engine
from policy_engine.loading import LoadedLens, LoadedProposal, load_proposal
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import provision_types
from policy_engine.results import Assessment

SB_53 = ROOT / "proposals/us/ca/sb-53.yaml"
FILES = sorted((ROOT / "proposals").rglob("*.yaml"))


def plain(value: Any) -> Any:
    """Return model data as YAML writes it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


def written(folder: Path, data: dict[str, Any]) -> LoadedProposal:
    """Write a proposal as a file, and read it as a user would."""
    file = folder / "written.yaml"
    file.write_text(yaml.safe_dump(plain(data), sort_keys=False, allow_unicode=True, width=10_000), encoding="utf-8")
    return load_proposal(str(file))


def data_of(proposal: Proposal) -> dict[str, Any]:
    """Return the data of a proposal as it was given."""
    return proposal.model_dump(exclude_unset=True, by_alias=True)


def with_answer(data: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """Write an answer into the data of a proposal, independently of the code under test."""
    changed: dict[str, Any] = json.loads(json.dumps(plain(data), default=str))
    changed = {**plain(data), "provisions": changed.get("provisions", [])}
    ids = {provision["id"]: provision for provision in plain(data)["provisions"]}
    name, dot, path = key.partition(".")
    if dot and name in ids:
        changed["provisions"] = list(ids.values())
        place = ids[name]
        *steps, last = path.split(".")
        for step in steps:
            if not isinstance(place.get(step), dict):
                place[step] = {}
            place = place[step]
        place[last] = value
    elif key in provision_types():
        changed["provisions"] = list(ids.values())
        changed["examined"] = [*plain(data)["examined"], key]
        if value != NONE:
            needed = {"finding": "about"}.get(key, "kind")
            kind = {} if value == SOME else {needed: value}
            changed["provisions"].append({"id": "some-provision", "type": key, "cite": "somewhere", **kind})
    else:
        changed["provisions"] = list(ids.values())
        statement = {"fact": key, "value": value, "cite": "somewhere"}
        changed["statements"] = [*plain(data).get("statements", []), statement]
    return changed


@pytest.fixture(scope="module")
def assessor(lens: LoadedLens) -> Any:
    """Return an assessor with the plain evaluator."""
    with Assessor(lens, "plain") as made:
        yield made


@pytest.mark.parametrize("seed", range(6))
def test_each_answer_is_worth_what_a_full_evaluation_says(
    seed: int, lens: LoadedLens, assessor: Assessor, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311
    loaded = load_proposal(str(chance.choice(FILES)))
    inquiry = Inquiry(lens, loaded)
    before = assessor.assess(loaded)
    assert (inquiry.now.score, inquiry.now.verdict) == (before.score, before.verdict)
    questions = [question for question in inquiry.questions() if question.kind != "measure"]
    assert all(question.answers for question in questions), "every unknown thing has answers to try"
    for question in chance.sample(questions, min(len(questions), 6)):
        narrowings = []
        for tried, value in [(answer, value) for answer in question.answers for value in answer.alike]:
            alike = assessor.assess(written(tmp_path, with_answer(data_of(loaded.proposal), question.key, value)))
            assert (alike.score, alike.verdict) == (tried.score, tried.verdict), (question.key, value)
        for answer in question.answers:
            again = assessor.assess(
                written(tmp_path, with_answer(data_of(loaded.proposal), question.key, answer.value))
            )
            assert again.score == answer.score, (question.key, answer.value)
            assert again.verdict is answer.verdict
            narrowings.append((before.score.high - before.score.low) - (again.score.high - again.score.low))
        assert question.narrowing == pytest.approx(sum(narrowings) / len(narrowings))
        assert question.most == pytest.approx(max(narrowings))
        assert question.least >= -1e-9, "an answer never widens"


def test_questions_come_in_the_order_of_their_worth(lens: LoadedLens) -> None:
    questions = Inquiry(lens, load_proposal(str(ROOT / "proposals/us/federal/hr-5388.yaml"))).questions()
    assert questions[0].key == "annual-update.of"
    assert [round(q.narrowing, 6) for q in questions] == sorted(
        (round(q.narrowing, 6) for q in questions), reverse=True
    )
    assert questions[0].text == (
        "What is reviewed: what does sec. 5(b), (c)(6) (annual-update) say? "
        "The file has it as contested: careful readers differ."
    )
    assert questions[0].criteria == ("TMP-2",)


def half_read(data: dict[str, Any], stage: int) -> dict[str, Any]:
    """Return what a coder had of a law at a stage from 0 to 4: provisions, then fields, then topics read in full."""
    provisions = [dict(provision) for provision in data["provisions"]]
    if stage == 0:
        needed = ("id", "type", "cite", "kind", "about", "term")
        provisions = [{key: p[key] for key in needed if key in p} for p in provisions]
    elif stage < 3:
        kept = {"id", "type", "cite", "kind", "about", "term", "mandatory", "persons", "subjects"}
        kept |= {"mechanism", "displaces"}
        kept |= set(dict.fromkeys(key for p in provisions for key in p)) if stage == 2 else set()
        provisions = [{key: value for key, value in p.items() if key in kept} for p in provisions]
    types = sorted({provision["type"] for provision in data["provisions"]})
    examined: Any = {0: [], 1: [], 2: types[: len(types) // 2], 3: types, 4: "everything"}[stage]
    statements = data.get("statements", []) if stage == 4 else []
    return {**data, "provisions": provisions, "examined": examined, "statements": statements}


def test_a_half_read_law_narrows_as_ask_says(lens: LoadedLens, assessor: Assessor, tmp_path: Path) -> None:
    full = data_of(load_proposal(str(SB_53)).proposal)
    stages: list[Assessment] = []
    for stage in range(5):
        loaded = written(tmp_path, half_read(full, stage))
        stages.append(assessor.assess(loaded))
        inquiry = Inquiry(lens, loaded)
        questions = [q for q in inquiry.questions() if q.kind == "topic"]
        if stage in {2, 3}:
            best = questions[0]
            promised = next(answer for answer in best.answers if answer.value == NONE)
            again = assessor.assess(written(tmp_path, with_answer(half_read(full, stage), best.key, NONE)))
            assert again.score == promised.score
            assert best.narrowing > 0
    widths = [assessment.score.high - assessment.score.low for assessment in stages]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 60
    assert widths[4] < 5
    for wide, narrow in itertools.pairwise(stages):
        assert wide.score.low <= narrow.score.low + 1e-9
        assert wide.score.high >= narrow.score.high - 1e-9


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(policy_engine, [*arguments, "--isolated"])


def test_the_command_shows_question_place_and_worth() -> None:
    result = run("ask", str(ROOT / "proposals/us/federal/s-2938.yaml"), "--most", "2")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "1. Its kind: what does sec. 4(c) (daily-fine) say?" in text
    assert "daily-fine.kind," in text
    assert "decides GEN-6 narrows the interval by 5.0 points" in text
    assert "… and 1 more (--most 3 shows all)" in text
    assert "it is no forecast of what the text says" in text


def test_answers_are_tried_and_wrong_ones_refused() -> None:
    right = run("ask", str(SB_53), "--answer", "local-preemption.construed=narrowly")
    assert right.exit_code == 0
    assert "VAC-7 unknown → satisfied" in right.stdout
    wrong = run("ask", str(SB_53), "--answer", "local-preemption.construed=narrow")
    assert wrong.exit_code == 3
    assert "`local-preemption.construed` cannot be `narrow`" in wrong.stderr
    assert "tried by the tool: narrowly, broadly, not_addressed" in wrong.stderr
    near = run("ask", str(SB_53), "--answer", "local-preemption.construe=narrowly")
    assert near.exit_code == 2
    assert "did you mean `local-preemption.construed`" in near.stderr
    assert run("ask", str(SB_53), "--answer", "x").exit_code == 2


def test_json_holds_every_question() -> None:
    document = json.loads(run("ask", str(SB_53), "--format", "json").stdout)
    assert document["schema"] == "policy-engine/ask/1"
    assert {q["key"] for q in document["questions"]} == {
        "local-preemption.displaces.matters",
        "local-preemption.construed",
    }
    matters = next(q for q in document["questions"] if q["key"] == "local-preemption.displaces.matters")
    assert {answer["verdict"] for answer in matters["answers"]} == {"mixed", "veto"}
    construed = next(q for q in document["questions"] if q["key"] == "local-preemption.construed")
    assert [(a["value"], a["alike"]) for a in construed["answers"]] == [
        ("narrowly", []),
        ("broadly", ["not_addressed"]),
    ]


def interactive(file: Path, *lines: str) -> Result:
    """Run the walk with lines typed at its prompts."""
    typed = "".join(f"{line}\n" for line in lines)
    return CliRunner().invoke(policy_engine, ["ask", str(file), "--interactive", "--isolated"], input=typed)


def test_the_walk_writes_answers_and_keeps_comments(tmp_path: Path) -> None:
    file = tmp_path / "bill.yaml"
    original = SB_53.read_text(encoding="utf-8")
    file.write_text(original, encoding="utf-8")
    result = interactive(file, "s", "narrow", "narrowly")
    assert result.exit_code == 0, result.output
    assert "`local-preemption.construed` cannot be `narrow`" in result.stderr
    assert f"{file}: written" in result.stdout
    assert "1 question(s) left" in result.stdout
    written_text = file.read_text(encoding="utf-8")
    added = [line for line in written_text.splitlines() if line not in original.splitlines()]
    assert added == ["    construed: narrowly"]
    gone = [line for line in original.splitlines() if line not in written_text.splitlines()]
    assert gone == ["    construed: contested"]
    assert "The file has it as contested: careful readers differ." in " ".join(result.stdout.split())


def test_the_walk_writes_a_list_into_its_group(tmp_path: Path) -> None:
    file = tmp_path / "bill.yaml"
    file.write_text(SB_53.read_text(encoding="utf-8"), encoding="utf-8")
    result = interactive(file, "[transparency, evaluation]", "narrowly")
    assert result.exit_code == 0, result.output
    assert "0 question(s) left" in result.stdout
    provision = next(p for p in load_proposal(str(file)).proposal.provisions if p.id == "local-preemption")
    assert provision.model_dump()["displaces"]["matters"] == ("transparency", "evaluation")
    assert provision.model_dump()["displaces"]["level"] == "local"


def test_the_walk_writes_topics_statements_and_leaves_what_has_to_be_coded(tmp_path: Path) -> None:
    file = tmp_path / "bill.yaml"
    text = SB_53.read_text(encoding="utf-8").replace("examined: everything", "examined: [preemption]  # so far")
    file.write_text(text, encoding="utf-8")
    result = interactive(file, "none", "q")
    assert result.exit_code == 0, result.output
    assert "# so far" in file.read_text(encoding="utf-8")
    assert len(load_proposal(str(file)).proposal.examined) == 2
    again = interactive(file, "s", "some", "q")
    assert "yourself" in again.stdout or "cannot be" in again.stderr or "takes" in again.stderr


def test_a_walk_needs_a_file() -> None:
    result = run("ask", "-", "--interactive")
    assert result.exit_code == 2
    assert "writes into a file" in result.stderr


def test_a_case_that_surely_fails_asks_for_nothing(lens: LoadedLens) -> None:
    file = ROOT / "proposals/private/anthropic/advanced-ai-framework-2026-06.yaml"
    asked = {q.key: q.criteria for q in Inquiry(lens, load_proposal(str(file))).questions()}
    # Developers surely check their own claims in this text; a compliance statement would add nothing.
    assert "ESC-10" not in asked["disclosure"]
    assert "TRN-1" in asked["disclosure"]
    assert "ESC-10" in asked["independent-evaluation.when"]
