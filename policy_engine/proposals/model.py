"""A proposal: one text of one instrument, with its provisions, statements and the topics that were read."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from policy_engine.proposals.base import Confidence, Identifier, Strict
from policy_engine.proposals.benefits import BenefitPathway, BenefitSharing, Sandbox
from policy_engine.proposals.control import Approval, ContentMandate, EscalationTrigger, Restriction, StopPower
from policy_engine.proposals.enforcement import IndividualRight, Liability, Penalty, SafeHarbour
from policy_engine.proposals.federalism import Deference, Preemption
from policy_engine.proposals.lifecycle import Commencement, Review, Sunset
from policy_engine.proposals.safety import Evaluation, ImpactAssessment, KnowYourCustomer, Safeguard, WeightSecurity
from policy_engine.proposals.scope import CoverageThreshold, Definition, Exemption, RiskTier, ThresholdUpdate
from policy_engine.proposals.state import (
    Appropriation,
    Consultation,
    GovernmentUse,
    Guidance,
    Institution,
    RegulatorLimit,
    Study,
)
from policy_engine.proposals.strategic import ExportControl, InternationalCooperation
from policy_engine.proposals.transparency import (
    Disclosure,
    Finding,
    IncidentReport,
    Registration,
    Truthfulness,
    WhistleblowerProtection,
)
from policy_engine.proposals.vocabulary import Level

AnyProvision = Annotated[
    Approval
    | Appropriation
    | BenefitPathway
    | BenefitSharing
    | Commencement
    | Consultation
    | ContentMandate
    | CoverageThreshold
    | Deference
    | Definition
    | Disclosure
    | EscalationTrigger
    | Evaluation
    | Exemption
    | ExportControl
    | Finding
    | GovernmentUse
    | Guidance
    | ImpactAssessment
    | IncidentReport
    | IndividualRight
    | Institution
    | InternationalCooperation
    | KnowYourCustomer
    | Liability
    | Penalty
    | Preemption
    | Registration
    | RegulatorLimit
    | Restriction
    | Review
    | RiskTier
    | SafeHarbour
    | Safeguard
    | Sandbox
    | StopPower
    | Study
    | Sunset
    | ThresholdUpdate
    | Truthfulness
    | WeightSecurity
    | WhistleblowerProtection,
    Field(discriminator="type"),
]
Topic = Annotated[str, Field(pattern=r"^[a-z_]+$")]
Words = Annotated[str, Field(min_length=1, max_length=300)]
ScopeClass = Literal[
    "frontier_duties",
    "displacement",
    "training_or_use_ban",
    "export",
    "benefit_pipeline",
    "state_use",
    "application_rules",
    "framework",
    "study",
]


class Jurisdiction(Strict):
    """Where the instrument applies."""

    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|EU|INT)$")] = Field(
        description='ISO 3166-1 alpha-2 code, "EU" or "INT".'
    )
    subdivision: Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")] | None = Field(
        default=None, description="ISO 3166-2 code."
    )
    level: Level


class Status(Strict):
    """How far the instrument has come, with the date of that step."""

    stage: Literal[
        "draft",
        "introduced",
        "in_committee",
        "passed_one_chamber",
        "passed_both_chambers",
        "enrolled",
        "enacted",
        "in_force",
        "vetoed",
        "stripped",
        "rescinded",
        "defunct",
        "published",
    ]
    date: datetime.date
    enacted: datetime.date | None = Field(default=None, description="Date of enactment, if it was enacted.")
    note: Words | None = None


class Version(Strict):
    """Which text of the instrument this is."""

    print: Words = Field(description="The print, e.g. engrossed, enrolled, chaptered.")
    supersedes: Identifier | None = Field(default=None, description="Id of the proposal that it replaces.")


class Source(Strict):
    """Where the text, or an account of it, was read."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=500)]
    read: Literal["full_text", "excerpt", "secondary", "press"] = Field(description="What was read there.")
    title: Words | None = None


class Statement(Strict):
    """A cited fact that no pattern over provisions can show; a rule set declares which ones it reads."""

    fact: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$")]
    value: bool | float | str
    cite: Annotated[str, Field(min_length=1, max_length=120)]
    confidence: Confidence = "text"
    note: Annotated[str, Field(min_length=1, max_length=600)] | None = None


class Proposal(Strict):
    """One text of one instrument, described by what it says; it holds no judgement."""

    id: Identifier
    title: Words
    jurisdiction: Jurisdiction
    status: Status
    version: Version
    scope_class: ScopeClass = Field(description="Proposals are ranked only within a class.")
    sources: Annotated[tuple[Source, ...], Field(min_length=1, strict=False)]
    how_to_check: Annotated[str, Field(min_length=1, max_length=1500)] = Field(
        description="How a reader can check this file: what was read, what not, known defects of the print."
    )
    examined: Literal["everything"] | Annotated[tuple[Topic, ...], Field(strict=False)] = Field(
        description="Provision types read for in full; only for them is 'no such provision' known."
    )
    provisions: Annotated[tuple[AnyProvision, ...], Field(max_length=2000, strict=False)] = ()
    statements: Annotated[tuple[Statement, ...], Field(max_length=500, strict=False)] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Proposal:
        for what, names in (
            ("provision id", [p.id for p in self.provisions]),
            ("statement about", [s.fact for s in self.statements]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} used more than once: {', '.join(twice)}")
        return self
