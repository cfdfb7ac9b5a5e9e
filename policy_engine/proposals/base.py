"""What every provision carries, and the families of provisions that rules may address as one."""

from __future__ import annotations

import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from policy_engine.proposals.vocabulary import (
    Activity,
    Body,
    Flag,
    Matter,
    Number,
    Persons,
    Risk,
    Silence,
    Subject,
    lists,
    says,
)

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
Confidence = Literal["text", "secondary", "press"]
Listed = Annotated[tuple[Subject, ...], Field(min_length=1, strict=False)]


class Strict(BaseModel):
    """Base of all models of the project's files: frozen, no unknown keys, no silent conversion."""

    # Built when first used: most commands read only a few of the models.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class Begins(Strict):
    """When something starts to bind; give the one way the text uses."""

    date: datetime.date | Silence | None = says("Calendar date from which it binds.")
    days_after_enactment: Number = says("Days after enactment; 0 means on enactment.")
    rule_due_days: Number = says(
        "It waits for a rule: days after enactment by which that rule is due; not_addressed if no date is set."
    )
    days_after_rule: Number = says("Days after that rule takes effect; 0 means with the rule.")


class Provision(Strict):
    """One thing the text does, with the section that says so."""

    matter: ClassVar[Matter | None] = None

    id: Identifier = Field(description="Name of the provision, unique in the file.")
    cite: Annotated[str, Field(min_length=1, max_length=120)] = Field(
        description="Section path, as a lawyer would cite it."
    )
    confidence: Confidence = Field(
        default="text", description="How it was seen: in the text itself, a secondary source, or the press."
    )
    note: Annotated[str, Field(min_length=1, max_length=600)] | None = says(
        "What the section says, in the coder's own words."
    )
    tags: tuple[str, ...] | None = lists("AGORA tags, as metadata only.")


class Duty(Provision):
    """Family `duty`: something that private persons must do (not a prohibition, not a sanction)."""

    persons: Annotated[tuple[Persons, ...], Field(min_length=1)] | None = lists("Whom it binds.")
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)] | None = lists("What it is about.")
    activities: tuple[Activity, ...] | None = lists("At which activities it bites.")
    mandatory: Flag = says("False for a voluntary programme.")
    begins: Begins | None = says("When it starts to bind.")


class Gate(Provision):
    """Family `gate`: somebody can stop, or must approve, development, release or use."""

    held_by: Body | Silence | None = says("Who decides.")
    on_the_merits: Flag = says(
        "True when the decision weighs the risk; false for participation, registration or an access window."
    )
    stops: tuple[Activity, ...] | None = lists("Which activities it can stop or must approve.")
    risks: tuple[Risk, ...] | None = lists("Risks named as grounds.")
    risks_enumerated: Flag = says("Grounds are a closed list of risks.")
    grounds_extendable_by_rule: Flag = says("The holder may add grounds by rule.")
    judicial_review: (
        Literal["court_order", "expedited_review", "ordinary_review", "internal_appeal_only", "none"] | Silence | None
    ) = says("Review of the final order; court_order when only a court can order it.")
    finding_published: Literal["always", "when_positive", "never"] | Silence | None = says(
        "Publication of the reasoned finding; always includes findings that the risk has not emerged."
    )
    ends_when_risk_clears: Flag = says("Relaxes or expires when the evidence clears.")
    response_days: Number = says("Outer limit, in days, from the trigger to a binding order; self-executing is 0.")
    if_risk_cannot_be_ruled_out: Literal["activate_provisionally", "wait"] | Silence | None = says(
        "What happens when tests cannot rule the risk out."
    )
    emergency: Flag = says("Binds before any hearing.")
    order_days: Number = says("Longest an order lasts without renewal.")
    renewable_by_holder: Flag = says("The holder may renew its own order without end.")
    can_stop: Literal["nothing", "one_model", "whole_offer"] | Silence | None = says(
        "What one act can stop without notice or a chance to cure."
    )
    notice_days: Number = says("Notice before an ordinary order binds.")
    decision_days: Number = says("Days within which the holder must decide.")
    default_on_inaction: Literal["deemed_approved", "escalates", "deemed_denied"] | Silence | None = says(
        "What silence of the holder means; escalates when a court or a head of agency then decides."
    )


class Sanction(Provision):
    """Family `sanction`: what follows a breach."""

    applies_to: Literal["training", "development", "deployment", "use", "reporting", "any_breach"] | Silence | None = (
        says("The conduct that it punishes.")
    )
    state_of_mind: Literal["strict", "negligence", "knowing", "intent"] | Silence | None = says(
        "State of mind it needs; strict when none is asked for, and silence counts alike."
    )
    enforced_by: (
        tuple[
            Literal["attorney_general", "state_attorney_general", "agency", "private_person", "local_government"], ...
        ]
        | None
    ) = lists("Who may bring it; in a federal text the attorney general is the federal one.")
