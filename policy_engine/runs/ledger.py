"""The accounts of a run: episodes, exposure, days of measures, stretches for the picture, and the trace."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from policy_engine.operators import Truth
from policy_engine.runs.results import Answer, Entry, Episode, Range, Stretch, Track, TrackKind
from policy_engine.timeline.model import WORDS

MOST_EPISODES: Final = 1000
MOST_ENTRIES: Final = 2000
MOST_STRETCHES: Final = 500


@dataclass(slots=True)
class Total:
    """A sum that is certain, and one that is possible."""

    low: float = 0
    high: float = 0

    def add(self, amount: float, truth: Truth) -> None:
        """Add an amount to what is possible, and to what is certain where it is."""
        if truth is not Truth.FALSE:
            self.high += amount
        if truth is Truth.TRUE:
            self.low += amount

    def range(self) -> Range:
        """Return it as a result."""
        return Range(self.low, self.high)


@dataclass(slots=True)
class Reply:
    """How long one kind of answer took so far."""

    low: int | None = None
    high: int | None = None
    cites: tuple[str, ...] = ()

    def note(self, days: int, truth: Truth, cites: tuple[str, ...]) -> None:
        """Note what answers after some days."""
        if truth is Truth.FALSE or self.high is not None:
            return
        if self.low is None:
            self.low, self.cites = days, cites
        if truth is Truth.TRUE:
            self.high, self.cites = days, cites

    def answer(self) -> Answer:
        """Return it as a result."""
        return Answer(Range(self.low, self.high), self.cites)


@dataclass(slots=True)
class Open:
    """A risk that is there now."""

    risk: str
    severity: float
    emerged: datetime.date
    known: datetime.date | None
    duty: Reply = field(default_factory=Reply)
    measure: Reply = field(default_factory=Reply)

    def episode(self, ended: datetime.date | None) -> Episode:
        """Return it as a result."""
        duty, measure = self.duty.answer(), self.measure.answer()
        return Episode(self.risk, self.severity, self.emerged, ended, self.known, duty, measure)


@dataclass(frozen=True, slots=True)
class Report:
    """The day on which an incident became known, days until it must be reported, and the duties that say so."""

    day: datetime.date
    days: Range
    provisions: tuple[str, ...]


@dataclass(slots=True)
class Recorder:
    """Stretches of one row, merged where nothing changed; of very many, the first."""

    kind: TrackKind
    stretches: list[Stretch] = field(default_factory=list)

    def add(self, first: datetime.date, last: datetime.date, truth: Truth) -> None:
        """Add days."""
        if truth is Truth.FALSE:
            return
        previous = self.stretches[-1] if self.stretches else None
        word = WORDS[truth]
        if previous is not None and previous.last == first and previous.truth == word:
            self.stretches[-1] = Stretch(previous.first, last, word)
        elif len(self.stretches) < MOST_STRETCHES:
            self.stretches.append(Stretch(first, last, word))


@dataclass(slots=True)
class Ledger:
    """Everything that a run counts; its size does not grow with the number of events."""

    risk_days: float = 0
    exposure: Total = field(default_factory=Total)
    unrestrained: Total = field(default_factory=Total)
    displaced: Total = field(default_factory=Total)
    false_alarm: Total = field(default_factory=Total)
    outliving: Total = field(default_factory=Total)
    open: dict[str, Open] = field(default_factory=dict)
    episodes: list[Episode] = field(default_factory=list)
    trace: list[Entry] = field(default_factory=list)
    left_out: int = 0
    recorders: dict[str, Recorder] = field(default_factory=dict)
    report: Report | None = None
    """Of the first incident."""

    def emerge(self, risk: str, severity: float, day: datetime.date, known: datetime.date | None) -> None:
        """Let a risk emerge; one that is there already changes its weight."""
        if risk in self.open:
            self.open[risk].severity = severity
        else:
            self.open[risk] = Open(risk, severity, day, known)

    def end(self, risk: str, day: datetime.date | None) -> None:
        """Let a risk end, or leave it open at the end of the scenario."""
        found = self.open.pop(risk, None)
        if found is None:
            return
        if len(self.episodes) < MOST_EPISODES:
            self.episodes.append(found.episode(day))
        else:
            self.left_out += 1

    def enter(self, entry: Entry) -> None:
        """Add to the trace, up to its limit."""
        if len(self.trace) < MOST_ENTRIES:
            self.trace.append(entry)
        else:
            self.left_out += 1

    def record(self, name: str, kind: TrackKind, first: datetime.date, last: datetime.date, truth: Truth) -> None:
        """Add days to a row of the picture."""
        if truth is not Truth.FALSE:
            self.recorders.setdefault(name, Recorder(kind)).add(first, last, truth)

    def tracks(self, order: Iterable[TrackKind]) -> tuple[Track, ...]:
        """Return the rows, by kind."""
        found: Mapping[str, Recorder] = self.recorders
        return tuple(
            Track(name, recorder.kind, tuple(recorder.stretches))
            for kind in order
            for name, recorder in found.items()
            if recorder.kind == kind
        )
