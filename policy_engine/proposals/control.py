"""Provisions that forbid, gate, stop or escalate."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from policy_engine.proposals.base import Begins, Duty, Gate, Provision
from policy_engine.proposals.vocabulary import (
    Activity,
    Flag,
    Number,
    Operations,
    Persons,
    Risk,
    Silence,
    Subject,
    Text,
    lists,
    says,
)


class Approval(Gate, Duty):
    """A licence or clearance that must be had before an activity."""

    matter = "approval"
    type: Literal["approval"]
    every_covered_model: Flag = says("Every covered model needs it, whatever its tests showed.")
    risk_trigger: Flag = says("It is needed only after a risk trigger.")
    burden_on_applicant: Flag = says("The applicant must show that it is safe.")
    standard_known_beforehand: Flag = says("The test for approval is written down in advance.")


class StopPower(Gate):
    """A power to stop, restrict or reverse an activity."""

    type: Literal["stop_power"]
    reverses_release: Flag = says("Reaches models already released.")
    remedies: Text = says("What can be ordered.")


class Restriction(Provision):
    """A prohibition."""

    type: Literal["restriction"]
    act: Literal[
        "training", "capability", "development", "deployment", "open_release", "use", "export", "possession"
    ] | (Silence | None) = says("What is forbidden; capability when having the skill is forbidden as such.")
    persons: Annotated[tuple[Persons, ...], Field(min_length=1)] | None = lists("Whom it binds.")
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)] | None = lists("What it is about.")
    defined_by_capability: Flag = says("What is forbidden is described by what the model can do.")
    capability: Literal["ordinary_general_skill", "dangerous_capability", "content_generation", "superintelligence"] | (
        Silence | None
    ) = says("Kind of skill concerned, where a skill is described.")
    capability_description: Text = says("The skill, in the coder's words.")
    above_compute_flop: Operations = says("Forbidden above this amount of training compute.")
    depends_on_risk_finding: Flag = says("Holds only where an assessed risk is found.")
    is_precondition: Flag = says("Only orders steps to be taken first; nothing is forbidden for good.")
    definition_reaches_general_models: Flag = says(
        "The definition of what is restricted would cover any general-purpose model."
    )
    risks: tuple[Risk, ...] | None = lists("Risks it answers.")
    begins: Begins | None = says("When it starts to bind.")


class EscalationTrigger(Provision):
    """An if-then pair written in advance: this fact switches that stronger duty or bar on."""

    type: Literal["escalation_trigger"]
    basis: Literal["capability_evaluation", "incident", "expert_finding", "compute", "discretionary"] | (
        Silence | None
    ) = says("Kind of fact that pulls it; discretionary when nobody must assess anything.")
    switches_on: Literal["stronger_duty", "bar", "stop_power", "emergency_order", "approval"] | Silence | None = says(
        "What it switches on."
    )
    risks: tuple[Risk, ...] | None = lists("Risks it answers.")
    needs_new_statute: Flag = says("The next stage binds only after a further enactment.")
    self_executing: Flag = says("Binds without any order.")
    response_days: Number = says("Outer limit, in days, from trigger to binding duty; self-executing is 0.")
    ends_when_risk_clears: Flag = says("The stronger duty relaxes when the evidence clears.")
    if_risk_cannot_be_ruled_out: Literal["activate_provisionally", "wait"] | Silence | None = says(
        "What happens when tests cannot rule it out."
    )
    stops: tuple[Activity, ...] | None = lists("Activities that the next stage can stop.")


class ContentMandate(Provision):
    """A demand on what model output may or must say."""

    type: Literal["content_mandate"]
    about: Literal["viewpoint", "ideology", "illegal_content", "sexual_content", "labels", "accuracy"] | (
        Silence | None
    ) = says("What is demanded; viewpoint and ideology are lawful opinion.")
    forbids_lawful_viewpoints: Flag = says("Requires or forbids lawful viewpoints, or conditions treatment on them.")
