"""A day that may not be known exactly: the earliest and the latest day on which something comes about."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

from policy_engine.operators import Truth

LAST_DAY = datetime.date.max
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something comes about; without a `latest` day it may never come."""

    earliest: datetime.date
    latest: datetime.date | None

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.earliest == self.latest

    def come_by(self, day: datetime.date) -> Truth:
        """Return whether it has come about on a day."""
        if day < self.earliest:
            return Truth.FALSE
        return Truth.TRUE if self.latest is not None and day >= self.latest else Truth.UNKNOWN

    def after(self, days: float) -> Moment:
        """Return the moment some days later."""
        return Moment(plus_days(self.earliest, days), None if self.latest is None else plus_days(self.latest, days))

    def after_years(self, years: float) -> Moment:
        """Return the moment some years later."""
        latest = None if self.latest is None else plus_months(self.latest, years * 12)
        return Moment(plus_months(self.earliest, years * 12), latest)

    def not_before(self, other: Moment) -> Moment:
        """Return the later of two moments."""
        latest = None if self.latest is None or other.latest is None else max(self.latest, other.latest)
        return Moment(max(self.earliest, other.earliest), latest)

    def __str__(self) -> str:
        """Return the day, or the interval in words."""
        if self.exact:
            return self.earliest.isoformat()
        if self.latest is None:
            return f"{self.earliest} or later, perhaps never"
        return f"{self.earliest} to {self.latest}"


def on(day: datetime.date) -> Moment:
    """Return the moment of a known day."""
    return Moment(day, day)


def plus_days(day: datetime.date, days: float) -> datetime.date:
    """Return a day some days later; beyond the calendar, its last day."""
    if days >= (LAST_DAY - day).days:
        return LAST_DAY
    return day + datetime.timedelta(days=int(days))


def plus_months(day: datetime.date, months: float) -> datetime.date:
    """Return the same day of a later month, or its last day; a part of a month counts in days."""
    whole = int(months)
    rest = (months - whole) * 365.25 / 12
    year, month = divmod(day.month - 1 + whole, 12)
    if day.year + year > LAST_DAY.year:
        return LAST_DAY
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return plus_days(datetime.date(day.year + year, month + 1, min(day.day, last)), rest)


def days_between(first: datetime.date, last: datetime.date) -> int:
    """Return the days from one day to another, none where it is earlier."""
    return max((last - first).days, 0)


def day_before(day: datetime.date) -> datetime.date:
    """Return the day before."""
    return day - _ONE_DAY
