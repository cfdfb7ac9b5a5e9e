"""The closed vocabularies of a proposal file, and the ways a field can be silent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

Silence = Literal["not_addressed", "contested"]
"""`not_addressed`: the text was read and says nothing. `contested`: readers disagree, so unknown."""

SMALLEST_NUMBER = 1e-4
LARGEST_NUMBER = 1e13


def _not_tiny(value: float) -> float:
    if 0 < value < SMALLEST_NUMBER:
        raise ValueError("a number is 0 or at least 0.0001")
    return value


_Number = Annotated[float, Field(ge=0, le=LARGEST_NUMBER), AfterValidator(_not_tiny)]

Flag = bool | Silence | None
Number = _Number | Silence | None
Share = Annotated[float, Field(ge=0, le=1), AfterValidator(_not_tiny)] | Silence | None
Operations = Annotated[float, Field(ge=1, le=1e40)] | Silence | None
"""A count of integer or floating-point operations; compared on a logarithmic scale inside the engine."""
Text = Annotated[str, Field(min_length=1, max_length=300)] | Silence | None

Level = Literal["international", "supranational", "federal", "national", "state", "local", "private"]
Subject = Literal[
    "frontier_models",
    "general_purpose_models",
    "generative_ai",
    "chatbots",
    "automated_decision_systems",
    "high_risk_systems",
    "ai_models",
    "ai_systems",
    "model_weights",
    "chips",
    "chip_tools",
    "compute",
    "data_centres",
    "synthetic_content",
    "benefit_products",
    "government_systems",
]
Persons = Literal[
    "large_frontier_developers",
    "frontier_developers",
    "developers",
    "deployers",
    "compute_providers",
    "chip_sellers",
    "evaluators",
    "professionals",
    "government_bodies",
    "any_person",
]
Activity = Literal[
    "research", "training", "development", "internal_use", "deployment", "open_release", "use", "sale", "export", "any"
]
Matter = Literal[
    "transparency",
    "incident_reporting",
    "evaluation",
    "security",
    "approval",
    "whistleblowing",
    "liability",
    "content",
    "discrimination",
    "registration",
    "human_oversight",
    "any",
]
Danger = Literal[
    "biological",
    "chemical",
    "nuclear",
    "radiological",
    "cyber",
    "autonomous_crime",
    "loss_of_control",
    "automated_research",
    "weight_theft",
    "mass_casualty",
    "critical_infrastructure",
]
"""The risks of catastrophe; other harms of AI have other law."""
Risk = Literal[Danger, "discrimination", "child_safety", "self_harm", "fraud", "privacy", "other"]
BeneficialUse = Literal["medical", "mental_health", "research", "safety_testing", "education", "security"]
Body = Literal["agency", "court", "licensing_body", "president", "legislature", "developer"]


def says(description: str) -> Any:
    """Declare an optional field of a provision: left out means that nobody examined it."""
    return Field(default=None, description=description)


def lists(description: str) -> Any:
    """Declare an optional list field; YAML lists become tuples."""
    return Field(default=None, description=description, strict=False)


def requires(description: str) -> Any:
    """Declare a field without which the provision says nothing."""
    return Field(description=description)
