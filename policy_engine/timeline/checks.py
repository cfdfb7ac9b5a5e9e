"""Questions about the order of things in time: transparency first, no gap under displacement, lead times."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

from policy_engine.operators import Truth
from policy_engine.proposals.federalism import Preemption
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined
from policy_engine.proposals.transparency import Disclosure
from policy_engine.timeline.model import Check, Outcome, Span, Start
from policy_engine.timeline.moments import days_between

_OUTCOMES: Final[tuple[Outcome, ...]] = ("violated", "unknown", "satisfied")
_FIRST: Final = "Does a public disclosure bind before any stronger measure?"
_GAP: Final = "Is there no day on which law is displaced and no duty of the text binds in its place?"
_LEAD: Final = "Is there time between enactment and the first day of every duty on private persons?"


def checks_of(proposal: Proposal, spans: tuple[Span, ...], lead_days: float) -> tuple[Check, ...]:
    """Return the three checks."""
    return (_transparency_first(proposal, spans), _no_gap(proposal, spans), _lead(proposal, spans, lead_days))


def before(one: Start, other: Start) -> Truth:
    """Return whether one start is not later than another; both from enactment are compared by their lags."""
    if one.lag is not None and other.lag is not None:
        return _not_later(one.lag, other.lag)
    return _not_later(_days(one), _days(other))


def _days(start: Start) -> tuple[int, int | None]:
    moment = start.moment
    return moment.earliest.toordinal(), None if moment.latest is None else moment.latest.toordinal()


def _not_later(one: tuple[float, float | None], other: tuple[float, float | None]) -> Truth:
    if one[1] is not None and one[1] <= other[0]:
        return Truth.TRUE
    return Truth.FALSE if other[1] is not None and one[0] > other[1] else Truth.UNKNOWN


def _transparency_first(proposal: Proposal, spans: tuple[Span, ...]) -> Check:
    strong = [span for span in spans if span.kind in {"approval", "power", "restriction"}]
    examined = all(is_examined(proposal, name) for name in ("approval", "stop_power", "restriction"))
    if not strong:
        outcome: Outcome = "not_applicable" if examined else "unknown"
        reason = "There is no approval on the merits, stop power or restriction."
        reason = reason if examined else "Such measures were not examined."
        return Check("transparency_first", _FIRST, outcome, reason, ())
    public = {p.id for p in proposal.provisions if isinstance(p, Disclosure) and p.audience == "public"}
    maybe = {p.id for p in proposal.provisions if isinstance(p, Disclosure) and p.audience in {None, "contested"}}
    first = [span for span in spans if span.kind == "duty" and span.provision in public]
    open_ones = [span for span in spans if span.kind == "duty" and span.provision in maybe]
    known = is_examined(proposal, "disclosure") and not open_ones
    if not first:
        reason = "No public disclosure binds at all." if known else "Whether a public disclosure binds is not known."
        return Check("transparency_first", _FIRST, "violated" if known else "unknown", reason, _cites(strong))
    truths = [_any_before(first, span) for span in strong]
    truth = min(truths)
    if (truth is Truth.FALSE and not known) or (truth is Truth.TRUE and not examined):
        truth = Truth.UNKNOWN
    told = [f"{s.cite} ({_when(s)})" for s, t in zip(strong, truths, strict=True) if t is not Truth.TRUE]
    firsts = ", ".join(f"{span.cite} ({_when(span)})" for span in first)
    reason = f"First disclosure: {firsts}."
    if told:
        word = "Starts earlier" if truth is Truth.FALSE else "May start earlier"
        reason += f" {word}: {'; '.join(told)}."
    return Check("transparency_first", _FIRST, _OUTCOMES[truth], reason, _cites([*first, *strong]))


def _any_before(first: Sequence[Span], strong: Span) -> Truth:
    return max(min(before(span.starts, strong.starts), _certainty(span)) for span in first)


def _certainty(span: Span) -> Truth:
    return Truth.TRUE if span.certain else Truth.UNKNOWN


def _when(span: Span) -> str:
    return span.starts.because


def _no_gap(proposal: Proposal, spans: tuple[Span, ...]) -> Check:
    displacing = [span for span in spans if span.kind == "displacement"]
    if not displacing:
        known = is_examined(proposal, "preemption")
        reason = "The text displaces no law." if known else "Displacement was not examined."
        return Check("no_gap", _GAP, "not_applicable" if known else "unknown", reason, ())
    duties = [span for span in spans if span.kind in {"duty", "approval"}]
    duties_known = is_examined(proposal, "duty")
    truth = Truth.TRUE
    reasons = []
    cited = list(displacing)
    for span in displacing:
        for matter in _matters(proposal, span):
            own = [duty for duty in duties if matter == "any" or duty.matter == matter]
            found, words = _covered(span, own, duties_known=duties_known)
            cited += own
            truth = min(truth, found)
            if found is not Truth.TRUE:
                what = "any matter" if matter == "any" else matter.replace("_", " ")
                reasons.append(f"{span.cite}, {what}: {words}")
    reason = " ".join(reasons) or "A duty on every displaced matter binds from the first day of displacement."
    return Check("no_gap", _GAP, _OUTCOMES[truth], reason, _cites(cited))


def _matters(proposal: Proposal, span: Span) -> tuple[str, ...]:
    provision = next(p for p in proposal.provisions if p.id == span.provision)
    displaced = provision.displaces if isinstance(provision, Preemption) else None
    return ("any",) if displaced is None or not displaced.matters else displaced.matters


def _covered(span: Span, duties: Sequence[Span], *, duties_known: bool) -> tuple[Truth, str]:
    """Return whether some duty binds as long as a displacement lasts; by matter, not by persons."""
    if not duties:
        return (
            (Truth.FALSE, "the text has no duty on it.")
            if duties_known
            else (Truth.UNKNOWN, "duties were not examined.")
        )
    starts = [min(before(duty.starts, span.starts), _certainty(duty)) for duty in duties]
    lasting = [truth for truth, duty in zip(starts, duties, strict=True) if _outlasts(duty, span)]
    truth = max(lasting, default=Truth.UNKNOWN)
    if truth is Truth.FALSE and not duties_known:
        truth = Truth.UNKNOWN
    if not span.certain and truth is Truth.FALSE:
        truth = Truth.UNKNOWN
    return truth, _gap_words(span, duties)


def _outlasts(duty: Span, span: Span) -> bool:
    if duty.ends is None or duty.ends == span.ends:
        return True
    return span.ends is not None and span.ends.latest is not None and duty.ends.earliest >= span.ends.latest


def _gap_words(span: Span, duties: Sequence[Span]) -> str:
    first = span.starts.moment
    if first.latest is not None and all(duty.starts.moment.latest is not None for duty in duties):
        soonest = min(duty.starts.moment.earliest for duty in duties)
        latest = min(duty.starts.moment.latest or datetime.date.max for duty in duties)
        days = (days_between(first.latest, soonest), days_between(first.earliest, latest))
        told = f"{days[0]}" if days[0] == days[1] else f"{days[0]} to {days[1]}"
        return f"{told} days without a duty in its place."
    return "whether a duty binds in time is not known (" + "; ".join(sorted({d.starts.because for d in duties})) + ")."


def _lead(proposal: Proposal, spans: tuple[Span, ...], lead_days: float) -> Check:
    duties = [span for span in spans if span.kind in {"duty", "approval"}]
    question = f"{_LEAD[:-1]}, {lead_days:g} days or more?"
    if not duties:
        known = is_examined(proposal, "duty")
        reason = "The text puts no duty on private persons." if known else "Duties were not examined."
        return Check("lead_time", question, "not_applicable" if known else "unknown", reason, ())
    judged = [(span, _lead_of(span, proposal, lead_days)) for span in duties]
    truth = min(found for _, found in judged)
    told = [f"{span.cite} ({_when(span)})" for span, found in judged if found is truth and truth is not Truth.TRUE]
    word = "Too short" if truth is Truth.FALSE else "Not known"
    reason = f"{word}: {'; '.join(told)}." if told else f"Every duty leaves {lead_days:g} days or more."
    return Check("lead_time", question, _OUTCOMES[truth], reason, _cites([s for s, f in judged if f is truth]))


def _lead_of(span: Span, proposal: Proposal, lead_days: float) -> Truth:
    """Return whether a duty leaves time; a duty that may not be one cannot fail."""
    lag = span.starts.lag
    if lag is None:
        enacted = proposal.status.enacted
        moment = span.starts.moment
        if enacted is None:
            return Truth.UNKNOWN
        lag = ((moment.earliest - enacted).days, None if moment.latest is None else (moment.latest - enacted).days)
    if lag[0] >= lead_days:
        return Truth.TRUE
    known = lag[1] is not None and lag[1] < lead_days
    return Truth.FALSE if known and span.certain else Truth.UNKNOWN


def _cites(spans: Sequence[Span]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{span.cite} ({span.provision})" for span in spans))
