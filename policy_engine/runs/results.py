"""What a run shows: episodes of risk, exposure, false alarms, decisions that hang, and a trace with sections."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from policy_engine.timeline.model import TruthWord

TrackKind = Literal["risk", "duty", "measure", "waiting", "displacement"]


@dataclass(frozen=True, slots=True)
class Range:
    """A number that lies between two; `high` is None where nothing bounds it within the scenario."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Days from the start of a risk until something answers it, and the sections that then do.

    `low` is None where nothing can; `high` is None where nothing surely does before the risk or the scenario ends.
    """

    days: Range
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """One risk from its emergence to its end: when it could be known, when a duty bound and a measure held."""

    risk: str
    severity: float
    emerged: datetime.date
    ended: datetime.date | None
    known: datetime.date | None
    duty: Answer
    measure: Answer


@dataclass(frozen=True, slots=True)
class Hanging:
    """A decision still awaited on the last day, since when, and whether that is certain."""

    provision: str
    cite: str
    since: datetime.date
    sure: bool
    days_allowed: float | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trace."""

    day: datetime.date
    what: str
    provision: str
    cite: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days (first included, last not) on which something was so, for certain or perhaps."""

    first: datetime.date
    last: datetime.date
    truth: TruthWord


@dataclass(frozen=True, slots=True)
class Track:
    """One row of the picture."""

    name: str
    kind: TrackKind
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class LawResult:
    """One law through one scenario. Exposures are days times severity; days of measures are counted for each."""

    law: str
    title: str
    scenario: str
    first: datetime.date
    last: datetime.date
    engine: str
    enacted: str
    assumptions: tuple[str, ...]
    events: int
    risk_days: float
    exposure: Range
    unrestrained: Range
    displaced_exposure: Range
    false_alarm_days: Range
    outliving_days: Range
    episodes: tuple[Episode, ...]
    hanging: tuple[Hanging, ...]
    trace: tuple[Entry, ...]
    left_out: int
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Laws times scenarios, each scenario with its question."""

    questions: tuple[tuple[str, str], ...]
    results: tuple[LawResult, ...]
