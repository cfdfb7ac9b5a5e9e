"""The model of a lens: a named selection of rule sets with weights, a date and overrides."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from policy_engine.proposals.base import Strict
from policy_engine.rules.model import Condition, CriterionId, Name, Paragraph, Sentence, Severity


class CriterionOverride(Strict):
    """What a lens changes in a criterion."""

    severity: Severity | None = None
    applies_when: Condition | Literal["always"] | None = None
    satisfied_when: Condition | Literal["always"] | None = None
    violated_when: Condition | Literal["never"] | None = None
    reason: Paragraph


class ParameterOverride(Strict):
    """Another value for a parameter."""

    value: float
    reason: Paragraph


class Bands(Strict):
    """Where the verdict bands begin, on the score from 0 to 100."""

    meets: float = 70.0
    mixed: float = 40.0


class Lens(Strict):
    """A named selection of rule sets with weights, a date and overrides."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Sentence
    as_of: datetime.date
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    author: Sentence
    description: Paragraph
    extends: str | None = None
    rule_sets: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    weights: dict[str, float] = Field(default_factory=dict, description="Weight of each principle; 1 if left out.")
    exclude: Annotated[tuple[CriterionId, ...], Field(strict=False)] = ()
    include: Annotated[tuple[CriterionId, ...], Field(strict=False)] = ()
    overrides: dict[str, CriterionOverride] = Field(default_factory=dict)
    parameters: dict[str, ParameterOverride] = Field(default_factory=dict)
    bands: Bands | None = None
