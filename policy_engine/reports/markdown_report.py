"""Markdown for a pull-request comment: the verdicts first, details folded away, below the limit that GitHub sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from policy_engine.errors import Fault
from policy_engine.reports.gate_markdown import section
from policy_engine.reports.input import ReportInput
from policy_engine.reports.markdown_text import folded, inert
from policy_engine.reports.phrases import ON_PAPER, cited, counted, judged_under, too_little
from policy_engine.reports.room import fitting, size
from policy_engine.reports.text_report import VERDICTS, interval
from policy_engine.results import Assessment, Finding, Outcome, Unknown

MOST_UNKNOWNS: Final = 5
# GitHub refuses a comment of more than 65,536 characters; the rest of the room is for the lines at the end.
LONGEST: Final = 65_000
_ROOM_FOR_NOTES: Final = 2_000


def render(report: ReportInput) -> str:
    """Return the comment; nothing that a file says is taken for markup."""
    room = LONGEST - _ROOM_FOR_NOTES
    gate = section(report.gate, room)
    faults = _faults(report.failures, room // 4)
    room -= size(gate) + size(faults)
    blocks = [[_head(assessment)] for assessment in report.assessments]
    shown = fitting([block[0] for block in blocks], room)
    room -= sum(size(block[0]) for block in blocks[:shown])
    rest = report.assessments[shown:]
    left_out = [f"{len(rest)} proposals ({counted(a.verdict.value for a in rest)})"] if rest else []
    for what, make in _DETAILS:
        made = [make(assessment) for assessment in report.assessments]
        fits = 0 if left_out else fitting(made, room)
        for block, part in zip(blocks, made[:fits], strict=False):
            block.append(part)
        room -= sum(size(part) for part in made[:fits])
        missing = sum(bool(part) for part in made[fits:])
        if missing:
            left_out.append(f"{what} of {missing} proposal{'s' if missing > 1 else ''}")
    return "".join([gate, "".join("".join(block) for block in blocks[:shown]), faults, *_notes(report, left_out)])


def _head(assessment: Assessment) -> str:
    """Return title and verdict, which stay whatever else must go."""
    lines = [
        f"### {inert(assessment.proposal.title)}",
        "",
        f"**{VERDICTS[assessment.verdict]}.** Score {interval(assessment.score)} of 100;",
        f"{assessment.coverage:.0%} of what applies is decided.",
        "",
    ]
    return "\n".join(lines) + "\n"


def _vetoes(assessment: Assessment) -> str:
    lines = [
        f"- **Veto {finding.criterion}**: {inert(finding.title)}. {inert(finding.message)} ({_cites(finding)})\n"
        for finding in assessment.vetoes
    ]
    return "".join([*lines, "\n"]) if lines else ""


def _principles(assessment: Assessment) -> str:
    lines = ["| principle | score | decided | violated |", "|---|---|---|---|"]
    for principle in assessment.principles:
        violated = [f.criterion for f in principle.findings if f.outcome is Outcome.VIOLATED]
        mark = "" if principle.enough_facts else f" ({too_little(principle)})"
        row = f"| {principle.id} {inert(principle.name)} | {interval(principle.score)}{mark} |"
        lines.append(f"{row} {principle.coverage:.0%} | {', '.join(violated)} |")
    return "\n".join(lines) + "\n\n"


def _problems(assessment: Assessment) -> str:
    bad = [f for f in assessment.findings if f.outcome in {Outcome.VIOLATED, Outcome.PARTIAL}]
    return folded("Violated and partial", [_finding(finding) for finding in bad])


def _unknowns(assessment: Assessment) -> str:
    shown = [_unknown(unknown) for unknown in assessment.unknowns[:MOST_UNKNOWNS]]
    more = len(assessment.unknowns) - len(shown)
    return folded("Unknown", [*shown, f"- and {more} more"] if more > 0 else shown, len(assessment.unknowns))


_DETAILS: Final[tuple[tuple[str, Callable[[Assessment], str]], ...]] = (
    ("vetoes", _vetoes),
    ("principles", _principles),
    ("violated and partial findings", _problems),
    ("what is unknown", _unknowns),
)


def _finding(finding: Finding) -> str:
    head = f"**{finding.criterion} {inert(finding.title)}** ({finding.outcome.value}, {finding.severity})"
    return f"- {head}: {inert(finding.message)} {_cites(finding, lines=True)} *Fix:* {inert(finding.fix)}"


def _cites(finding: Finding, *, lines: bool = False) -> str:
    shown, more = cited(finding)
    places = [inert(e.cite) + (f" (line {e.location.line})" if lines else "") for e in shown]
    return ", ".join([*places, more] if more else places)


def _unknown(unknown: Unknown) -> str:
    return f"- {unknown.points:.1f} points: {inert(unknown.what)} (decides {', '.join(unknown.criteria)})"


def _faults(failures: tuple[Fault, ...], room: int) -> str:
    if not failures:
        return ""
    items = [f"- {inert(str(fault))}\n" for fault in failures]
    shown = fitting(items, room)
    more = [f"- and {len(items) - shown} more\n"] if shown < len(items) else []
    return "".join(["### Files at fault\n\n", *items[:shown], *more, "\n"])


def _notes(report: ReportInput, left_out: list[str]) -> Iterator[str]:
    if left_out:
        yield f"**Left out, so that it fits into a comment:** {'; '.join(left_out)}. Other formats show all.\n\n"
    if report.assessments:
        yield f"{inert(judged_under(report.assessments[0]))}. {ON_PAPER}\n"
