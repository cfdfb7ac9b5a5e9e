"""The thresholds, one function each: what was asked of a proposal, what was found, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policy_engine.errors import Fault
from policy_engine.gate.rescoring import coverage_with, mended, principle_low, score_with, steps_to
from policy_engine.gate.results import Check, Standing, WaiverUse
from policy_engine.gate.thresholds import Thresholds
from policy_engine.results import Assessment, Finding, Outcome

MOST_NAMED: Final = 8
# Scores are compared as they are shown and recorded, so that a report never says that 40.00 is below 40.00.
DECIMALS: Final = 2
Outcomes = Mapping[str, Outcome]


def checks_of_run(
    assessments: Sequence[Assessment], failures: Sequence[Fault], uses: Sequence[WaiverUse], thresholds: Thresholds
) -> Iterator[Check]:
    """Yield what must hold of the whole run: something was assessed, no file is at fault, no waiver is stale."""
    count = len(assessments)
    yield Check(
        "",
        "assessed",
        1,
        count,
        count > 0,
        f"{count} proposal(s) assessed",
        "" if count else "give the gate at least one proposal that can be read; nothing assessed is no pass",
    )
    if failures:
        files = sorted({fault.file for fault in failures})
        message = f"not assessed: {', '.join(files)}"
        yield Check("", "files_at_fault", 0, len(files), False, message, "mend the faults of these files")
    if thresholds.no_stale_waivers:
        stale = [use for use in uses if use.state != "applied"]
        named = "; ".join(f"{use.location.file}:{use.location.line} {use.state}" for use in stale)
        mend = "renew, narrow or remove each" if stale else ""
        yield Check("", "no_stale_waivers", 0, len(stale), not stale, named or "every waiver applied", mend)


def checks_of(assessment: Assessment, standing: Standing, thresholds: Thresholds) -> Iterator[Check]:
    """Yield a check for each threshold that is set, on one proposal, with its waivers applied."""
    outcomes = mended(standing.waived)
    if thresholds.lowest_score is not None:
        low = score_with(assessment, outcomes).low
        yield _score_check(assessment, "lowest_score", thresholds.lowest_score, low, outcomes, None)
    for principle in assessment.principles:
        if principle.id in thresholds.principles:
            required, bound = thresholds.principles[principle.id], principle_low(principle, outcomes)
            yield _score_check(assessment, f"principles.{principle.id}", required, bound, outcomes, principle.id)
    if thresholds.no_veto:
        yield _veto_check(assessment, outcomes)
    for severity, most in thresholds.most_by_severity:
        yield _count_check(assessment, severity, most, outcomes)
    if thresholds.least_coverage_percent is not None:
        yield _coverage_check(assessment, thresholds.least_coverage_percent, outcomes)
    if thresholds.no_regression:
        yield _regression_check(assessment, standing, outcomes)


def _score_check(
    assessment: Assessment, key: str, required: float, low: float | None, outcomes: Outcomes, principle: str | None
) -> Check:
    name = assessment.proposal.id
    if low is None:
        return Check(name, key, required, None, True, "no criterion of this principle applies to this text", "")
    holds = round(low, DECIMALS) >= round(required, DECIMALS)
    message = f"low bound {low:.2f}, required {required:.2f}"
    if holds:
        return Check(name, key, required, low, True, message, "")
    steps = steps_to(assessment, required, outcomes, principle)
    if steps is None:
        mend = f"{required - low:.2f} points short; satisfying its findings one after another does not reach it"
    else:
        named = _listed([f"{_mend_of(finding)} (+{gain:.2f})" for finding, gain in steps])
        mend = f"{required - low:.2f} points short; for example {named} would reach it"
    return Check(name, key, required, low, False, message, mend)


def _mend_of(finding: Finding) -> str:
    if finding.outcome is Outcome.UNKNOWN:
        return f"showing that {finding.criterion} is satisfied"
    return f"mending {finding.criterion} {finding.title}"


def _veto_check(assessment: Assessment, outcomes: Outcomes) -> Check:
    open_blockers = [
        finding
        for finding in assessment.findings
        if finding.severity == "blocker" and finding.may_violate and finding.criterion not in outcomes
    ]
    violated = [f for f in open_blockers if f.outcome is Outcome.VIOLATED]
    unknown = [f for f in open_blockers if f.outcome is Outcome.UNKNOWN]
    parts = []
    if violated:
        parts.append(f"violated: {_listed([f'{f.criterion} {f.title}' for f in violated])}")
    if unknown:
        parts.append(f"unknown and could be violated: {_listed([f'{f.criterion} {f.title}' for f in unknown])}")
    mends = [f"{f.criterion}: {f.fix}" for f in violated]
    mends += [f"{f.criterion}: {_what_decides(assessment, f)}" for f in unknown]
    message = "; ".join(parts) or "no blocker is violated or could be"
    return Check(assessment.proposal.id, "no_veto", 0, len(open_blockers), not open_blockers, message, " ".join(mends))


def _what_decides(assessment: Assessment, finding: Finding) -> str:
    found = [unknown.what for unknown in assessment.unknowns if finding.criterion in unknown.criteria]
    return f"find out what decides it ({_listed(found)})." if found else "find out what decides it."


def _count_check(assessment: Assessment, severity: str, most: int, outcomes: Outcomes) -> Check:
    counted = [
        f
        for f in assessment.findings
        if f.severity == severity and f.outcome is Outcome.VIOLATED and f.criterion not in outcomes
    ]
    holds = len(counted) <= most
    message = f"{len(counted)} violated, at most {most}"
    named = _listed([f.criterion for f in counted])
    mend = "" if holds else f"mend {len(counted) - most} of {named}"
    return Check(assessment.proposal.id, f"most.{severity}", most, len(counted), holds, message, mend)


def _coverage_check(assessment: Assessment, required: float, outcomes: Outcomes) -> Check:
    percent = 100 * coverage_with(assessment, outcomes)
    holds = round(percent, DECIMALS) >= round(required, DECIMALS)
    message = f"{percent:.2f}% of what applies is decided, required {required:.2f}%"
    mend = "" if holds else f"examine first: {_listed([u.what for u in assessment.unknowns], most=3)}"
    return Check(assessment.proposal.id, "least_coverage_percent", required, percent, holds, message, mend)


def _regression_check(assessment: Assessment, standing: Standing, outcomes: Outcomes) -> Check:
    name = assessment.proposal.id
    if standing.changes is None or standing.baseline_low is None:
        mend = "record one after review: policy-engine baseline write"
        return Check(name, "no_regression", 0, None, False, f"not checked: {standing.no_baseline}", mend)
    new = [c for c in standing.changes if c.state == "new" and c.criterion not in outcomes]
    low = score_with(assessment, outcomes).low
    fall = round(standing.baseline_low, DECIMALS) - round(low, DECIMALS)
    parts = [f"{len(new)} new finding(s)"]
    parts.append(f"low bound {low:.2f}, was {standing.baseline_low:.2f}")
    mends = [f"{change.criterion} {change.message}" for change in new]
    if fall > 0 and not new:
        mends.append("the low bound fell though no finding is new: less of what applies is satisfied")
    holds = not new and fall <= 0
    mend = "" if holds else f"undo what moved: {_listed(mends)}"
    return Check(name, "no_regression", 0, len(new), holds, "; ".join(parts), mend)


def _listed(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """Return names in one line; of many, the first and how many more."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
