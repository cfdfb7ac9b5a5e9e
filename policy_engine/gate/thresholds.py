"""The thresholds of a gate, as written in configuration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from policy_engine.proposals.base import Strict

Points = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0)]


class MostViolated(Strict):
    """How many violated findings of each severity a proposal may have."""

    blocker: Count | None = None
    major: Count | None = None
    minor: Count | None = None
    info: Count | None = None


class Thresholds(Strict):
    """What every assessed proposal must reach; a key left out sets no threshold.

    `observe` reports what the gate finds and never fails the run; `enforce` fails it.
    """

    mode: Literal["observe", "enforce"] = "enforce"
    lowest_score: Points | None = Field(
        default=None, description="Least overall score, on its low bound: every unknown counts as failing."
    )
    principles: dict[str, Points] = Field(
        default_factory=dict, description="Least score of single principles, on the low bound, by principle id."
    )
    no_veto: bool = Field(
        default=False, description="No blocker is violated, and none that is unknown could turn out to be violated."
    )
    most: MostViolated = Field(
        default_factory=MostViolated, description="Most violated findings of each severity; unknown ones do not count."
    )
    least_coverage_percent: Points | None = Field(
        default=None, description="Least share of what applies, by weight, that is decided."
    )
    no_regression: bool = Field(
        default=False, description="Against the baseline: no new finding, and no lower score on the low bound."
    )
    no_stale_waivers: bool = Field(default=False, description="No waiver is expired, unused or ambiguous.")

    @property
    def sets_any(self) -> bool:
        """Tell whether any threshold is set; a gate with none would pass whatever it is given."""
        numbers = (self.lowest_score, self.least_coverage_percent, *self.principles.values())
        flags = (self.no_veto, self.no_regression, self.no_stale_waivers)
        return any(flags) or bool(self.most_by_severity) or any(number is not None for number in numbers)

    @property
    def most_by_severity(self) -> tuple[tuple[Literal["blocker", "major", "minor", "info"], int], ...]:
        """The severities that have a limit, heaviest first."""
        names: tuple[Literal["blocker", "major", "minor", "info"], ...] = ("blocker", "major", "minor", "info")
        pairs = [(name, getattr(self.most, name)) for name in names]
        return tuple((name, most) for name, most in pairs if most is not None)
