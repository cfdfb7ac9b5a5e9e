"""How a state's text relates to the statute on frontier developers that the others of a set are held against."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

from policy_engine.patchwork.groups import conflicts_of
from policy_engine.patchwork.model import Instrument, Obligation, Place
from policy_engine.patchwork.substitutes import Duties, Substitute
from policy_engine.patchwork.terms import together
from policy_engine.proposals.control import Restriction
from policy_engine.proposals.records import is_examined

Conformance = tuple[str, tuple[Place, ...], tuple[Place, ...], str]
_PRODUCT_ACTS: Final = frozenset({"training", "capability", "development", "deployment", "open_release"})
_MODELS: Final = frozenset({"frontier_models", "general_purpose_models", "ai_models", "ai_systems"})


def state_conformance(instrument: Instrument, around: Sequence[Instrument]) -> Conformance | None:
    """Return how a state text relates to the baseline; None where it is no state text or an unknown could decide."""
    where = instrument.proposal.jurisdiction
    if where.level != "state":
        return None
    baseline = baseline_of([other for other in around if other.proposal.jurisdiction.country == where.country])
    if baseline is None:
        return None
    if _before(instrument, baseline):
        own, theirs = _places(instrument.obligations), _places(baseline.obligations)
        return "baseline", own, theirs, f"it was enacted before {baseline.id}, the first other in the set"
    return _against(instrument, baseline)


def baseline_of(texts: Sequence[Instrument]) -> Instrument | None:
    """Return the federal statute on frontier developers, else the state's that was enacted first."""
    candidates = [text for text in texts if _is_candidate(text)]
    federal = [text for text in candidates if text.proposal.jurisdiction.level == "federal"]
    return min(federal or candidates, key=_enacted, default=None)


def _is_candidate(text: Instrument) -> bool:
    law = text.proposal.status.stage in {"enacted", "in_force"}
    return law and text.proposal.scope_class == "frontier_duties" and text.proposal.jurisdiction.level != "private"


def _enacted(text: Instrument) -> tuple[datetime.date, str]:
    return text.proposal.status.enacted or text.proposal.status.date, text.id


def _before(one: Instrument, other: Instrument) -> bool:
    return _is_candidate(one) and other.proposal.jurisdiction.level != "federal" and _enacted(one) < _enacted(other)


def _places(obligations: Sequence[Obligation]) -> tuple[Place, ...]:
    return tuple(o.place for o in obligations)


def _against(instrument: Instrument, baseline: Instrument) -> Conformance | None:
    """Return the gravest relation that is certain, if no graver one is open."""
    conflicts = conflicts_of([instrument, baseline])
    proven = [c for c in conflicts if c.proven]
    if proven:
        ours, theirs = (proven[0].required, proven[0].forbidden)
        if ours.instrument != instrument.id:
            ours, theirs = theirs, ours
        return "conflicting", (ours,), (theirs,), f"one text requires what the other forbids: {proven[0].act}"
    if conflicts or not all(is_examined(text.proposal, "restriction") for text in (instrument, baseline)):
        return None
    if any(_may_conflict(o) for text in (instrument, baseline) for o in text.obligations):
        return None
    bars = _bars(instrument, baseline)
    if bars is None:
        return None
    if bars:
        return (
            "unilateral_product_rule",
            bars,
            _places(baseline.obligations),
            "it forbids an act on models that the baseline leaves free",
        )
    return _by_terms(instrument, baseline)


def _may_conflict(obligation: Obligation) -> bool:
    """Tell whether a provision forbids or requires something that is not known well enough to be compared."""
    acts = obligation.requires or obligation.forbids or obligation.type == "restriction"
    return bool(acts) and not obligation.keys


def _bars(instrument: Instrument, baseline: Instrument) -> tuple[Place, ...] | None:
    """Return the state's own bars on models; None where it is open whether a bar is one."""
    same = {p.act for p in baseline.proposal.provisions if isinstance(p, Restriction)}
    found: list[Place] = []
    for place, provision in zip(instrument.places, instrument.proposal.provisions, strict=True):
        if not isinstance(provision, Restriction) or provision.act in same or provision.act not in _PRODUCT_ACTS:
            continue
        if not _MODELS & set(provision.subjects or ()) or provision.is_precondition is True:
            continue
        if provision.is_precondition is None or provision.is_precondition == "contested":
            return None
        found.append(place)
    return tuple(found)


def _by_terms(instrument: Instrument, baseline: Instrument) -> Conformance | None:
    """Compare duty by duty: whoever keeps the baseline keeps a text that asks for no more."""
    duties = Duties(baseline)
    own = [o for o in instrument.obligations if o.mandatory is not False]
    pairs = [(o, duties.substitute(o, instrument)) for o in own]
    more = [(o, s) for o, s in pairs if o.mandatory is True and _asks_more(s)]
    others = tuple(s.place for _, s in pairs if s.place is not None)
    if more:
        names = ", ".join(dict.fromkeys(o.name for o, _ in more))
        places = tuple(s.place for _, s in more if s.place is not None) or _places(baseline.obligations)
        return "additional", tuple(o.place for o, _ in more), places, f"it asks for more than {baseline.id}: {names}"
    if any(o.mandatory is None or _terms(s) in {"unknown", "differs"} for o, s in pairs):
        return None
    places = tuple(o.place for o, _ in pairs)
    if all(_terms(s) == "equal" for _, s in pairs) and pairs:
        return "identical", places, others, f"every duty reads as in {baseline.id}"
    return "interoperable", places, others, f"whoever keeps {baseline.id} keeps it"


def _asks_more(found: Substitute) -> bool:
    """Tell whether the baseline certainly lacks a duty, or a term of it as strict."""
    return found.strength == "none" or any(t.comparison == "weaker" and t.family != "recipient" for t in found.terms)


def _terms(found: Substitute) -> str:
    if found.place is None or not found.terms:
        return "unknown"
    return together(t.comparison for t in found.terms if t.family != "recipient")
