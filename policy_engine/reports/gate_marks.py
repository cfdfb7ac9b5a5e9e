"""What the gate says about single findings: waived until a day, new or unchanged against the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.gate.results import ChangeState, WaiverUse
from policy_engine.reports.input import ReportInput
from policy_engine.results import Assessment, Finding


@dataclass(frozen=True, slots=True)
class Mark:
    """The waiver that covers a finding, and its state against the baseline, where there are such."""

    waiver: WaiverUse | None = None
    state: ChangeState | None = None


Marks = Mapping[tuple[str, str], Mark]
NO_MARK = Mark()


def marks_of(report: ReportInput) -> Marks:
    """Return the marks of all findings that have one, by proposal and criterion."""
    gate = report.gate
    if gate is None:
        return {}
    waivers = {(name, use.criterion): use for use in gate.waivers if use.state == "applied" for name in use.proposals}
    states = {(s.proposal, change.criterion): change.state for s in gate.standings for change in s.changes or ()}
    return {key: Mark(waivers.get(key), states.get(key)) for key in waivers.keys() | states.keys()}


def mark_of(marks: Marks, assessment: Assessment, finding: Finding) -> Mark:
    """Return the mark of a finding; an empty one where the gate says nothing of it."""
    return marks.get((assessment.proposal.id, finding.criterion), NO_MARK)


def waived_words(mark: Mark) -> str:
    """Return by whom and until when a finding is waived, or an empty string."""
    use = mark.waiver
    return f"waived until {use.expires} by {use.approver}: {use.reason}" if use else ""
