"""The text of a comparison of two lenses: in what they differ, then each text under both."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.difference.model import LensDifference, LensMove, LensSide, ReadTwice
from policy_engine.reports.diff_words import NOT_RANKED, method, outcomes, points
from policy_engine.reports.gate_text import WIDTH, wrapped
from policy_engine.reports.lens_page import change_in_words
from policy_engine.reports.phrases import ON_PAPER
from policy_engine.reports.points import shown
from policy_engine.reports.text_report import interval


def lines(difference: LensDifference) -> Iterator[str]:
    """Yield the lines of the report."""
    old, new = difference.old, difference.new
    yield f"Compared: {_named(old)} → {_named(new)}, on {len(difference.texts)} text(s)"
    yield from wrapped(NOT_RANKED, "")
    yield "-" * WIDTH
    yield "In what the lenses differ ('there' is the first, 'here' the second)"
    for side in (old, new):
        if side.only:
            yield from wrapped(f"Only {side.lens.id} asks: {', '.join(side.only)}.", "  ")
    for change in difference.changes:
        yield from wrapped(change_in_words(change), "  ")
    if not (old.only or new.only or difference.changes):
        yield "  They ask the same in the same way."
    yield from _table(difference)
    for text in difference.texts:
        yield from _text(text)
    yield "-" * WIDTH
    yield f"Engine:  {difference.engine}"
    yield ON_PAPER


def _named(side: LensSide) -> str:
    return f"{side.lens.id} {side.lens.version} (as of {side.lens.as_of}, digest {side.digest[:12]})"


def _table(difference: LensDifference) -> Iterator[str]:
    yield "-" * WIDTH
    yield "Each text under the first lens, then under the second (not a ranking)"
    for scope in sorted({text.old.proposal.scope_class for text in difference.texts}):
        yield ""
        yield scope.replace("_", " ")
        for text in difference.texts:
            if text.old.proposal.scope_class == scope:
                cells = [f"{s.verdict.replace('_', ' '):<14} {interval(s.score):>14}" for s in (text.old, text.new)]
                yield f"  {text.old.proposal.id:<38} {cells[0]}   {cells[1]}"


def _text(text: ReadTwice) -> Iterator[str]:
    attribution = shown(text.attribution, text.old, text.new, 1)
    shares = [s for s in attribution.shares if s.low or s.high]
    if not (shares or text.moves):
        return
    yield "-" * WIDTH
    yield f"{text.old.proposal.id}  {text.old.proposal.file}"
    if shares:
        said = "; ".join(f"{s.change} {points(s.low, s.low_error)} / {points(s.high, s.high_error)}" for s in shares)
        total = f"{points(attribution.low, 0.0)} / {points(attribution.high, 0.0)}"
        yield from wrapped(f"Points by principle (low / high bound, in all {total}): {said}.", "  ")
        if attribution.method == "sampled":
            yield from wrapped(method(attribution, "principle"), "  ")
    for move in text.moves:
        yield from _move(move)


def _move(move: LensMove) -> Iterator[str]:
    why = "; ".join(move.why)
    yield from wrapped(f"{move.criterion} {move.title}: {outcomes(move.old.outcome, move.new.outcome)}. {why}", "  ")
