"""The tables of a patchwork, which text, Markdown, CSV and HTML show alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from policy_engine.patchwork.analysis import Displacement, Patchwork
from policy_engine.patchwork.calendar import ActorView
from policy_engine.patchwork.groups import Conflict, Divergence
from policy_engine.patchwork.model import Place
from policy_engine.patchwork.preemption import Fate
from policy_engine.patchwork.terms import shown

NOTE: Final = "It compares texts on paper, as coded; it says nothing on effect, and not what a court would hold."
_MOST_PLACES: Final = 6


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; `said` stands before it, and in its place where there are no rows."""

    name: str
    title: str
    said: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of(patchwork: Patchwork) -> tuple[Table, ...]:
    """Return every table that has something to say, in the order of the report."""
    found = [_texts(patchwork), _shared(patchwork), _divergences(patchwork), _conflicts(patchwork.conflicts)]
    found += [_gaps(patchwork), _loose(patchwork)]
    for view in patchwork.actors:
        found += _actor(view)
    if patchwork.displacement is not None:
        found += _displacement(patchwork.displacement)
    return tuple(found)


def sections(places: Iterable[Place]) -> str:
    """Return places as a list of sections, cut where it would grow long."""
    listed = list(places)
    more = f" and {len(listed) - _MOST_PLACES} more" if len(listed) > _MOST_PLACES else ""
    return "; ".join(str(place) for place in listed[:_MOST_PLACES]) + more


def _texts(patchwork: Patchwork) -> Table:
    rows = tuple(
        (
            i.id,
            i.title,
            f"{i.proposal.status.stage.replace('_', ' ')} {i.proposal.status.date}",
            str(len(i.obligations)),
        )
        for i in patchwork.instruments
    )
    said = f"Duties in force on {patchwork.as_of}. " if patchwork.as_of else ""
    if patchwork.not_law:
        said += f"Left out, since no duty of theirs is in force then: {', '.join(patchwork.not_law)}. "
    index = patchwork.index
    families = ", ".join(f"{family} in {count}" for family, count in index.by_family)
    said += f"Patchwork index: {index.arithmetic}."
    said += f" What differs: {families}." if families else ""
    said += f" Conflicts proven: {index.conflicts}, possible: {index.possible_conflicts}."
    return Table("texts", "Texts", said, ("text", "title", "status", "duties"), rows)


_STATES: Final = {
    "alone": "one text only",
    "same": "same terms",
    "differs": "terms differ",
    "unknown": "may differ",
}


def _shared(patchwork: Patchwork) -> Table:
    rows = tuple(
        (str(g.key), _STATES[g.state], str(len(g.instruments)), sections(o.place for o in g.obligations))
        for g in patchwork.groups
    )
    said = "Every duty once, with the sections that impose it. Same terms are overlaps, terms that differ divergences."
    return Table("duties", "Duties", said, ("duty", "state", "texts", "sections"), rows)


def _divergences(patchwork: Patchwork) -> Table:
    rows = tuple(
        (str(group.key), d.term.replace("_", " "), d.family, readings(d))
        for group in patchwork.groups
        for d in group.divergences
        if d.proven
    )
    said = "Terms of a shared duty that read differently." if rows else "No term of a shared duty is shown to differ."
    return Table("divergences", "Divergences", said, ("duty", "term", "family", "readings"), rows)


def readings(divergence: Divergence) -> str:
    """Return what a term reads in which sections."""
    return " | ".join(f"{shown(r.value)}: {sections(r.places)}" for r in divergence.readings)


def _conflicts(conflicts: tuple[Conflict, ...]) -> Table:
    rows = tuple(
        (
            "proven" if c.proven else "possible",
            f"{c.act} ({c.persons.replace('_', ' ')}, {c.subjects})",
            str(c.required),
            str(c.forbidden),
            c.reason + (f"; {c.others} more pairs" if c.others else ""),
        )
        for c in conflicts
    )
    said = (
        "Acts that one section requires and another forbids."
        if rows
        else "No text requires what another forbids. Deadlines never conflict: the earliest meets all."
    )
    columns = ("certainty", "act", "required by", "forbidden by", "why")
    return Table("conflicts", "Conflicts", said, columns, rows)


def _gaps(patchwork: Patchwork) -> Table:
    words = {"gap": "no text covers it", "unknown": "open: texts not read in full for it"}
    rows = tuple(
        (c.kind, c.name.replace("_", " "), words[c.state], ", ".join(c.unread))
        for c in patchwork.coverage
        if c.state != "covered"
    )
    said = (
        "Families of duties that no text imposes, and risks that none names."
        if rows
        else "Every family of duties is imposed, and every risk is named."
    )
    return Table("gaps", "Gaps", said, ("kind", "name", "state", "texts not read for it"), rows)


def _loose(patchwork: Patchwork) -> Table:
    rows = tuple((str(o.place), o.type.replace("_", " "), o.why_unkeyed) for o in patchwork.loose)
    said = "Duties that are not paired." if rows else "Every duty could be compared."
    return Table("not-compared", "Not compared", said, ("section", "type", "why"), rows)


def _actor(view: ActorView) -> Iterator[Table]:
    rows = tuple((e.starts, e.what, e.recurs, _binds(certain=e.certain), str(e.place)) for e in view.entries)
    said = "" if rows else "No duty of the set binds this actor."
    columns = ("from", "duty", "clock", "certainty", "section")
    yield Table(f"calendar-{view.actor}", f"Calendar: {view.title}", said, columns, rows)
    strict = tuple(
        (str(s.key), s.term.replace("_", " "), shown(s.value), _binds(certain=s.certain), sections(s.places))
        for s in view.strictest
    )
    title = f"Strictest terms: {view.title}"
    said = "Of the duties that bind or may bind."
    yield Table(f"strictest-{view.actor}", title, said, ("duty", "term", "value", "certainty", "sections"), strict)
    added = tuple(
        (
            a.instrument,
            str(len(a.new)),
            sections(a.new),
            "; ".join(f"{term.replace('_', ' ')} ({place.cite})" for place, term in a.stricter),
            str(a.repeated),
        )
        for a in view.added
        if a.new or a.stricter or a.repeated
    )
    columns = ("text", "new duties", "their sections", "stricter than before", "repeated")
    said = "Duties that bind or may bind, in the order of enactment."
    yield Table(f"added-{view.actor}", f"What each text adds: {view.title}", said, columns, added)


def _binds(*, certain: bool) -> str:
    return "binds" if certain else "may bind"


def _displacement(found: Displacement) -> Iterator[Table]:
    clauses = tuple((c.place.cite, c.provision.mechanism or "", c.start.words, c.lasts) for c in found.clauses)
    said = (
        f"Under {found.title}: displaced {found.displaced}, saved {found.saved}, untouched {found.untouched}, doubtful "
        f"{found.doubtful}. Displaced duties with nothing in their place: {found.without_substitute}; with a weaker "
        f"duty: {found.weaker}. A doubtful provision counts as neither; it widens the totals."
    )
    yield Table("clauses", "Pre-emption", said, ("section", "mechanism", "from", "lasts"), clauses)
    rows = tuple(_fate(f) for f in found.fates if f.clause is not None)
    columns = ("provision", "section", "fate", "clause", "why", "in its place", "term by term", "unprotected")
    yield Table("fates", "What becomes of each provision", "", columns, rows)
    rest = tuple((f.what, str(f.place), f.reason) for f in found.fates if f.clause is None)
    yield Table("left-alone", "Provisions that no clause reaches", "", ("provision", "section", "why"), rest)


def _fate(fate: Fate) -> tuple[str, ...]:
    substitute = fate.substitute
    place = terms = ""
    if substitute is not None:
        known = {"none": "nothing", "unknown": "strength open", "differs": "stronger and weaker"}
        place = known.get(substitute.strength, substitute.strength)
        place += f": {substitute.place.cite}" if substitute.place else ""
        place += f", {substitute.starts}" if substitute.starts else ""
        families = ", ".join(f"{family} {value}" for family, value in substitute.families.items())
        terms = f"{families} ({substitute.reason})" if families else substitute.reason
    clause = str(fate.clause) if fate.clause else ""
    return (fate.what, str(fate.place), fate.state, clause, fate.reason, place, terms, fate.unprotected)
