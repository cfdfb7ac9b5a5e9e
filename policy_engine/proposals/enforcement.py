"""Provisions on sanctions, liability and protection from it."""

from __future__ import annotations

from typing import Literal

from policy_engine.proposals.base import Duty, Provision, Sanction
from policy_engine.proposals.vocabulary import Flag, Number, Silence, Text, lists, says


class Penalty(Sanction):
    """A fine or punishment."""

    type: Literal["penalty"]
    kind: Literal["civil", "criminal", "administrative"] | Silence | None = says("Its kind.")
    maximum_usd: Number = says("Highest amount for one breach.")
    per_day: Flag = says("The amount runs per day.")
    share_of_revenue_percent: Number = says("Ceiling as per cent of revenue.")
    share_of_training_cost_percent: Number = says("Ceiling as per cent of the cost of training compute.")
    uncapped: Flag = says("A floor without a ceiling, or no limit.")
    prison_years: Number = says("Longest imprisonment.")
    cure_days: Number = says("Days to cure before it falls due.")


class Liability(Sanction):
    """Civil liability or a right of action."""

    type: Literal["liability"]
    private_action: Flag = says("Private persons may sue.")
    damages: Literal["actual", "statutory", "punitive", "none"] | Silence | None = says("Widest damages open.")
    statutory_damages_usd: Number = says("Fixed damages for one breach.")
    capped: Flag = says("Total exposure is capped.")


class IndividualRight(Duty):
    """What a person whom AI affects can demand."""

    type: Literal["individual_right"]
    rights: (
        tuple[Literal["notice", "explanation", "correction", "opt_out", "human_review", "appeal", "data_deletion"], ...]
        | None
    ) = lists("Which rights.")
    holders: tuple[Literal["consumers", "workers", "patients", "minors", "applicants", "anyone"], ...] | None = lists(
        "Who has them."
    )


class SafeHarbour(Provision):
    """Protection from liability or penalty."""

    type: Literal["safe_harbour"]
    protects: (
        tuple[
            Literal[
                "good_faith_research",
                "red_teaming",
                "sharing_threat_information",
                "standard_followers",
                "evaluators",
                "professional_users",
                "open_weights",
            ],
            ...,
        ]
        | None
    ) = lists("Whom or what.")
    relief_from: Literal["liability", "penalty", "antitrust", "copyright"] | Silence | None = says("From what.")
    conditions: Text = says("What must be done to have it.")
