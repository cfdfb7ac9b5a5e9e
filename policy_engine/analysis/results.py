"""What a comparison and a sensitivity analysis consist of; plain data, shares and points from 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policy_engine.errors import Fault
from policy_engine.results import Interval, LensSummary, ProposalSummary, Verdict

Aggregation = Literal["arithmetic", "geometric", "both"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the draws in per cent, with the half-width of its 95 % Monte Carlo bound in percentage points."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class WeightRange:
    """A principle whose weight is drawn evenly between two ends, on the scale of the lens's weights."""

    principle: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Method:
    """How the draws were made. `weights` empty: all weightings are equally likely (uniform Dirichlet).

    `least_decided`: texts of which a smaller share (in per cent) is decided take no part.
    """

    draws: int
    seed: int
    aggregation: Aggregation
    weights: tuple[WeightRange, ...]
    most_completions: int
    least_decided: float = 0.0


@dataclass(frozen=True, slots=True)
class Completions:
    """How the unknown facts of a proposal were completed.

    `complete`: nothing that is asked is unknown. `exhaustive`: every completion was evaluated. `sampled`: `count`
    were drawn. `left_open` are criteria that stayed unknown after completion, and were drawn as outcomes.
    """

    kind: Literal["complete", "exhaustive", "sampled"]
    count: int
    facts: int
    topics: int
    contested: tuple[str, ...]
    left_open: tuple[str, ...]
    contradictory: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One proposal in its class. `ranks[0]` is the share of draws in which it came first; ties share their ranks."""

    proposal: ProposalSummary
    verdict: Verdict
    score: Interval
    coverage: float
    enough_facts: bool
    completions: Completions
    vetoed: Share
    unscored: Share
    ranks: tuple[Share, ...]
    mean_rank: float | None
    first_arithmetic: Share | None
    first_geometric: Share | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two proposals of a class, by file.

    `dominant` is the file whose whole interval lies at or above the other's, under the weights of the lens. `basis`
    says what supports that one is never below the other: the intervals of every principle (so whatever the weights
    are), or only that no draw showed otherwise.
    """

    first: str
    second: str
    first_above: Share
    second_above: Share
    tied: Share
    dominant: str | None
    always: str | None
    basis: Literal["every_principle", "draws"] | None


@dataclass(frozen=True, slots=True)
class ClassComparison:
    """The proposals of one scope class, those with enough facts first; nothing is compared across classes."""

    scope_class: str
    standings: tuple[Standing, ...]
    pairs: tuple[Pair, ...]
    left_out: tuple[ProposalSummary, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison under one lens."""

    lens: LensSummary
    lens_digest: str
    rules_digest: str
    method: Method
    classes: tuple[ClassComparison, ...]
    failures: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The verdict on one proposal under one lens."""

    lens: str
    verdict: Verdict
    score: Interval


@dataclass(frozen=True, slots=True)
class PrincipleView:
    """A principle that several lenses ask, where their bands differ on one proposal."""

    principle: str
    bands: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One proposal under several lenses. `agreement` counts only lenses that reach a verdict.

    `all_agree`: at least two do, with the same verdict. `one_dissents`: all but one, at least two, have the same.
    `split`: otherwise. `too_few`: fewer than two lenses reach a verdict.
    """

    proposal: ProposalSummary
    views: tuple[View, ...]
    agreement: Literal["all_agree", "one_dissents", "split", "too_few"]
    dissents: str | None
    decided: int
    principles: tuple[PrincipleView, ...]


@dataclass(frozen=True, slots=True)
class AgreementMap:
    """Several proposals under several lenses; verdicts are set side by side, numbers never."""

    lenses: tuple[LensSummary, ...]
    related: tuple[tuple[str, str], ...]
    rows: tuple[Agreement, ...]
    failures: tuple[Fault, ...]
