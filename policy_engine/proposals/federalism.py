"""Provisions on the relation between governments."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from policy_engine.proposals.base import Begins, Provision, Strict
from policy_engine.proposals.vocabulary import (
    Activity,
    Flag,
    Level,
    Matter,
    Number,
    Persons,
    Silence,
    Subject,
    lists,
    requires,
    says,
)


class Displaced(Strict):
    """The law of another government that loses its force; each dimension by itself."""

    level: Level | Silence | None = says("Whose law.")
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)] | None = lists("Which systems that law is about.")
    persons: Annotated[tuple[Persons, ...], Field(min_length=1)] | None = lists("Whose duties are displaced.")
    activities: Annotated[tuple[Activity, ...], Field(min_length=1)] | None = lists("At which activities.")
    matters: Annotated[tuple[Matter, ...], Field(min_length=1)] | None = lists("Which kinds of rules.")
    reach: Literal["field", "listed_matters", "conflict_only", "future_law_only"] | Silence | None = says(
        "field: everything on the subject, whether or not this text regulates it."
    )


class Savings(Strict):
    """Bodies of general law that are expressly left standing (true), or expressly not (false)."""

    tort: Flag = says("Tort and common-law claims.")
    consumer_protection: Flag = says("Consumer protection and unfair practices.")
    civil_rights: Flag = says("Civil rights and discrimination law.")
    child_safety: Flag = says("Protection of minors.")
    crime: Flag = says("Criminal law.")
    procurement: Flag = says("A government's own purchasing.")
    deployment_rules: Flag = says("Rules on deployers and users.")


class Preemption(Provision):
    """A bar on, or suspension of, another government's power to make or enforce its law."""

    type: Literal["preemption"]
    mechanism: (
        Literal["bars", "suspends", "funding_condition", "shields_liability", "declares_only"] | Silence | None
    ) = says(
        "bars and suspends displace. A funding condition, a shield of those who meet a condition from claims under "
        "other law, and a mere declaration do not."
    )
    displaces: Displaced | None = says("What is displaced.")
    duration_years: Number = says("Years it lasts; not_addressed when the text sets no end.")
    begins: Begins | None = says("When displacement takes effect.")
    strength_condition: Flag = says("Only while the replacing duty is at least as strong as the strongest displaced.")
    saves: Savings | None = says("General law left standing.")
    construed: Literal["narrowly", "broadly"] | Silence | None = says("Rule for doubt about its reach.")
    lapses_if_unimplemented: Flag = says("Ends by itself if the replacing programme is unfunded, enjoined or late.")


class Deference(Provision):
    """Giving way to, or recognising, another regime."""

    type: Literal["deference"]
    kind: Literal["deemed_compliance", "yields", "incorporates_terms"] = requires(
        "deemed_compliance: meeting the other regime counts here. yields: this text gives way to it."
    )
    to: Level | Silence | None = says("Level of the other regime.")
    extent: Literal["all_duties", "some_duties"] | Silence | None = says("How much of this text is met or given up.")
    requires_equivalence: Flag = says("Only to a regime of at least equal strength or effect.")
