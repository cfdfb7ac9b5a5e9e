"""Where shipped data lies, and proposal files become proposals; all faults of a file are reported at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policy_engine.errors import Fault, ProposalError, SourceError
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import provision_types
from policy_engine.rules.resolve import near
from policy_engine.source import Document, load_document, parse_source
from policy_engine.source.limits import LARGEST_FILE, TOO_LARGE
from policy_engine.validation import validated


@dataclass(frozen=True, slots=True)
class LoadedProposal:
    """A proposal with the document that it was read from."""

    proposal: Proposal
    document: Document


def shipped_directory(kind: Literal["rules", "proposals", "scenarios", "patchwork"]) -> Path:
    """Return the directory of the data shipped with the package."""
    package = Path(__file__).parent.parent
    inside = package / "data" / kind
    return inside if inside.is_dir() else package.parent / kind


def load_proposal(file: str) -> LoadedProposal:
    """Read one proposal file (`-`: standard input); raises SourceError or ProposalError with every fault."""
    return proposal_of(load_document(file))


def proposal_from_yaml(raw: bytes, name: str) -> LoadedProposal:
    """Return the proposal that a text in YAML holds; raises SourceError or ProposalError with every fault."""
    if len(raw) > LARGEST_FILE:
        raise SourceError(Fault(TOO_LARGE, name, hint="split it"))
    return proposal_of(parse_source(raw, name))


def proposal_of(document: Document) -> LoadedProposal:
    """Return the proposal that a document holds; raises ProposalError with every fault."""
    return with_known_topics(validated(Proposal, document, ProposalError), document)


def with_known_topics(proposal: Proposal, document: Document) -> LoadedProposal:
    """Return a proposal with its document; raises ProposalError where it names a topic that does not exist."""
    faults = []
    for index, topic in enumerate(proposal.examined if proposal.examined != "everything" else ()):
        if topic not in provision_types():
            at = document.position(("examined", index))
            hint = near(topic, provision_types(), "topics")
            faults.append(Fault(f"`{topic}` is not a topic", document.file, at.line, at.column, hint))
    if faults:
        raise ProposalError(faults)
    return LoadedProposal(proposal, document)
