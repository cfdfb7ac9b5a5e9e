"""Corpora: what goes in, what stands in the tables, what a second run does, and the questions."""

from __future__ import annotations

import builtins
import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ROOT
from corpus_samples import LENS, SMALL, content, finished, order, parts_in, write_json_lines, write_texts

from policy_engine.assessment import Assessor
from policy_engine.cli.commands import policy_engine
from policy_engine.cli.corpus_progress import line
from policy_engine.corpus import tables
from policy_engine.corpus.inputs import row_of_json
from policy_engine.corpus.queries import QUERIES, ask
from policy_engine.corpus.rows import _json
from policy_engine.corpus.running import Progress
from policy_engine.engine.client import why_unavailable
from policy_engine.errors import EngineError, ProposalError, SourceError
from policy_engine.loading import load_lens, load_proposal, proposal_from_json, read_json, respelled
from policy_engine.reports.corpus_answer import as_text
from policy_engine.source.limits import DEEPEST, LONGEST_TEXT, MOST_NODES

SHIPPED = sorted((ROOT / "proposals").rglob("*.yaml"))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the corpus of the shipped texts."""
    result = tmp_path_factory.mktemp("shipped") / "result"
    finished(order(ROOT / "proposals", result, jobs=2))
    return result


def test_every_table_says_what_single_assessments_say(shipped: Path) -> None:
    found = content(shipped)
    with Assessor(load_lens(LENS), "plain") as assessor:
        for file in SHIPPED[::7]:
            loaded = load_proposal(str(file))
            digest = loaded.document.digest
            assessment, facts = assessor.assess_with_facts(loaded)
            row = next(row for row in found["assessments"] if row[0] == digest)
            said = dict(zip(tables.PARTS["assessments"].names, row, strict=True))
            assert said["verdict"] == assessment.verdict.value
            assert (said["score_low"], said["score_high"]) == (assessment.score.low, assessment.score.high)
            assert said["country"] == loaded.proposal.jurisdiction.country
            outcomes = {row[1]: row[5] for row in found["findings"] if row[0] == digest}
            assert outcomes == {f.criterion: f.outcome.value for f in assessment.findings}
            evidence = sorted(row[1:4] for row in found["evidence"] if row[0] == digest)
            assert evidence == sorted(
                (f.criterion, e.provision, e.type) for f in assessment.findings for e in f.evidence
            )
            known = {row[1] for row in found["facts"] if row[0] == digest}
            assert known == {fact for fact, value in facts.items() if value is not None}
    assert len(found["assessments"]) == len(found["inputs"]) == len(SHIPPED)
    assert found["failures"] == []


def test_a_second_run_does_nothing_and_a_changed_text_alone_is_assessed(tmp_path: Path) -> None:
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 5)
    assert finished(order(source, result)).assessed == 5
    first = content(result)
    again = finished(order(source, result, jobs=2))
    assert (again.assessed, again.kept) == (0, 5)
    assert content(result) == first
    changed = source / "text-00002.yaml"
    changed.write_text(changed.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    third = finished(order(source, result))
    assert (third.assessed, third.kept) == (1, 4)
    # The old text is no input any more, and stands in no table.
    assert len(content(result)["assessments"]) == 5
    (source / "text-00000.yaml").unlink()
    finished(order(source, result))
    assert len(content(result)["assessments"]) == 4


def test_other_rules_are_another_judgement(tmp_path: Path) -> None:
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 2)
    finished(order(source, result))
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    vac = rules / "vac.yaml"
    vac.write_text(vac.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    asked = order(source, result)
    changed = type(asked.job)(asked.job.lens, str(rules), "plain")
    other = finished(type(asked)(asked.sources, asked.result, changed, asked.tool))
    assert (other.assessed, other.kept) == (2, 0)
    assert finished(order(source, result)).kept == 2


def test_jobs_change_nothing(tmp_path: Path) -> None:
    source = tmp_path / "texts"
    write_texts(source, 60)
    finished(order(source, tmp_path / "one"))
    finished(order(source, tmp_path / "three", jobs=3))
    assert content(tmp_path / "one") == content(tmp_path / "three")


def test_a_text_that_stands_twice_is_assessed_once(tmp_path: Path) -> None:
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 2)
    shutil.copy(source / "text-00000.yaml", source / "copy.yaml")
    last = finished(order(source, result))
    assert (last.inputs, last.assessed, last.kept) == (3, 2, 1)
    answer = ask(str(result), QUERIES["repeated"].sql)
    assert [row[1] for row in answer.rows] == [2]


def test_failed_inputs_have_a_table_and_hide_nothing(tmp_path: Path) -> None:
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 1)
    (source / "broken.yaml").write_text("id: [\n", encoding="utf-8")
    wrong = SMALL.read_text(encoding="utf-8").replace("duration_years: 10", "duration_year: 10")
    (source / "wrong.yaml").write_text(wrong, encoding="utf-8")
    (source / "gone.yaml").symlink_to(tmp_path / "nowhere")
    (source / "rows.jsonl").write_bytes(
        b'{"id": "a", "yaml": "id: [", "x": 1}\n\n{"id": "b"}\nnot json\n{"id": 1, "id": 2}\n[1]\n{"yaml": 5}\n'
        b'{"name": "c", "proposal": {"id": "c"}}\n\xff\n{"id": "\x07", "yaml": "a", "proposal": {}}\n'
    )
    last = finished(order(source, result))
    assert (last.assessed, last.failed) == (1, 12)
    found = {(Path(row[0]).name, row[1]): row for row in ask(str(result), QUERIES["failures"].sql).rows}
    assert found["broken.yaml", 0][3] == "refused"
    assert found["wrong.yaml", 0][4] == next(n for n, t in enumerate(wrong.split("\n"), 1) if "duration_year:" in t)
    assert "duration_year" in found["wrong.yaml", 0][5]
    assert "duration_years" in found["wrong.yaml", 0][6]
    assert found["gone.yaml", 0][3] == "unreadable"
    assert "no such file" in found["gone.yaml", 0][5]
    assert found["rows.jsonl", 3][2:6] == ("b", "refused", 0, "this row has neither `yaml` nor `proposal`")
    assert "this line is not JSON" in found["rows.jsonl", 4][5]
    assert found["rows.jsonl", 5][5] == "this line is not JSON: the key `id` stands twice"
    assert found["rows.jsonl", 6][5] == "this line is not a JSON object"
    assert found["rows.jsonl", 7][5] == "`yaml` holds no text"
    assert "is missing" in found["rows.jsonl", 8][5]
    assert "not JSON" in found["rows.jsonl", 9][5]
    # A control character is no JSON either; the rest of the file is read all the same.
    assert "not JSON" in found["rows.jsonl", 10][5]
    again = finished(order(source, result))
    assert (again.assessed, again.failed, again.kept) == (0, 0, 13)


def test_json_and_yaml_give_the_same_proposal() -> None:
    for file in SHIPPED:
        proposal = load_proposal(str(file)).proposal
        row = {"id": "x", "proposal": json.loads(proposal.model_dump_json(exclude_unset=True, by_alias=True))}
        made = row_of_json("rows.jsonl", 1, json.dumps(row).encode())
        assert made.form == "json"
        assert proposal_from_json(made.raw, "x").proposal == proposal


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["provisions"][0].update(duration_year=1), "provisions.0.duration_year: `duration_year` is not"),
        (lambda d: d.update(title=5), "title: `title` takes text, found 5"),
        (lambda d: d["status"].update(date=20250101), "status.date: `date`"),
        (lambda d: d.update(title="x" * 9000), "title: a text longer than 8,000 characters"),
        (lambda d: d.update(title=[[[[[[]]]]]] and json.loads("[" * 60 + "]" * 60)), "nested more than 40 deep"),
        (lambda d: d.update(examined=["disclosures"]), "`disclosures` is not a topic"),
    ],
)
def test_json_is_refused_like_yaml(change: Callable[[dict[str, Any]], None], message: str) -> None:
    data = json.loads(load_proposal(str(SMALL)).proposal.model_dump_json(exclude_unset=True, by_alias=True))
    change(data)
    with pytest.raises((ProposalError, SourceError)) as found:
        proposal_from_json(respelled(data), "x")
    assert message in str(found.value)


def _nested(depth: int) -> Any:
    return [_nested(depth - 1)] if depth else "end"


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (_nested(DEEPEST), ""),
        (_nested(DEEPEST + 1), "nested more than 40 deep"),
        ([0] * (MOST_NODES - 1), ""),
        ([0] * MOST_NODES, "more than 100,000 values"),
        ({"a": [{"b": "x" * LONGEST_TEXT}]}, ""),
        ({"a": [{"b": "x" * (LONGEST_TEXT + 1)}]}, "a.0.b: a text longer than 8,000 characters"),
        ({"a": {"b": 10**30}}, ""),
    ],
)
def test_the_limits_of_json_are_met_exactly(data: Any, refused: str) -> None:
    with pytest.raises((ProposalError, SourceError)) as found:
        proposal_from_json(respelled(data), "x")
    # What is within the limits is still no proposal.
    said = str(found.value)
    assert (refused in said) if refused else all(word not in said for word in ("nested", "values", "longer than"))


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 1, 1.0, True, "1", "not_addressed", 1e26, ("a", "b"), (), "ü", float("inf")]
)
def test_a_fact_is_written_as_json_whatever_was_written_before(value: Any) -> None:
    for before in (0.0, -0.0, 1, 1.0, True, False, "1", "true", ()):
        _json(before)
    assert _json(value) == json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": 1, "a": 2}', '{"a": Infinity}', "{", ""])
def test_json_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


@pytest.mark.parametrize("text", ['{"a": "\\u202e"}', '{"a": 1e999}', '{"a": "\\ud800"}'])
def test_json_with_hidden_characters_or_endless_numbers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hidden|Out of range"):
        respelled(read_json(text))


def test_json_lines_globs_and_parquet_are_sources(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    source = tmp_path / "texts"
    source.mkdir()
    write_json_lines(source / "rows.jsonl", 3)
    yaml = SMALL.read_text(encoding="utf-8")
    rows = [{"name": "one", "yaml": yaml, "proposal": None}]
    rows += [{"name": row["id"], "yaml": None, "proposal": json.dumps(row["proposal"])} for row in _rows(source)]
    parquet.write_table(arrow.Table.from_pylist(rows), source / "more.parquet")
    (source / "other.parquet").write_bytes(b"PAR1 nothing")
    last = finished(order(source / "*", tmp_path / "result"))
    # The rows of the second file are those of the first, and one text in YAML.
    assert (last.inputs, last.assessed, last.kept, last.failed) == (8, 4, 3, 1)
    assert "cannot be read" in ask(str(tmp_path / "result"), QUERIES["failures"].sql).rows[0][5]


def _rows(source: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in (source / "rows.jsonl").read_text(encoding="utf-8").splitlines()]


def test_where_nothing_is_there_is_nothing_to_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no proposal was found there"):
        finished(order(tmp_path, tmp_path / "result"))


@pytest.mark.durable
@pytest.mark.skipif(bool(why_unavailable()), reason="durable-rules cannot be used")
def test_the_sample_that_is_cross_checked_is_stated_and_the_same(tmp_path: Path) -> None:
    source = tmp_path / "texts"
    write_texts(source, 40)
    checked = []
    for name in ("one", "two"):
        finished(order(source, tmp_path / name, cross_check_share=0.25, jobs=2))
        found = content(tmp_path / name)
        checked.append([row[0] for row in found["assessments"] if "cross-checked" in row[-1]])
        assert found["run"][0][-2] == len(checked[-1])
    assert checked[0] == checked[1]
    assert 1 <= len(checked[0]) <= 20
    plain, durable = tmp_path / "plain", tmp_path / "durable"
    finished(order(source, plain))
    finished(order(source, durable, engine="durable"))
    for table in ("principles", "findings", "facts", "evidence"):
        assert content(plain)[table] == content(durable)[table] == content(tmp_path / "one")[table]


def test_without_durable_rules_no_cross_check_is_promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.corpus.running.why_unavailable", lambda: "durable-rules is not installed")
    write_texts(tmp_path / "texts", 1)
    with pytest.raises(EngineError, match="not installed"):
        finished(order(tmp_path / "texts", tmp_path / "result", cross_check_share=0.5))
    assert finished(order(tmp_path / "texts", tmp_path / "result", engine="auto")).assessed == 1
    assert content(tmp_path / "result")["run"][0][6] == "plain evaluator"


@pytest.mark.parametrize("name", QUERIES)
def test_ready_questions_have_answers_in_one_order(shipped: Path, name: str) -> None:
    runner = CliRunner()
    for format_name in ("text", "csv", "json"):
        arguments = ["corpus", "query", str(shipped), name, "--format", format_name]
        first, second = runner.invoke(policy_engine, arguments), runner.invoke(policy_engine, arguments)
        assert first.exit_code == 0, first.output
        assert first.stdout == second.stdout
    answer = json.loads(first.stdout)
    rows = list(csv.reader(io.StringIO(runner.invoke(policy_engine, [*arguments[:-1], "csv"]).stdout)))
    assert len(rows) == len(answer["rows"]) + 1
    assert answer["run"]["lens"] == "five-principles" or answer["run"]["lens_digest"]
    assert "on paper" in answer["run"]["note"]


def test_the_questions_say_what_the_assessments_say(shipped: Path) -> None:
    with Assessor(load_lens(LENS), "plain") as assessor:
        made = [assessor.assess(load_proposal(str(file))) for file in SHIPPED]
    vetoed = {a.proposal.id: " ".join(sorted(f.criterion for f in a.vetoes)) for a in made if a.vetoes}
    assert {row[0]: row[4] for row in ask(str(shipped), QUERIES["vetoes"].sql).rows} == vetoed
    best = ask(str(shipped), QUERIES["separating"].sql).rows[0]
    outcomes = [f.outcome.value for a in made for f in a.findings if f.criterion == best[0]]
    assert [outcomes.count(name) for name in ("satisfied", "partial", "violated", "unknown", "not_applicable")] == list(
        best[3:8]
    )
    us = [a for a in made if load_proposal(a.proposal.file).proposal.jurisdiction.country == "US"]
    rows = [row for row in ask(str(shipped), QUERIES["scores"].sql).rows if row[0] == "US"]
    assert sum(row[4] for row in rows) == len(us)
    exports = [a for a in us if a.proposal.scope_class == "export" and a.proposal.status_date.startswith("2025")]
    row = next(row for row in rows if row[2:4] == (2025, "export"))
    assert row[4] == len(exports)
    assert row[5] == pytest.approx(sum(a.score.low for a in exports) / len(exports), abs=0.006)


def test_a_question_reads_the_corpus_and_nothing_else(shipped: Path) -> None:
    for sql, message in (
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled by configuration"),
        ("COPY run TO '/tmp/policy-engine-test.csv'", "disabled by configuration|read-only"),
        ("DROP TABLE run", "read-only"),
        ("SET enable_external_access = true", "locked"),
        ("ATTACH '/tmp/other.duckdb'", "disabled by configuration|read-only"),
        ("INSTALL httpfs", "disabled by configuration|read-only"),
        ("SELECT nothing FROM nowhere", "nowhere"),
    ):
        with pytest.raises(SourceError, match=message):
            ask(str(shipped), sql)


def test_what_a_terminal_or_spreadsheet_would_obey_is_inert(shipped: Path) -> None:
    sql = "SELECT chr(27) || '[31mred' AS a, '=1+1' AS b, -1 AS c"
    text, table = (
        CliRunner().invoke(policy_engine, ["corpus", "query", str(shipped), "--sql", sql, "--format", name]).stdout
        for name in ("text", "csv")
    )
    assert "\x1b" not in text
    assert "\\x1b[31mred" in text
    assert table.splitlines()[1].endswith(",'=1+1,-1")


def test_mistakes_are_told(shipped: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    wrong = runner.invoke(policy_engine, ["corpus", "query", str(shipped), "vetos"])
    assert wrong.exit_code == 2
    assert "vetoes" in wrong.stderr
    none = runner.invoke(policy_engine, ["corpus", "query", str(tmp_path), "vetoes"])
    assert none.exit_code == 3
    assert "no finished corpus" in none.stderr
    both = runner.invoke(policy_engine, ["corpus", "query", str(shipped), "vetoes", "--sql", "SELECT 1"])
    assert both.exit_code == 2
    listed = runner.invoke(policy_engine, ["corpus", "query", str(shipped)])
    assert [text.split()[0] for text in listed.stdout.splitlines()] == list(QUERIES)


def test_the_command_runs_and_tells(tmp_path: Path) -> None:
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 3)
    arguments = ["corpus", "run", str(source), "--out", str(result), "--isolated", "--lens", LENS, "--engine", "plain"]
    arguments += ["--cross-check-share", "0"]
    done = CliRunner().invoke(policy_engine, arguments)
    assert done.exit_code == 0, done.output
    assert "3 inputs: 3 texts assessed, 0 failed (0 inputs known before)" in done.stdout.replace(
        " known", " inputs known"
    )
    (source / "broken.yaml").write_text("id: [\n", encoding="utf-8")
    failed = CliRunner().invoke(policy_engine, arguments)
    assert failed.exit_code == 3
    assert "corpus query" in failed.stderr


def test_a_missing_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__
    import importlib

    def without(name: str, *arguments: Any) -> Any:
        if name.startswith("duckdb"):
            raise ImportError("No module named 'duckdb'")
        return real(name, *arguments) if arguments else __import__(name)

    monkeypatch.setattr(importlib, "import_module", without)
    write_texts(tmp_path / "texts", 1)
    with pytest.raises(SourceError, match=r"policy-engine\[corpus\]"):
        finished(order(tmp_path / "texts", tmp_path / "result"))


def test_a_damaged_part_is_made_again(tmp_path: Path) -> None:
    source, result = tmp_path / "texts", tmp_path / "result"
    write_texts(source, 3)
    finished(order(source, result))
    first = content(result)
    (next(parts_in(result)) / "findings.parquet").write_bytes(b"")
    assert finished(order(source, result)).assessed == 3
    assert content(result) == first


def test_progress_is_told_with_rate_and_time_left() -> None:
    said = line(Progress(inputs=1500, assessed=990, kept=500, failed=10, share=0.25), 10.0)
    assert said == "1,500 read, 500 known, 990 assessed, 10 failed, 100/s, 0:00:30 left"
    assert line(Progress(), 0.0) == "0 read, 0 known, 0 assessed, 0 failed"


def test_long_cells_are_cut_and_say_so(shipped: Path) -> None:
    answer = ask(str(shipped), "SELECT repeat('a', 100) AS a")
    assert "a…" in as_text(answer)


def test_the_tables_stand_in_the_document_as_they_are() -> None:
    assert tables.tables_text() in (ROOT / "docs/corpus.md").read_text(encoding="utf-8")
