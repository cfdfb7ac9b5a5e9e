"""Reports stay below the limits of their readers, keep the verdicts longest, and say what they leave out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import pytest
from conftest import ROOT
from report_readers import markdown_holds

from policy_engine.cli.evaluation import assess_files
from policy_engine.configuration import Settings
from policy_engine.errors import Fault
from policy_engine.reports import render
from policy_engine.reports.input import ReportInput
from policy_engine.reports.room import fitting

COMMENT = 65_536
SUMMARY = 1024 * 1024


@cache
def one() -> ReportInput:
    """Return the input of a report on a text with vetoes, violated, unknown and satisfied findings."""
    file = str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")
    return assess_files((file,), Settings(engine="plain"))


def many(count: int, title: str = "Bill") -> ReportInput:
    """Return the same text many times under other names."""
    (assessment,) = one().assessments
    named = [replace(assessment.proposal, id=f"bill-{n}", title=f"{title} {n}.") for n in range(count)]
    return replace(one(), assessments=tuple(replace(assessment, proposal=proposal) for proposal in named))


def test_what_fits_is_counted_in_bytes() -> None:
    assert fitting(["ab", "ä", "c"], 4) == 2
    assert fitting(["ab", "ä", "c"], 3) == 1
    assert fitting([], 0) == 0


def test_a_small_comment_leaves_nothing_out() -> None:
    made = render("markdown", many(2))
    assert "Left out" not in made
    assert made.count("<details><summary>Violated and partial (23)</summary>") == 2
    markdown_holds(made)


@pytest.mark.parametrize("title", ["Bill", "@[*] " * 50, "\u6cd5\u6848 " * 40])
@pytest.mark.parametrize("count", [10, 50, 120])
def test_a_comment_keeps_every_verdict_and_says_what_it_leaves_out(count: int, title: str) -> None:
    made = render("markdown", many(count, title))
    assert len(made) < COMMENT
    markdown_holds(made)
    shown = [n for n in range(count) if f" {n}.\n\n**VETO" in made]
    left = re.search(r"\*\*Left out, so that it fits into a comment:\*\* (.*) Other formats show all", made)
    if len(shown) < count:
        assert shown == list(range(len(shown)))
        assert left
        assert left.group(1).startswith(f"{count - len(shown)} proposals ({count - len(shown)} veto); ")
    folded = made.count("<details><summary>Violated and partial")
    if folded < count:
        assert left
        assert f"violated and partial findings of {count - folded} proposals" in left.group(1)
    assert title != "Bill" or len(shown) == count


def test_faults_do_not_crowd_out_verdicts() -> None:
    faults = tuple(Fault("<b>" * 300, f"f{n}.yaml", 1, 1, "hint") for n in range(1000))
    for format_name, most in (("markdown", COMMENT), ("github-summary", SUMMARY)):
        made = render(format_name, replace(many(3), failures=faults))
        assert len(made.encode()) < most
        assert re.search(r"\d+ more", made)
        assert made.count("VETO") == 3 or made.count("| veto |") == 3
        markdown_holds(made)


def test_a_small_summary_lists_every_violated_finding() -> None:
    made = render("github-summary", many(2))
    violated = [f for a in many(2).assessments for f in a.findings if f.outcome == "violated"]
    rows = [line for line in made.splitlines() if re.match(r"\| (blocker|major|minor|info) \|", line)]
    assert len(rows) == len(violated) == 46
    assert f"## Violated findings ({len(violated)})" in made
    assert [row.split()[1] for row in rows[:4]] == ["blocker"] * 4
    assert "hr-1-sec-43201-house.yaml:38 |" in rows[0]
    assert "sec. 43201(c)(1)" in rows[0]
    assert "Left out" not in made


@pytest.mark.parametrize("count", [300, 6000])
def test_a_summary_stays_below_the_limit_and_counts_what_it_leaves_out(count: int) -> None:
    made = render("github-summary", many(count))
    assert len(made.encode()) < SUMMARY
    rows = re.findall(r"^\| (blocker|major|minor|info) \|", made, re.MULTILINE)
    assert rows[0] == "blocker"
    left = re.search(r"Left out for room: (\d+) violated findings, the least severe ones", made)
    assert left
    assert int(left.group(1)) == 23 * count - len(rows) > 0
    verdicts = made.count("| veto |")
    lacking = re.search(r"Left out for room: (\d+) proposals \((\d+) veto\)", made)
    assert verdicts + (int(lacking.group(1)) if lacking else 0) == count


def test_code_scanning_gets_five_thousand_results_worst_first() -> None:
    run = json.loads(render("github-sarif", many(300)))["runs"][0]
    assert len(run["results"]) == 5000
    assert run["results"][0]["properties"]["severity"] == "blocker"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert f"{23 * 300 - 5000} of the least severe problems" in note["message"]["text"]


def test_annotations_are_ten_of_a_level_and_the_rest_is_counted() -> None:
    made = render("github", many(3)).splitlines()
    commands = [line for line in made if line.startswith("::")]
    for level in ("error", "warning", "notice"):
        assert sum(line.startswith(f"::{level} ") for line in commands) <= 10
    assert f"policy-engine: {23 * 3 - len(commands)} more, " in made[-2]
