"""The baseline: the findings and scores that a team has accepted so far, and what is new, fixed or unchanged since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from policy_engine.errors import Fault, SourceError
from policy_engine.gate.rescoring import MENDABLE
from policy_engine.gate.results import Change
from policy_engine.proposals.base import Identifier, Strict
from policy_engine.results import Assessment, Finding, Outcome
from policy_engine.rules.model import CriterionId

SCHEMA: Final = "policy-engine/baseline/1"


class AcceptedFinding(Strict):
    """A finding as it was when the baseline was written; its key is the fingerprint."""

    criterion: CriterionId
    outcome: Literal["violated", "partial", "unknown"]
    provisions: tuple[str, ...] = Field(strict=False)


class AcceptedProposal(Strict):
    """What was found on one proposal: the overall interval, and each finding that is violated, partial or unknown."""

    low: float
    high: float
    findings: dict[str, AcceptedFinding]


class BaselineLens(Strict):
    """Under which lens and rules the baseline was written; under any other it says nothing."""

    id: str
    version: str
    digest: str
    rules_digest: str


class Baseline(Strict):
    """A baseline file; scores have two decimals."""

    schema_name: Literal["policy-engine/baseline/1"] = Field(alias="schema")
    lens: BaselineLens
    proposals: dict[Identifier, AcceptedProposal]


def load_baseline(file: str) -> tuple[Baseline, bytes]:
    """Read a baseline and its bytes; raises SourceError, with the mend where there is no such file."""
    try:
        raw = Path(file).read_bytes()
        return Baseline.model_validate_json(raw), raw
    except FileNotFoundError as error:
        hint = "record one: policy-engine baseline write"
        raise SourceError(Fault("there is no baseline file", file, hint=hint)) from error
    except OSError as error:
        raise SourceError(Fault(f"the baseline cannot be read: {error.strerror}", file)) from error
    except ValidationError as error:
        faults = [
            Fault(f"this is no baseline: {_place(e['loc'])}{e['msg']}", file, hint="write it anew, or restore it")
            for e in error.errors(include_url=False, include_input=False)[:10]
        ]
        raise SourceError(faults) from None


def _place(path: Iterable[str | int]) -> str:
    joined = ".".join(str(step) for step in path)
    return f"{joined}: " if joined else ""


def baseline_of(assessments: Sequence[Assessment]) -> Baseline:
    """Return the baseline that accepts everything found now; raises SourceError where two files share an id."""
    require_unique(assessments)
    first = assessments[0]
    lens = BaselineLens(
        id=first.lens.id, version=first.lens.version, digest=first.digests.lens, rules_digest=first.digests.rules
    )
    proposals = {a.proposal.id: _accepted(a) for a in sorted(assessments, key=lambda a: a.proposal.id)}
    return Baseline(schema=SCHEMA, lens=lens, proposals=proposals)


def require_unique(assessments: Iterable[Assessment]) -> None:
    """Refuse two files with the same proposal id: waivers and baselines know proposals by it."""
    files: dict[str, str] = {}
    faults = []
    for assessment in assessments:
        proposal = assessment.proposal
        if proposal.id in files:
            message = f"the proposal id `{proposal.id}` also stands in {files[proposal.id]}"
            faults.append(Fault(message, proposal.file, 1, 1, "baselines and waivers know a proposal by its id"))
        files.setdefault(proposal.id, proposal.file)
    if faults:
        raise SourceError(faults)


def _accepted(assessment: Assessment) -> AcceptedProposal:
    findings = {
        assessment.fingerprint(f): AcceptedFinding(
            criterion=f.criterion,
            outcome=f.outcome.value,  # type: ignore[arg-type]
            provisions=tuple(sorted(f.provisions)),
        )
        for f in sorted(assessment.findings, key=lambda f: f.criterion)
        if f.outcome in MENDABLE
    }
    low, high = round(assessment.score.low, 2), round(assessment.score.high, 2)
    return AcceptedProposal(low=low, high=high, findings=findings)


def text_of(baseline: Baseline) -> str:
    """Return the file: a line for each finding, so that a change of it reads well."""
    lines = ["{", f' "schema": {json.dumps(SCHEMA)},', f' "lens": {json.dumps(baseline.lens.model_dump())},']
    lines.append(' "proposals": {')
    blocks = []
    for name, accepted in baseline.proposals.items():
        block = [f'  {json.dumps(name)}: {{"low": {accepted.low}, "high": {accepted.high}, "findings": {{']
        rows = [f"   {json.dumps(k)}: {json.dumps(f.model_dump())}" for k, f in accepted.findings.items()]
        blocks.append("\n".join([*block, ",\n".join(rows), "  }}"] if rows else [f"{block[0]}}}}}"]))
    return "\n".join([*lines, ",\n".join(blocks), " }", "}"]) + "\n"


def incomparable(baseline: Baseline, assessment: Assessment) -> str:
    """Return why an assessment cannot be held against a baseline, or an empty string."""
    then, now = baseline.lens, assessment.lens
    if (then.id, then.version) != (now.id, now.version):
        return f"the baseline was written under the lens {then.id} {then.version}, this is {now.id} {now.version}"
    if (then.digest, then.rules_digest) != (assessment.digests.lens, assessment.digests.rules):
        return f"the rules of the lens {now.id} have changed since the baseline was written"
    if assessment.proposal.id not in baseline.proposals:
        return "the baseline does not hold this proposal"
    return ""


def changes_since(accepted: AcceptedProposal, assessment: Assessment) -> tuple[Change, ...]:
    """Return every finding that is new, fixed or unchanged, worst first within each.

    New: the outcome is worse, or rests on provisions that it did not rest on; an outcome that can no longer be told
    is worse than one that could. Fixed: satisfied, no longer applicable, or partial where it was violated.
    """
    before = {finding.criterion: finding for finding in accepted.findings.values()}
    prints = set(accepted.findings)
    changes = []
    for finding in assessment.findings:
        was = before.pop(finding.criterion, None)
        if was is not None or finding.outcome in MENDABLE:
            unchanged = assessment.fingerprint(finding) in prints
            changes.append(_change(was, finding, unchanged=unchanged))
    # Same rules, same criteria: nothing can be left over, unless the file was written by hand.
    changes += [Change(name, Outcome(was.outcome), None, "fixed", "it is not asked") for name, was in before.items()]
    order = ("new", "fixed", "unchanged")
    return tuple(sorted(changes, key=lambda change: order.index(change.state)))


def _change(was: AcceptedFinding | None, finding: Finding, *, unchanged: bool) -> Change:
    after = finding.outcome
    before = Outcome(was.outcome) if was else None

    def made(state: Literal["new", "fixed", "unchanged"], message: str) -> Change:
        return Change(finding.criterion, before, after, state, message)

    if was is None:
        return made("new", f"{finding.title}: {after.value}")
    if unchanged:
        return made("unchanged", f"{finding.title}: {after.value}")
    if after not in MENDABLE or (was.outcome == "violated" and after is Outcome.PARTIAL):
        return made("fixed", f"{finding.title}: {was.outcome}, now {after.value.replace('_', ' ')}")
    if after.value != was.outcome:
        return made("new", f"{finding.title}: {was.outcome}, now {after.value}")
    added = sorted(set(finding.provisions) - set(was.provisions))
    if added:
        return made("new", f"{finding.title}: {after.value}, now also because of {', '.join(added)}")
    return made("unchanged", f"{finding.title}: {after.value}, on fewer provisions than before")


def tightened(baseline: Baseline, assessments: Iterable[Assessment]) -> tuple[Baseline, Mapping[str, tuple[str, ...]]]:
    """Return the baseline without what is fixed, with scores that rose, and what that took away, by proposal.

    It never accepts anything new: a proposal with a new finding keeps those it had.
    """
    proposals = dict(baseline.proposals)
    gone: dict[str, tuple[str, ...]] = {}
    for assessment in assessments:
        name = assessment.proposal.id
        if incomparable(baseline, assessment):
            continue
        old = proposals[name]
        changes = changes_since(old, assessment)
        fixed = {change.criterion for change in changes if change.state == "fixed"}
        new = _accepted(assessment)
        kept = {key: f for key, f in new.findings.items() if key in old.findings or f.criterion in fixed}
        kept |= {k: f for k, f in old.findings.items() if f.criterion not in fixed and k not in new.findings}
        low = max(old.low, new.low)
        proposals[name] = AcceptedProposal(low=low, high=max(new.high, low), findings=dict(sorted(kept.items())))
        if fixed or low > old.low:
            gone[name] = tuple(sorted(fixed))
    return baseline.model_copy(update={"proposals": proposals}), gone
