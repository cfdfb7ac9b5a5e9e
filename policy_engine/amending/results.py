"""What a search for amendments gives back; frozen, and made of words, places and figures alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from policy_engine.results import (
    NOT_REPORTED,
    Digests,
    Interval,
    LensSummary,
    Location,
    Outcome,
    ProposalSummary,
    Severity,
    Verdict,
)

Status = Literal["already", "reached", "unreachable", "not_proved"]


@dataclass(frozen=True, slots=True)
class Touched:
    """A provision that an amendment strikes, sets a field of (`field` with both values), or adds.

    `location` is where it stands now; for one that is added, that of the key `provisions`.
    """

    kind: Literal["strike", "set", "add"]
    provision: str
    type: str
    cite: str
    field: str
    before: str
    after: str
    location: Location


@dataclass(frozen=True, slots=True)
class Mended:
    """A criterion whose fix an amendment is, and its outcome before and with the whole set made."""

    criterion: str
    title: str
    severity: Severity
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class AmendmentMade:
    """One amendment of a set: the words of the fix, the criteria that carry it, what it touches, what it costs."""

    words: str
    mends: tuple[Mended, ...]
    touches: tuple[Touched, ...]
    cost: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Verdict, score and violated blockers of one text under one lens."""

    verdict: Verdict
    score: Interval
    vetoes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A criterion whose outcome the amendments move."""

    criterion: str
    title: str
    severity: Severity
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class UnderLens:
    """The same amendments under another lens: before and after, and what they harm there."""

    lens: LensSummary
    before: Standing
    after: Standing
    verdict_falls: bool
    new_vetoes: tuple[str, ...]
    worse: tuple[Moved, ...]

    @property
    def harms(self) -> bool:
        """Whether the verdict falls, a blocker becomes violated, or a criterion gets worse."""
        return self.verdict_falls or bool(self.new_vetoes) or bool(self.worse)


@dataclass(frozen=True, slots=True)
class AmendmentSet:
    """Amendments to be made together, what they come to by the engine, and the patch of the file."""

    amendments: tuple[AmendmentMade, ...]
    cost: int
    after: Standing
    worse: tuple[Moved, ...]
    patch: str
    other_lenses: tuple[UnderLens, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """A criterion that holds the score down, by how many points at the best set, and why no amendment mends it."""

    criterion: str
    title: str
    outcome: Outcome
    points: float
    why: str


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a target cannot be reached: demands that cannot be met (together), each as a sentence."""

    demands: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amendments:
    """The answer to one question.

    `reached`: `sets` are proved smallest; `complete` if they are all of that cost. `already`: nothing needs
    to be amended.
    `unreachable`: proved, with `hindrances`; `best_low` is the highest low bound found, proved the highest or not.
    `not_proved`: the limits were reached; every set costs at least `at_least`, and `sets` has one that reaches the
    target, if one was found, which may not be the smallest.
    """

    proposal: ProposalSummary
    lens: LensSummary
    digests: Digests
    target: str
    meaning: str
    status: Status
    before: Standing
    candidates: int
    unknown: tuple[str, ...]
    protected: tuple[str, ...]
    sets: tuple[AmendmentSet, ...]
    complete: bool
    at_least: int
    hindrances: tuple[Hindrance, ...]
    best_low: float | None
    best_proved: bool
    weights: tuple[Weight, ...]
    texts: tuple[str, ...] = field(metadata=NOT_REPORTED)
    """The whole text of the file with each set made; not part of reports."""
