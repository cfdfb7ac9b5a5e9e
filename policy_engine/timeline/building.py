"""From a proposal and an assumed enactment to its timeline."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from policy_engine.errors import Fault, ProposalError
from policy_engine.operators import Truth
from policy_engine.proposals.base import Duty, Provision
from policy_engine.proposals.control import Approval, EscalationTrigger, Restriction, StopPower
from policy_engine.proposals.federalism import Preemption
from policy_engine.proposals.lifecycle import Review, Sunset
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.state import Guidance, Study
from policy_engine.timeline.checks import checks_of
from policy_engine.timeline.model import WORDS, Bound, Mark, Period, Span, SpanKind, Timeline
from policy_engine.timeline.moments import Moment, day_before, plus_days, plus_months
from policy_engine.timeline.starts import (
    DISPLACES,
    Context,
    assumptions_of,
    begins_of,
    context_of,
    end_of,
    start_of,
    truth_of,
    unrecorded_start,
)

MOST_REVIEWS: Final = 12
LEAD_DAYS: Final = 30
_PRIVATE: Final = frozenset({"duty", "approval", "restriction"})


def build_timeline(
    proposal: Proposal,
    *,
    enacted: datetime.date | None = None,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    rule_delay: float = 0,
    lead_days: float = LEAD_DAYS,
) -> Timeline:
    """Return the timeline between two days; without `enacted`, the day of the file or an interval is used."""
    context = context_of(proposal, enacted, rule_delay)
    spans = tuple(_spans(proposal, context))
    marks = tuple(_marks(proposal, context))
    begin = first or context.enactment.earliest
    end = last or _horizon(begin, spans, marks)
    if end <= begin:
        raise ProposalError(Fault(f"the last day ({end}) is not after the first ({begin})"))
    return Timeline(
        proposal.id,
        proposal.title,
        context.enactment,
        assumptions_of(context),
        begin,
        end,
        spans,
        marks,
        tuple(_periods(spans, begin, end)),
        checks_of(proposal, spans, lead_days),
    )


def spans_of(proposal: Proposal, enacted: datetime.date | None, rule_delay: float = 0) -> tuple[Span, ...]:
    """Return the spans alone."""
    return tuple(_spans(proposal, context_of(proposal, enacted, rule_delay)))


def _horizon(begin: datetime.date, spans: tuple[Span, ...], marks: tuple[Mark, ...]) -> datetime.date:
    known = [day for span in spans for day in span.changes] + [mark.due.earliest for mark in marks]
    last = max([day for day in known if day > begin and (day - begin).days < 40 * 366], default=begin)
    return max(plus_days(begin, 365), plus_days(last, 60))


def _spans(proposal: Proposal, context: Context) -> Iterator[Span]:
    for provision in proposal.provisions:
        found = _kind(provision)
        if found is None:
            continue
        kind, certain = found
        dated = isinstance(provision, (Duty, Restriction, Preemption))
        start = start_of(begins_of(provision), context) if dated else unrecorded_start(context)
        ends, because = end_of(provision, start, context)
        if context.rescinded and start.moment.earliest >= context.rescinded:
            # What was rescinded before its start never binds.
            start = replace(start, because=f"{start.because}; rescinded before")
        yield Span(
            provision.id,
            provision.type,
            provision.cite,
            provision.confidence,
            kind,
            getattr(provision, "matter", None) or "",
            _persons(provision),
            start,
            ends,
            because,
            certain,
        )


def _persons(provision: Provision) -> tuple[str, ...] | None:
    if isinstance(provision, Preemption):
        return None if provision.displaces is None else provision.displaces.persons
    return getattr(provision, "persons", None)


def _kind(provision: Provision) -> tuple[SpanKind, bool] | None:
    """Return what a provision is in time, and whether that is certain."""
    if isinstance(provision, Preemption):
        if provision.mechanism in DISPLACES:
            return "displacement", True
        return ("displacement", False) if provision.mechanism in {None, "contested"} else None
    if isinstance(provision, Approval):
        return _approval(provision)
    if isinstance(provision, Duty):
        return _duty(provision)
    if isinstance(provision, StopPower):
        return "power", True
    if isinstance(provision, Restriction):
        return "restriction", True
    return ("trigger", True) if isinstance(provision, EscalationTrigger) else None


def _approval(provision: Approval) -> tuple[SpanKind, bool]:
    merits = truth_of(provision.on_the_merits)
    mandatory = truth_of(provision.mandatory)
    if mandatory is Truth.FALSE:
        return "voluntary", True
    if merits is Truth.FALSE:
        return "duty", mandatory is Truth.TRUE
    return "approval", merits is Truth.TRUE and mandatory is Truth.TRUE


def _duty(provision: Duty) -> tuple[SpanKind, bool]:
    if provision.persons is not None and set(provision.persons) == {"government_bodies"}:
        return "government", True
    mandatory = truth_of(provision.mandatory)
    return ("voluntary", True) if mandatory is Truth.FALSE else ("duty", mandatory is Truth.TRUE)


def _marks(proposal: Proposal, context: Context) -> Iterator[Mark]:
    enactment = context.enactment
    for provision in proposal.provisions:
        if isinstance(provision, Sunset) and isinstance(provision.years, float):
            end = enactment.after_years(provision.years)
            yield Mark(provision.id, provision.cite, f"sunset of the {provision.of or 'text'}", end)
        elif isinstance(provision, Review) and isinstance(provision.first_due_months, float):
            yield from _reviews(provision, enactment, provision.first_due_months)
        elif isinstance(provision, (Study, Guidance)) and isinstance(provision.due_days, float):
            yield Mark(provision.id, provision.cite, f"{provision.type} due", enactment.after(provision.due_days))


def _reviews(provision: Review, enactment: Moment, months: float) -> Iterator[Mark]:
    interval = provision.interval_months if isinstance(provision.interval_months, float) else 0
    count = MOST_REVIEWS if interval > 0 else 1
    for number in range(count):
        later = months + number * interval
        latest = None if enactment.latest is None else plus_months(enactment.latest, later)
        if later > 120:
            return
        due = Moment(plus_months(enactment.earliest, later), latest)
        yield Mark(provision.id, provision.cite, f"review of {(provision.of or 'the text').replace('_', ' ')}", due)


def _periods(spans: tuple[Span, ...], first: datetime.date, last: datetime.date) -> Iterator[Period]:
    days = sorted({first, *(day for span in spans for day in span.changes if first < day <= last)})
    for number, day in enumerate(days):
        until = day_before(days[number + 1]) if number + 1 < len(days) else last
        on_day = [(span, span.binds_on(day)) for span in spans]
        binding = tuple(_bound(span, t) for span, t in on_day if span.kind in _PRIVATE and t is not Truth.FALSE)
        displaced = tuple(_bound(span, t) for span, t in on_day if span.kind == "displacement" and t is not Truth.FALSE)
        truths = [truth for span, truth in on_day if span.kind in _PRIVATE]
        yield Period(day, until, binding, displaced, WORDS[max(truths, default=Truth.FALSE).negated()])


def _bound(span: Span, truth: Truth) -> Bound:
    return Bound(span.provision, span.cite, WORDS[truth])
