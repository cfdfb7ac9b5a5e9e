"""What a run shows as intervals, with the provisions that made it and the days in words; what may be missing widens."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from policy_engine.operators import Truth
from policy_engine.proposals.base import Duty, Provision
from policy_engine.proposals.federalism import Preemption
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined
from policy_engine.runs.coverage import Coverage
from policy_engine.runs.ledger import Report
from policy_engine.runs.results import Answer, LawResult, Range
from policy_engine.runs.run import Run
from policy_engine.runs.scenario import Scenario
from policy_engine.stages import PlainStepper, stages_of
from policy_engine.timeline.moments import plus_days

DUTIES: Final = (
    "approval",
    "disclosure",
    "evaluation",
    "export_control",
    "impact_assessment",
    "incident_report",
    "know_your_customer",
    "safeguard",
    "weight_security",
)
"""The types whose provisions may answer a catastrophic risk as duties."""
MEASURES: Final = ("approval", "escalation_trigger", "restriction", "stop_power")
_MOST_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Ran:
    """One text through one scenario, with nothing taken for granted that its file does not give."""

    proposal: Proposal
    scenario: Scenario
    result: LawResult
    report: Report | None


@dataclass(frozen=True, slots=True)
class Found:
    """A result between two numbers (no `low`: never; no `high`: nothing bounds it), what made it, and words."""

    days: Range
    provisions: tuple[str, ...]
    words: str

    def within(self, limit: float) -> bool | None:
        """Return whether the result is at most a limit; None where it may be or not."""
        if self.days.high is not None and self.days.high <= limit:
            return True
        return False if self.days.low is None or self.days.low > limit else None


def run_strictly(proposal: Proposal, scenario: Scenario) -> Ran:
    """Run a text through a scenario with the plain state machine."""
    machines = stages_of(proposal)
    # What was rescinded is judged as it would run, not as dead.
    enacted = scenario.enacted if proposal.status.stage == "rescinded" else None
    run = Run(proposal, scenario, machines, PlainStepper(machines), enacted, strict=True)
    for happening in scenario.events:
        run.feed(happening)
    result = run.finish()
    return Ran(proposal, scenario, result, run.report)


def _unread(ran: Ran, types: Iterable[str]) -> bool:
    """Return whether the text may hold provisions of some type that its file does not have."""
    return not all(is_examined(ran.proposal, name) for name in types)


def _cited(ran: Ran, cites: Iterable[str], kinds: type[Provision] | None) -> tuple[str, ...]:
    wanted = set(cites)
    return tuple(
        p.id
        for p in ran.proposal.provisions
        if p.cite in wanted and (isinstance(p, kinds) if kinds else p.type in MEASURES)
    )


def _latency(answer: Answer, emerged: datetime.date, unread: bool, what: str, verb: str) -> tuple[Range, str]:
    low, high = (0.0 if unread else answer.days.low), answer.days.high
    if low is None:
        return Range(None, None), f"no {what} ever {verb}"
    first = f"{_days(low)} after the risk emerges, on {plus_days(emerged, low)}"
    if low == high:
        return Range(low, high), f"a {what} {verb} {first}"
    if high is None:
        return Range(low, high), f"a {what} {verb} perhaps {first}, perhaps never"
    return Range(low, high), f"a {what} {verb} {low:g} to {high:g} days after the risk emerges on {emerged}"


def duty_days(ran: Ran) -> Found:
    """Return days from the first risk until a duty that bears on it binds."""
    (episode, *_) = ran.result.episodes
    days, words = _latency(episode.duty, episode.emerged, _unread(ran, DUTIES), "duty", "binds")
    return Found(days, _cited(ran, episode.duty.cites, Duty), words)


def measure_days(ran: Ran) -> Found:
    """Return days from the first risk until a measure that answers it holds."""
    (episode, *_) = ran.result.episodes
    days, words = _latency(episode.measure, episode.emerged, _unread(ran, MEASURES), "measure", "holds")
    found = _cited(ran, episode.measure.cites, None)
    return Found(days, found, _with_steps(ran, words, found))


def report_days(ran: Ran) -> Found:
    """Return days from the discovery of the first incident until it must be reported."""
    report = ran.report
    low = None if report is None else report.days.low
    high = None if report is None else report.days.high
    if _unread(ran, ("incident_report",)):
        low = 0.0
    if report is None or low is None:
        words = "no duty to report the incident binds"
        return Found(Range(low, None), () if report is None else report.provisions, words)
    on = f"the incident is known on {report.day} and must be reported"
    if low == high:
        return Found(Range(low, high), report.provisions, f"{on} within {_days(low)}")
    bound = "perhaps never" if high is None else f"surely within {_days(high)}"
    return Found(Range(low, high), report.provisions, f"{on} perhaps within {_days(low)}, {bound}")


def outliving_days(ran: Ran) -> Found:
    """Return days of measures after the risk was gone."""
    words = "measures hold {} after the risk is gone"
    return _measured(ran, ran.result.outliving_days, words)


def false_alarm_days(ran: Ran) -> Found:
    """Return days of measures while no risk is there."""
    return _measured(ran, ran.result.false_alarm_days, "measures hold {} while no risk is there")


def _measured(ran: Ran, days: Range, words: str) -> Found:
    high = None if _unread(ran, MEASURES) else days.high
    held = {track.name for track in ran.result.tracks if track.kind == "measure"}
    found = tuple(p.id for p in ran.proposal.provisions if any(f": {p.id} (" in name for name in held))
    return Found(Range(days.low, high), found, _with_steps(ran, words.format(_total(days.low, high)), found))


def displaced_exposure(ran: Ran) -> Found:
    """Return days, times the weight of the risk, on which law is displaced and no duty of the text bears on it."""
    days = ran.result.displaced_exposure
    low = 0.0 if _unread(ran, DUTIES) else days.low
    high = None if _unread(ran, ("preemption",)) else days.high
    coverage = Coverage(ran.proposal, ran.scenario.actor, strict=True)
    clauses = [p for p in ran.proposal.provisions if isinstance(p, Preemption)]
    displacing = tuple(p.id for p in clauses if coverage.reached(p) is not Truth.FALSE)
    duties = tuple(found for e in ran.result.episodes for found in _cited(ran, e.duty.cites, Duty))
    words = f"law is displaced and no duty bears on the risk for {_total(low, high)}, weighted as the scenario says"
    return Found(Range(low, high), tuple(dict.fromkeys((*displacing, *duties))), words)


def hanging_decisions(ran: Ran) -> Found:
    """Return how many decisions are still awaited on the last day."""
    hanging = ran.result.hanging
    low = float(sum(each.sure for each in hanging))
    high = None if _unread(ran, MEASURES) else float(len(hanging))
    number = f"{low:g}" if low == high else f"{low:g} or more" if high is None else f"{low:g} to {high:g}"
    since = "; ".join(f"{each.cite} since {each.since}" for each in hanging)
    words = f"decisions still awaited on {ran.scenario.until}: {number}" + (f" ({since})" if since else "")
    return Found(Range(low, high), tuple(each.provision for each in hanging), words)


def _days(number: float) -> str:
    return "1 day" if number == 1 else f"{number:g} days"


def _total(low: float | None, high: float | None) -> str:
    if low == high:
        return _days(low or 0)
    return f"{low:g} days or more" if high is None else f"{low:g} to {high:g} days"


def _with_steps(ran: Ran, words: str, provisions: Iterable[str]) -> str:
    """Return words with the dated steps of some measures, from the first on that may restrain somebody."""
    wanted = set(provisions)
    steps = [e for e in ran.result.trace if e.provision in wanted and " is " in e.what]
    first = next((n for n, e in enumerate(steps) if "active" in e.what or "required" in e.what), len(steps))
    chosen = [f"{e.day}, {e.cite}: {e.what}" for e in steps[first : first + _MOST_STEPS]]
    return f"{words} ({'; '.join(chosen)})" if chosen else words


FACTS: Final[Mapping[str, Callable[[Ran], Found]]] = {
    "duty_days": duty_days,
    "measure_days": measure_days,
    "report_days": report_days,
    "outliving_days": outliving_days,
    "false_alarm_days": false_alarm_days,
    "displaced_exposure": displaced_exposure,
    "hanging_decisions": hanging_decisions,
}
"""What a run can be asked for."""
