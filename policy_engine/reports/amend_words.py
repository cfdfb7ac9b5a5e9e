"""Sentences about amendments that the text and the Markdown report share."""

from __future__ import annotations

from policy_engine.amending.results import (
    AmendmentMade,
    Amendments,
    Hindrance,
    Mended,
    Moved,
    Standing,
    Touched,
    UnderLens,
)
from policy_engine.reports.text_report import interval
from policy_engine.results import Outcome, Verdict

BANDS = {
    Verdict.VETO: "veto",
    Verdict.DOES_NOT_MEET: "does not meet",
    Verdict.MIXED: "mixed",
    Verdict.MEETS: "meets",
    Verdict.UNDETERMINED: "undetermined",
}


def answer(found: Amendments) -> str:
    """Return what was found in a sentence or two, with how far it is proved."""
    if found.status == "already":
        return "The text reaches the target as it stands; nothing has to be amended."
    if found.status == "unreachable":
        return (
            f"No choice among the {_counted(found.candidates)} that could be made reaches the target. This is proved."
        )
    if found.status == "not_proved":
        limits = "Not proved: the limits of the search were reached."
        least = f"{limits} Every set that reaches the target costs at least {found.at_least}"
        if found.sets:
            return f"{least}; the set below costs {found.sets[0].cost}, and a smaller one may exist."
        return f"{least}; none was found, and one may exist."
    first = found.sets[0]
    by_count = first.cost == len(first.amendments) and all(made.cost == 1 for made in first.amendments)
    size = _counted(len(first.amendments))
    if by_count:
        said = f"{size} out of {found.candidates} that could be made; fewer do not reach the target. This is proved."
    else:
        said = (
            f"{size} out of {found.candidates} that could be made, of cost {first.cost}; no set of lower cost reaches "
            "the target. This is proved."
        )
    return f"{said} {_others(found)}".rstrip()


def _others(found: Amendments) -> str:
    if found.complete:
        return f"{_counted(len(found.sets), 'set')} of this cost there are, all shown." if len(found.sets) > 1 else ""
    return f"{len(found.sets)} sets of this cost are shown; there may be more." if len(found.sets) > 1 else ""


def _counted(number: int, what: str = "amendment") -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def unknowns(found: Amendments) -> str:
    """Return how much stands in the way that no amendment is drawn from; nothing where all is known."""
    if not found.unknown:
        return ""
    one = len(found.unknown) == 1
    subject = "1 criterion is" if one else f"{len(found.unknown)} criteria are"
    count = "counts" if one else "count"
    return (
        f"{subject} unknown ({', '.join(found.unknown)}); no amendment is drawn from {'it' if one else 'them'}, and "
        f"{'it' if one else 'they'} {count} as failing."
    )


def standing(now: Standing) -> str:
    """Return verdict, score and vetoes."""
    vetoes = f" ({', '.join(now.vetoes)})" if now.vetoes else ""
    return f"{BANDS[now.verdict]}{vetoes}, {interval(now.score)} of 100"


def outcome(value: Outcome) -> str:
    """Return an outcome in words."""
    return value.value.replace("_", " ")


def mended(item: Mended) -> str:
    """Return what becomes of the criterion whose fix an amendment is."""
    return f"{item.criterion} {item.title} ({item.severity}): {outcome(item.before)} → {outcome(item.after)}"


def touched(item: Touched) -> str:
    """Return what an amendment does to a provision, with the section."""
    if item.kind == "add":
        return f"adds, as {item.cite}: {item.type.replace('_', ' ')} {item.after}"
    if item.kind == "strike":
        return f"strikes {item.cite} ({item.provision})"
    was = item.before or "not given"
    return f"sets {item.field} in {item.cite} ({item.provision}): {was} → {item.after}"


def moved(item: Moved, lens: str) -> str:
    """Return how a criterion gets worse, as a sentence."""
    return (
        f"Under the lens {lens}, {item.criterion} ({item.title}; {item.severity}) turns from {outcome(item.before)} to "
        f"{outcome(item.after)}."
    )


def harms(view: UnderLens) -> tuple[str, ...]:
    """Return what the amendments harm under a lens, as sentences."""
    lens = view.lens.id
    found = []
    if view.verdict_falls:
        found.append(
            f"Under the lens {lens}, the verdict falls from {BANDS[view.before.verdict]} to "
            f"{BANDS[view.after.verdict]}."
        )
    return (*found, *(moved(item, lens) for item in view.worse))


def hindrance(item: Hindrance) -> tuple[str, ...]:
    """Return why demands cannot be met, as sentences."""
    if len(item.demands) == 1:
        return item.reasons
    return (f"These cannot be met together: {'; '.join(item.demands)}.", *item.reasons)


def best(found: Amendments) -> str:
    """Return how high the score can go, where the target cannot be reached; nothing where no score was asked for."""
    if found.best_low is None:
        return ""
    proof = "this is proved" if found.best_proved else "higher ones were not ruled out"
    return f"Whatever is done about blockers, the highest low bound that was found is {found.best_low:.1f}; {proof}."


def cost(made: AmendmentMade) -> str:
    """Return the cost of an amendment where it is not 1."""
    return "" if made.cost == 1 else f" [cost {made.cost}]"
