"""Markdown of a comparison, for a pull-request comment: verdict and score first, details folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from policy_engine.difference.model import Attribution, Change, LensDifference, Move, ReadTwice, TextDifference
from policy_engine.reports.diff_words import (
    CAUTION,
    DIRECTIONS,
    NOT_RANKED,
    decided,
    direction,
    field_lines,
    method,
    named,
    outcomes,
    points,
    veto_lines,
)
from policy_engine.reports.input import DifferenceInput
from policy_engine.reports.markdown_report import LONGEST
from policy_engine.reports.markdown_text import folded, inert
from policy_engine.reports.phrases import ON_PAPER
from policy_engine.reports.points import shown
from policy_engine.reports.room import size
from policy_engine.reports.text_report import VERDICTS, interval

_MOST_MOVERS: Final = 3
_CUT: Final = "\n\n**Left out, so that it fits into a comment: the rest.** The text and the JSON show all.\n"


def render(report: DifferenceInput) -> str:
    """Return the comment; nothing that a file says is taken for markup."""
    parts: list[str] = []
    if report.texts is not None:
        parts += _texts(report.texts)
    if report.lenses is not None:
        parts += _lenses(report.lenses)
    if report.failures:
        parts.append(_block(["### Files at fault", "", *(f"- {inert(str(fault))}" for fault in report.failures)]))
    return _fitted(parts)


def _fitted(parts: list[str]) -> str:
    """Return the parts below what GitHub takes for a comment; a table is cut between its lines, and that is said."""
    whole = "".join(parts)
    if size(whole) <= LONGEST:
        return whole
    kept: list[str] = []
    room = LONGEST - size(_CUT)
    for part in parts:
        # What folds away is left out whole: half of it would leave its markup open.
        lines = [part] if part.startswith("<details>") else part.splitlines(keepends=True)
        for line in lines:
            room -= size(line)
            if room < 0:
                break
            kept.append(line)
    return "".join(kept).rstrip("\n") + _CUT


def _block(lines: Iterable[str]) -> str:
    return "\n".join([*lines, "", ""])


def _texts(difference: TextDifference) -> Iterator[str]:
    """Yield what a reader sees first, then what folds away."""
    yield _block(_head(difference))
    yield folded("What changed", list(_changes(difference.changes)))
    by_key = {change.key: change for change in difference.changes}
    yield _points(shown(difference.attribution, difference.old, difference.new, 1), by_key)
    yield f"{CAUTION}\n"


def _head(difference: TextDifference) -> Iterator[str]:
    old, new = difference.old, difference.new
    yield f"### {inert(old.proposal.file)} → {inert(new.proposal.file)}"
    yield ""
    verdicts = f"{VERDICTS[old.verdict]}, as before" if old.verdict is new.verdict else ""
    verdicts = verdicts or f"{VERDICTS[old.verdict]} → {VERDICTS[new.verdict]}"
    vetoes = "".join(f" Vetoes {line}." for line in veto_lines(difference))
    yield f"**{verdicts}.** Score {interval(old.score)} → {interval(new.score)} of 100; {decided(old, new)}.{vetoes}"
    lens = difference.lens
    yield f"Lens {inert(lens.id)} {lens.version}, {lens.as_of}, digest {difference.digest[:12]}."
    yield ""
    yield from (f"- {inert(note)}" for note in difference.notes)
    if difference.notes:
        yield ""
    by_key = {change.key: change for change in difference.changes}
    if difference.moves:
        yield "| | criterion | outcome | moved by |"
        yield "|---|---|---|---|"
        yield from (_move(move, by_key) for move in difference.moves)
    else:
        yield "No outcome moved."


def _move(move: Move, changes: dict[str, Change]) -> str:
    moving = [changes[mover.change] for mover in move.movers if round(mover.share, 2) > 0]
    said = [f"{inert(_short(change))} ({change.kind}, line {change.location.line})" for change in moving[:_MOST_MOVERS]]
    said += [f"and {len(moving) - _MOST_MOVERS} more"] if len(moving) > _MOST_MOVERS else []
    head = f"{move.criterion} {inert(move.title)} ({move.severity})"
    return f"| {_way(move)} | {head} | {outcomes(move.old.outcome, move.new.outcome)} | {', '.join(said)} |"


def _way(move: Move) -> str:
    way = DIRECTIONS[direction(move)]
    return f"**{way}**" if way == "worse" else way


def _short(change: Change) -> str:
    return f"{change.cite} ({change.name})" if change.cite else named(change)


def _changes(changes: tuple[Change, ...]) -> Iterator[str]:
    """Yield an item for each change that a rule can read, and one for all the others."""
    for change in changes:
        if change.read:
            head = f"- {change.kind}: {inert(named(change))}, line {change.location.line}"
            fields = [line for line in field_lines(change) if not line.startswith(("cite:", "note:"))]
            yield "\n".join((head, *(f"  - {inert(line)}" for line in fields)))
    unread = [inert(change.name) for change in changes if not change.read]
    if unread:
        yield f"- {len(unread)} in what no rule reads (cite, note, name): {', '.join(unread)}"


def _points(attribution: Attribution, changes: dict[str, Change]) -> str:
    shares = [share for share in attribution.shares if share.low or share.high]
    if not shares:
        return ""
    rows = [method(attribution, "change"), "", "| low bound | high bound | change |", "|---:|---:|---|"]
    for share in shares:
        figures = f"| {points(share.low, share.low_error)} | {points(share.high, share.high_error)} |"
        rows.append(f"{figures} {inert(_short(changes[share.change]))}, {changes[share.change].kind} |")
    rows.append(f"| {points(attribution.low, 0.0)} | {points(attribution.high, 0.0)} | in all |")
    return folded("Where the points come from", rows, len(shares))


def _lenses(difference: LensDifference) -> Iterator[str]:
    yield _block(_table(difference))
    yield folded("Why outcomes differ", [line for text in difference.texts for line in _why(text)])
    yield f"{ON_PAPER}\n"


def _table(difference: LensDifference) -> Iterator[str]:
    old, new = difference.old.lens, difference.new.lens
    yield f"### Lens {inert(old.id)} {old.version} → {inert(new.id)} {new.version}"
    yield ""
    yield NOT_RANKED
    yield ""
    yield "| text | class | first lens | second lens | outcomes that differ |"
    yield "|---|---|---|---|---|"
    for text in difference.texts:
        cells = [f"{side.verdict.replace('_', ' ')}, {interval(side.score)}" for side in (text.old, text.new)]
        moved = ", ".join(move.criterion for move in text.moves)
        scope = text.old.proposal.scope_class.replace("_", " ")
        yield f"| {inert(text.old.proposal.id)} | {scope} | {cells[0]} | {cells[1]} | {moved} |"


def _why(text: ReadTwice) -> Iterator[str]:
    for move in text.moves:
        change = outcomes(move.old.outcome, move.new.outcome)
        yield f"- {inert(text.old.proposal.id)}, {move.criterion}: {change}. {inert('; '.join(move.why))}"
