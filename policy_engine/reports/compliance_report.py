"""A checklist of actions with sections and dates: text, Markdown, CSV, iCalendar and JSON."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import Final

from policy_engine.patchwork.compliance import Action, Compliance, described
from policy_engine.reports.csv_report import inert_cell
from policy_engine.reports.markdown_text import inert

NOTE: Final = (
    "A checklist from texts as coded, not legal advice. Terms that were not examined are named; a section marked `may "
    "bind` hangs on a fact that the file or the actor leaves open."
)
_OCTETS: Final = 75


def _head(found: Compliance) -> str:
    return f"{found.title}, {found.as_of}: {len(found.actions)} actions keep {found.duties} duties"


def _sections(action: Action) -> Iterator[str]:
    for place, date, sure in action.duties:
        day = f" from {date}" if date else ""
        yield f"{place}{day}" + ("" if sure else " (may bind)")


def _rest(found: Compliance) -> Iterator[str]:
    """Yield what cannot be kept together, and the bans that hang on a condition."""
    if found.core:
        yield "These cannot be satisfied together; without any one of them, the rest can:"
        yield from (f"- {e.words}" + (f" ({e.place})" if e.place else "") for e in found.core)
    if found.conditional:
        yield "Prohibitions that bind only in some cases, to be watched:"
        yield from (f"- {place}" for place in found.conditional)


def text(found: Compliance) -> str:
    """Return the checklist as plain text."""
    lines = [_head(found) if not found.core else f"{found.title}, {found.as_of}: no set of actions keeps every duty"]
    for action in found.actions:
        lines += [f"  - {described(action)}", *(f"      {section}" for section in _sections(action))]
        if action.open_terms:
            lines.append(f"      not examined: {', '.join(t.replace('_', ' ') for t in action.open_terms)}")
    return "\n".join([*lines, *_rest(found), NOTE, ""])


def markdown(found: Compliance) -> str:
    """Return the checklist as Markdown with boxes to tick."""
    lines = [f"# {inert(_head(found))}", "", NOTE, ""]
    for action in found.actions:
        lines += [f"- [ ] {inert(described(action))}", *(f"  - {inert(section)}" for section in _sections(action))]
    return "\n".join(
        [*lines, "", *(inert(line) if line[:2] != "- " else f"- {inert(line[2:])}" for line in _rest(found)), ""]
    )


def table(found: Compliance) -> str:
    """Return the checklist as CSV: a row for each duty of each action."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("action", "to", "clock", "text", "section", "from", "certainty", "file", "line"))
    for action in found.actions:
        for place, date, sure in action.duties:
            head = (action.what, action.address, action.clock, place.instrument, place.cite)
            tail = (str(date or ""), "binds" if sure else "may bind", place.location.file, str(place.location.line))
            writer.writerow([inert_cell(cell) for cell in (*head, *tail)])
    return stream.getvalue()


def calendar(found: Compliance) -> str:
    """Return the checklist as iCalendar (RFC 5545): an all-day event for each action, repeated as the text asks."""
    stamp = f"{found.as_of:%Y%m%d}T000000Z"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//policy-engine//compliance//EN", "CALSCALE:GREGORIAN"]
    for action in found.actions:
        sections = "; ".join(_sections(action))
        identity = hashlib.sha256(f"{found.actor}\n{described(action)}\n{sections}".encode()).hexdigest()[:24]
        lines += ["BEGIN:VEVENT", f"UID:{identity}@policy-engine", f"DTSTAMP:{stamp}"]
        lines += [f"DTSTART;VALUE=DATE:{action.since:%Y%m%d}", f"SUMMARY:{_escaped(action.what)}"]
        months = action.terms.get("interval_months")
        if isinstance(months, float) and months >= 1 and months == int(months):
            lines.append(f"RRULE:FREQ=MONTHLY;INTERVAL={int(months)}")
        lines += [
            f"DESCRIPTION:{_escaped(f'{described(action)}. {sections}. {NOTE}')}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{line}\r\n" for line in _folded([*lines, "END:VCALENDAR"]))


def _escaped(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return " ".join(words.splitlines())


def _folded(lines: list[str]) -> Iterator[str]:
    """Yield lines cut to 75 octets, as the format asks, and never inside a character."""
    for line in lines:
        part = ""
        for sign in line:
            if len((part + sign).encode()) > _OCTETS:
                yield part
                part = " "
            part += sign
        yield part
