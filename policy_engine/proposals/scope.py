"""Provisions that decide who and what is covered."""

from __future__ import annotations

from typing import Final, Literal

from policy_engine.proposals.base import Provision
from policy_engine.proposals.vocabulary import (
    BeneficialUse,
    Flag,
    Number,
    Operations,
    Persons,
    Silence,
    Text,
    lists,
    requires,
    says,
)

AMOUNTS: Final = (
    "training_compute_flop",
    "training_cost_usd",
    "annual_revenue_usd",
    "research_spend_usd",
    "users",
    "employees",
    "inference_compute_flop",
)
"""What a coverage threshold can measure: the fields of its amounts."""


class CoverageThreshold(Provision):
    """A test that decides whether a person or model is covered; conditions in one provision must all hold."""

    type: Literal["coverage_threshold"]
    of: Literal["model", "developer", "cluster", "product"] | Silence | None = says("What is tested.")
    persons: tuple[Persons, ...] | None = lists("The class that it defines.")
    training_compute_flop: Operations = says("Training compute, in operations.")
    counts_fine_tuning: Flag = says("Fine-tuning counts towards it.")
    counts_reinforcement_learning: Flag = says("Reinforcement learning counts.")
    counts_synthetic_data: Flag = says("Making synthetic data counts.")
    counts_distillation: Flag = says("Distilled models are reached.")
    training_cost_usd: Number = says("Cost of training one model.")
    annual_revenue_usd: Number = says("Annual revenue of the developer and its affiliates.")
    research_spend_usd: Number = says("Spending on research and development or compute.")
    users: Number = says("Number of users.")
    employees: Number = says("Number of employees.")
    inference_compute_flop: Operations = says("Compute spent on serving, in operations a year.")
    capability_route: Flag = says("A capability evaluation can bring a model in.")
    advance_ruling: Flag = says("A developer can ask beforehand whether it is covered.")
    checkable_from_records: Flag = says("Regulator or independent auditor can check it from records the law requires.")


Event = Literal[
    "weapons_assistance",
    "autonomous_crime",
    "loss_of_control",
    "weight_access",
    "realised_risk",
    "deception",
    "other",
]


class Definition(Provision):
    """What a core term of the text means; who and what is covered stands in coverage thresholds."""

    type: Literal["definition"]
    term: Literal["catastrophic_risk", "critical_safety_incident"] = requires(
        "Which term, whatever the text calls it: the harm that the duties are about, or the event to be reported."
    )
    casualties: Number = says("Deaths or serious injuries from which on the harm counts.")
    damage_usd: Number = says("Damage to property from which on the harm counts.")
    events: tuple[Event, ...] | None = lists("Ways in which the harm comes about, or kinds of event to be reported.")
    events_that_need_harm: tuple[Event, ...] | None = lists("Those of them that count only if somebody was hurt.")


class ThresholdUpdate(Provision):
    """A power to change thresholds or definitions."""

    type: Literal["threshold_update"]
    held_by: Literal["agency", "legislature_on_recommendation", "legislature"] | Silence | None = says(
        "Who changes them."
    )
    direction: Literal["both", "raise_only", "lower_only"] | Silence | None = says("Which way.")
    needs_new_statute: Flag = says("Takes effect only by a further enactment.")
    interval_months: Number = says("Months between mandatory reviews; not_addressed when no interval is set.")


class Exemption(Provision):
    """An exception from duties or prohibitions."""

    type: Literal["exemption"]
    persons: tuple[
        Literal["small_developers", "academics", "open_source", "government", "nonprofits", "other"], ...
    ] | (None) = lists("Who is exempt.")
    uses: tuple[BeneficialUse, ...] | None = lists("Beneficial uses that are excepted.")
    relief_from: Literal["all", "restrictions", "some_duties"] | Silence | None = says("From what.")
    below_revenue_usd: Number = says("Revenue under which one is exempt.")
    below_employees: Number = says("Number of employees under which one is exempt.")
    description: Text = says("The exception in the coder's words.")


class RiskTier(Provision):
    """A class of systems or uses that the text treats by its risk."""

    type: Literal["risk_tier"]
    tier: Literal["prohibited", "high", "systemic", "limited", "minimal"] = requires("Which class.")
    closed_list: Flag = says("What belongs to it is a closed list.")
    updatable_by_rule: Flag = says("The list can be changed without a new statute.")
    description: Text = says("What belongs to it, in the coder's words.")
