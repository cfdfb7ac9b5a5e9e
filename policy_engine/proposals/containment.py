"""Which words of the vocabulary contain which others, by subject and by person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

WIDER: Final[Mapping[str, tuple[str, ...]]] = {
    "frontier_models": ("general_purpose_models", "ai_models", "ai_systems"),
    "general_purpose_models": ("ai_models", "ai_systems"),
    "generative_ai": ("ai_models", "ai_systems"),
    "chatbots": ("generative_ai", "ai_models", "ai_systems"),
    "ai_models": ("ai_systems",),
    "automated_decision_systems": ("ai_systems",),
    "high_risk_systems": ("ai_systems",),
    "large_frontier_developers": ("frontier_developers", "developers", "any_person"),
    "frontier_developers": ("developers", "any_person"),
    "developers": ("any_person",),
    "deployers": ("any_person",),
    "compute_providers": ("any_person",),
    "chip_sellers": ("any_person",),
    "evaluators": ("any_person",),
    "professionals": ("any_person",),
}
"""What contains what; a word is covered by itself and by everything above it."""


def covers(wide: Iterable[str], narrow: Iterable[str]) -> bool:
    """Tell whether every word of one list is reached by another: by itself, by a wider word, or by `any`."""
    held = set(wide)
    return all("any" in held or word in held or held & set(WIDER.get(word, ())) for word in narrow)
