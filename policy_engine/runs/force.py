"""Which provisions have force on a day, with what courts, agencies and federal law have done to them since."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from policy_engine.operators import Truth
from policy_engine.proposals.model import Proposal
from policy_engine.timeline.model import Span
from policy_engine.timeline.moments import Moment, plus_days

_PARTS: Final = {"duty": "duties", "voluntary": "duties", "government": "duties", "displacement": "displacement"}
_BELOW_FEDERAL: Final = frozenset({"state", "local"})


class Force:
    """The spans of a law, as events change them."""

    def __init__(self, proposal: Proposal, spans: Sequence[Span]) -> None:
        """Take the spans as the text dates them."""
        self.spans = list(spans)
        self._below = proposal.jurisdiction.level in _BELOW_FEDERAL
        self._enjoined: set[str] = set()
        self._displaced: frozenset[str] = frozenset()
        self._rescinded = False
        self._days: list[datetime.date] = []
        self._sort()

    def _sort(self) -> None:
        self._days = sorted({day for span in self.spans for day in span.changes})

    def next_change(self, after: datetime.date) -> datetime.date | None:
        """Return the next day on which the text's own dates change something."""
        place = bisect_right(self._days, after)
        return self._days[place] if place < len(self._days) else None

    def truth(self, number: int, day: datetime.date) -> Truth:
        """Return whether a provision has force on a day."""
        span = self.spans[number]
        if self.suspended(span):
            return Truth.FALSE
        return span.binds_on(day)

    def suspended(self, span: Span) -> bool:
        """Return whether a court, a repeal or a federal law keeps a provision from having force."""
        part = _PARTS.get(span.kind, "measures")
        if self._rescinded or "everything" in self._enjoined or part in self._enjoined:
            return True
        return self.is_displaced(span)

    def is_displaced(self, span: Span) -> bool:
        """Return whether a federal law has displaced a provision."""
        if not self._displaced or not self._below or span.kind == "displacement":
            return False
        return "any" in self._displaced or (span.matter or "approval") in self._displaced

    def enjoin(self, part: str, *, lifted: bool = False) -> None:
        """Let a court suspend a part of the law, or give it back."""
        (self._enjoined.discard if lifted else self._enjoined.add)(part)

    def rescind(self) -> None:
        """End the law."""
        self._rescinded = True

    def displace(self, matters: frozenset[str]) -> None:
        """Let a federal law displace matters; none gives all of them back."""
        self._displaced = matters

    def rule_made(self, day: datetime.date) -> None:
        """Let the rule come on which spans wait."""
        for number, span in enumerate(self.spans):
            moment = span.starts.moment
            waiting = moment.come_by(day) is not Truth.TRUE or moment.latest == day
            if not span.starts.rule or not waiting:
                continue
            lag = span.starts.after_rule
            binds = Moment(day, None) if lag is None else Moment(plus_days(day, lag), plus_days(day, lag))
            self._restart(number, span, binds, f"a rule made on {day}")
        self._sort()

    def rule_late(self, day: datetime.date, days: float | None) -> None:
        """Let a rule miss its day: nothing that waits for it has begun, and how late it comes may not be known."""
        for number, span in enumerate(self.spans):
            latest = span.starts.moment.latest
            if not span.starts.rule or (latest is not None and latest < day):
                continue
            last = None if days is None or latest is None else plus_days(latest, days)
            earliest = plus_days(day, max(span.starts.after_rule or 0, 1))
            if last is not None:
                last = max(last, earliest)
            self._restart(number, span, Moment(earliest, last), f"the rule was late on {day}")
        self._sort()

    def _restart(self, number: int, span: Span, moment: Moment, because: str) -> None:
        starts = replace(span.starts, moment=moment, lag=None, because=because)
        self.spans[number] = replace(span, starts=starts)
