"""The text report, to be read from the top: verdict, vetoes, principles, findings, what is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.reports import gate_text
from policy_engine.reports.gate_text import WIDTH, wrapped
from policy_engine.reports.input import ReportInput, excerpt
from policy_engine.reports.phrases import one_line, too_little
from policy_engine.results import Assessment, Evidence, Finding, Interval, Outcome, PrincipleScore, Unknown, Verdict

MOST_UNKNOWNS: Final = 10
VERDICTS: Final = {
    Verdict.VETO: "VETO: a blocker is violated",
    Verdict.DOES_NOT_MEET: "DOES NOT MEET the principles of this lens",
    Verdict.MIXED: "MIXED",
    Verdict.MEETS: "MEETS the principles of this lens",
    Verdict.UNDETERMINED: "UNDETERMINED: what is unknown could change the verdict",
}
_CONFIDENCE: Final = {"text": "", "secondary": " [secondary source]", "press": " [press only]"}


def render(report: ReportInput) -> str:
    """Return the report of all assessments, with a table at the end when there are several."""
    lines: list[str] = []
    for assessment in report.assessments:
        lines += _assessment(assessment, report)
    if len(report.assessments) > 1:
        lines += _table(report.assessments)
    if report.failures:
        lines += [f"{len(report.failures)} fault(s) kept files from being assessed:", ""]
        lines += [*(str(fault) for fault in report.failures), ""]
    if report.gate is not None:
        lines += gate_text.lines(report.gate)
    return "\n".join(lines) + "\n"


def interval(score: Interval | None) -> str:
    """Return an interval from 0 to 100 in words; one number when both bounds agree."""
    if score is None:
        return "no score"
    low, high = f"{score.low:.1f}", f"{score.high:.1f}"
    return low if low == high else f"{low} to {high}"


def _assessment(assessment: Assessment, report: ReportInput) -> Iterator[str]:
    proposal, lens = assessment.proposal, assessment.lens
    yield "=" * WIDTH
    yield from wrapped(proposal.title, "", "Text:    ")
    yield f"{proposal.id} ({one_line(proposal.print)}; {proposal.stage.replace('_', ' ')}, {proposal.status_date})"
    yield ""
    yield f"Verdict: {VERDICTS[assessment.verdict]}"
    yield f"Score:   {interval(assessment.score)} of 100; {assessment.coverage:.0%} of what applies is decided"
    yield f"Lens:    {lens.id} {lens.version} as of {lens.as_of}, digest {assessment.digests.lens[:12]}"
    yield ""
    if assessment.vetoes:
        yield "Vetoes"
        for finding in assessment.vetoes:
            yield from wrapped(f"{finding.criterion} {finding.title}. {finding.message}", "  ", "- ")
            for evidence in finding.evidence:
                yield f"      {one_line(evidence.cite)} ({evidence.provision}){_CONFIDENCE[evidence.confidence]}"
        yield ""
    for principle in assessment.principles:
        yield from _principle(principle, report)
    yield from _unknowns(assessment.unknowns)
    yield from _footer(assessment)


def _principle(principle: PrincipleScore, report: ReportInput) -> Iterator[str]:
    mark = "" if principle.enough_facts else f" [{too_little(principle)}]"
    yield "-" * WIDTH
    said = f"{one_line(principle.name)}: {interval(principle.score)}, {principle.coverage:.0%} decided{mark}"
    yield from wrapped(said, "", f"{principle.id}  ")
    yield ""
    for finding in principle.findings:
        if finding.outcome is not Outcome.NOT_APPLICABLE:
            yield from _finding(finding, report)
    silent = [finding.criterion for finding in principle.findings if finding.outcome is Outcome.NOT_APPLICABLE]
    if silent:
        yield from wrapped(f"Not applicable: {', '.join(silent)}.", "  ")
        yield ""


def _finding(finding: Finding, report: ReportInput) -> Iterator[str]:
    guard = ", guard" if finding.kind == "guard" else ""
    yield f"  {finding.outcome.upper():<9} {finding.criterion} {one_line(finding.title)} ({finding.severity}{guard})"
    yield from wrapped(finding.message, "    ")
    for evidence in finding.shown_by:
        yield from _evidence(evidence, report)
    others = sum(evidence.role == "applies" for evidence in finding.evidence[1:])
    if others and finding.shown_by[0].role == "applies":
        yield f"    … and of {others} more provision{'s' if others > 1 else ''}"
    if finding.outcome in {Outcome.VIOLATED, Outcome.PARTIAL}:
        if not finding.evidence:
            place = finding.location
            yield f"    {place.file}:{place.line}:{place.column} (no provision of this kind)"
        yield from wrapped(finding.fix, "    ", "Fix: ")
        yield from wrapped(finding.source, "    ", "Source: ")
    yield ""


def _evidence(evidence: Evidence, report: ReportInput) -> Iterator[str]:
    place = evidence.location
    why = "Asked because of " if evidence.role == "applies" else ""
    cite = one_line(evidence.cite) + _CONFIDENCE[evidence.confidence]
    yield f"    {why}{cite}  {place.file}:{place.line}:{place.column}"
    shown = excerpt(report.sources, place, "      ")
    if shown:
        yield shown


def _unknowns(unknowns: tuple[Unknown, ...]) -> Iterator[str]:
    yield "-" * WIDTH
    if not unknowns:
        yield "Nothing that this lens asks is unknown."
        yield ""
        return
    yield "What is unknown, and how many points of the score rest on it"
    for unknown in unknowns[:MOST_UNKNOWNS]:
        text = f"{unknown.what} (decides {', '.join(unknown.criteria)})"
        yield from wrapped(text, "  ", f"{unknown.points:5.1f}  ")
    if len(unknowns) > MOST_UNKNOWNS:
        yield f"  … and {len(unknowns) - MOST_UNKNOWNS} more"
    yield ""


def _footer(assessment: Assessment) -> Iterator[str]:
    digests = assessment.digests
    yield "-" * WIDTH
    yield f"Digests: proposal {digests.proposal[:12]}, rules {digests.rules[:12]}, lens {digests.lens[:12]}"
    yield f"Engine:  {digests.engine}"
    scope = assessment.proposal.scope_class.replace("_", " ")
    yield from wrapped(
        "This judges design on paper, not effect. Blockers are vetoes and are not averaged away. Compare scores only "
        f"under this lens, in this version, and among texts of the class '{scope}'.",
        "",
    )
    yield from wrapped(f"Lens by {assessment.lens.author}.", "")
    yield ""


def _table(assessments: tuple[Assessment, ...]) -> Iterator[str]:
    yield "=" * WIDTH
    yield "Summary (in the order of the files within each class; not a ranking)"
    for scope in dict.fromkeys(sorted(a.proposal.scope_class for a in assessments)):
        yield ""
        yield f"{scope.replace('_', ' ')}"
        for assessment in assessments:
            if assessment.proposal.scope_class == scope:
                vetoes = ", ".join(finding.criterion for finding in assessment.vetoes)
                verdict = assessment.verdict.replace("_", " ")
                row = f"  {assessment.proposal.id:<38} {verdict:<14} {interval(assessment.score):>14}  {vetoes}"
                yield row.rstrip()
    yield ""
