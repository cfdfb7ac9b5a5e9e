"""How many of the four core terms of a text on frontier developers mean what they mean in the reference instrument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Final

from policy_engine.operators import Truth, Value
from policy_engine.patchwork.coverage import value_of
from policy_engine.patchwork.model import Instrument, Place
from policy_engine.patchwork.terms import THRESHOLDS
from policy_engine.proposals.base import Provision
from policy_engine.proposals.records import is_examined
from policy_engine.proposals.scope import CoverageThreshold, Definition

CoreTerms = tuple[float, tuple[Place, ...], tuple[Place, ...], str]
REFERENCE: Final = "us-ca-sb-53"
"""The instrument that core terms are held against."""
TOLERANCE: Final = 0.05
"""The share by which two amounts may differ and still count as one."""
_MOST_COMPARED: Final = 5
_COUNTED: Final = ("counts_fine_tuning", "counts_reinforcement_learning", "capability_route")
_AMOUNTS: Final = tuple(term.name for term in THRESHOLDS)
_DEFINED: Final = ("casualties", "damage_usd", "events", "events_that_need_harm")
_Found = tuple[tuple[Provision, Place], ...]


def core_terms_aligned(instrument: Instrument, around: Sequence[Instrument]) -> CoreTerms | None:
    """Return the share of the core terms that are aligned; None where one of them is not known in both texts."""
    reference = next((text for text in (instrument, *around) if text.id == REFERENCE), None)
    if reference is None:
        return None
    aligned: list[str] = []
    own: list[Place] = []
    others: list[Place] = []
    for term in ("frontier model", "covered developer", "catastrophic risk", "critical safety incident"):
        ours, theirs = _defined(instrument, term), _defined(reference, term)
        truth = Truth.UNKNOWN if ours is None or theirs is None else _alike(ours, theirs)
        if ours is None or theirs is None or truth is Truth.UNKNOWN:
            return None
        own += [place for _, place in ours]
        others += [place for _, place in theirs] if reference is not instrument else []
        aligned += [term] if truth is Truth.TRUE else []
    why = f"{len(aligned)} of 4 core terms mean what they mean in {REFERENCE}: {', '.join(aligned) or 'none'}"
    return len(aligned) / 4, tuple(own), tuple(others), why


def _defined(text: Instrument, term: str) -> _Found | None:
    """Return the provisions that define a term; None where it is open which ones do."""
    covers = term in {"frontier model", "covered developer"}
    if not is_examined(text.proposal, "coverage_threshold" if covers else "definition"):
        return None
    pairs = tuple(zip(text.proposal.provisions, text.places, strict=True))
    if not covers:
        return tuple((p, place) for p, place in pairs if isinstance(p, Definition) and p.term == term.replace(" ", "_"))
    tests = [(p, place) for p, place in pairs if isinstance(p, CoverageThreshold)]
    if any(value_of(test.of) is None for test, _ in tests):
        return None
    kind = "model" if term == "frontier model" else "developer"
    return tuple((test, place) for test, place in tests if test.of == kind)


def _alike(ours: _Found, theirs: _Found) -> Truth:
    """Tell whether each definition of one text has its like in the other, in some order."""
    if len(ours) != len(theirs) or not ours or len(ours) > _MOST_COMPARED:
        return Truth.FALSE
    orders = permutations([p for p, _ in theirs])
    return max(min(_same(one, other) for (one, _), other in zip(ours, order, strict=True)) for order in orders)


def _same(one: Provision, other: Provision) -> Truth:
    names = _DEFINED if isinstance(one, Definition) else (*_AMOUNTS, *_COUNTED)
    if isinstance(one, CoverageThreshold) and one.of == "developer":
        names = (*names, "persons")
    return min(_equal(value_of(getattr(one, name)), value_of(getattr(other, name))) for name in names)


def _equal(one: Value | None, other: Value | None) -> Truth:
    if one is None or other is None:
        return Truth.UNKNOWN
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _truth(set(one) == set(other))
    if isinstance(one, float) and isinstance(other, float):
        return _truth(abs(one - other) <= TOLERANCE * max(one, other))
    return _truth(one == other)


_truth: Final[Callable[[bool], Truth]] = {True: Truth.TRUE, False: Truth.FALSE}.__getitem__
