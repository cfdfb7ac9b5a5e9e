"""The work given to all: its translations, and that this engine and a JSON Schema judge it alike; nothing is timed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import curves
import jsonschema
import performance_page
import pytest
import yaml
from conftest import ROOT
from peers import our_rules, rules_files
from peers.against import differences, work_in
from peers.constraints import CONSTRAINTS, violated
from peers.environments import install
from peers.json_schema import json_schema
from peers.logic import clingo_expresses
from peers.processes import Taken, quartiles, ratios
from peers.table import PEERS, Peer, our_verdicts

from policy_engine.assessment import Assessor
from policy_engine.loading import load_lens, load_proposal

GOLDEN = Path(__file__).parent / "golden" / "peers"
FILES = rules_files.rules_files() | {
    "ours.json": json.dumps(our_rules.rule_set(), indent=1),
}


@pytest.mark.parametrize("name", FILES)
def test_constraints_are_written_in_each_language_as_agreed(name: str, request: pytest.FixtureRequest) -> None:
    file = GOLDEN / name
    if request.config.getoption("--update-golden"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(FILES[name] + "\n", encoding="utf-8")
    assert FILES[name] + "\n" == file.read_text(encoding="utf-8")


def test_there_are_thirty_and_every_operator_and_form_occurs() -> None:
    assert [constraint.name for constraint in CONSTRAINTS] == [f"C{number:02}" for number in range(1, 31)]
    assert {test.operator for c in CONSTRAINTS for test in c.tests} == {
        *("equals", "in", "at_least", "at_most", "more_than", "less_than", "contains_any")
    }
    assert {constraint.form for constraint in CONSTRAINTS} == {"bars", "requires"}


def test_a_peer_is_asked_only_what_its_language_can_say() -> None:
    unsaid = [constraint.name for constraint in CONSTRAINTS if not clingo_expresses(constraint)]
    assert unsaid == ["C08"]
    assert {peer.name: len(peer.expresses) for peer in PEERS if len(peer.expresses) < 30} == {"clingo": 29}


@pytest.mark.parametrize("engine", ["plain", pytest.param("durable", marks=pytest.mark.durable)])
def test_our_rules_agree_with_a_json_schema_and_with_the_table(engine: str, tmp_path: Path) -> None:
    work = work_in(tmp_path, 100)
    validator = jsonschema.Draft202012Validator(json_schema())
    seen: set[str] = set()
    with Assessor(load_lens(our_rules.LENS, str(work.rules / "ours")), engine) as assessor:  # type: ignore[arg-type]
        for file in work.files:
            data = _without_dates(yaml.safe_load(file.read_text(encoding="utf-8")))
            said = {re.findall(r"C\d+", error.message)[0] for error in validator.iter_errors(data)}
            findings = assessor.assess(load_proposal(str(file))).findings
            ours = {f"C{int(f.criterion[4:]):02}" for f in findings if f.outcome.value == "violated"}
            assert ours == said == {c.name for c in CONSTRAINTS if violated(c, data)}, file.name
            seen |= ours
    assert seen == {constraint.name for constraint in CONSTRAINTS}


def _without_dates(value: object) -> object:
    return json.loads(json.dumps(value, default=str))


def test_a_disagreement_is_told_with_file_and_constraint() -> None:
    ours = {"a.yaml": frozenset({"C01"}), "b.yaml": frozenset({"C02"})}
    theirs = {"a.yaml": frozenset({"C01", "C03"})}
    found = differences(ours, theirs, ["a.yaml", "b.yaml"], frozenset({"C01", "C02", "C03"}))
    assert found == [
        "a.yaml C03: not violated here, violated there",
        "b.yaml C02: violated here, not violated there",
    ]
    assert differences(ours, theirs, ["a.yaml", "b.yaml"], frozenset({"C01"})) == []


def test_a_file_that_was_not_assessed_is_no_agreement(tmp_path: Path) -> None:
    answer = tmp_path / "answer.csv"
    answer.write_text("file,criterion,outcome\na.yaml,PER-1,violated\nb.yaml,,error\n", encoding="utf-8")
    with pytest.raises(ValueError, match="could not be assessed"):
        our_verdicts(answer)
    answer.write_text("file,criterion,outcome\na.yaml,PER-1,violated\na.yaml,PER-2,unknown\n", encoding="utf-8")
    assert our_verdicts(answer) == {"a.yaml": frozenset({"C01"})}


def test_a_peer_that_cannot_be_installed_is_told_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = install(Peer("Spectral", "npm", ("nothing@1",), "spectral.json", program="spectral"), tmp_path / "cache")
    assert found.program is None
    assert found.reason == "there is no `node` here"


def test_ratios_are_taken_within_rounds() -> None:
    ours = [Taken(2.0, 1.0, 0.0, 0), Taken(30.0, 1.0, 0.0, 0), Taken(9.0, 9.0, 0.0, 0)]
    theirs = [Taken(4.0, 2.0, 0.0, 0), Taken(10.0, 2.0, 0.0, 0)]
    assert ratios(ours, theirs) == {"seconds": [1.125, 1.75, 2.375], "processor": [0.5, 0.5, 0.5]}
    assert quartiles([3.0]) == (3.0, 3.0, 3.0)


def test_exponents_are_those_of_the_law_that_made_the_times() -> None:
    assert curves.curve([10, 100, 1000], [3e-3 * n**1.5 for n in (10, 100, 1000)])["exponent"] == 1.5
    bent = curves.curve([1, 10, 100, 1000, 10000], [1.0, 1.0, 1.0, 100.0, 10000.0])
    assert bent["last"] == 2.0
    assert bent["exponent"] < 1.5


def test_generated_criteria_are_all_different_and_load(tmp_path: Path) -> None:
    curves.write_criteria(tmp_path / "rules", 100)
    assert len(load_lens("many", str(tmp_path / "rules")).criteria) == 100
    found = [json.dumps(pattern) for pattern in curves.patterns()]
    assert len(set(found)) == len(found) >= max(curves.CRITERIA)


def test_the_page_says_plainly_what_is_not_reached() -> None:
    record = json.loads((ROOT / "docs/performance.json").read_text(encoding="utf-8"))
    record["in_process"]["figures"]["plain"]["rate"] = [1499.0, 1499.0, 1499.0]
    record["in_process"]["figures"]["durable"] = {"rate": [250.0, 250.0, 250.0], "processor_ms": [1.0, 1.0]}
    page = performance_page.render(record)
    assert "plain evaluator, at least 1,500 a second | 1,499 a second | **no** |" in page
    assert "durable-rules, at least 250 a second | 250 a second | yes |" in page


def test_the_page_tells_what_was_left_out_and_what_differs() -> None:
    record = json.loads((ROOT / "docs/performance.json").read_text(encoding="utf-8"))
    figures = record["peers"]["figures"]
    assert performance_page.disagreements(record) == 0
    figures["not_installed"] = {"Spectral": "there is no `node` here"}
    figures["agreement"]["clingo"]["different"] = 3
    page = performance_page.render(record)
    assert "| Spectral | @stoplight/spectral-cli@6.16.3 | not installed: there is no `node` here |" in page
    assert performance_page.disagreements(record) == 3
    assert "Not measured." in performance_page.render({"peers": record["peers"]})
