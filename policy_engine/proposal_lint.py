"""Checks on the content of a proposal file: dates, magnitudes, what was called read, and provisions nothing reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policy_engine.assessment import Assessor
from policy_engine.errors import Fault
from policy_engine.loading import LoadedProposal
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import records
from policy_engine.results import Assessment

# Field name, and the smallest and largest value that a law could mean by it.
PLAUSIBLE: Final[Mapping[str, tuple[float, float]]] = {
    "training_compute_flop": (1e20, 1e30),
    "inference_compute_flop": (1e18, 1e32),
    "above_compute_flop": (1e20, 1e30),
    "training_cost_usd": (1e4, 1e12),
    "annual_revenue_usd": (1e4, 1e12),
    "research_spend_usd": (1e4, 1e12),
    "amount_usd": (1e3, 1e12),
    "maximum_usd": (1, 1e11),
    "deadline_hours": (0.5, 24 * 366),
    "duration_years": (0.1, 100),
    "years": (0.5, 100),
    "interval_months": (0.2, 240),
    "order_days": (1, 3660),
    "decision_days": (1, 3660),
    "notice_days": (0, 3660),
    "response_days": (0, 3660),
    "share_of_revenue_percent": (0.01, 100),
    "minimum_days": (1, 730),
}


@dataclass(frozen=True, slots=True)
class Inert:
    """A provision that no outcome, evidence or score changes without, and why."""

    provision: str
    reason: str


def lint_proposal(loaded: LoadedProposal) -> tuple[Fault, ...]:
    """Return every finding, with its place in the file."""
    return tuple(
        Fault(message, loaded.document.file, *_at(loaded, path), hint)
        for path, message, hint in (
            *_dates(loaded.proposal),
            *_magnitudes(loaded.proposal),
            *_reading(loaded.proposal),
        )
    )


_Finding = tuple[tuple[str | int, ...], str, str]


def _at(loaded: LoadedProposal, path: tuple[str | int, ...]) -> tuple[int, int]:
    position = loaded.document.position(path)
    return position.line, position.column


def _dates(proposal: Proposal) -> Iterator[_Finding]:
    status = proposal.status
    if status.enacted and status.enacted > status.date:
        yield ("status", "enacted"), f"enacted on {status.enacted}, after the date of the status ({status.date})", ""
    if status.stage in {"enacted", "in_force"} and status.enacted is None:
        yield ("status",), f"the stage is {status.stage}, and the date of enactment is missing", "add `enacted:`"
    if status.enacted and status.stage in {"draft", "introduced", "in_committee", "vetoed", "stripped"}:
        yield ("status", "enacted"), f"a text of stage {status.stage} has no date of enactment", ""


def _magnitudes(proposal: Proposal) -> Iterator[_Finding]:
    for record in records(proposal):
        if record.type != proposal.provisions[record.provision].type:
            continue
        for path, value in record.values.items():
            least, most = PLAUSIBLE.get(path.rpartition(".")[2], (0.0, float("inf")))
            if isinstance(value, float) and not least <= value <= most:
                where: tuple[str | int, ...] = ("provisions", record.provision, *path.split("."))
                yield where, f"`{path}` is {value:g}; a law would say {least:g} to {most:g}", "check unit and digits"


def _reading(proposal: Proposal) -> Iterator[_Finding]:
    read = {source.read for source in proposal.sources}
    if proposal.examined == "everything" and "full_text" not in read:
        yield ("examined",), "everything is called examined, and no source was read in full", ""
    if not read & {"full_text", "excerpt"}:
        for index, provision in enumerate(proposal.provisions):
            if provision.confidence == "text":
                message = f"`{provision.id}` rests on the text, and no source was read in the text"
                yield ("provisions", index), message, "write `confidence: secondary` or `press`"
    if not proposal.examined and read & {"full_text", "excerpt"}:
        yield ("examined",), "a text was read, and nothing is called examined", "list what was read in full"


def inert_provisions(assessor: Assessor, loaded: LoadedProposal) -> tuple[Inert, ...]:
    """Return the provisions that can be deleted without moving any outcome, evidence or score, and why."""
    whole = _seen(assessor.assess(loaded))
    found = []
    for index, provision in enumerate(loaded.proposal.provisions):
        if _seen(assessor.assess(_without(loaded, {index}))) != whole:
            continue
        same = {n for n, other in enumerate(loaded.proposal.provisions) if other.type == provision.type}
        kind = provision.type.replace("_", " ")
        if len(same) > 1 and _seen(assessor.assess(_without(loaded, same))) != whole:
            reason = f"another {kind} provision of the text shows what the criteria ask of this kind"
        else:
            reason = f"no criterion that applies to this text reads its {kind} provisions"
        found.append(Inert(provision.id, reason))
    return tuple(found)


def _without(loaded: LoadedProposal, dropped: set[int]) -> LoadedProposal:
    kept = tuple(p for index, p in enumerate(loaded.proposal.provisions) if index not in dropped)
    return LoadedProposal(loaded.proposal.model_copy(update={"provisions": kept}), loaded.document)


def _seen(assessment: Assessment) -> tuple[object, ...]:
    return tuple(
        (finding.criterion, finding.outcome, tuple(evidence.provision for evidence in finding.evidence))
        for finding in assessment.findings
    )
