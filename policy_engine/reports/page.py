"""A page of paragraphs, tables, lists and plots: what the text, Markdown and HTML of an analysis are made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part of the page."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list under a line that introduces it."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a line that introduces it; the first column names its row."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a plot: lengths beside each other, on a scale from 0 to 100; `start` is left blank."""

    label: str
    parts: tuple[float, ...]
    start: float = 0.0


@dataclass(frozen=True, slots=True)
class Plot:
    """Horizontal bars; `legend` names their parts. `description` says in words what the plot shows."""

    title: str
    description: str
    legend: tuple[str, ...]
    bars: tuple[Bar, ...]


Block = Heading | Paragraph | Bullets | Table | Plot


@dataclass(frozen=True, slots=True)
class Page:
    """A titled page."""

    title: str
    blocks: tuple[Block, ...]
