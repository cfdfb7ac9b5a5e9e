"""Waivers: findings that somebody accepts, with a reason, until a day; each matches one finding or is not applied."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, model_validator

from policy_engine.errors import SourceError
from policy_engine.gate.rescoring import MENDABLE
from policy_engine.gate.results import WaiverState, WaiverUse
from policy_engine.proposals.base import Identifier, Strict
from policy_engine.results import Assessment, Finding, Location
from policy_engine.rules.model import CriterionId, Paragraph, Sentence
from policy_engine.source import Document, load_document
from policy_engine.validation import validated


class Waiver(Strict):
    """One accepted finding: by the id of the finding, or by criterion; `expires` is the last day on which it counts."""

    finding: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = Field(
        default=None, description="Id of the finding, as the JSON report gives it; it changes when the evidence does."
    )
    criterion: CriterionId | None = Field(default=None, description="Criterion whose finding is accepted.")
    proposal: Identifier | None = Field(
        default=None, description="Id of the proposal; needed where several have such a finding."
    )
    reason: Paragraph
    approver: Sentence
    expires: datetime.date = Field(description="Last day on which the waiver counts.")

    @model_validator(mode="after")
    def _names_one_thing(self) -> Waiver:
        if (self.finding is None) == (self.criterion is None):
            raise ValueError("a waiver names a finding or a criterion, and not both")
        return self


class WaiverFile(Strict):
    """A file of waivers."""

    waivers: Annotated[tuple[Waiver, ...], Field(strict=False, max_length=5000)]


@dataclass(frozen=True, slots=True)
class LoadedWaivers:
    """Waivers with the file that they were read from."""

    waivers: tuple[Waiver, ...]
    document: Document


@dataclass(frozen=True, slots=True)
class Waived:
    """How the waivers were used, and the criteria that they cover, by proposal."""

    uses: tuple[WaiverUse, ...]
    by_proposal: Mapping[str, tuple[str, ...]]


def load_waivers(file: str) -> LoadedWaivers:
    """Read a waiver file; raises SourceError with every fault."""
    document = load_document(file)
    return LoadedWaivers(validated(WaiverFile, document, SourceError).waivers, document)


def apply_waivers(loaded: LoadedWaivers, assessments: Sequence[Assessment], as_of: datetime.date) -> Waived:
    """Match waivers to findings that are violated, partial or unknown.

    A waiver that is expired on `as_of`, matches nothing, matches findings of several proposals, or shares its finding
    with another live waiver is not applied, and says so.
    """
    index = _index(assessments)
    found = [
        [pair for pair in index.get(waiver.finding or waiver.criterion or "", ()) if waiver.proposal in {None, pair[0]}]
        for waiver in loaded.waivers
    ]
    live = [waiver.expires >= as_of for waiver in loaded.waivers]
    taken = Counter(
        (proposal, finding.criterion)
        for matches, counts in zip(found, live, strict=True)
        if counts and len(matches) == 1
        for proposal, finding in matches
    )
    uses: list[WaiverUse] = []
    waived: dict[str, list[str]] = {}
    for number, (waiver, matches) in enumerate(zip(loaded.waivers, found, strict=True)):
        state, message = _state(waiver, matches, as_of, taken)
        if state == "applied":
            proposal, finding = matches[0]
            waived.setdefault(proposal, []).append(finding.criterion)
        uses.append(_use(waiver, matches, state, message, loaded.document, number))
    return Waived(tuple(uses), {proposal: tuple(sorted(names)) for proposal, names in waived.items()})


def _index(assessments: Sequence[Assessment]) -> dict[str, list[tuple[str, Finding]]]:
    """Return the findings that can be waived, by their id and by their criterion."""
    index: dict[str, list[tuple[str, Finding]]] = {}
    for assessment in assessments:
        for finding in assessment.findings:
            if finding.outcome in MENDABLE:
                for key in (finding.id, finding.criterion):
                    index.setdefault(key, []).append((assessment.proposal.id, finding))
    return index


def _state(
    waiver: Waiver, matches: list[tuple[str, Finding]], as_of: datetime.date, taken: Counter[tuple[str, str]]
) -> tuple[WaiverState, str]:
    what = waiver.criterion or f"finding {waiver.finding}"
    if waiver.expires < as_of:
        return "expired", f"{what} was waived up to {waiver.expires}, and {as_of} is later; renew it or mend the text"
    if not matches:
        where = f" of {waiver.proposal}" if waiver.proposal else ""
        return "unused", f"{what}{where} is not violated, partial or unknown in what was assessed; remove the waiver"
    if len(matches) > 1:
        names = ", ".join(proposal for proposal, _ in matches)
        return "ambiguous", f"it matches a finding in each of {names}; add `proposal:` and write one for each"
    proposal, finding = matches[0]
    if taken[proposal, finding.criterion] > 1:
        return "ambiguous", f"another waiver also covers {finding.criterion} of {proposal}; keep one of them"
    return "applied", f"{finding.criterion} ({finding.outcome.value}) counts as satisfied up to {waiver.expires}"


def _use(
    waiver: Waiver,
    matches: list[tuple[str, Finding]],
    state: WaiverState,
    message: str,
    document: Document,
    number: int,
) -> WaiverUse:
    at = document.position(("waivers", number))
    return WaiverUse(
        criterion=waiver.criterion or (matches[0][1].criterion if len(matches) == 1 else ""),
        finding=waiver.finding or "",
        proposals=tuple(dict.fromkeys(proposal for proposal, _ in matches)),
        reason=waiver.reason,
        approver=waiver.approver,
        expires=waiver.expires.isoformat(),
        state=state,
        message=message,
        location=Location(document.file, at.line, at.column),
    )
