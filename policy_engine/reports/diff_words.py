"""Words that the text and the Markdown of a comparison share."""

from __future__ import annotations

from typing import Final

from policy_engine.difference.model import Attribution, Change, FieldChange, Move, Side, TextDifference
from policy_engine.reports.phrases import ON_PAPER
from policy_engine.results import Outcome

CAUTION: Final = f"{ON_PAPER} Scores compare only under one lens, in one version, within one scope class."
NOT_RANKED: Final = (
    "Scores under two lenses answer different questions; they stand side by side here and are not ranked."
)
_MOST_TOPICS: Final = 6
_RANKS: Final = {Outcome.VIOLATED: 0, Outcome.PARTIAL: 1, Outcome.SATISFIED: 2, Outcome.NOT_APPLICABLE: 2}
DIRECTIONS: Final = {
    "worse": "worse",
    "better": "better",
    "known": "now known",
    "open": "now open",
    "other": "neither better nor worse",
}
"""Directions of a move, with their words; knowing more or less is neither better nor worse law."""


def direction(move: Move) -> str:
    """Return the direction of a move; between satisfied and not applicable it is `other`."""
    if move.old.outcome is Outcome.UNKNOWN:
        return "known"
    if move.new.outcome is Outcome.UNKNOWN:
        return "open"
    before, after = _RANKS[move.old.outcome], _RANKS[move.new.outcome]
    if before == after:
        return "other"
    return "better" if after > before else "worse"


def counted(difference: TextDifference) -> str:
    """Return how many outcomes moved in each direction."""
    found = [direction(move) for move in difference.moves]
    return ", ".join(f"{found.count(way)} {words}" for way, words in DIRECTIONS.items() if way in found)


def outcomes(old: Outcome, new: Outcome) -> str:
    """Return both outcomes in words."""
    return f"{old.value.replace('_', ' ')} → {new.value.replace('_', ' ')}"


def named(change: Change) -> str:
    """Return what a change is about, as a lawyer would look for it."""
    if change.subject == "examined":
        return "what was read in full"
    if change.subject == "instrument":
        return "the instrument itself"
    what = change.type.replace("_", " ") if change.subject == "provision" else "statement"
    was = f", was {change.old_name}" if change.old_name != change.name else ""
    return f"{change.cite}  {what} ({change.name}{was})"


def field_lines(change: Change) -> list[str]:
    """Return each field with its old and new value; topics that were read are summed up."""
    if change.subject != "examined":
        return [_field_line(changed) for changed in change.fields]
    groups = (("now read in full", "examined"), ("no longer read in full", "not examined"))
    return [
        f"{label}: {_topics([f for f in change.fields if f.new == value])}"
        for label, value in groups
        if any(f.new == value for f in change.fields)
    ]


def _field_line(changed: FieldChange) -> str:
    """Return a field with both values; a note is the coder's own words, so that it is only named."""
    if changed.path == "note" and "none" not in {changed.old, changed.new}:
        return "note: reworded"
    return f"{changed.path}: {changed.old} → {changed.new}"


def _topics(fields: list[FieldChange]) -> str:
    names = ", ".join(f.path for f in fields[:_MOST_TOPICS])
    left = len(fields) - _MOST_TOPICS
    return f"{names} and {left} more" if left > 0 else names


def method(attribution: Attribution, what: str) -> str:
    """Return in one sentence how the points were split."""
    if attribution.method == "exact":
        return (
            f"Each {what}'s mean step over all orders in which they could be made, one by one (Shapley values, exact)."
        )
    return (
        f"Each {what}'s mean step over {attribution.permutations} orders in which they could be made, one by one "
        f"(Shapley values, sampled); ± is a 95 % error bound."
    )


def points(value: float, error: float) -> str:
    """Return points with a sign, and the error bound where there is one."""
    figure = f"{value:+.1f}" if value else "0.0"
    return f"{figure} ±{error:.1f}" if error else figure


def veto_lines(difference: TextDifference) -> list[str]:
    """Return the vetoes that came and those that went."""
    old, new = difference.old.vetoes, difference.new.vetoes
    came, went = [v for v in new if v not in old], [v for v in old if v not in new]
    return [f"{word} {', '.join(names)}" for word, names in (("came:", came), ("went:", went)) if names]


def decided(old: Side, new: Side) -> str:
    """Return both coverages."""
    before, after = f"{old.coverage:.0%}", f"{new.coverage:.0%}"
    return f"{before} of what applies is decided" if before == after else f"decided {before} → {after} of what applies"
