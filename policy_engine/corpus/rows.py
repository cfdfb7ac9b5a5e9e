"""An assessment becomes rows of the tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from policy_engine.corpus.tables import PARTS
from policy_engine.errors import Fault
from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.proposals.model import Proposal
from policy_engine.results import Assessment, Outcome

Row = tuple[Any, ...]


class Rows:
    """The rows of one part, by table."""

    def __init__(self) -> None:
        """Start empty."""
        self.tables: dict[str, list[Row]] = {name: [] for name in PARTS}

    def add(self, digest: str, proposal: Proposal, assessment: Assessment, facts: Mapping[str, Value | None]) -> None:
        """Add everything about one assessed text."""
        self.tables["assessments"].append(_assessment(digest, proposal, assessment))
        self.tables["principles"] += (
            (
                digest,
                principle.id,
                principle.score.low if principle.score else None,
                principle.score.high if principle.score else None,
                principle.coverage,
                principle.applicable,
                principle.enough_facts,
            )
            for principle in assessment.principles
        )
        self.tables["findings"] += [
            (
                digest,
                f.criterion,
                f.principle,
                f.kind,
                f.severity,
                # A text itself; asking for its value takes as long as all the rest of the row.
                f.outcome,
                f.id,
                f.message,
                f.location.line,
                f.may_violate,
            )
            for f in assessment.findings
        ]
        self.tables["evidence"] += [
            (digest, f.criterion, e.provision, e.type, e.cite, e.confidence, e.role, e.location.line)
            for f in assessment.findings
            for e in f.evidence
        ]
        self.tables["facts"] += [
            (digest, fact, _json(value), _number(value)) for fact, value in facts.items() if value is not None
        ]

    def fail(self, digest: str, kind: str, faults: Iterable[Fault]) -> None:
        """Add the faults that kept a text from being assessed."""
        self.tables["failures"] += ((digest, kind, f.message, f.line, f.column, f.hint) for f in faults)


def _assessment(digest: str, proposal: Proposal, assessment: Assessment) -> Row:
    summary = assessment.proposal
    return (
        digest,
        summary.id,
        summary.title,
        proposal.jurisdiction.country,
        proposal.jurisdiction.subdivision,
        proposal.jurisdiction.level,
        summary.scope_class,
        summary.stage,
        summary.status_date,
        proposal.status.date.year,
        summary.print,
        assessment.verdict.value,
        assessment.score.low,
        assessment.score.high,
        assessment.coverage,
        len(assessment.vetoes),
        sum(finding.outcome is Outcome.UNKNOWN for finding in assessment.findings),
        assessment.digests.engine,
    )


def _json(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # Numbers are not kept below: 0.0 and -0.0 are equal, and are written differently.
    return json.dumps(value) if isinstance(value, (int, float)) else _text_json(value)


@lru_cache(maxsize=2000)
def _text_json(value: Value) -> str:
    return json.dumps("not_addressed" if value is NOT_ADDRESSED else value, ensure_ascii=False, default=str)


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, (bool, int, float)) else None
