"""Provisions through which the gains of AI reach people."""

from __future__ import annotations

from typing import Literal

from policy_engine.proposals.base import Provision
from policy_engine.proposals.vocabulary import Flag, Number, Silence, Text, lists, says


class Sandbox(Provision):
    """Supervised relief from rules, for a time."""

    type: Literal["sandbox"]
    grants_relief: Flag = says("Rules are waived; false for a mere test bed.")
    maximum_months: Number = says("Longest stay.")
    decision_days: Number = says("Days in which an application must be decided.")
    default_on_inaction: Literal["deemed_approved", "escalates", "deemed_denied"] | Silence | None = says(
        "What silence means."
    )
    results_published: Flag = says("What was learned is public.")


class BenefitPathway(Provision):
    """A change to an approval or service regime for AI-enabled benefits."""

    type: Literal["benefit_pathway"]
    domain: (
        Literal["drugs", "devices", "health_care", "energy", "infrastructure", "laboratories", "education", "other"]
        | Silence
        | None
    ) = says("The field; infrastructure for permits of data centres, grids and power.")
    sets_evidence_standard: Flag = says("Says what evidence from AI methods is accepted.")
    opens_route: Flag = says("Opens a route to market or service that did not exist.")
    adds_capacity: Flag = says("Adds staff or money for the approving body.")
    decision_days: Number = says("Days in which an application must be decided.")
    review_clock: Literal["shorter", "same", "longer"] | Silence | None = says(
        "Time to decide, compared with the law that it changes."
    )
    adds_approval_layers: Number = says("Approvals needed in sequence.")
    adaptive_approval: Flag = says("Provisional or adaptive approval is open.")
    keeps_safety_standard: Flag = says("The standard of safety and effect is kept; false when it is lowered.")
    post_market_monitoring: Flag = says("What is approved is watched afterwards.")
    mutual_recognition: Flag = says("Foreign or sister approvals count.")
    description: Text = says("The change, in the coder's words.")


class BenefitSharing(Provision):
    """Money, access or measures that spread the gains."""

    type: Literal["benefit_sharing"]
    beneficiaries: (
        tuple[
            Literal["poorer_countries", "workers", "regions", "patients", "researchers", "small_firms", "public"], ...
        ]
        | None
    ) = lists("Who gains.")
    means: (
        Literal[
            "access", "funding", "training", "compute", "licensing", "measurement", "transition_support", "transfer"
        ]
        | Silence
        | None
    ) = says("How; transition_support for workers between jobs, transfer for money to persons.")
    amount_usd: Number = says("Money attached.")
    operative: Flag = says("In force without a later appropriation or enactment.")
