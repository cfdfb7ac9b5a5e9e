"""Markdown for a pull-request comment or a job summary: the verdict first, details folded away."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from policy_engine.reports.input import ReportInput
from policy_engine.reports.text_report import VERDICTS, interval
from policy_engine.results import Assessment, Finding, Outcome, Unknown

MOST_UNKNOWNS: Final = 5
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]#|~])")


def render(report: ReportInput) -> str:
    """Return the comment; nothing that a file says is taken for markup."""
    lines: list[str] = []
    for assessment in report.assessments:
        lines += _assessment(assessment)
    if report.failures:
        lines += ["### Files at fault", ""]
        lines += [f"- {inert(str(fault))}" for fault in report.failures]
        lines.append("")
    return "\n".join(lines)


def inert(text: str) -> str:
    """Return text that Markdown and HTML show as it is, on one line."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return _SPECIAL.sub(r"\\\1", html.escape(shown, quote=False)).replace("@", "&#64;")


def _assessment(assessment: Assessment) -> Iterator[str]:
    proposal = assessment.proposal
    yield f"### {inert(proposal.title)}"
    yield ""
    yield f"**{VERDICTS[assessment.verdict]}.** Score {interval(assessment.score)} of 100;"
    lens = f"Lens {inert(assessment.lens.id)}, {assessment.lens.as_of}."
    yield f"{assessment.coverage:.0%} of what applies is decided. {lens}"
    yield ""
    for finding in assessment.vetoes:
        cites = ", ".join(inert(evidence.cite) for evidence in finding.shown_by)
        yield f"- **Veto {finding.criterion}**: {inert(finding.title)}. {inert(finding.message)} ({cites})"
    yield ""
    yield "| principle | score | decided | violated |"
    yield "|---|---|---|---|"
    for principle in assessment.principles:
        violated = [f.criterion for f in principle.findings if f.outcome is Outcome.VIOLATED]
        mark = "" if principle.enough_facts else " (not enough facts)"
        row = f"| {principle.id} {inert(principle.name)} | {interval(principle.score)}{mark} |"
        yield f"{row} {principle.coverage:.0%} | {', '.join(violated)} |"
    yield ""
    yield from folded("Violated and partial", [_finding(f) for f in assessment.findings if _is_bad(f)])
    yield from folded("Unknown", [_unknown(unknown) for unknown in assessment.unknowns[:MOST_UNKNOWNS]])


def _is_bad(finding: Finding) -> bool:
    return finding.outcome in {Outcome.VIOLATED, Outcome.PARTIAL}


def _finding(finding: Finding) -> str:
    cites = ", ".join(f"{inert(e.cite)} (line {e.location.line})" for e in finding.shown_by)
    head = f"**{finding.criterion} {inert(finding.title)}** ({finding.outcome.value}, {finding.severity})"
    return f"- {head}: {inert(finding.message)} {cites} *Fix:* {inert(finding.fix)}"


def _unknown(unknown: Unknown) -> str:
    return f"- {unknown.points:.1f} points: {inert(unknown.what)} (decides {', '.join(unknown.criteria)})"


def folded(title: str, items: list[str]) -> Iterator[str]:
    """Yield items under a title that opens on a click; nothing where there are none."""
    if items:
        yield from (f"<details><summary>{title} ({len(items)})</summary>", "", *items, "", "</details>", "")
