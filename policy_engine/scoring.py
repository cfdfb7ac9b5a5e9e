"""Outcomes become scores, coverage and a verdict; the arithmetic of the assessment, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from policy_engine.errors import Fault, RuleError
from policy_engine.operators import Truth
from policy_engine.program import CompiledCriterion
from policy_engine.results import SEVERITY_WEIGHTS, Finding, Interval, Outcome, PrincipleScore, Severity, Verdict

FEWEST_CRITERIA: Final = 3
LEAST_COVERAGE: Final = 0.5
FULL: Final = 100.0
_NONE: Final[Mapping[str, Outcome]] = {}


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with its outcome; `may_violate` tells whether a completion of an unknown one can violate it."""

    criterion: str
    kind: Literal["duty", "guard"]
    severity: Severity
    outcome: Outcome
    may_violate: bool

    @property
    def weight(self) -> float:
        """The weight that its severity gives."""
        return SEVERITY_WEIGHTS[self.severity]


def judge(compiled: CompiledCriterion, truths: Sequence[int]) -> Judged:
    """Return the outcome of a criterion; raises RuleError when it is both satisfied and violated."""
    criterion = compiled.criterion
    applies, satisfied, violated = truths[compiled.applies], truths[compiled.satisfied], truths[compiled.violated]
    return _judged(criterion.id, criterion.kind, criterion.severity, applies, satisfied, violated)


@lru_cache(maxsize=10_000)
def _judged(
    name: str, kind: Literal["duty", "guard"], severity: Severity, applies: int, satisfied: int, violated: int
) -> Judged:
    if applies == satisfied == violated == Truth.TRUE:
        message = f"{name} is both satisfied and violated on the same proposal"
        raise RuleError(Fault(message, hint="make satisfied_when and violated_when exclude each other"))
    return Judged(name, kind, severity, outcome_of(kind, applies, satisfied, violated), violated != Truth.FALSE)


def outcome_of(kind: str, applies: int, satisfied: int, violated: int) -> Outcome:
    """Return the outcome that the truths of the three conditions give."""
    if applies != Truth.TRUE:
        return Outcome.NOT_APPLICABLE if applies == Truth.FALSE else Outcome.UNKNOWN
    if satisfied == Truth.TRUE:
        return Outcome.SATISFIED
    if violated == Truth.TRUE:
        return Outcome.VIOLATED
    if kind == "guard" and violated == Truth.FALSE:
        return Outcome.SATISFIED
    if Truth.UNKNOWN in {satisfied, violated}:
        return Outcome.UNKNOWN
    return Outcome.PARTIAL


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums behind one principle's interval: credit and weight, with unknowns failing and with unknowns passing."""

    low_credit: float
    low_weight: float
    high_credit: float
    high_weight: float
    decided_weight: float
    applicable_weight: float
    applicable: int

    @property
    def low(self) -> float | None:
        """Lower bound, or None when nothing counts."""
        return FULL * self.low_credit / self.low_weight if self.low_weight else None

    @property
    def high(self) -> float | None:
        """Upper bound, or None when nothing counts."""
        return FULL * self.high_credit / self.high_weight if self.high_weight else None

    @property
    def interval(self) -> Interval | None:
        """The interval, or None when nothing counts."""
        low, high = self.low, self.high
        return None if low is None and high is None else Interval(low or 0.0, FULL if high is None else high)

    @property
    def coverage(self) -> float:
        """Share of the applicable weight that is decided; 1 when nothing applies."""
        return self.decided_weight / self.applicable_weight if self.applicable_weight else 1.0

    @property
    def enough_facts(self) -> bool:
        """Tell whether three criteria apply and half of their weight is decided."""
        return self.applicable >= FEWEST_CRITERIA and self.coverage >= LEAST_COVERAGE


_CREDIT: Final = {Outcome.SATISFIED: 1.0, Outcome.PARTIAL: 0.5, Outcome.VIOLATED: 0.0}


def tally(judged: Iterable[Judged]) -> Tally:
    """Sum the criteria of one principle.

    Duties count when applicable, guards only when violated. An unknown duty counts nothing in the low and full in
    the high bound; an unknown guard counts as violated in the low bound and not at all in the high one.
    """
    low_credit = low_weight = high_credit = high_weight = decided = applicable = 0.0
    count = 0
    for item in judged:
        outcome = item.outcome
        if outcome is Outcome.NOT_APPLICABLE:
            continue
        weight = SEVERITY_WEIGHTS[item.severity]
        count += 1
        applicable += weight
        if outcome is Outcome.UNKNOWN:
            low_weight += weight
            if item.kind == "duty":
                high_weight += weight
                high_credit += weight
            continue
        decided += weight
        if item.kind == "guard" and outcome is Outcome.SATISFIED:
            continue
        credit = _CREDIT[outcome] * weight
        low_weight += weight
        low_credit += credit
        high_weight += weight
        high_credit += credit
    return Tally(low_credit, low_weight, high_credit, high_weight, decided, applicable, count)


def judged_as_found(finding: Finding, outcomes: Mapping[str, Outcome] = _NONE) -> Judged:
    """Return the criterion of a finding as it was judged, or with the outcome that stands for it in `outcomes`."""
    outcome = outcomes.get(finding.criterion, finding.outcome)
    return Judged(finding.criterion, finding.kind, finding.severity, outcome, finding.may_violate)


def tally_of(principle: PrincipleScore, outcomes: Mapping[str, Outcome] = _NONE) -> Tally:
    """Return the sums of an assessed principle, with the outcomes of some criteria replaced."""
    return tally(judged_as_found(finding, outcomes) for finding in principle.findings)


def overall(tallies: Iterable[tuple[float, Tally]]) -> Interval:
    """Return the weighted mean over principles; where nothing counts, everything is open: 0 to 100."""
    pairs = [pair for pair in tallies if pair[0] > 0]
    low = _mean([(weight, t.low) for weight, t in pairs])
    high = _mean([(weight, t.high) for weight, t in pairs])
    return Interval(0.0 if low is None else low, FULL if high is None else high)


def _mean(values: Iterable[tuple[float, float | None]]) -> float | None:
    kept = [(weight, value) for weight, value in values if value is not None]
    total = sum(weight for weight, _ in kept)
    return sum(weight * value for weight, value in kept) / total if kept else None


def verdict_of(judged: Iterable[Judged], score: Interval, *, meets: float, mixed: float) -> Verdict:
    """Return the band that every completion of the unknown facts gives."""
    blockers = [item for item in judged if item.severity == "blocker"]
    if any(item.outcome is Outcome.VIOLATED for item in blockers):
        return Verdict.VETO
    if any(item.outcome is Outcome.UNKNOWN and item.may_violate for item in blockers):
        return Verdict.UNDETERMINED

    def band(value: float) -> Verdict:
        if value >= meets:
            return Verdict.MEETS
        return Verdict.MIXED if value >= mixed else Verdict.DOES_NOT_MEET

    lowest, highest = band(score.low), band(score.high)
    return lowest if lowest is highest else Verdict.UNDETERMINED
