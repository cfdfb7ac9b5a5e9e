"""The tests of size that decide whom a text covers: which of them govern a class of persons, and their amounts."""

from __future__ import annotations

from typing import Any, Final

from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.patchwork.terms import THRESHOLDS
from policy_engine.proposals.containment import WIDER, covers
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined
from policy_engine.proposals.scope import CoverageThreshold

_FRONTIER: Final = frozenset({"frontier_developers", "large_frontier_developers"})


def value_of(value: Any) -> Value | None:
    """Return a field's value as conditions see it: contested and not examined are None."""
    if value is None or value == "contested":
        return None
    known: Value = NOT_ADDRESSED if value == "not_addressed" else value
    return known


def amounts(proposal: Proposal, persons: tuple[str, ...] | None) -> dict[str, Value | None]:
    """Return the amount of every test that persons must meet; None where tests differ or one is not known."""
    values: dict[str, Value | None] = {}
    known = is_examined(proposal, "coverage_threshold")
    thresholds = [p for p in proposal.provisions if isinstance(p, CoverageThreshold)]
    governing = [t for t in thresholds if persons is None or governs(t, persons)]
    for term in THRESHOLDS:
        found = [_amount(t, term.name) for t in governing]
        numbers = [value for value in found if isinstance(value, float)]
        if len(set(numbers)) > 1 or not known or persons is None or None in found:
            values[term.name] = None
        else:
            values[term.name] = numbers[0] if numbers else NOT_ADDRESSED
    return values


def _amount(threshold: CoverageThreshold, name: str) -> Value | None:
    """Return an amount of a coverage test; None too where it is open whether the test governs."""
    value = value_of(getattr(threshold, name))
    return value if value is NOT_ADDRESSED or surely_governs(threshold) else None


def surely_governs(threshold: CoverageThreshold) -> bool:
    """Tell whether it is said whom a test is for; one of a model alone is for whoever makes that model."""
    return bool(threshold.persons) or threshold.of in {"model", "cluster"}


def governs(threshold: CoverageThreshold, persons: tuple[str, ...]) -> bool:
    """Tell whether a coverage test is one that these persons must meet before the text binds them."""
    if threshold.of in {"product", "cluster"} and not threshold.persons:
        return "compute_providers" in persons if threshold.of == "cluster" else True
    if not threshold.persons:
        return bool(_FRONTIER & set(persons)) or threshold.of == "developer"
    return any(covers((wide,), (word,)) for wide in threshold.persons for word in persons if word in WIDER)
