"""A sweep: many designs of one proposal judged, and for each principle which meet and where the cliffs are."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policy_engine.corpus.sweep_template import Axis, LoadedTemplate, Template, Word
from policy_engine.errors import ProposalError
from policy_engine.loading import LoadedLens
from policy_engine.results import Interval, Judgement
from policy_engine.what_if import Variants, WhatIf

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Design:
    """One combination of values, and what is judged of it; the reason where it is no proposal."""

    values: tuple[Word, ...]
    judgement: Judgement | None
    refused: str = ""

    def interval(self, surface: str) -> Interval | None:
        """Return the interval of a principle, or the overall one."""
        if self.judgement is None:
            return None
        return self.judgement.score if surface == OVERALL else self.judgement.principles.get(surface)


@dataclass(frozen=True, slots=True)
class Cliff:
    """The largest step of a surface along an axis: between two values, with the intervals on both sides.

    In a grid all other axes stay as they are at `at`; in a Latin hypercube the intervals are means of both sides.
    """

    axis: int
    before: Word
    after: Word
    one: Interval
    other: Interval
    at: tuple[Word, ...] | None

    @property
    def height(self) -> float:
        """How far the nearer bounds lie apart, or the farther ones where the intervals touch."""
        return max(abs(self.one.low - self.other.low), abs(self.one.high - self.other.high))


@dataclass(frozen=True, slots=True)
class Surface:
    """How one principle, or the whole, answers to the designs."""

    name: str
    title: str
    meets: int
    may_meet: int
    counted: int
    lowest: float
    highest: float
    cliffs: tuple[Cliff, ...]

    @property
    def is_flat(self) -> bool:
        """Whether no design moves it."""
        return not self.cliffs


@dataclass(frozen=True, slots=True)
class Sweep:
    """The designs and the surfaces, under one lens; `meets` is the score from which a principle is met."""

    template: Template
    proposal: str
    lens: LoadedLens
    designs: tuple[Design, ...]
    surfaces: tuple[Surface, ...]

    @property
    def meets(self) -> float:
        """The score from which on a principle counts as met."""
        return self.lens.bands.meets


def sweep(loaded: LoadedTemplate, lens: LoadedLens) -> Sweep:
    """Judge every design with the plain evaluator, each from what differs from the proposal as it stands."""
    template = loaded.template
    variants = Variants(WhatIf(lens), loaded.proposal.proposal)
    designs = tuple(_judged(variants, template.axes, values) for values in _designs(template))
    titles = {compiled.principle.id: compiled.principle.name for compiled in lens.criteria}
    surfaces = tuple(
        _surface(name, title, designs, template, lens.bands.meets)
        for name, title in ((OVERALL, "All principles"), *titles.items())
    )
    return Sweep(template, loaded.proposal.proposal.id, lens, designs, surfaces)


def _designs(template: Template) -> Iterator[tuple[Word, ...]]:
    if template.method == "grid":
        yield from itertools.product(*(axis.grid for axis in template.axes))
        return
    # Each axis is cut into as many slices as there are designs; each design takes one slice of each.
    chance = random.Random(template.seed)  # noqa: S311
    size = template.size
    columns = []
    for axis in template.axes:
        slices = list(range(size))
        chance.shuffle(slices)
        columns.append([axis.at((slice_ + chance.random()) / size) for slice_ in slices])
    yield from zip(*columns, strict=True)


def _judged(variants: Variants, axes: Sequence[Axis], values: tuple[Word, ...]) -> Design:
    changes: dict[str, dict[str, Any] | None] = {}
    for axis, value in zip(axes, values, strict=True):
        if axis.field is None:
            if value == "struck":
                changes[axis.provision] = None
            continue
        fields = changes.setdefault(axis.provision, {})
        if fields is not None:
            fields[axis.field] = value
    try:
        return Design(values, variants.judge(changes, (), {}))
    except ProposalError as error:
        return Design(values, None, error.faults[0].message)


def _surface(name: str, title: str, designs: Sequence[Design], template: Template, meets: float) -> Surface:
    found = [(design, interval) for design in designs if (interval := design.interval(name)) is not None]
    vetoed = {id(design) for design in designs if name == OVERALL and design.judgement and _is_vetoed(design.judgement)}
    cliffs = _grid_cliffs(found, template) if template.method == "grid" else _cloud_cliffs(found, template)
    return Surface(
        name,
        title,
        sum(interval.low >= meets and id(design) not in vetoed for design, interval in found),
        sum(interval.high >= meets and id(design) not in vetoed for design, interval in found),
        len(found),
        min((interval.low for _, interval in found), default=0.0),
        max((interval.high for _, interval in found), default=0.0),
        tuple(cliffs),
    )


def _is_vetoed(judgement: Judgement) -> bool:
    return judgement.verdict.value == "veto"


def _grid_cliffs(found: Sequence[tuple[Design, Interval]], template: Template) -> Iterator[Cliff]:
    """Yield the largest step along each axis, with all other axes held; none where nothing moves."""
    by_values = {_key(design.values): interval for design, interval in found}
    for number, axis in enumerate(template.axes):
        steps = []
        for design, one in found:
            place = _place(axis, design.values[number])
            if place + 1 == len(axis.grid):
                continue
            after = axis.grid[place + 1]
            other = by_values.get(_key((*design.values[:number], after, *design.values[number + 1 :])))
            if other is not None:
                steps.append(Cliff(number, design.values[number], after, one, other, design.values))
        highest = max(steps, key=lambda cliff: cliff.height, default=None)
        if highest is not None and highest.height > 0:
            yield highest


def _key(values: tuple[Word, ...]) -> tuple[tuple[str, Word], ...]:
    """Return values so that 1 and true are not the same."""
    return tuple((type(value).__name__, value) for value in values)


def _place(axis: Axis, value: Word) -> int:
    return next(n for n, known in enumerate(axis.grid) if known == value and type(known) is type(value))


def _cloud_cliffs(found: Sequence[tuple[Design, Interval]], template: Template) -> Iterator[Cliff]:
    """Yield for each axis the cut that parts the designs best: the two sides differ most from their common mean."""
    for number, axis in enumerate(template.axes):
        order = sorted(found, key=lambda pair, n=number, a=axis: _rank(a, pair[0].values[n]))  # type: ignore[misc]
        total = sum(_middle(interval) for _, interval in order)
        best, cut, before = 0.0, 0, 0.0
        for place in range(1, len(order)):
            before += _middle(order[place - 1][1])
            if order[place - 1][0].values[number] == order[place][0].values[number]:
                continue
            left, right = before / place, (total - before) / (len(order) - place)
            gain = place * (len(order) - place) / len(order) * (left - right) ** 2
            if gain > best + 1e-9:
                best, cut = gain, place
        if cut:
            one, other = (_mean([interval for _, interval in side]) for side in (order[:cut], order[cut:]))
            yield Cliff(number, order[cut - 1][0].values[number], order[cut][0].values[number], one, other, None)


def _rank(axis: Axis, value: Word) -> float:
    """Return where a value lies on its axis."""
    return float(value) if axis.low is not None else float(_place(axis, value))


def _middle(interval: Interval) -> float:
    return (interval.low + interval.high) / 2


def _mean(intervals: Sequence[Interval]) -> Interval:
    count = len(intervals)
    return Interval(sum(i.low for i in intervals) / count, sum(i.high for i in intervals) / count)
