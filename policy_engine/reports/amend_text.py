"""Amendments as text: the answer, each amendment with its section, the result, other views, and the patch."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.amending.results import Amendments, AmendmentSet, Weight
from policy_engine.reports import amend_words as words
from policy_engine.reports.gate_text import WIDTH, wrapped


def render(found: Amendments) -> str:
    """Return the report; the patch in it is one that `git apply` takes."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Amendments) -> Iterator[str]:
    yield "=" * WIDTH
    yield from wrapped(found.proposal.title, "", "Text:    ")
    yield found.proposal.id
    yield ""
    yield from wrapped(f"{found.target}: {found.meaning}", "", "Target:  ")
    yield f"Lens:    {found.lens.id} {found.lens.version} as of {found.lens.as_of}"
    yield f"Now:     {words.standing(found.before)}"
    yield from wrapped(words.answer(found), "", "Answer:  ")
    if found.protected:
        yield from wrapped(", ".join(found.protected), "", "Kept:    ")
    if words.unknowns(found):
        yield from wrapped(words.unknowns(found), "", "Unknown: ")
    yield ""
    for number, item in enumerate(found.sets, start=1):
        if len(found.sets) > 1:
            yield "-" * WIDTH
            yield f"Set {number} of {len(found.sets)}"
            yield ""
        yield from _set(item, found.lens.id)
    yield from _unreachable(found)
    yield from wrapped(
        "This judges design on paper, not effect. An amendment is drawn from the fix of a criterion; whether it is "
        "good law, and how it is worded, is for those who draft.",
        "",
    )


def _set(item: AmendmentSet, lens: str) -> Iterator[str]:
    for number, made in enumerate(item.amendments, start=1):
        yield from wrapped(f"{made.words}{words.cost(made)}", "  ", f"{number}. ")
        for mended in made.mends:
            yield from wrapped(f"for {words.mended(mended)}", "     ")
        for touched in made.touches:
            yield from wrapped(words.touched(touched), "     ", "- ")
            place = touched.location
            yield f"       {place.file}:{place.line}:{place.column}"
        yield ""
    yield f"After:   {words.standing(item.after)}"
    for moved in item.worse:
        yield from wrapped(words.moved(moved, lens), "  ", "! ")
    yield ""
    if item.other_lenses:
        yield "Under other lenses (`!` marks harm)"
        for view in item.other_lenses:
            yield f"  {view.lens.id}: {words.standing(view.before)} → {words.standing(view.after)}"
            for harm in words.harms(view):
                yield from wrapped(harm, "    ", "! ")
        yield ""
    yield "Patch"
    yield ""
    yield item.patch


def _unreachable(found: Amendments) -> Iterator[str]:
    if found.hindrances:
        yield "What stands in the way"
        for hindrance in found.hindrances:
            sentences = words.hindrance(hindrance)
            yield from wrapped(" ".join(sentences), "  ", "- ")
        yield ""
    if words.best(found):
        yield from wrapped(words.best(found), "")
        yield ""
    if found.weights:
        yield "What holds the score down there, in points"
        for weight in found.weights:
            yield from wrapped(_weight(weight), "  ", f"{weight.points:5.1f}  ")
        yield ""


def _weight(weight: Weight) -> str:
    return f"{weight.criterion} {weight.title} ({words.outcome(weight.outcome)}): {weight.why}"
