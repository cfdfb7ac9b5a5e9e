"""Provisions on testing, safeguards, security and assessment."""

from __future__ import annotations

from typing import Literal

from policy_engine.proposals.base import Duty
from policy_engine.proposals.vocabulary import Flag, Number, Risk, Silence, lists, requires, says


class Evaluation(Duty):
    """A duty to have a model, or compliance, examined."""

    matter = "evaluation"
    type: Literal["evaluation"]
    of: Literal["model_capability", "safeguards", "compliance", "security", "impact"] | Silence | None = says(
        "What is examined."
    )
    verifier: Literal["developer", "third_party", "government", "embedded_evaluator"] | Silence | None = says(
        "Who examines."
    )
    when: Literal["before_training", "before_deployment", "periodic", "on_request", "after_incident"] | (
        Silence | None
    ) = says("Its moment.")
    interval_months: Number = says("Months between periodic examinations.")
    verifier_independent: Flag = says("The verifier may have no financial interest.")
    verifier_licensed: Flag = says("The verifier is licensed or accredited.")
    results_published: Flag = says("Results, or a summary, are public.")
    names_specific_tests: Flag = says("The text itself fixes particular tests or benchmarks.")
    risks: tuple[Risk, ...] | None = lists("Risks examined.")


class WeightSecurity(Duty):
    """A duty to protect model weights."""

    matter = "security"
    type: Literal["weight_security"]
    standard: Literal["named_level", "reasonable", "developer_chosen"] | Silence | None = says("What it is held to.")
    before_training: Flag = says("In place before training begins.")


class Safeguard(Duty):
    """A duty to keep a technical or organisational safeguard."""

    matter = "security"
    type: Literal["safeguard"]
    kind: Literal[
        "shutdown_capability",
        "reasonable_care",
        "output_classifiers",
        "access_control",
        "age_verification",
        "crisis_protocol",
        "risk_management",
        "record_keeping",
        "officer",
        "human_oversight",
        "wind_down_plan",
        "other",
    ] = requires("Which safeguard.")
    before_training: Flag = says("A precondition of training.")


class KnowYourCustomer(Duty):
    """A duty on sellers of compute or chips to identify customers."""

    matter = "security"
    type: Literal["know_your_customer"]
    foreign_customers_only: Flag = says("Only foreign customers are identified.")


class ImpactAssessment(Duty):
    """A duty to assess effects, on a system or of the law itself."""

    matter = "evaluation"
    type: Literal["impact_assessment"]
    of: Literal["system", "law_costs", "competition", "employment", "fundamental_rights"] | Silence | None = says(
        "What is assessed."
    )
    by: Literal["developer", "deployer", "agency", "independent"] | Silence | None = says("Who assesses.")
    interval_months: Number = says("Months between two assessments.")
    published: Flag = says("It is public.")
    cost_per_firm_usd: Number = says("Estimated cost per covered firm, if the text or its annex states one.")
    cost_share_of_revenue_percent: Number = says("The same for the smallest covered firm, as per cent of its revenue.")
    gross_margin_cut_points: Number = says("Estimated cut in inference gross margin, in percentage points.")
    by_size_class: Flag = says("Costs are shown by size of firm.")
    alternatives_compared: Number = says("How many alternatives to the law were compared.")
    distribution_assessed: Flag = says("Who gains and who loses is shown.")
