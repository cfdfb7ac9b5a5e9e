"""When a provision begins and ends, from its own words and those of the whole text; never a guess."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from policy_engine.operators import Truth
from policy_engine.proposals.base import Begins, Provision
from policy_engine.proposals.federalism import Preemption
from policy_engine.proposals.lifecycle import Sunset
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined, provision_types
from policy_engine.timeline.model import Start
from policy_engine.timeline.moments import Moment, on, plus_days

DISPLACES: Final = frozenset({"bars", "suspends"})
_DEAD: Final = frozenset({"vetoed", "stripped", "defunct"})


@dataclass(frozen=True, slots=True)
class Context:
    """The text, when it is enacted, and how late a rule comes that the text sets a day for."""

    proposal: Proposal
    enactment: Moment
    rule_delay: float
    assumed: bool

    @property
    def rescinded(self) -> datetime.date | None:
        """The day on which the text lost its force, unless another enactment is assumed."""
        status = self.proposal.status
        return status.date if status.stage == "rescinded" and not self.assumed else None


def context_of(proposal: Proposal, enacted: datetime.date | None, rule_delay: float) -> Context:
    """Return the context: the day that was given, else the one of the file, else any day after its status."""
    stated = proposal.status.enacted
    if enacted is not None:
        return Context(proposal, on(enacted), rule_delay, assumed=enacted != stated)
    if stated is not None:
        return Context(proposal, on(stated), rule_delay, assumed=False)
    return Context(proposal, Moment(proposal.status.date, None), rule_delay, assumed=False)


def assumptions_of(context: Context) -> tuple[str, ...]:
    """Return what the timeline takes for granted, in sentences."""
    status = context.proposal.status
    found = []
    if context.assumed:
        found.append(f"Enactment on {context.enactment.earliest} is assumed.")
    elif status.enacted is not None:
        found.append(f"The text was enacted on {status.enacted}.")
    else:
        stage = status.stage.replace("_", " ")
        found.append(
            f"The text is not enacted ({stage}, {status.date}): days that hang on enactment have no latest day. "
            "Give one with --enacted."
        )
    if status.stage in _DEAD:
        found.append(f"The text is dead ({status.stage}): this is what it would have done.")
    if context.rescinded:
        found.append(f"It was rescinded, and ends for good, on {context.rescinded}.")
    if any(_waits_for_dated_rule(p) for p in context.proposal.provisions):
        late = f"{context.rule_delay:g} days late" if context.rule_delay else "on the day that the text sets"
        found.append(f"A rule for which the text sets a day is made between enactment and, at the latest, {late}.")
    return tuple(found)


def _waits_for_dated_rule(provision: Provision) -> bool:
    begins = begins_of(provision)
    return begins is not None and isinstance(begins.rule_due_days, float)


def start_of(begins: Begins | None, context: Context) -> Start:
    """Return when something with a field for its start begins."""
    enactment = context.enactment
    if begins is None:
        return Start(Moment(enactment.earliest, None), (0, None), "the file gives no start")
    if isinstance(begins.days_after_enactment, float):
        days = begins.days_after_enactment
        return Start(enactment.after(days), (days, days), f"{days:g} days after enactment" if days else "on enactment")
    if begins.rule_due_days is not None:
        return _with_rule(begins, context)
    if isinstance(begins.date, datetime.date):
        return Start(on(begins.date).not_before(enactment), None, f"the text says {begins.date}")
    return Start(Moment(enactment.earliest, None), (0, None), "the text can be read to several starts, or to none")


def _with_rule(begins: Begins, context: Context) -> Start:
    lag = begins.days_after_rule if isinstance(begins.days_after_rule, float) else None
    first = lag or 0.0
    moment = Moment(plus_days(context.enactment.earliest, first), None)
    if not isinstance(begins.rule_due_days, float):
        return Start(moment, (first, None), "it waits for a rule for which no day is set", rule=True, after_rule=lag)
    due = begins.rule_due_days
    if lag is None:
        because = f"it waits for a rule due {due:g} days after enactment, and the lag after that rule is not known"
        return Start(moment, (first, None), because, rule=True)
    last = due + context.rule_delay + lag
    latest = None if context.enactment.latest is None else plus_days(context.enactment.latest, last)
    because = f"{f'{lag:g} days after' if lag else 'with'} a rule due {due:g} days after enactment"
    return Start(Moment(moment.earliest, latest), (first, last), because, rule=True, after_rule=lag)


def unrecorded_start(context: Context) -> Start:
    """Return when a provision begins whose type has no field for it: with the law, so far as the text dates it."""
    given = [begins_of(provision) for provision in context.proposal.provisions]
    dated = [start_of(begins, context) for begins in given if begins is not None and _is_dated(begins)]
    because = "no start of its own is recorded: not before enactment, nor after the last dated start in the text"
    if (not is_examined(context.proposal, "commencement") and not dated) or _may_start_later(context.proposal):
        return Start(Moment(context.enactment.earliest, None), (0, None), "no start of its own is recorded")
    days = [start.moment.latest for start in dated if start.moment.latest is not None]
    lags = [start.lag[1] for start in dated if start.lag is not None and start.lag[1] is not None]
    latest = None if context.enactment.latest is None else max([context.enactment.latest, *days])
    lag = (0.0, max([0.0, *lags])) if len(lags) == len(dated) else None
    return Start(Moment(context.enactment.earliest, latest), lag, because)


def _may_start_later(proposal: Proposal) -> bool:
    """Return whether a start may lie behind the known ones: one was not examined, or a provision may be missing."""
    dated = [name for name, model in provision_types().items() if "begins" in model.model_fields]
    unsaid = any(p.type in dated and not _says_when(begins_of(p)) for p in proposal.provisions)
    return unsaid or not all(is_examined(proposal, name) for name in dated)


def _says_when(begins: Begins | None) -> bool:
    """Return whether a start is known, if only as one that the text leaves open."""
    return begins is not None and (_is_dated(begins) or "not_addressed" in (begins.date, begins.rule_due_days))


def begins_of(provision: Provision) -> Begins | None:
    """Return the start that a provision gives for itself."""
    begins = getattr(provision, "begins", None)
    return begins if isinstance(begins, Begins) else None


def _is_dated(begins: Begins) -> bool:
    return (
        isinstance(begins.date, datetime.date)
        or isinstance(begins.days_after_enactment, float)
        or isinstance(begins.rule_due_days, float)
    )


def end_of(provision: Provision, start: Start, context: Context) -> tuple[Moment | None, str]:
    """Return when a provision ends, or None where the text is known to set no end, with the reason."""
    if context.rescinded:
        return on(context.rescinded), "rescinded"
    ends = [_sunset(sunset, context) for sunset in context.proposal.provisions if isinstance(sunset, Sunset)]
    if not is_examined(context.proposal, "sunset"):
        ends.append((Moment(start.moment.earliest, None), "whether the text ends by itself was not examined"))
    if isinstance(provision, Preemption):
        own = _own_end(provision, start)
        if own is not None:
            ends.append(own)
    if not ends:
        return None, "the text sets no end"
    firsts = [moment.earliest for moment, _ in ends]
    lasts = [moment.latest for moment, _ in ends if moment.latest is not None]
    because = "; ".join(dict.fromkeys(reason for _, reason in ends))
    return Moment(min(firsts), min(lasts) if lasts else None), because


def _own_end(provision: Preemption, start: Start) -> tuple[Moment, str] | None:
    years = provision.duration_years
    if isinstance(years, float):
        return start.moment.after_years(years), f"{years:g} years ({provision.cite})"
    if years == "not_addressed":
        return None
    return Moment(start.moment.earliest, None), "its duration is not known"


def _sunset(sunset: Sunset, context: Context) -> tuple[Moment, str]:
    if not isinstance(sunset.years, float):
        return Moment(context.enactment.earliest, None), f"a sunset without a known day ({sunset.cite})"
    end = context.enactment.after_years(sunset.years)
    words = f"sunset after {sunset.years:g} years ({sunset.cite})"
    if sunset.of != "regime":
        return Moment(end.earliest, None), f"{words}, of a part: which provisions it ends is not recorded"
    if sunset.renewable in {True, None, "contested"}:
        return Moment(end.earliest, None), f"{words}, which may be renewed"
    return end, words


def truth_of(flag: object) -> Truth:
    """Return a flag of a proposal as a truth; silence is a known no, what is contested or left out is unknown."""
    if flag is True:
        return Truth.TRUE
    return Truth.FALSE if flag is False or flag == "not_addressed" else Truth.UNKNOWN
