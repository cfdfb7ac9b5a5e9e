"""Amendments as Markdown, for a pull-request comment or a page."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.amending.results import Amendments, AmendmentSet
from policy_engine.reports import amend_words as words
from policy_engine.reports.markdown_text import inert


def render(found: Amendments) -> str:
    """Return the answer; nothing that a file says is taken for markup."""
    return "\n".join(lines(found)) + "\n"


def lines(found: Amendments) -> Iterator[str]:
    """Yield the section of one answer."""
    yield f"### {inert(found.proposal.title)}"
    yield ""
    yield f"Target `{found.target}`: {found.meaning}. Lens `{found.lens.id}` {found.lens.version}."
    yield f"Now: {words.standing(found.before)}."
    yield ""
    yield f"**{inert(words.answer(found))}**"
    if words.unknowns(found):
        yield inert(words.unknowns(found))
    if found.protected:
        yield f"Kept as they are: {inert(', '.join(found.protected))}."
    yield ""
    for number, item in enumerate(found.sets, start=1):
        if len(found.sets) > 1:
            yield from (f"#### Set {number} of {len(found.sets)}", "")
        yield from _set(item, found.lens.id)
    for hindrance in found.hindrances:
        yield f"- {inert(' '.join(words.hindrance(hindrance)))}"
    if found.hindrances:
        yield ""
    if words.best(found):
        yield from (words.best(found), "")
    if found.weights:
        yield from ("| criterion | outcome there | points | why it stays |", "|---|---|---|---|")
        for weight in found.weights:
            name = f"{weight.criterion} {inert(weight.title)}"
            yield f"| {name} | {words.outcome(weight.outcome)} | {weight.points:.1f} | {inert(weight.why)} |"
        yield ""


def _set(item: AmendmentSet, lens: str) -> Iterator[str]:
    for number, made in enumerate(item.amendments, start=1):
        yield f"{number}. **{inert(made.words)}**{words.cost(made)}"
        for mended in made.mends:
            yield f"   - for {inert(words.mended(mended))}"
        for touched in made.touches:
            line = f"line {touched.location.line}"
            yield f"   - {inert(words.touched(touched))}" + (f" ({line})" if touched.kind != "add" else "")
    yield ""
    yield f"After: {words.standing(item.after)}."
    yield from (f"- {inert(words.moved(moved, lens))}" for moved in item.worse)
    yield ""
    if item.other_lenses:
        yield from ("| other lens | before | after | harm |", "|---|---|---|---|")
        for view in item.other_lenses:
            harm = " ".join(map(inert, words.harms(view))) or "none"
            yield f"| `{view.lens.id}` | {words.standing(view.before)} | {words.standing(view.after)} | {harm} |"
        yield ""
    fence = "```"
    while fence in item.patch:
        fence += "`"
    yield from (
        "<details><summary>Patch</summary>",
        "",
        f"{fence}diff",
        item.patch.rstrip("\n"),
        fence,
        "",
        "</details>",
        "",
    )
