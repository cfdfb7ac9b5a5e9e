"""What an assessment consists of; frozen, so that it can be shared between threads."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Literal, Protocol, TypeAlias

Severity = Literal["blocker", "major", "minor", "info"]
NOT_REPORTED: Final = {"reported": False}
"""Metadata of a field that is no part of any report."""
SEVERITY_WEIGHTS: dict[Severity, float] = {"blocker": 4.0, "major": 2.0, "minor": 1.0, "info": 0.5}


class Outcome(StrEnum):
    """Outcome of a criterion on a proposal, worst first."""

    VIOLATED = "violated"
    PARTIAL = "partial"
    UNKNOWN = "unknown"
    SATISFIED = "satisfied"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    """The band that every completion of the unknown facts would give."""

    VETO = "veto"
    DOES_NOT_MEET = "does_not_meet"
    MIXED = "mixed"
    MEETS = "meets"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Interval:
    """A score from 0 to 100: `low` if every unknown fails, `high` if every unknown passes."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a proposal file; line and column are 1-based, 0 when there is no file."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A provision (or a cited statement) that a finding rests on.

    `provision` is its id; for a statement it is the name of the fact. `role`: it `shows` the outcome, or it is why
    the criterion `applies`.
    """

    provision: str
    type: str
    cite: str
    confidence: str
    note: str
    location: Location
    role: Literal["shows", "applies"] = "shows"


@dataclass(frozen=True, slots=True)
class Finding:
    """Criterion × proposal → outcome, with the reason and the provisions that show it.

    `id` is derived from content: criterion, outcome, and the ids of the evidence that shows it.
    `may_violate`: it is violated, or unknown in a way that could turn out so.
    `location` is that of the first evidence, else of the `provisions` key: where a missing provision would stand.
    """

    id: str
    criterion: str
    title: str
    principle: str
    kind: Literal["duty", "guard"]
    severity: Severity
    outcome: Outcome
    message: str
    evidence: tuple[Evidence, ...]
    location: Location
    fix: str
    source: str
    may_violate: bool

    @property
    def provisions(self) -> tuple[str, ...]:
        """The ids of the provisions and statements that show the outcome."""
        return tuple(e.provision for e in self.evidence if e.role == "shows")

    @property
    def shown_by(self) -> tuple[Evidence, ...]:
        """The evidence that shows the outcome; where nothing in the text does, the first that makes it apply."""
        return tuple(e for e in self.evidence if e.role == "shows") or self.evidence[:1]


@dataclass(frozen=True, slots=True)
class PrincipleScore:
    """One principle: its interval (none when nothing applies), coverage and findings worst first."""

    id: str
    name: str
    weight: float
    score: Interval | None
    coverage: float
    applicable: int
    enough_facts: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that nobody examined, and what knowing it could decide.

    `what` is plain words; `look_in` the provision types or the provision field to look at; `points` the width of
    the overall interval, from 0 to 100, that rests on the criteria which need it.
    """

    what: str
    look_in: str
    criteria: tuple[str, ...]
    points: float
    location: Location


@dataclass(frozen=True, slots=True)
class ProposalSummary:
    """Which text was assessed."""

    id: str
    title: str
    file: str
    scope_class: str
    stage: str
    status_date: str
    print: str


@dataclass(frozen=True, slots=True)
class LensSummary:
    """Under which rules, as of when."""

    id: str
    title: str
    version: str
    as_of: str
    author: str


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 digests of what went in, and the engine that ran.

    `engine` is `durable-rules 2.0.28` or `plain evaluator`, with `, cross-checked` when both ran.
    """

    proposal: str
    rules: str
    lens: str
    engine: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is judged of a proposal without a report; `principles` has the interval of each, none where none applies."""

    outcomes: Mapping[str, Outcome]
    score: Interval
    coverage: float
    verdict: Verdict
    principles: Mapping[str, Interval | None] = field(default_factory=dict, compare=False, metadata=NOT_REPORTED)


class Basis(Protocol):
    """What an assessment was made from, kept to judge variants of it."""

    def judge(
        self, changes: Mapping[str, Mapping[str, Any] | None], examined: Collection[str], facts: Mapping[str, Any]
    ) -> Judgement:
        """Return what is judged of a variant."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The scored assessment of one proposal under one lens.

    `basis`, from which `what_if` judges, is no part of the result, and absent where another process made it.
    """

    proposal: ProposalSummary
    lens: LensSummary
    verdict: Verdict
    score: Interval
    coverage: float
    vetoes: tuple[Finding, ...]
    principles: tuple[PrincipleScore, ...]
    findings: tuple[Finding, ...]
    unknowns: tuple[Unknown, ...]
    digests: Digests
    basis: Basis | None = field(default=None, repr=False, compare=False, metadata=NOT_REPORTED)

    def __getstate__(self) -> list[Any]:
        """Return what is sent to another process: everything but the basis, which holds the whole program."""
        return [None if f.name == "basis" else getattr(self, f.name) for f in fields(self)]

    def what_if(
        self,
        changes: Mapping[str, Mapping[str, Any] | None] | None = None,
        *,
        examined: Collection[str] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> Judgement:
        """Return what would be judged if the text, or what is known of it, were otherwise; only what moves is redone.

        `changes`: by provision id, fields with new values (dotted paths; None: not examined), or None to strike it; a
        new id adds a provision. `examined`: further types taken as read in full. `facts`: values taken as known.
        Raises ProposalError where the variant is no proposal, ValueError where the assessment came from elsewhere.
        """
        if self.basis is None:
            raise ValueError("this assessment was made in another process; assess the proposal here to ask what if")
        return self.basis.judge(changes or {}, examined, facts or {})

    def fingerprint(self, finding: Finding) -> str:
        """Return what stays the same when the file is renamed or reordered: proposal id and finding id, hashed."""
        return hashlib.sha256(f"{self.proposal.id}\n{finding.id}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a statement holds, does not hold or is unknown, as a tree of plain sentences.

    `places` are the provisions read for this step, with the values in `statement`.
    """

    statement: str
    truth: Literal["true", "false", "unknown"]
    places: tuple[Evidence, ...] = ()
    because: tuple[Proof, ...] = ()


# That a criterion applies, that it is satisfied, that it is violated.
Proofs: TypeAlias = tuple[Proof, Proof, Proof]
