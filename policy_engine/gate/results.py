"""What a gate found; frozen, and fit for every report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from policy_engine.results import Interval, Location, Outcome

WaiverState = Literal["applied", "expired", "unused", "ambiguous"]
ChangeState = Literal["new", "fixed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Check:
    """One threshold on one proposal: what was asked, what was found, and what would change it.

    `threshold` is the key of the configuration (`lowest_score`, `principles.VAC`, `most.blocker`, …). `required` and
    `value` are points, percent or counts; `value` is None where there is nothing to measure. `proposal` is empty for a
    check on the whole run.
    """

    proposal: str
    threshold: str
    required: float
    value: float | None
    holds: bool
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """One waiver of the file, and whether it applied; `proposals` and `findings` are what it covers."""

    criterion: str
    finding: str
    proposals: tuple[str, ...]
    reason: str
    approver: str
    expires: str
    state: WaiverState
    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class Change:
    """A finding against the baseline: its outcome then and now, and whether that is new, fixed or unchanged."""

    criterion: str
    before: Outcome | None
    after: Outcome | None
    state: ChangeState
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One proposal at the gate.

    `waived` names the criteria whose findings a waiver counts as satisfied; `score_with_waivers` is the overall score
    then. `changes` and `baseline_low` are None where there is no baseline for the proposal; `no_baseline` says why.
    """

    proposal: str
    file: str
    waived: tuple[str, ...]
    score: Interval
    score_with_waivers: Interval
    changes: tuple[Change, ...] | None
    no_baseline: str
    baseline_low: float | None

    def count(self, state: ChangeState) -> int:
        """Return how many findings are new, fixed or unchanged against the baseline."""
        return sum(change.state == state for change in self.changes or ())


@dataclass(frozen=True, slots=True)
class GateResult:
    """The gate's answer; `passed` is None where no threshold was set, so that there was nothing to pass.

    `as_of` is the date given for waivers, empty without them. `thresholds` holds what was asked, key by key.
    `files` are the waiver file and the baseline file that were read, `digests` their SHA-256.
    """

    mode: Literal["observe", "enforce"]
    passed: bool | None
    as_of: str
    thresholds: Mapping[str, float | bool]
    checks: tuple[Check, ...]
    standings: tuple[Standing, ...]
    waivers: tuple[WaiverUse, ...]
    notes: tuple[str, ...]
    files: Mapping[str, str]
    digests: Mapping[str, str]

    @property
    def fails_the_run(self) -> bool:
        """Tell whether the exit code must say that the gate failed."""
        return self.passed is False and self.mode == "enforce"

    def standing(self, proposal: str) -> Standing:
        """Return the standing of a proposal by its id."""
        return next(standing for standing in self.standings if standing.proposal == proposal)
