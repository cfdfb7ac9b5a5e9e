"""The text of a comparison, to be read from the top: verdict and score, changes, outcomes that moved, points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.difference.model import Attribution, Change, Move, Mover, Side, TextDifference
from policy_engine.reports import diff_lens_text
from policy_engine.reports.diff_words import (
    CAUTION,
    counted,
    decided,
    direction,
    field_lines,
    method,
    named,
    outcomes,
    points,
    veto_lines,
)
from policy_engine.reports.gate_text import WIDTH, wrapped
from policy_engine.reports.input import DifferenceInput
from policy_engine.reports.points import shown
from policy_engine.reports.text_report import VERDICTS, interval
from policy_engine.results import Outcome

_MOST_MOVERS: Final = 5
_KINDS: Final = ("added", "removed", "changed", "renamed")


def render(report: DifferenceInput) -> str:
    """Return the report."""
    lines: list[str] = []
    if report.texts is not None:
        lines += _texts(report.texts)
    if report.lenses is not None:
        lines += diff_lens_text.lines(report.lenses)
    if report.failures:
        lines += [f"{len(report.failures)} fault(s) kept files from being compared:", ""]
        lines += [str(fault) for fault in report.failures]
    return "\n".join(lines) + "\n"


def _texts(difference: TextDifference) -> Iterator[str]:
    old, new = difference.old, difference.new
    yield from wrapped(f"{old.proposal.file} → {new.proposal.file}", "", "Compared: ")
    yield f"Verdict:  {_arrow(VERDICTS[old.verdict], VERDICTS[new.verdict])}"
    yield f"Score:    {_arrow(interval(old.score), interval(new.score))} of 100; {decided(old, new)}"
    for label, line in zip(("Vetoes:  ", "         "), veto_lines(difference), strict=False):
        yield f"{label} {line}"
    lens = difference.lens
    yield f"Lens:     {lens.id} {lens.version} as of {lens.as_of}, digest {difference.digest[:12]}"
    yield ""
    for label, side in (("Old", old), ("New", new)):
        yield from wrapped(_title(side), "", f"{label}: ")
    for note in difference.notes:
        yield from wrapped(note, "", "Note: ")
    yield from _changes(difference.changes)
    yield from _moves(difference)
    yield from _points(shown(difference.attribution, old, new, 1), difference.changes)
    yield "-" * WIDTH
    yield f"Digests: old {old.digest[:12]}, new {new.digest[:12]}, rules {difference.rules_digest[:12]}"
    yield f"Engine:  {difference.engine}"
    yield from wrapped(CAUTION, "")


def _arrow(old: str, new: str) -> str:
    return f"{old}, as before" if old == new else f"{old} → {new}"


def _title(side: Side) -> str:
    proposal = side.proposal
    return f"{proposal.title} ({proposal.print}; {proposal.stage.replace('_', ' ')}, {proposal.status_date})"


def _changes(changes: tuple[Change, ...]) -> Iterator[str]:
    yield "-" * WIDTH
    if not changes:
        yield "Nothing differs that describes the text."
        return
    yield f"What changed ({len(changes)})"
    for kind in _KINDS:
        inside = [change for change in changes if change.kind == kind]
        if inside:
            yield ""
            yield f"  {kind.capitalize()} ({len(inside)})"
        for change in inside:
            unread = "" if change.read or kind == "renamed" else "  [no rule reads what changed]"
            yield f"    {named(change)}  {place(change)}{unread}"
            for line in field_lines(change):
                yield from wrapped(line, "        ")


def place(change: Change) -> str:
    """Return file, line and column of a change."""
    at = change.location
    return f"{at.file}:{at.line}:{at.column}"


def _moves(difference: TextDifference) -> Iterator[str]:
    yield "-" * WIDTH
    if not difference.moves:
        yield "No outcome moved."
        return
    yield f"Outcomes that moved: {counted(difference)}"
    by_key = {change.key: change for change in difference.changes}
    for move in difference.moves:
        yield ""
        yield from _move(move, by_key, sampled=difference.attribution.method == "sampled")


def _move(move: Move, changes: dict[str, Change], *, sampled: bool) -> Iterator[str]:
    head = f"{move.criterion} {move.title} ({move.severity}): {outcomes(move.old.outcome, move.new.outcome)}"
    yield from wrapped(head, "  ", f"{direction(move).upper():<6} ")
    yield from wrapped(move.new.message, "    ")
    yield from _movers(move.movers, changes, sampled=sampled)
    if direction(move) != "better" and move.new.outcome in {Outcome.VIOLATED, Outcome.PARTIAL}:
        yield from wrapped(move.new.fix, "    ", "Fix: ")


def _movers(movers: tuple[Mover, ...], changes: dict[str, Change], *, sampled: bool) -> Iterator[str]:
    moving = [mover for mover in movers if round(mover.share, 2) > 0]
    for mover in moving[:_MOST_MOVERS]:
        part = "" if len(moving) == 1 else f" [{'about ' if sampled else ''}{mover.share:.0%}]"
        change = changes[mover.change]
        yield f"    Moved by {named(change)}, {change.kind}  {place(change)}{part}"
    if len(moving) > _MOST_MOVERS:
        yield f"    … and {len(moving) - _MOST_MOVERS} more"
    for mover in movers:
        if round(mover.share, 2) < 0:
            yield f"    Against it: {named(changes[mover.change])}, {changes[mover.change].kind}"


def _points(attribution: Attribution, changes: tuple[Change, ...]) -> Iterator[str]:
    yield "-" * WIDTH
    if not changes:
        return
    yield "Where the points come from (low and high bound of the score)"
    yield from wrapped(method(attribution, "change"), "  ")
    yield ""
    by_key = {change.key: change for change in changes}
    left = 0
    for share in attribution.shares:
        if not share.low and not share.high:
            left += 1
            continue
        figures = f"{points(share.low, share.low_error):>11} {points(share.high, share.high_error):>11}"
        change = by_key[share.change]
        yield from wrapped(f"{named(change)}, {change.kind}", "", f"{figures}  ")
    yield f"{points(attribution.low, 0.0):>11} {points(attribution.high, 0.0):>11}  in all"
    if left:
        yield from wrapped(f"{left} change(s) account for no point, or for less than is shown.", "  ")
