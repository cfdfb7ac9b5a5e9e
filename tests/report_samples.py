"""Proposals that the tests of reports assess: a plain one, one that tries to break out, and one that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policy_engine.cli.commands import policy_engine

ROOT = Path(__file__).parent.parent
NASTY = (
    "<script>alert(1)</script> ::error::x %0A =cmd()|' /C calc'!A0 ]]> </title> `code` **bold** [a](b) | pipe @all "
    '" onload="x" & &amp; ${{ github }}'
)
PROPOSAL = """\
id: golden
title: {title}
jurisdiction: {{country: US, level: federal}}
status: {{stage: draft, date: 2026-01-01}}
version: {{print: draft}}
scope_class: displacement
sources: [{{url: "https://example.org/bill", read: full_text}}]
how_to_check: Written for this test.
examined: everything
provisions:
  - id: freeze
    type: preemption
    cite: {cite}
    mechanism: bars
    displaces: {{level: state}}
    duration_years: 10
    note: {note}
"""
LENS = """\
id: golden
title: A lens for golden files
as_of: 2026-01-01
version: 1.0.0
author: the tests
description: One small rule set that does not change with the content of the shipped ones.
rule_sets: [sample]
"""


def write_samples(folder: Path) -> None:
    """Fill a folder with the scaffold as rule set, a lens, and the three proposals."""
    scaffold = (ROOT / "policy_engine/scaffold/rule-set.yaml").read_text(encoding="utf-8")
    (folder / "rules/lenses").mkdir(parents=True)
    (folder / "rules/sample.yaml").write_text(scaffold, encoding="utf-8")
    (folder / "rules/lenses/golden.yaml").write_text(LENS, encoding="utf-8")
    duty = (
        "  - {id: report, type: incident_report, cite: sec. 2, mandatory: true, deadline_hours: 96, note: Reports.}\n"
    )
    plain = PROPOSAL.format(title="A golden bill", cite="sec. 1", note="Bars state law.") + duty
    (folder / "bill.yaml").write_text(plain, encoding="utf-8")
    words = json.dumps(NASTY)
    short = json.dumps(NASTY[:105].strip())
    nasty = PROPOSAL.format(title=words, cite=short, note=words) + duty.replace(
        "sec. 2", json.dumps(NASTY[:105].strip())
    )
    (folder / "nasty.yaml").write_text(nasty, encoding="utf-8")
    (folder / "broken.yaml").write_text("id: [<script>\n", encoding="utf-8")


def report(folder: Path, format_name: str, *files: str) -> Result:
    """Run the command in the folder, so that paths in reports do not depend on it."""
    runner = CliRunner()
    command = ["evaluate", *files, "--rules", "rules", "--lens", "golden", "--engine", "plain", "--format", format_name]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return runner.invoke(policy_engine, command)
