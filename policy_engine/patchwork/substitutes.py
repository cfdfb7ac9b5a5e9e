"""The duty in the place of a displaced one: none, weaker, equal or stronger, term by term, and from when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from policy_engine.operators import Value
from policy_engine.patchwork.model import Instrument, Key, Obligation, Place
from policy_engine.patchwork.terms import Comparison, Family, compare, terms_of, together
from policy_engine.proposals.enforcement import Liability, Penalty
from policy_engine.proposals.records import is_examined

Strength = Literal["none", "weaker", "equal", "stronger", "differs", "unknown"]
FAMILIES: Final[tuple[Family, ...]] = ("threshold", "clock", "scope", "content", "enforcement")
"""The families that decide how strong a substitute is; who receives a report does not."""


@dataclass(frozen=True, slots=True)
class TermMatch:
    """One term of a displaced duty beside the same term of its substitute."""

    term: str
    family: Family
    comparison: Comparison
    before: Value | None
    after: Value | None


@dataclass(frozen=True, slots=True)
class Substitute:
    """What replaces a displaced duty, with the sections of both; `place` is None where nothing does."""

    strength: Strength
    place: Place | None
    starts: str
    days: float | None
    """Days after enactment on which the first duty of this kind begins; None where none does, or it is not known."""
    families: Mapping[str, Comparison]
    terms: tuple[TermMatch, ...]
    reason: str
    never: bool = False
    """Whether something of the kind is there, but nothing of it ever begins by the text alone."""


class Duties:
    """The duties of a text by key, and what follows a breach of them."""

    def __init__(self, instrument: Instrument) -> None:
        """Index the duties that bind private persons."""
        self._instrument = instrument
        self._by_key: dict[Key, list[Obligation]] = {}
        self._loose: list[Obligation] = []
        for obligation in instrument.obligations:
            for key in obligation.keys:
                self._by_key.setdefault(key, []).append(obligation)
            if not obligation.keys:
                self._loose.append(obligation)

    def substitute(self, displaced: Obligation, home: Instrument) -> Substitute:
        """Return the strongest duty of this text that is the same duty as one that is displaced."""
        if not displaced.keys:
            return self._unmatched(displaced)
        found = {o.place.provision: o for key in displaced.keys for o in self._by_key.get(key, ())}
        candidates = [_match(o, displaced, self._instrument, home) for o in found.values()]
        if not candidates:
            return self._nothing(displaced)
        firm = [c for c, o in zip(candidates, found.values(), strict=True) if o.mandatory is True]
        best = min(firm or candidates, key=lambda c: _PREFERENCE.index(c.strength))
        unsure = [o for o in self._loose if o.type == displaced.type]
        unsure += [o for o in found.values() if o.mandatory is not True]
        if not firm:
            reason = "whether it is mandatory is not known"
            return replace(best, strength="unknown", starts="not known", days=None, reason=reason)
        days, never = _first([*(o for o in found.values() if o.mandatory is True), *unsure])
        if best.strength != "stronger" and (unsure or any(c.strength == "unknown" for c in firm)):
            best = replace(best, strength="unknown")
        return replace(best, days=days, never=never)

    def _nothing(self, displaced: Obligation) -> Substitute:
        loose = next((o for o in self._loose if o.type == displaced.type), None)
        if loose is not None:
            return _without("unknown", f"{loose.place} may replace it, but {loose.why_unkeyed}", loose.place)
        if not is_examined(self._instrument.proposal, displaced.type):
            words = displaced.type.replace("_", " ")
            return _without("unknown", f"{self._instrument.id} was not read in full for {words} provisions")
        return _without("none", f"no provision of {self._instrument.id} imposes this duty on these persons")

    def _unmatched(self, displaced: Obligation) -> Substitute:
        """Return what can be said of a duty without a key: nothing of its type at all is none, else it is open."""
        alike = next((o for o in self._instrument.obligations if o.type == displaced.type), None)
        if alike is not None:
            return _without(
                "unknown", f"{displaced.why_unkeyed}, so that it cannot be compared with {alike.place}", alike.place
            )
        return self._nothing(displaced)


_PREFERENCE: Final = ("stronger", "equal", "unknown", "differs", "weaker", "none")


def _without(strength: Strength, reason: str, place: Place | None = None) -> Substitute:
    return Substitute(strength, place, "", None, {}, (), reason)


def _match(after: Obligation, before: Obligation, new: Instrument, old: Instrument) -> Substitute:
    terms = tuple(
        TermMatch(
            term.name,
            term.family,
            compare(term, after.terms.get(term.name), before.terms.get(term.name)),
            before.terms.get(term.name),
            after.terms.get(term.name),
        )
        for term in terms_of(before.type)
    )
    families: dict[str, Comparison] = {
        family: together(t.comparison for t in terms if t.family == family) for family in FAMILIES
    }
    families["enforcement"] = _enforcement(new, old)
    strength = together(families.values())
    return Substitute(
        strength, after.place, after.start.words, after.start.days, families, terms, _reason(terms, families)
    )


def _first(obligations: Sequence[Obligation]) -> tuple[float | None, bool]:
    """Return when the first of several duties begins, if it is known, and whether none ever does."""
    later = [o for o in obligations if not o.start.words.startswith(("waits", "no date"))]
    known = [o.start.days for o in later if o.start.days is not None and o.keys and o.mandatory is True]
    if known and (len(known) == len(later) or min(known) == 0):
        return min(known), False
    return None, not later


def _reason(terms: Sequence[TermMatch], families: Mapping[str, Comparison]) -> str:
    said = []
    for wanted in ("weaker", "differs", "stronger", "unknown"):
        names = [t.term.replace("_", " ") for t in terms if t.comparison == wanted and t.family in FAMILIES]
        names += ["enforcement"] if families["enforcement"] == wanted else []
        if names:
            said.append(f"{_WORDS[wanted]}: {', '.join(names)}")
    return "; ".join(said) or "the same in every term that is compared"


_WORDS: Final = {"weaker": "weaker", "differs": "differs", "stronger": "stronger", "unknown": "not known"}


def _enforcement(new: Instrument, old: Instrument) -> Comparison:
    """Compare the largest fines and the right of private persons to sue.

    A file does not say which penalty enforces which duty, so that texts with several amounts are compared only where
    every amount of one lies above every amount of the other.
    """
    return together((_fines(new, old), _private(new, old)))


def _fines(new: Instrument, old: Instrument) -> Comparison:
    ours, theirs = _amounts(new), _amounts(old)
    if ours is None or theirs is None:
        return "unknown"
    if not ours or not theirs:
        return "equal" if ours == theirs else "stronger" if ours else "weaker"
    if ours == theirs and len(ours) == 1:
        return "equal"
    if min(ours) > max(theirs):
        return "stronger"
    return "weaker" if max(ours) < min(theirs) else "unknown"


def _amounts(instrument: Instrument) -> set[float] | None:
    """Return the highest amounts of the text's fines; None where one is not known or is no sum of money."""
    if not is_examined(instrument.proposal, "penalty"):
        return None
    found: set[float] = set()
    for provision in instrument.proposal.provisions:
        if isinstance(provision, Penalty) and provision.kind != "criminal":
            if not isinstance(provision.maximum_usd, float) or provision.per_day is not False:
                return None
            found.add(provision.maximum_usd)
    return found


def _private(new: Instrument, old: Instrument) -> Comparison:
    ours, theirs = _may_sue(new), _may_sue(old)
    if ours is None or theirs is None:
        return "unknown"
    return "equal" if ours == theirs else "stronger" if ours else "weaker"


def _may_sue(instrument: Instrument) -> bool | None:
    if not is_examined(instrument.proposal, "liability"):
        return None
    rights = [p.private_action for p in instrument.proposal.provisions if isinstance(p, Liability)]
    if True in rights:
        return True
    return None if any(r is None or r == "contested" for r in rights) else False


def weakest(found: Iterable[Substitute]) -> Strength:
    """Return the weakest strength of several substitutes."""
    return max((s.strength for s in found), key=_PREFERENCE.index, default="none")
