"""The terms of a duty, which way each grows stricter, and how two of its values compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.proposals.containment import covers
from policy_engine.proposals.scope import AMOUNTS

Family = Literal["threshold", "clock", "scope", "content", "recipient", "enforcement"]
Order = Literal["lower", "lower_or_none", "true", "false", "wider", "ranked", "other", "named"]
Comparison = Literal["equal", "stronger", "weaker", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a duty: its field, the family it is reported under, and what makes it stricter.

    `lower`: a smaller number, and no number is weakest. `lower_or_none`: a smaller number, and no number is strictest
    (a coverage test that the text does not set). `ranked`: by `ranks`; words of one rank are different, not stricter.
    `other`: values differ or not, and neither is stricter. `named`: a name in the coder's words, as `names_agree` says.
    """

    name: str
    family: Family
    order: Order
    ranks: Mapping[str, int] | None = None


def _terms(family: Family, order: Order, *names: str) -> tuple[Term, ...]:
    return tuple(Term(name, family, order) for name in names)


def _ranked(name: str, family: Family, *groups: str) -> Term:
    """Return a term whose words stand in groups from weakest to strictest; a group's words are split by spaces."""
    return Term(name, family, "ranked", {word: rank for rank, group in enumerate(groups) for word in group.split()})


SCOPE: Final = _terms("scope", "wider", "persons", "subjects", "activities")
THRESHOLDS: Final = _terms("threshold", "lower_or_none", *AMOUNTS)
_DISCLOSURE_MOMENTS: Final = ("after_release", "at_release", "before_release", "before_training")
BY_TYPE: Final[Mapping[str, tuple[Term, ...]]] = {
    "approval": (*_terms("content", "other", "held_by"), *_terms("content", "true", "every_covered_model")),
    "disclosure": (
        _ranked("audience", "recipient", "authority users downstream_developers", "public"),
        *_terms("content", "true", "must_follow", "accountable_officer", "covers_material_changes"),
        *_terms("content", "true", "covers_internal_use"),
        _ranked("when", "clock", *_DISCLOSURE_MOMENTS),
        *_terms("clock", "lower", "days_after_release", "interval_months"),
        _ranked("redaction", "content", "unlimited", "listed_grounds", "listed_with_review", "none_allowed"),
    ),
    "evaluation": (
        _ranked("verifier", "content", "developer", "third_party government embedded_evaluator"),
        _ranked("when", "clock", "before_deployment", "before_training"),
        *_terms("clock", "lower", "interval_months"),
        *_terms("content", "true", "verifier_independent", "verifier_licensed", "results_published"),
        *_terms("content", "wider", "risks"),
    ),
    "export_control": (
        *_terms("content", "other", "instrument"),
        _ranked("destinations", "scope", "adversaries", "all_but_allies", "all"),
    ),
    "impact_assessment": (
        *_terms("content", "other", "by"),
        *_terms("clock", "lower", "interval_months"),
        *_terms("content", "true", "published"),
    ),
    "incident_report": (
        *_terms("clock", "lower", "deadline_hours"),
        *_terms("recipient", "named", "recipient"),
        *_terms("recipient", "other", "shared_intake"),
        *_terms("content", "true", "includes_near_misses"),
    ),
    "individual_right": _terms("scope", "wider", "holders"),
    "know_your_customer": _terms("scope", "false", "foreign_customers_only"),
    "registration": _terms("content", "true", "public"),
    "restriction": (
        *_terms("threshold", "lower_or_none", "above_compute_flop"),
        *_terms("content", "false", "depends_on_risk_finding", "is_precondition"),
        *_terms("content", "wider", "risks"),
    ),
    "safeguard": _terms("clock", "true", "before_training"),
    "truthfulness": (
        *_terms("content", "wider", "reaches"),
        *_terms("content", "false", "good_faith_exception", "repeats_other_law_only"),
    ),
    "weight_security": (
        _ranked("standard", "content", "developer_chosen", "reasonable", "named_level"),
        *_terms("clock", "true", "before_training"),
    ),
    "whistleblower_protection": _terms(
        "content", "true", "protects_employees", "protects_contractors", "anonymous_channel"
    ),
}
"""The terms of each type of duty, beside scope and coverage thresholds, which every duty has."""


def terms_of(provision_type: str) -> tuple[Term, ...]:
    """Return every term of a type of duty."""
    return (*THRESHOLDS, *SCOPE, *BY_TYPE.get(provision_type, ()))


def compare(term: Term, one: Value | None, other: Value | None) -> Comparison:
    """Return how `one` stands to `other`: stronger when it binds more, or sooner; unknown where either is unknown."""
    if one is None or other is None:
        return "unknown"
    if one == other:
        return "equal"
    if term.order == "wider":
        return _wider(_words(one), _words(other))
    if term.order == "named":
        return names_agree(one, other)
    if term.order == "other":
        return "differs"
    measured, against = _strictness(term, one), _strictness(term, other)
    if measured is None or against is None or measured == against:
        return "differs" if term.order == "ranked" else "equal"
    return "stronger" if measured > against else "weaker"


def _words(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _wider(one: tuple[str, ...], other: tuple[str, ...]) -> Comparison:
    reaches, is_reached = covers(one, other), covers(other, one)
    if reaches and is_reached:
        return "equal"
    return "stronger" if reaches else "weaker" if is_reached else "differs"


_GENERIC: Final = frozenset(
    {"a", "an", "and", "any", "as", "for", "in", "it", "of", "or", "such", "that", "the", "to", "with"}
    | {"agency", "appropriate", "authorities", "authority", "body", "competent", "department", "fitting", "office"}
    | {"other", "services"}
)


def named(name: str) -> tuple[frozenset[str], str]:
    """Return the words that tell an authority apart, and the government in brackets after its name."""
    text, _, government = name.removesuffix(")").partition(" (")
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return frozenset(words) - _GENERIC, government


def names_agree(one: Value, other: Value) -> Comparison:
    """Compare two authorities named in a coder's words: other governments' differ, shared words alone leave it open."""
    if not isinstance(one, str) or not isinstance(other, str):
        return "differs"
    (ours, here), (theirs, there) = named(one), named(other)
    if here and there and here != there:
        return "differs"
    if not ours or not theirs:
        return "unknown"
    if ours <= theirs or theirs <= ours:
        return "equal"
    return "unknown" if ours & theirs else "differs"


_INFINITE: Final = float("inf")
_STRICTNESS: Final[Mapping[str, Callable[[Value], float]]] = {
    "lower": lambda value: -value if isinstance(value, float) else -_INFINITE,
    "lower_or_none": lambda value: -value if isinstance(value, float) else 0.0,
    "true": lambda value: 1.0 if value is True else 0.0,
    "false": lambda value: 0.0 if value is True else 1.0,
}


def _strictness(term: Term, value: Value) -> float | None:
    """Return a number that grows with strictness; None where the word has no rank."""
    if term.ranks is not None:
        return -1.0 if value is NOT_ADDRESSED else term.ranks.get(str(value))
    return _STRICTNESS[term.order](value)


def together(found: Iterable[Comparison]) -> Comparison:
    """Return what several comparisons come to: both stronger and weaker is `differs`, one unknown leaves it open."""
    seen = set(found)
    if "differs" in seen or {"stronger", "weaker"} <= seen:
        return "differs"
    if "unknown" in seen:
        return "unknown"
    return "stronger" if "stronger" in seen else "weaker" if "weaker" in seen else "equal"


def strictest(term: Term, values: Iterable[Value | None]) -> Value | None:
    """Return the strictest known value of a term; None where none is known or none is strictest."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    best = known[0]
    for value in known[1:]:
        found = compare(term, value, best)
        if found == "stronger":
            best = value
    return best if all(compare(term, best, value) in {"equal", "stronger"} for value in known) else None


def shown(value: Value | None) -> str:
    """Return a value as reports show it."""
    if value is None:
        return "not examined"
    if value is NOT_ADDRESSED:
        return "not addressed"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(word.replace("_", " ") for word in value) or "none"
    if isinstance(value, float):
        return f"{value:.0e}".replace("e+", "e") if value >= 1e12 else f"{value:,.10g}"
    return str(value).replace("_", " ")
