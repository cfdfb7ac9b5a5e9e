"""What a sensitivity analysis of one proposal consists of; plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policy_engine.results import Interval, LensSummary, ProposalSummary, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Effect:
    """The score and the verdict after a change."""

    score: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What comes out without one criterion."""

    criterion: str
    title: str
    severity: Severity
    outcome: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Changed:
    """A criterion whose outcome changes."""

    criterion: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CutoffEnd:
    """One end of a cut-off's range, with what comes out there."""

    value: float
    effect: Effect
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class CutoffEffect:
    """One cut-off at both ends. `basis`: the rule set declares the range, or it was asked for as a factor."""

    parameter: str
    unit: str
    value: float
    origin: Literal["sourced", "chosen"]
    basis: Literal["declared", "factor"]
    reason: str
    low: CutoffEnd
    high: CutoffEnd


@dataclass(frozen=True, slots=True)
class WeightFlip:
    """The nearest weights of one principle, below and above its own, at which the verdict is another one."""

    principle: str
    name: str
    weight: float
    lower: float | None
    lower_verdict: Verdict | None
    higher: float | None
    higher_verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class FactValue:
    """One value of an unknown fact, all others left unknown, with what comes out."""

    value: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class FactEffect:
    """An unknown fact of a provision or statement, one value for each group that the rules treat alike."""

    fact: str
    contested: bool
    values: tuple[FactValue, ...]


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """The share of variance that an input explains alone (first) and with all others (total), with 95 % bounds."""

    input: str
    first: float
    first_error: float
    total: float
    total_error: float


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """Sobol indices of one output; none where it does not vary."""

    output: Literal["score", "band"]
    indices: tuple[SobolIndex, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What moves the verdict on one proposal under one lens. `fixed_cutoffs` have no range, so were not moved."""

    proposal: ProposalSummary
    lens: LensSummary
    lens_digest: str
    rules_digest: str
    base: Effect
    coverage: float
    criteria: tuple[LeftOut, ...]
    cutoffs: tuple[CutoffEffect, ...]
    fixed_cutoffs: tuple[str, ...]
    weights: tuple[WeightFlip, ...]
    facts: tuple[FactEffect, ...]
    topics: tuple[str, ...]
    sobol: tuple[SobolIndices, ...]
