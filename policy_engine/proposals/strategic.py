"""Provisions on strategic inputs and relations between countries."""

from __future__ import annotations

from typing import Literal

from policy_engine.proposals.base import Duty, Provision
from policy_engine.proposals.vocabulary import Flag, Number, Silence, Text, lists, says


class ExportControl(Duty):
    """Control of export, re-export, transfer or foreign access."""

    matter = "security"
    type: Literal["export_control"]
    items: (
        tuple[Literal["chips", "chip_tools", "model_weights", "compute_access", "data_centres", "distillation"], ...]
        | None
    ) = lists("What is controlled; compute_access is remote use, distillation is copying a model through its answers.")
    effect: Literal["tightens", "loosens", "keeps"] | Silence | None = says(
        "Compared with the controls before; loosens when it frees what was controlled."
    )
    instrument: Literal["licence", "know_your_customer", "reporting", "ban", "location_verification"] | (
        Silence | None
    ) = says("How.")
    destinations: Literal["adversaries", "all_but_allies", "all"] | Silence | None = says("Towards whom.")
    allies_inside: Flag = says("Allies keep access.")
    benefits_outside: Flag = says("Cures, research and civil goods stay free.")
    enforcement_funded: Literal["appropriated", "authorised"] | Silence | None = says("Money for enforcement.")
    review_months: Number = says("Months between reviews of the list.")


class InternationalCooperation(Provision):
    """Work with other countries."""

    type: Literal["international_cooperation"]
    partners: Literal["allies", "democracies", "all_countries", "adversaries"] | Silence | None = says("With whom.")
    about: Literal[
        "standards", "evaluation", "incident_sharing", "crisis_communication", "verification", "benefits", "controls"
    ] | (Silence | None) = says("On what.")
    mandatory: Flag = says("The text orders it.")
    description: Text = says("In the coder's words.")
