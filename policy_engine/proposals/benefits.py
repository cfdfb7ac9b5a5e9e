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
    default_on_inaction: Literal["deemed_approved", "deemed_denied"] | Silence | None = says("What silence means.")
    results_published: Flag = says("What was learned is public.")


class BenefitPathway(Provision):
    """A change to an approval or service regime for AI-enabled benefits."""

    type: Literal["benefit_pathway"]
    domain: Literal["drugs", "devices", "health_care", "energy", "laboratories", "education", "other"] | (
        Silence | None
    ) = says("The field.")
    sets_evidence_standard: Flag = says("Says what evidence from AI methods is accepted.")
    adds_capacity: Flag = says("Adds staff or money for the approving body.")
    decision_days: Number = says("Days in which an application must be decided.")
    adds_approval_layers: Number = says("Approvals needed in sequence.")
    adaptive_approval: Flag = says("Provisional or adaptive approval is open.")
    keeps_safety_standard: Flag = says("The standard of safety and effect is kept.")
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
    means: Literal["access", "funding", "training", "compute", "licensing", "measurement"] | Silence | None = says(
        "How."
    )
    amount_usd: Number = says("Money attached.")
    funded: Flag = says("Money is in the text, not left to later.")
