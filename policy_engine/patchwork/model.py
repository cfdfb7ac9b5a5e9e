"""What a patchwork is made of: instruments, their obligations, and the groups that hold the same duty."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from policy_engine.operators import Value
from policy_engine.proposals.model import Proposal
from policy_engine.results import Location


class Key(NamedTuple):
    """What makes duties the same duty: what is to be done, by which class of persons, about which class of things."""

    what: str
    persons: str
    subjects: str

    def __str__(self) -> str:
        """Return it as reports name it."""
        return f"{self.what.replace('_', ' ')} ({self.persons.replace('_', ' ')}, {self.subjects})"


@dataclass(frozen=True, slots=True)
class Start:
    """When a duty begins: on a date, some days after enactment, never by the text alone, or not known."""

    date: datetime.date | None
    days: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """A section, and the line of the file that holds it."""

    instrument: str
    provision: str
    cite: str
    location: Location
    confidence: str = "text"

    def __str__(self) -> str:
        """Return instrument and section."""
        return f"{self.instrument} {self.cite}"


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty or prohibition, normalised: what, who, threshold, clock, recipient; a term that is None is unknown."""

    place: Place
    type: str
    what: str
    """Type and kind, as `disclosure: safety_framework`; empty where the kind is not known or is `other`."""
    why_unkeyed: str
    keys: tuple[Key, ...]
    persons: tuple[str, ...] | None
    subjects: tuple[str, ...] | None
    activities: tuple[str, ...] | None
    matter: str | None
    mandatory: bool | None
    terms: Mapping[str, Value | None]
    start: Start
    requires: frozenset[str] = frozenset()
    forbids: frozenset[str] = frozenset()
    unconditional: bool | None = None
    """Whether what it forbids or requires holds whatever else is the case."""

    @property
    def name(self) -> str:
        """What it is, in words."""
        return (self.what or self.type).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Instrument:
    """One text of a set, with its obligations."""

    id: str
    title: str
    proposal: Proposal
    file: str
    obligations: tuple[Obligation, ...]
    places: tuple[Place, ...] = field(repr=False)
    """The place of every provision, by its index."""
