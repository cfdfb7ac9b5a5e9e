"""What a comparison consists of: changes, their shares of the score, and the outcomes that moved; frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policy_engine.results import Finding, Interval, LensSummary, Location, ProposalSummary, Severity, Verdict

ChangeKind = Literal["added", "removed", "changed", "renamed"]
ChangeSubject = Literal["provision", "statement", "examined", "instrument"]
Method = Literal["exact", "sampled"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field with its old and new value in words; silence is spelt out (`not examined`, `not addressed`)."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two texts.

    `key` names it in this comparison; `name` is the id of the provision in NEW (in OLD when it was removed), or the
    fact of a statement; `old_name` differs from it where a provision stands under another id. `location` is in NEW,
    or in OLD when it was removed. `read` tells whether any rule can read what changed.
    """

    key: str
    subject: ChangeSubject
    kind: ChangeKind
    name: str
    old_name: str
    type: str
    cite: str
    location: Location
    fields: tuple[FieldChange, ...]
    read: bool


@dataclass(frozen=True, slots=True)
class Share:
    """The points of each bound of the score that one change accounts for; errors are 95 % bounds, 0 when exact."""

    change: str
    low: float
    high: float
    low_error: float
    high_error: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """The change of the score, split among the changes; the shares add up to `low` and `high`.

    `players` is the number of changes that could move an outcome at all, `permutations` that of the orders in which
    they were made when sampled (0 when exact: every mixture of them counts).
    """

    method: Method
    players: int
    permutations: int
    low: float
    high: float
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """A change that moves an outcome; `share` is its part of the move from 0 to 1, below 0 if it works against it."""

    change: str
    share: float


@dataclass(frozen=True, slots=True)
class Move:
    """A criterion whose outcome differs, with its finding in each text and the changes that move it, most first."""

    criterion: str
    title: str
    principle: str
    severity: Severity
    old: Finding
    new: Finding
    movers: tuple[Mover, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two ends of a comparison."""

    proposal: ProposalSummary
    verdict: Verdict
    score: Interval
    coverage: float
    vetoes: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class TextDifference:
    """Two texts under one lens: what changed, which outcomes moved, and where the points come from.

    `digest` and `rules_digest` are those of the lens and of its rule sets.
    """

    lens: LensSummary
    digest: str
    rules_digest: str
    engine: str
    old: Side
    new: Side
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class LensChange:
    """One thing that two lenses put differently: a rule set, a criterion, a cut-off, a weight, or the bands."""

    subject: Literal["rule set", "criterion", "cut-off", "weight", "bands"]
    name: str
    title: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class LensMove:
    """A criterion of both lenses whose outcome on one text differs, and why."""

    criterion: str
    title: str
    principle: str
    old: Finding
    new: Finding
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadTwice:
    """One text under both lenses; `attribution` splits the difference of the scores among the principles."""

    old: Side
    new: Side
    moves: tuple[LensMove, ...]
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class LensSide:
    """One of the two lenses, with the criteria that it alone asks."""

    lens: LensSummary
    digest: str
    rules_digest: str
    only: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LensDifference:
    """Texts under two lenses, or under two states of the rules."""

    engine: str
    old: LensSide
    new: LensSide
    changes: tuple[LensChange, ...]
    texts: tuple[ReadTwice, ...]
