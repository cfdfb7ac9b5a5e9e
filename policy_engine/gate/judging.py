"""One function tells the story of the gate: waivers, then the baseline, then each threshold on each proposal."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from policy_engine.errors import Fault, SourceError
from policy_engine.gate.baseline import Baseline, changes_since, incomparable, load_baseline, require_unique
from policy_engine.gate.checks import checks_of, checks_of_run
from policy_engine.gate.rescoring import mended, score_with
from policy_engine.gate.results import Check, GateResult, Standing
from policy_engine.gate.thresholds import Thresholds
from policy_engine.gate.waivers import LoadedWaivers, Waived, apply_waivers, load_waivers
from policy_engine.results import Assessment
from policy_engine.rules.resolve import near


@dataclass(frozen=True, slots=True)
class GateInput:
    """Everything that a gate reads beside the assessments; `as_of` is today, given by whoever runs it."""

    thresholds: Thresholds
    waivers: LoadedWaivers | None = None
    as_of: datetime.date | None = None
    baseline: Baseline | None = None
    baseline_digest: str = ""
    baseline_file: str = ""


def gate_input(
    thresholds: Thresholds, *, waivers: str | None, as_of: datetime.date | None, baseline: str | None
) -> GateInput:
    """Read the files of a gate; raises SourceError with every fault of them."""
    loaded = load_waivers(waivers) if waivers else None
    if baseline is None:
        return GateInput(thresholds, loaded, as_of)
    read, raw = load_baseline(baseline)
    return GateInput(thresholds, loaded, as_of, read, hashlib.sha256(raw).hexdigest(), baseline)


def judge_gate(given: GateInput, assessments: Sequence[Assessment], failures: Sequence[Fault]) -> GateResult:
    """Return what the gate says of a run; nothing assessed, or a file at fault, never passes."""
    if given.waivers or given.baseline:
        require_unique(assessments)
    _require_principles(given.thresholds, assessments)
    waived = Waived((), {})
    if given.waivers is not None:
        if given.as_of is None:
            raise ValueError("waivers need `as_of`, the day on which they are read")
        waived = apply_waivers(given.waivers, assessments, given.as_of)
    standings = tuple(_standing(assessment, given.baseline, waived) for assessment in assessments)
    checks: tuple[Check, ...] = ()
    if given.thresholds.sets_any:
        single = [c for a, s in zip(assessments, standings, strict=True) for c in checks_of(a, s, given.thresholds)]
        checks = (*checks_of_run(assessments, failures, waived.uses, given.thresholds), *single)
    return GateResult(
        mode=given.thresholds.mode,
        passed=all(check.holds for check in checks) if checks else None,
        as_of=given.as_of.isoformat() if given.as_of and given.waivers else "",
        thresholds=dict(_asked(given.thresholds)),
        checks=checks,
        standings=standings,
        waivers=waived.uses,
        notes=tuple(_notes(given, assessments)),
        files=_files(given),
        digests=_digests(given),
    )


def _require_principles(thresholds: Thresholds, assessments: Sequence[Assessment]) -> None:
    """Refuse a threshold on a principle that the lens does not ask: it would pass in silence."""
    for assessment in assessments[:1]:
        known = [principle.id for principle in assessment.principles]
        for name in thresholds.principles:
            if name not in known:
                message = f"the gate asks for the principle `{name}`, which the lens {assessment.lens.id} does not hold"
                raise SourceError(Fault(message, hint=near(name, known, "principles")))


def _standing(assessment: Assessment, baseline: Baseline | None, waived: Waived) -> Standing:
    names = waived.by_proposal.get(assessment.proposal.id, ())
    reason = "there is no baseline" if baseline is None else incomparable(baseline, assessment)
    changes = None
    if baseline is not None and not reason:
        changes = changes_since(baseline.proposals[assessment.proposal.id], assessment)
    return Standing(
        proposal=assessment.proposal.id,
        file=assessment.proposal.file,
        waived=names,
        score=assessment.score,
        score_with_waivers=score_with(assessment, mended(names)),
        changes=changes,
        no_baseline=reason,
        baseline_low=baseline.proposals[assessment.proposal.id].low if baseline and changes is not None else None,
    )


def _asked(thresholds: Thresholds) -> Iterator[tuple[str, float | bool]]:
    if thresholds.lowest_score is not None:
        yield "lowest_score", thresholds.lowest_score
    yield from ((f"principles.{name}", points) for name, points in sorted(thresholds.principles.items()))
    yield from ((f"most.{severity}", most) for severity, most in thresholds.most_by_severity)
    if thresholds.least_coverage_percent is not None:
        yield "least_coverage_percent", thresholds.least_coverage_percent
    for name in ("no_veto", "no_regression", "no_stale_waivers"):
        if getattr(thresholds, name):
            yield name, True


def _notes(given: GateInput, assessments: Sequence[Assessment]) -> Iterator[str]:
    if given.thresholds.no_regression and given.baseline is None:
        yield "There is no baseline; `policy-engine baseline write` records one."
    if given.baseline is not None:
        here = {assessment.proposal.id for assessment in assessments}
        absent = [name for name in given.baseline.proposals if name not in here]
        if absent:
            yield f"In the baseline and not assessed in this run: {', '.join(absent)}."


def _files(given: GateInput) -> Mapping[str, str]:
    found = {}
    if given.waivers is not None:
        found["waivers"] = given.waivers.document.file
    if given.baseline is not None:
        found["baseline"] = given.baseline_file
    return found


def _digests(given: GateInput) -> Mapping[str, str]:
    found = {}
    if given.waivers is not None:
        found["waivers"] = given.waivers.document.digest
    if given.baseline is not None:
        found["baseline"] = given.baseline_digest
    return found
