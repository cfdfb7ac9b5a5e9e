"""How the duties and measures of a law can answer one risk, read from its spans and machines once for all futures."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Final

from policy_engine.operators import Truth
from policy_engine.proposals.control import Approval
from policy_engine.proposals.model import Proposal
from policy_engine.runs.coverage import SIZES, Coverage, answers, bears_on
from policy_engine.simulation.assumptions import Assumptions
from policy_engine.stages import Event, Machine, stages_of
from policy_engine.stages.machine import plain_step
from policy_engine.timeline.building import spans_of
from policy_engine.timeline.model import Span
from policy_engine.timeline.starts import truth_of

NEVER: Final = math.inf
_RUNS_OUT: Final = Event("clock_runs_out", {})
_FOLLOWS: Final = Event("may_follow", {})


@dataclass(frozen=True, slots=True)
class Pathway:
    """One provision as an answer: days from the first day, possible and sure, NEVER where it is not.

    `late` tells that the rule delay is added; `knowing` that evidence is waited for, `deciding` that a decision is as
    well; `after` days follow. It lasts `lasts` days, at worst and at best; if `early`, it may have begun, and so run
    out, as soon as the evidence was there.
    """

    provision: str
    cite: str
    starts: tuple[float, float]
    ends: tuple[float, float]
    late: bool = False
    knowing: bool = False
    deciding: bool = False
    after: float = 0
    lasts: tuple[float, float] = (NEVER, NEVER)
    early: bool = False


def pathways(proposal: Proposal, assumptions: Assumptions) -> tuple[tuple[Pathway, ...], tuple[Pathway, ...]]:
    """Return the duties and the measures of a law that can answer the risk."""
    stated = proposal.status.enacted
    spans = spans_of(proposal, None if stated else assumptions.enacted)
    coverage = Coverage(proposal, assumptions.actor)
    sizes = {name: getattr(assumptions.actor, name) for name in SIZES}
    by_id = {provision.id: provision for provision in proposal.provisions}
    duties = []
    for span in spans:
        provision = by_id[span.provision]
        if span.kind in {"duty", "approval"}:
            truth = min(bears_on(provision, assumptions.risk), coverage.applies(provision, sizes))
            truth = truth if span.certain else min(truth, Truth.UNKNOWN)
            if truth is not Truth.FALSE:
                duties.append(_duty(span, truth, assumptions.enacted))
    measures = []
    for machine in stages_of(proposal):
        provision = by_id[machine.provision]
        truth = min(answers(machine.risks, assumptions.risk), coverage.applies(provision, sizes))
        if isinstance(provision, Approval):
            truth = min(truth, truth_of(provision.on_the_merits))
        span = next(span for span in spans if span.provision == machine.provision)
        if truth is not Truth.FALSE and machine.holding:
            measures += _measure(machine, span, truth, assumptions)
    return tuple(duties), tuple(measures)


def _days(span: Span, first: datetime.date, truth: Truth) -> tuple[tuple[float, float], tuple[float, float]]:
    moment = span.starts.moment
    possible = float((moment.earliest - first).days)
    known = truth is Truth.TRUE and moment.latest is not None
    sure = float((moment.latest - first).days) if known and moment.latest is not None else NEVER
    if span.ends is None:
        return (possible, sure), (NEVER, NEVER)
    last = NEVER if span.ends.latest is None else float((span.ends.latest - first).days)
    return (possible, sure), (last, float((span.ends.earliest - first).days))


def _duty(span: Span, truth: Truth, first: datetime.date) -> Pathway:
    starts, ends = _days(span, first, truth)
    late = span.starts.rule and span.starts.moment.latest is not None
    if late:
        # In a sampled future the rule comes on one day, so late: it binds neither earlier nor later.
        starts = (float((span.starts.moment.latest or first).toordinal() - first.toordinal()), starts[1])
    return Pathway(span.provision, span.cite, starts, ends, late=late)


def _measure(machine: Machine, span: Span, truth: Truth, assumptions: Assumptions) -> list[Pathway]:
    """Return how a measure comes to hold: at once, on evidence, on a decision after it, or when a clock has run."""
    starts, ends = _days(span, assumptions.enacted, truth)
    lasts = _lasts(machine)
    risk = {"risk": assumptions.risk}
    ready = plain_step(machine, frozenset({machine.initial}), Event("starts", {})).states
    known = plain_step(machine, ready, Event("capability_evaluated", {**risk, "result": "crosses"})).states
    known = plain_step(machine, known, Event("expert_finding", risk)).states
    acted = plain_step(machine, known, Event("authority_acts", {})).states
    waited = plain_step(machine, known, _RUNS_OUT).states
    followed = plain_step(machine, known, _FOLLOWS).states - known
    clocks = {clock.state: float(math.ceil(clock.days)) for clock in machine.clocks}
    notice = clocks.get("noticed", 0.0) if "noticed" in acted else 0.0
    if notice:
        acted = plain_step(machine, acted, _RUNS_OUT).states
    limit = next((days for state, days in clocks.items() if state in machine.waiting), 0.0)
    ways = (
        (machine.holds(ready), False, False, 0.0),
        (machine.holds(known), True, False, 0.0),
        (machine.holds(acted), True, True, notice),
        (machine.holds(waited) if limit else Truth.FALSE, True, False, limit),
        (min(machine.holds(followed), Truth.UNKNOWN), True, False, 0.0),
    )
    return [
        Pathway(
            machine.provision,
            machine.cite,
            (starts[0], starts[1] if holds is Truth.TRUE else NEVER),
            ends,
            knowing=knowing,
            deciding=deciding,
            after=after,
            lasts=lasts,
            early=bool(followed) and deciding,
        )
        for holds, knowing, deciding, after in ways
        if holds is not Truth.FALSE
    ]


def _lasts(machine: Machine) -> tuple[float, float]:
    """Return how many days a measure lasts, at worst and at best."""
    if any(t.event == "may_lapse" for t in machine.transitions):
        return 0.0, NEVER
    days = next((float(math.ceil(c.days)) for c in machine.clocks if c.state == "active"), NEVER)
    renewed = any(t.event == _RUNS_OUT.kind and t.source == t.target == "active" for t in machine.transitions)
    return days, NEVER if renewed else days
