"""The commands `compare` and `sensitivity` at the door, and their reports in every format."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from comparing import BILLS, bill, run, written
from conftest import ROOT
from jsonschema import Draft202012Validator
from report_samples import NASTY
from test_reports import Tags

from policy_engine.reports.names import ANALYSIS_FORMATS
from policy_engine.reports.page import Bar, Plot
from policy_engine.reports.page_svg import render as svg
from policy_engine.reports.page_text import _drawn

GOLDEN = ROOT / "tests/golden"
RUNS = {
    "compare": ("compare", *(f"{name}.yaml" for name in BILLS), "--lens", "small", "--draws", "400"),
    "agreement": ("compare", *(f"{name}.yaml" for name in BILLS), "--lenses", "all"),
    "sensitivity": ("sensitivity", "late.yaml", "--lens", "small"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with small rules and bills."""
    return written(tmp_path)


@pytest.mark.parametrize("format_name", ANALYSIS_FORMATS)
@pytest.mark.parametrize("name", RUNS)
def test_golden(folder: Path, name: str, format_name: str, request: pytest.FixtureRequest) -> None:
    result = run(folder, *RUNS[name], "--format", format_name)
    assert (result.exit_code, result.stderr) == (0, "")
    golden = GOLDEN / f"{name}.{format_name}"
    if request.config.getoption("--update-golden"):
        golden.write_text(result.stdout, encoding="utf-8")
    assert result.stdout == golden.read_text(encoding="utf-8"), "review the report, then run pytest --update-golden"


@pytest.mark.parametrize("name", RUNS)
def test_json_fits_its_schema(folder: Path, name: str) -> None:
    schema_name = "sensitivity" if name == "sensitivity" else "compare"
    schema = json.loads((ROOT / f"policy_engine/schemas/{schema_name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(run(folder, *RUNS[name], "--format", "json").stdout)
    Draft202012Validator(schema).validate(document)
    assert document["schema"] == f"policy-engine/{schema_name}/1"
    document["surplus"] = 1
    assert list(Draft202012Validator(schema).iter_errors(document))


def test_the_order_of_paths_does_not_change_a_byte(folder: Path) -> None:
    files = [f"{name}.yaml" for name in BILLS]
    one = run(folder, "compare", *files, "--lens", "small", "--format", "json")
    other = run(folder, "compare", *reversed(files), "--lens", "small", "--format", "json")
    assert one.stdout == other.stdout
    mapped = run(folder, "compare", *files, "--lenses", "all", "--format", "json")
    assert mapped.stdout == run(folder, "compare", *reversed(files), "--lenses", "all", "--format", "json").stdout


def test_weights_and_seed_reach_the_draws(folder: Path) -> None:
    command = ("compare", "open.yaml", "late.yaml", "--lens", "small", "--draws", "400", "--format", "json")
    plain = json.loads(run(folder, *command).stdout)["comparison"]
    seeded = json.loads(run(folder, *command, "--seed", "7").stdout)["comparison"]
    ranged = json.loads(run(folder, *command, "--weights", "clk=0..0", "--weights", "STP=1").stdout)["comparison"]
    assert plain["method"]["seed"] == 0
    assert plain["classes"] != seeded["classes"]
    assert ranged["method"]["weights"] == [
        {"principle": "CLK", "low": 0.0, "high": 0.0},
        {"principle": "STP", "low": 1.0, "high": 1.0},
    ]
    assert plain["classes"] != ranged["classes"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--weights", "TWN"), "is not ID=LOW..HIGH"),
        (("--weights", "TWN=a..b"), "is not ID=LOW..HIGH"),
        (("--weights", "TWN=2..1"), "the lower one first"),
        (("--weights", "TWN=-1..1"), "weights run from 0"),
        (("--weights", "TWN=nan"), "weights run from 0"),
        (("--weights", "TWN=0..inf"), "weights run from 0"),
        (("--weights", "TWN=1e400"), "weights run from 0"),
        (("--weights", "=1..2"), "weights run from 0"),
        (("--weights", "TWN=1", "--weights", "twn=2"), "more than once"),
        (("--draws", "10"), "not in the range"),
        (("--draws", "1e4"), "not a valid integer"),
        (("--completions", "0"), "not in the range"),
        (("--seed", "-1"), "not in the range"),
        (("--aggregation", "median"), "is not one of"),
        (("--format", "sarif"), "there is no format `sarif`"),
        (("--format", "json="), "names no file"),
        (("--lenses", "all", "--weights", "TWN=1"), "goes with neither"),
        (("--lenses", "small"), "at least two names"),
    ],
)
def test_hostile_options_are_refused(folder: Path, options: tuple[str, ...], message: str) -> None:
    result = run(folder, "compare", "full.yaml", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_unknown_principles_and_lenses_are_faults_with_a_hint(folder: Path) -> None:
    result = run(folder, "compare", "full.yaml", "--lens", "small", "--weights", "TWM=1..2")
    assert result.exit_code == 3
    assert "did you mean `TWN`?" in result.stderr
    result = run(folder, "compare", "full.yaml", "--lenses", "small,tvin")
    assert result.exit_code == 3
    assert "did you mean `twin`?" in result.stderr


def test_a_bad_file_never_hides_the_others(folder: Path) -> None:
    (folder / "broken.yaml").write_text("id: [", encoding="utf-8")
    for more in (("--lens", "small"), ("--lenses", "all")):
        result = run(folder, "compare", "broken.yaml", "full.yaml", "late.yaml", *more)
        assert result.exit_code == 3
        assert "broken.yaml" in result.stderr
        assert result.stdout.count("broken.yaml") == 1
        assert "late" in result.stdout


def test_nothing_to_compare_is_said(folder: Path) -> None:
    (folder / "empty").mkdir()
    result = run(folder, "compare", "empty", "--lens", "small")
    assert result.exit_code == 3
    assert "Nothing was compared." in result.stdout
    assert run(folder, "compare", "--lens", "small").exit_code == 2


def test_a_class_of_one_has_nothing_to_compare_with(folder: Path) -> None:
    said = run(folder, "compare", "elsewhere.yaml", "--lens", "small").stdout
    assert "There is nothing in this class to compare it with." in said
    assert "Pairwise" not in said


def test_texts_without_enough_facts_are_marked(folder: Path) -> None:
    (folder / "dark.yaml").write_text(bill("dark", examined="[]").replace("provisions:\n", ""), encoding="utf-8")
    said = run(folder, "compare", "dark.yaml", "full.yaml", "--lens", "small").stdout
    assert "dark [not enough facts]" in said
    assert "full [not enough facts]" not in said


def test_a_certain_veto_stands_beside_the_rank(folder: Path) -> None:
    (folder / "vetoed.yaml").write_text(
        BILLS["full"].replace("id: full", "id: vetoed").replace("published: true", "published: false"), encoding="utf-8"
    )
    said = run(folder, "compare", "vetoed.yaml", "late.yaml", "--lens", "small").stdout
    assert re.search(r"^ +vetoed +veto .* always$", said, re.MULTILINE)
    assert re.search(r"^ +late +undetermined .* 3\d\.\d % \(± \d+\.\d\)$", said, re.MULTILINE)


def test_prints_of_one_bill_are_told_apart(folder: Path) -> None:
    (folder / "copy.yaml").write_text(BILLS["full"].replace("48", "200"), encoding="utf-8")
    said = run(folder, "compare", "full.yaml", "copy.yaml", "--lens", "small").stdout
    assert "full (full.yaml)" in said
    assert "full (copy.yaml)" in said


@pytest.mark.parametrize("name", RUNS)
def test_nothing_in_a_file_acts_in_html_or_markdown(folder: Path, name: str) -> None:
    nasty = (
        BILLS["late"].replace('"A bill named late"', json.dumps(NASTY)).replace("sec. 3", NASTY[:60].replace('"', ""))
    )
    (folder / "late.yaml").write_text(nasty, encoding="utf-8")
    page = run(folder, *RUNS[name], "--format", "html").stdout
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "script" not in tags.seen
    assert not {attribute for attribute in tags.attributes if attribute.startswith("on")}
    assert not re.search(r"(src|href)=", page)
    text = run(folder, *RUNS[name], "--format", "markdown").stdout
    assert "<script" not in text


def test_plots_are_well_formed_and_say_what_they_show() -> None:
    plot = Plot(
        "A <title>", "What & why", ("first", "second"), (Bar("one & only", (60.0, 40.0)), Bar("x" * 90, (0.0,)))
    )
    root = ElementTree.fromstring(svg(plot))  # noqa: S314
    names = {child.tag.rpartition("}")[2]: child for child in root}
    assert names["title"].text == "A <title>"
    assert names["desc"].text == "What & why"
    assert root.attrib["role"] == "img"
    assert "prefers-color-scheme" in (names["style"].text or "")
    assert sum(child.tag.endswith("rect") for child in root) == 2 + 2


def test_bars_of_block_characters_keep_proportion() -> None:
    assert _drawn(Bar("", (50.0, 30.0, 20.0))) == "█" * 25 + "▓" * 15 + "▒" * 10
    assert _drawn(Bar("", (20.0,), start=40.0)) == " " * 20 + "█" * 10 + " " * 20


def test_several_formats_in_one_run(folder: Path) -> None:
    result = run(folder, *RUNS["compare"], "--format", "html=out.html", "--format", "json=out.json", "--format", "text")
    assert result.exit_code == 0
    assert json.loads((folder / "out.json").read_text(encoding="utf-8"))["agreement"] is None
    assert (folder / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "Comparison under the lens small" in result.stdout


def test_numpy_is_not_loaded_by_other_commands(folder: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom policy_engine.cli.commands import policy_engine\n"
        "result = CliRunner().invoke(policy_engine, ['evaluate', 'full.yaml', '--rules', 'rules', '--lens', 'small', "
        "'--engine', 'plain'])\nassert result.exit_code == 0, result.output\n"
        "print([name for name in ('numpy', 'SALib', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_texts_of_which_little_is_decided_stand_last_or_are_left_out(folder: Path) -> None:
    (folder / "dark.yaml").write_text(bill("dark", examined="[]").replace("provisions:\n", ""), encoding="utf-8")
    (folder / "poor.yaml").write_text(bill("poor", "type: incident_report, deadline_hours: 500"), encoding="utf-8")
    command = ("compare", "dark.yaml", "poor.yaml", "--lens", "small", "--format", "json")
    (compared,) = json.loads(run(folder, *command).stdout)["comparison"]["classes"]
    ids = [s["proposal"]["id"] for s in compared["standings"]]
    # Silence, drawn, often scores above a text that was read and fails; it never stands before it.
    assert ids == ["poor", "dark"]
    assert compared["standings"][1]["mean_rank"] < compared["standings"][0]["mean_rank"]
    (strict,) = json.loads(run(folder, *command, "--least-decided", "50").stdout)["comparison"]["classes"]
    assert [s["proposal"]["id"] for s in strict["standings"]] == ["poor"]
    assert [p["id"] for p in strict["left_out"]] == ["dark"]
    (empty,) = json.loads(run(folder, *command, "--least-decided", "100").stdout)["comparison"]["classes"]
    assert empty["left_out"]
    assert run(folder, "compare", "dark.yaml", "--lens", "small", "--least-decided", "50").exit_code == 0
