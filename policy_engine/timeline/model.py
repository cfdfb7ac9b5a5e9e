"""What a timeline holds: spans of provisions, marks, periods of one state, and checks with what shows them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from policy_engine.operators import Truth
from policy_engine.timeline.moments import Moment

SpanKind = Literal["duty", "voluntary", "government", "approval", "power", "trigger", "restriction", "displacement"]
Outcome = Literal["satisfied", "violated", "unknown", "not_applicable"]
TruthWord = Literal["yes", "no", "unknown"]
WORDS: tuple[TruthWord, ...] = ("no", "unknown", "yes")
Lag = tuple[float, float | None]
"""Earliest and latest number of days after enactment; no latest: it may never come."""


@dataclass(frozen=True, slots=True)
class Start:
    """When something begins, the same as a lag from enactment where the text counts from there, and why.

    `rule` tells that it waits for a rule, and `after_rule` how many days after it; None where that is not known.
    """

    moment: Moment
    lag: Lag | None
    because: str
    rule: bool = False
    after_rule: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A provision in time. `certain` is false where the file leaves open whether it is of this kind at all.

    `ends` is None where the text is known to set no end.
    """

    provision: str
    type: str
    cite: str
    confidence: str
    kind: SpanKind
    matter: str
    persons: tuple[str, ...] | None
    starts: Start
    ends: Moment | None
    ends_because: str
    certain: bool

    def binds_on(self, day: datetime.date) -> Truth:
        """Return whether it has force on a day."""
        begun = self.starts.moment.come_by(day)
        ended = Truth.FALSE if self.ends is None else self.ends.come_by(day)
        truth = min(begun, ended.negated())
        return truth if self.certain else min(truth, Truth.UNKNOWN)

    @property
    def changes(self) -> tuple[datetime.date, ...]:
        """The days on which what is known of it changes."""
        days = [self.starts.moment.earliest, self.starts.moment.latest]
        if self.ends is not None:
            days += [self.ends.earliest, self.ends.latest]
        return tuple(day for day in days if day is not None)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something due at one moment: a review, a study, the end of a programme."""

    provision: str
    cite: str
    what: str
    due: Moment


@dataclass(frozen=True, slots=True)
class Bound:
    """A provision in a period: whether it has force then."""

    provision: str
    cite: str
    truth: TruthWord


@dataclass(frozen=True, slots=True)
class Period:
    """Days (first to last, both included) on which nothing changes."""

    first: datetime.date
    last: datetime.date
    binding: tuple[Bound, ...]
    displaced: tuple[Bound, ...]
    nothing_binds: TruthWord


@dataclass(frozen=True, slots=True)
class Check:
    """A question about the order of things in time, its answer, why, and the sections that show it."""

    name: str
    question: str
    outcome: Outcome
    reason: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The law in time, with what was assumed."""

    id: str
    title: str
    enactment: Moment
    assumptions: tuple[str, ...]
    first: datetime.date
    last: datetime.date
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]
    periods: tuple[Period, ...]
    checks: tuple[Check, ...]
