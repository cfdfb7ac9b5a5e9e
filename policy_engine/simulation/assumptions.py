"""What sampled futures assume: growth of ability, and how long detection, rules and decisions take."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import Field, model_validator

from policy_engine.errors import SourceError
from policy_engine.proposals.base import Identifier, Strict
from policy_engine.proposals.model import Words
from policy_engine.proposals.vocabulary import Danger
from policy_engine.runs.scenario import Actor
from policy_engine.source import load_document
from policy_engine.validation import validated

Positive = Annotated[float, Field(gt=0, le=36500)]


class Spread(Strict):
    """A log-normal number of days, by its median and the value that nine in ten stay below."""

    median: Positive
    ninth_decile: Positive

    @model_validator(mode="after")
    def _in_order(self) -> Spread:
        if self.ninth_decile < self.median:
            raise ValueError("`ninth_decile` is below `median`")
        return self


class Assumptions(Strict):
    """The distributions, and the one risk that they are about."""

    id: Identifier = "default"
    title: Words = "Fast, but not instant"
    enacted: datetime.date = Field(
        default=datetime.date(2027, 1, 1), description="First day; enactment if not enacted."
    )
    horizon_years: Annotated[float, Field(gt=0, le=50)] = 8
    risk: Danger = "biological"
    actor: Actor = Actor(
        training_compute_flop=1e27, training_cost_usd=5e8, annual_revenue_usd=6e9, research_spend_usd=1.2e10
    )
    doublings: Annotated[float, Field(ge=0, le=100)] = Field(
        default=3, description="Doublings of ability between the first day and the risk."
    )
    doubling_days: Spread = Spread(median=210, ninth_decile=365)
    detection_days: Spread = Field(
        default=Spread(median=60, ninth_decile=240), description="From the risk to evidence that the authority has."
    )
    rule_delay_days: Spread = Field(
        default=Spread(median=180, ninth_decile=900), description="By which rules with a day are late."
    )
    decision_days: Spread = Field(
        default=Spread(median=60, ninth_decile=270), description="From the evidence to a decision, where one is needed."
    )


def load_assumptions(file: str | None) -> Assumptions:
    """Read a file of assumptions, or return those of the tool."""
    if file is None:
        return Assumptions()
    return validated(Assumptions, load_document(file), SourceError)
