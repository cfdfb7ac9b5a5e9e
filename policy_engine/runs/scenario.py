"""The scenario model: a dated stream of what happens, with what the law could know of it and when."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from policy_engine.proposals.base import Identifier, Strict
from policy_engine.proposals.model import Words
from policy_engine.proposals.vocabulary import Danger, Matter, Persons, Subject

Day = datetime.date
Amount = Annotated[float, Field(ge=0, le=1e13)]
Severity = Annotated[float, Field(gt=0, le=1000)]
Flop = Annotated[float, Field(ge=1, le=1e40)]
Days = Annotated[float, Field(ge=0, le=36500)]
Kind = Literal[
    "risk_emerges",
    "risk_ends",
    "capability_evaluated",
    "incident",
    "weights_stolen",
    "expert_finding",
    "compute_crossed",
    "evidence_clears",
    "model_released",
    "release_sought",
    "authority_acts",
    "authority_declines",
    "order_renewed",
    "rule_made",
    "agency_misses_deadline",
    "funds_missing",
    "funds_restored",
    "court_enjoins",
    "injunction_lifted",
    "law_rescinded",
    "federal_law_passes",
    "federal_law_falls",
]
_SIZE: Final = frozenset({"training_compute_flop", "annual_revenue_usd", "research_spend_usd"})
_HARM: Final = frozenset({"deaths", "injuries", "damage_usd"})
# What an event of a kind must say, and what it may say beside `day`, `kind`, `known` and `note`.
FIELDS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "risk_emerges": (frozenset({"risk", "severity"}), frozenset()),
    "risk_ends": (frozenset({"risk"}), frozenset()),
    "capability_evaluated": (frozenset({"risk", "result"}), frozenset({"level"})),
    "incident": (frozenset({"risk"}), _HARM),
    "weights_stolen": (frozenset(), frozenset({"risk"})),
    "expert_finding": (frozenset({"risk"}), frozenset()),
    "compute_crossed": (frozenset({"training_compute_flop"}), frozenset()),
    "evidence_clears": (frozenset({"risk"}), frozenset()),
    "model_released": (frozenset(), _SIZE),
    "release_sought": (frozenset(), _SIZE),
    "authority_acts": (frozenset(), frozenset()),
    "authority_declines": (frozenset(), frozenset()),
    "order_renewed": (frozenset(), frozenset()),
    "rule_made": (frozenset(), frozenset()),
    "agency_misses_deadline": (frozenset(), frozenset({"days"})),
    "funds_missing": (frozenset(), frozenset()),
    "funds_restored": (frozenset(), frozenset()),
    "court_enjoins": (frozenset({"of"}), frozenset()),
    "injunction_lifted": (frozenset({"of"}), frozenset()),
    "law_rescinded": (frozenset(), frozenset()),
    "federal_law_passes": (frozenset({"matters"}), frozenset()),
    "federal_law_falls": (frozenset(), frozenset()),
}
WORLD: Final = frozenset({"risk_emerges", "risk_ends"})
EVIDENCE: Final = frozenset({"capability_evaluated", "incident", "weights_stolen", "expert_finding"})


class Happening(Strict):
    """One dated event."""

    day: Day = Field(description="When it happens.")
    kind: Kind = Field(description="What happens.")
    known: Day | None = Field(default=None, description="First day on which the authority can know; else the same.")
    risk: Danger | None = Field(default=None, description="The risk concerned.")
    severity: Severity | None = Field(
        default=None, description="Weight of a day under the risk, as the scenario puts it."
    )
    result: Literal["crosses", "below", "cannot_rule_out"] | None = Field(
        default=None, description="What an evaluation of capability showed."
    )
    level: Annotated[int, Field(ge=0, le=10)] | None = Field(default=None, description="Level that was tested for.")
    deaths: Amount | None = None
    injuries: Amount | None = None
    damage_usd: Amount | None = None
    training_compute_flop: Flop | None = Field(default=None, description="Training compute of the model from now on.")
    annual_revenue_usd: Amount | None = Field(default=None, description="Revenue of the developer from now on.")
    research_spend_usd: Amount | None = Field(default=None, description="Its spending on research from now on.")
    of: Literal["everything", "duties", "measures", "displacement"] | None = Field(
        default=None, description="What a court enjoins."
    )
    matters: Annotated[tuple[Matter, ...], Field(min_length=1, strict=False)] | None = Field(
        default=None, description="Matters on which a federal law displaces state law."
    )
    days: Days | None = Field(default=None, description="Days by which due rules are late; left out: nobody knows.")
    note: Words | None = None


class Actor(Strict):
    """Who and what the law would bind; a size that is left out is unknown."""

    roles: Annotated[tuple[Persons, ...], Field(min_length=1, strict=False)] = ("developers",)
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1, strict=False)] = ("frontier_models",)
    training_compute_flop: Flop | None = Field(default=None, description="Training compute of its model.")
    training_cost_usd: Amount | None = None
    annual_revenue_usd: Amount | None = None
    research_spend_usd: Amount | None = None


class Precedent(Strict):
    """What happened in the world, where the scenario follows it."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=500)]
    date: Day
    what: Words


class Scenario(Strict):
    """A question put to laws: from and until when, about whom, and what happens."""

    id: Identifier
    title: Words
    question: Words = Field(description="What the scenario asks of a law.")
    first: Day = Field(alias="from", description="First day.")
    until: Day = Field(description="Last day.")
    enacted: Day | None = Field(
        default=None, description="Day of enactment assumed for texts that are not enacted; else it is unknown."
    )
    authority: Literal["unknown", "as_told"] = Field(
        default="unknown",
        description="as_told: whoever may decide does so only where an event says so. unknown: on any day, or never.",
    )
    by_default: bool = Field(default=True, description="Whether `simulate --all` runs it.")
    actor: Actor = Actor()
    precedents: Annotated[tuple[Precedent, ...], Field(strict=False)] = ()
    note: Annotated[str, Field(min_length=1, max_length=1500)] | None = None
    events: Annotated[tuple[Happening, ...], Field(max_length=2000, strict=False)] = ()


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario with the digest of the file that it was read from."""

    scenario: Scenario
    digest: str
