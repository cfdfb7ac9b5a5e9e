"""Provisions on government itself: its use of AI, its bodies, their limits and money."""

from __future__ import annotations

from typing import Literal

from policy_engine.proposals.base import Provision
from policy_engine.proposals.vocabulary import Flag, Number, Silence, Text, lists, requires, says


class GovernmentUse(Provision):
    """A provision whose purpose is government's own use of AI."""

    type: Literal["government_use"]
    effect: Literal["funds", "directs", "limits", "inventories"] | Silence | None = says("What it does.")
    purpose: Text = says("Which use.")
    bars: (
        tuple[
            Literal[
                "mass_surveillance",
                "mass_propaganda",
                "autonomous_weapons",
                "nuclear_launch",
                "social_scoring",
                "biometric_identification",
                "predictive_policing",
            ],
            ...,
        ]
        | None
    ) = lists("Uses that are barred or bounded.")
    bulk_data_needs_court: Flag = says("Bulk collection or purchase of personal data needs a court order.")
    adverse_action_rights: tuple[Literal["notice", "appeal", "ai_assistance"], ...] | None = lists(
        "Rights of people who face adverse action."
    )
    inventory_published: Flag = says("Government's uses are published.")


class Institution(Provision):
    """A body that is set up or empowered."""

    type: Literal["institution"]
    new: Flag = says("Newly created.")
    role: (
        Literal["regulator", "advisory", "research", "evaluation", "coordination", "market_surveillance"]
        | Silence
        | None
    ) = says("What it does.")
    powers_over_private_parties: Flag = says("It can bind private parties in AI matters.")
    extends_grounds_by_rule: Flag = says(
        "By rule it may add duties or grounds that the text does not set; to fill in, or move a threshold, is not that."
    )
    shares_evidence_between_states: Flag = says("It passes what one state learned to the others.")
    name: Text = says("Its name.")


class RegulatorLimit(Provision):
    """A bound on the regulator's own power."""

    type: Literal["regulator_limit"]
    kind: Literal["listed_grounds", "equal_treatment", "time_limit", "conflict_of_interest", "confidentiality"] = (
        requires("Which bound.")
    )
    extent: Literal["whole_text", "one_programme"] | Silence | None = says("How far it reaches.")
    cause_of_action: Flag = says("Those wronged can sue.")


class Appropriation(Provision):
    """Money."""

    type: Literal["appropriation"]
    amount_usd: Number = says("The amount.")
    mode: Literal["appropriated", "authorised", "awaits_appropriation"] | Silence | None = says("How firm it is.")
    purpose: (
        Literal[
            "government_information_technology",
            "regulator",
            "research",
            "public_compute",
            "workforce",
            "benefits",
            "export_enforcement",
            "other",
        ]
        | Silence
        | None
    ) = says("For what.")
    open_results: Flag = says("What it pays for must be openly available.")


class Study(Provision):
    """A study or plan that binds nobody."""

    type: Literal["study"]
    topic: (
        Literal[
            "labour_effects",
            "distribution_of_gains",
            "law_costs",
            "competition",
            "preemption",
            "catastrophic_risk",
            "advanced_capabilities",
            "existing_law",
            "other",
        ]
        | Silence
        | None
    ) = says("What it is about.")
    about: Text = says("Its question, in the coder's words.")
    by: Text = says("Who makes it.")
    due_days: Number = says("Days from enactment until it is due.")
    published: Flag = says("It is public.")


class Guidance(Provision):
    """A duty of an authority to explain the law, or to help people to keep it."""

    type: Literal["guidance"]
    by: Literal["agency", "attorney_general", "standards_body"] | Silence | None = says("Who gives it.")
    plain_language: Flag = says("It must be readable without a lawyer.")
    for_small_firms: Flag = says("It is meant for small firms.")
    mandatory: Flag = says("The authority must give it.")
    due_days: Number = says("Days from enactment until it is due.")


class Consultation(Provision):
    """A duty to hear those concerned before something is decided."""

    type: Literal["consultation"]
    before: Literal["rules", "thresholds", "plan", "standards", "review"] | Silence | None = says("Before what.")
    open_to_all: Flag = says("Anyone may speak, not only those invited.")
    minimum_days: Number = says("Days that it must last; not_addressed when no time is set.")
