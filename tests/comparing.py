"""Small rule sets and proposals for the tests of comparison and sensitivity, of which the answers are known by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from policy_engine.cli.commands import policy_engine

_CRITERION = """\
  - id: {id}
    title: {title}
    question: Is it so?
    kind: {kind}
    severity: {severity}
    applies_when: always
    satisfied_when: {satisfied}
    violated_when: {violated}
    rationale: Made for a test.
    fix: {{words: Mend it.}}
    references: [{{kind: primary, source: Test, locator: section 1, says: Something.}}]
    examples:
      - {{name: Nothing at all, outcome: unknown, examined: []}}
      - {{name: Nothing read, outcome: unknown, examined: []}}
"""


def criterion(name: str, satisfied: str, violated: str, kind: str = "duty", severity: str = "major") -> str:
    """Return a criterion as YAML."""
    title = f"Criterion {name}"
    return _CRITERION.format(id=name, title=title, kind=kind, severity=severity, satisfied=satisfied, violated=violated)


def rule_set(name: str, *criteria: str, more: str = "") -> str:
    """Return a rule set as YAML."""
    upper = name.upper()
    head = f"id: {name}\ntitle: Rules {name}\nversion: 1.0.0\nprinciple: {{id: {upper}, name: Aim {name}, "
    return f"{head}statement: Made for a test.}}\n{more}criteria:\n{''.join(criteria)}"


def flag(value: str) -> str:
    """Return a condition on one flag of a disclosure."""
    return f"{{provision: disclosure, mandatory: {value}}}"


# Two criteria that hang on one fact, and want the opposite of it: together they always give half.
TWIN = rule_set("twn", criterion("TWN-1", flag("true"), flag("false")), criterion("TWN-2", flag("false"), flag("true")))
_HOURS = "{provision: incident_report, deadline_hours: {%s: {parameter: %s}}}"
CLOCK = rule_set(
    "clk",
    criterion("CLK-1", _HOURS % ("at_most", "most_hours"), _HOURS % ("more_than", "most_hours")),
    more=(
        "parameters:\n  - {name: most_hours, value: 72, unit: hours, origin: chosen, source: Made for a test., "
        "plausible: {low: 24, high: 96, reason: Readers differ.}}\n"
        "  - {name: idle_hours, value: 5, unit: hours, origin: chosen, source: Read by nothing.}\n"
    ),
)
STOP = rule_set(
    "stp",
    criterion("STP-1", "{provision: sunset, years: {at_least: 2}}", "never", kind="duty", severity="minor"),
    criterion(
        "STP-2",
        "{provision: review, published: true}",
        "{provision: review, published: false}",
        severity="blocker",
    ),
)
LENS = """\
id: {id}
title: A lens for tests
as_of: 2026-01-01
version: 1.0.0
author: the tests
description: Small rule sets that do not change with the content of the shipped ones.
rule_sets: [{rule_sets}]
"""
PROPOSAL = """\
id: {id}
title: {title}
jurisdiction: {{country: US, level: federal}}
status: {{stage: draft, date: 2026-01-01}}
version: {{print: draft}}
scope_class: {scope}
sources: [{{url: "https://example.org/bill", read: full_text}}]
how_to_check: Written for this test.
examined: {examined}
provisions:
{provisions}
"""


def bill(
    name: str, *provisions: str, scope: str = "frontier_duties", title: str = "", examined: str = "everything"
) -> str:
    """Return a proposal as YAML; provisions are flow mappings without id and cite."""
    lines = "\n".join(
        f'  - {{id: p{number}, cite: "sec. {number}", {text}}}' for number, text in enumerate(provisions, start=1)
    )
    shown = title or f'"A bill named {name}"'
    return PROPOSAL.format(id=name, title=shown, scope=scope, provisions=lines, examined=examined)


BILLS = {
    "full": bill(
        "full",
        "type: disclosure, kind: other, mandatory: true",
        "type: incident_report, deadline_hours: 48",
        "type: sunset, years: 3",
        "type: review, published: true",
    ),
    "open": bill(
        "open",
        "type: disclosure, kind: other",
        "type: incident_report, deadline_hours: contested",
        "type: review, published: true",
    ),
    "late": bill(
        "late",
        "type: disclosure, kind: other, mandatory: true",
        "type: incident_report, deadline_hours: 90",
        "type: review, published: contested",
    ),
    "elsewhere": bill("elsewhere", "type: incident_report, deadline_hours: 500", scope="export"),
}


def written(folder: Path) -> Path:
    """Write rules, lenses and bills into a folder, and return it."""
    (folder / "rules/lenses").mkdir(parents=True)
    for name, text in {"twn": TWIN, "clk": CLOCK, "stp": STOP}.items():
        (folder / f"rules/{name}.yaml").write_text(text, encoding="utf-8")
    for name, rule_sets in {"small": "twn, clk, stp", "clock": "clk", "twin": "twn"}.items():
        text = LENS.format(id=name, rule_sets=rule_sets)
        (folder / f"rules/lenses/{name}.yaml").write_text(text, encoding="utf-8")
    for name, text in BILLS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str, **more: Any) -> Result:
    """Run the command in the folder, so that paths in reports do not depend on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(policy_engine, [*arguments, "--rules", "rules", "--engine", "plain"], **more)
