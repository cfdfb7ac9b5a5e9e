"""Whoever works on shares, processes here or machines elsewhere: what they are given, and what they give back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """What one proposal may take."""

    seconds: float = 60.0
    megabytes: int = 1024


@dataclass(slots=True)
class Work:
    """Texts that wait: places in a spool file with their digests, what was lost of them, and how often."""

    spool: Path
    digests: dict[int, str]
    losses: dict[int, int] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A part that counts now: from which spool file, how many texts it answers, how many of them failed."""

    spool: Path
    texts: int
    failed: int


class Workers(Protocol):
    """What a run knows of them."""

    @property
    def width(self) -> int:
        """How many shares are worked on side by side."""

    @property
    def replaced(self) -> int:
        """How many worker processes were replaced so far."""

    @property
    def is_full(self) -> bool:
        """Whether more work would only lie about."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do."""

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of the worker processes on this machine."""

    def add(self, work: Work) -> None:
        """Take on work."""

    def step(self, seconds: float) -> Iterator[Written]:
        """Go on for some seconds at most, and yield the parts that count now."""

    def close(self) -> None:
        """End all of it at once."""
