"""The page of a sensitivity analysis: what moves the verdict, the largest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.analysis.sensitivity_results import (
    CutoffEffect,
    CutoffEnd,
    Effect,
    FactEffect,
    Sensitivity,
    SobolIndices,
    WeightFlip,
)
from policy_engine.reports.analysis_words import interval, verdict
from policy_engine.reports.page import Bar, Block, Bullets, Heading, Page, Paragraph, Plot, Table

MOST_CRITERIA: Final = 15
MOST_FACTS: Final = 15


def page(found: Sensitivity) -> Page:
    """Return the page."""
    blocks: list[Block] = [
        Paragraph(
            f"{found.proposal.title}. Under the lens {found.lens.id} {found.lens.version}, digest "
            f"{found.lens_digest[:12]}: {_effect(found.base)}, {found.coverage:.0f} % decided. One thing is changed "
            "at a time, and all else stays as it is. A veto falls only where its blocker is no longer violated."
        ),
        *_criteria(found),
        *_cutoffs(found),
        *_weights(found),
        *_facts(found),
        *_sobol(found.sobol),
    ]
    return Page(f"What moves the verdict on {found.proposal.id}", tuple(blocks))


def _effect(effect: Effect) -> str:
    return f"{verdict(effect.verdict)}, {interval(effect.score)}"


def _moved(effect: Effect, base: Effect) -> str:
    mark = " ← verdict changes" if effect.verdict is not base.verdict else ""
    return f"{_effect(effect)}{mark}"


def _criteria(found: Sensitivity) -> Iterator[Block]:
    yield Heading("Criteria, each left out")
    changing = [item for item in found.criteria if item.effect.verdict is not found.base.verdict]
    told = ", ".join(item.criterion for item in changing) or "none"
    yield Paragraph(f"Criteria without which the verdict is another one: {told}.")
    rows = tuple(
        (
            f"{item.criterion} {item.title}",
            item.severity,
            item.outcome.replace("_", " "),
            _moved(item.effect, found.base),
        )
        for item in found.criteria[:MOST_CRITERIA]
    )
    head = ("criterion", "severity", "outcome", "without it")
    more = f" ({MOST_CRITERIA} of {len(found.criteria)})" if len(found.criteria) > MOST_CRITERIA else ""
    yield Table(f"Largest effect first{more}:", head, rows)


def _cutoffs(found: Sensitivity) -> Iterator[Block]:
    yield Heading("Cut-offs, each at the ends of its range")
    moving = sorted((c for c in found.cutoffs if _moves(c)), key=lambda c: (-_reach(c, found.base), c.parameter))
    if moving:
        rows = tuple(
            (f"{c.parameter} {c.value:g} {c.unit}", c.origin, _end(c.low, found.base), _end(c.high, found.base))
            for c in moving
        )
        yield Table("Cut-offs that move an outcome:", ("cut-off", "origin", "at the low end", "at the high end"), rows)
        bars = tuple(Bar(c.parameter, (_span(c)[1],), _span(c)[0]) for c in moving)
        told = f"Bars from the lowest to the highest score that each of {len(bars)} cut-offs gives, on a scale to 100."
        yield Plot("Tornado: reach of the score over the range of each cut-off", told, ("score",), bars)
        yield Bullets("Why these ranges:", tuple(f"{c.parameter}: {c.reason}" for c in moving))
    still = [c.parameter for c in found.cutoffs if not _moves(c)]
    if still:
        yield Paragraph(f"No outcome changes within the range of: {', '.join(still)}.")
    if found.fixed_cutoffs:
        told = ", ".join(found.fixed_cutoffs)
        yield Paragraph(f"Not moved, because their rule sets declare no range (--factor moves them): {told}.")


def _moves(cutoff: CutoffEffect) -> bool:
    return bool(cutoff.low.changed or cutoff.high.changed)


def _reach(cutoff: CutoffEffect, base: Effect) -> float:
    ends = (cutoff.low.effect, cutoff.high.effect)
    points = sum(abs(e.score.low - base.score.low) + abs(e.score.high - base.score.high) for e in ends)
    return round(points + (1000.0 if any(e.verdict is not base.verdict for e in ends) else 0.0), 6)


def _end(end: CutoffEnd, base: Effect) -> str:
    if not end.changed:
        return f"{end.value:g}: no change"
    changed = ", ".join(f"{c.criterion} {c.after.replace('_', ' ')}" for c in end.changed)
    return f"{end.value:g}: {changed}; {_moved(end.effect, base)}"


def _span(cutoff: CutoffEffect) -> tuple[float, float]:
    ends = (cutoff.low.effect.score, cutoff.high.effect.score)
    low = min(score.low for score in ends)
    return low, max(max(score.high for score in ends) - low, 0.5)


def _weights(found: Sensitivity) -> Iterator[Block]:
    yield Heading("Weights, each by itself")
    if found.base.verdict == "veto":
        yield Paragraph("A blocker is violated. No weight changes that.")
        return
    flips = [flip for flip in found.weights if flip.lower is not None or flip.higher is not None]
    if not flips:
        yield Paragraph("No weight of a single principle, however small or large, changes the verdict.")
        return
    rows = tuple((f"{f.principle} {f.name}", f"{f.weight:g}", _lower(f), _higher(f)) for f in flips)
    head = ("principle", "weight", "below", "above")
    yield Table("The nearest weights at which the verdict is another one (other weights unchanged):", head, rows)


def _lower(flip: WeightFlip) -> str:
    if flip.lower is None or flip.lower_verdict is None:
        return "no change"
    return f"under {flip.lower:.2f}: {verdict(flip.lower_verdict)}"


def _higher(flip: WeightFlip) -> str:
    if flip.higher is None or flip.higher_verdict is None:
        return "no change"
    return f"over {flip.higher:.2f}: {verdict(flip.higher_verdict)}"


def _facts(found: Sensitivity) -> Iterator[Block]:
    yield Heading("Unknown facts, each by itself")
    if not found.facts and not found.topics:
        yield Paragraph("No unknown fact moves the score.")
        return
    if found.facts:
        more = f" ({MOST_FACTS} of {len(found.facts)})" if len(found.facts) > MOST_FACTS else ""
        shown = tuple(_fact(fact, found.base) for fact in found.facts[:MOST_FACTS])
        yield Bullets(f"What each value would give, all other facts unknown; largest effect first{more}:", shown)
    if found.topics:
        told = ", ".join(name.replace("_", " ") for name in found.topics)
        yield Paragraph(f"Provisions that the text was not read for, and that could decide as well: {told}.")


def _fact(fact: FactEffect, base: Effect) -> str:
    contested = " (contested)" if fact.contested else ""
    values = "; ".join(f"{v.value.replace('_', ' ')}: {_moved(v.effect, base)}" for v in fact.values)
    return f"{fact.fact}{contested}. {values}."


def _sobol(indices: tuple[SobolIndices, ...]) -> Iterator[Block]:
    if not indices:
        return
    yield Heading("Sobol indices")
    yield Paragraph(
        "Share of the variance that an input explains alone (first) and with all others (total). Weights are even from "
        "0 to twice their own, the edges of the bands within 10 points, and the unknown facts put every principle at "
        "one part of the way from low to high. Vetoes are left aside."
    )
    for found in indices:
        if not found.indices:
            yield Paragraph(f"The {found.output} does not vary.")
            continue
        rows = tuple(
            (i.input, f"{i.first:.2f} (± {i.first_error:.2f})", f"{i.total:.2f} (± {i.total_error:.2f})")
            for i in found.indices
        )
        yield Table(f"Of the {found.output}:", ("input", "first", "total"), rows)
