"""Provisions by which the public or an authority learns what developers do and know."""

from __future__ import annotations

from typing import Literal

from policy_engine.proposals.base import Duty, Provision
from policy_engine.proposals.vocabulary import Flag, Number, Silence, Text, lists, requires, says


class Disclosure(Duty):
    """A duty to write, file or publish something."""

    matter = "transparency"
    type: Literal["disclosure"]
    kind: Literal[
        "safety_framework",
        "system_card",
        "risk_report",
        "training_data",
        "compliance_statement",
        "notice_to_users",
        "content_label",
        "technical_documentation",
        "other",
    ] = requires("What is disclosed.")
    audience: Literal["public", "authority", "users", "downstream_developers"] | Silence | None = says(
        "Who receives it; public if anyone does."
    )
    must_follow: Flag = says("The developer must also comply with what it wrote.")
    accountable_officer: Flag = says("Names a responsible senior officer.")
    when: Literal["before_training", "before_release", "at_release", "after_release", "periodic", "on_request"] | (
        Silence | None
    ) = says("Its moment.")
    days_after_release: Number = says("Days after release by which it is due, if after release.")
    covers_material_changes: Flag = says("Also due for materially changed models.")
    interval_months: Number = says("Months between two issues of a periodic disclosure.")
    redaction: Literal["unlimited", "listed_grounds", "listed_with_review", "none_allowed"] | Silence | None = says(
        "On what grounds parts may be withheld."
    )
    covers_internal_use: Flag = says("Covers models used inside the developer, not only released ones.")
    names_specific_tests: Flag = says("The text itself fixes particular tests or benchmarks.")


class IncidentReport(Duty):
    """A duty, or an invitation, to report incidents."""

    matter = "incident_reporting"
    type: Literal["incident_report"]
    incident: Literal["critical_safety_incident", "imminent_danger", "any_malfunction", "misuse", "rights_breach"] | (
        Silence | None
    ) = says("What must be reported; imminent_danger is the faster clock beside the ordinary one.")
    deadline_hours: Number = says("Outer limit in hours from discovery.")
    recipient: Text = says("Authority that receives it.")
    includes_near_misses: Flag = says("Near misses count.")
    shared_intake: Flag = says("One intake shared with other authorities.")


class WhistleblowerProtection(Duty):
    """Protection of people who report risks."""

    matter = "whistleblowing"
    type: Literal["whistleblower_protection"]
    protects_employees: Flag = says("Employees are protected from retaliation.")
    protects_contractors: Flag = says("Contractors are protected too.")
    anonymous_channel: Flag = says("An anonymous internal channel is required.")
    remedy: Text = says("Remedy for retaliation.")


class Truthfulness(Duty):
    """A bar on false or misleading statements."""

    matter = "transparency"
    type: Literal["truthfulness"]
    reaches: tuple[Literal["frameworks", "reports", "incidents", "risk_statements", "marketing"], ...] | None = lists(
        "Which statements it reaches."
    )
    repeats_other_law_only: Flag = says("Only repeats what other law already forbids.")
    good_faith_exception: Flag = says("Statements made in good faith are excepted.")


class Registration(Duty):
    """A duty to register or to file facts about the business, which nobody decides on."""

    matter = "registration"
    type: Literal["registration"]
    of: Literal["models", "systems", "developers", "ownership", "algorithms", "compute_clusters"] | Silence | None = (
        says("What is registered.")
    )
    public: Flag = says("The register is public.")


class Finding(Provision):
    """A finding that the text itself records or requires."""

    type: Literal["finding"]
    about: Literal[
        "capability_separable",
        "gap_in_existing_law",
        "risk_has_emerged",
        "costs_and_benefits",
        "distribution_of_gains",
        "adversary_access",
        "problem",
        "need_for_action",
        "legal_basis",
        "level_of_government",
    ] = requires("What is found.")
    result: Flag = says("True when the text finds it to be so.")
    published: Flag = says("The finding is public.")
    author: Text = says("Who makes it.")
