"""What passes between two changes: risks that are there, duties and measures that answer them, and what that counts."""

from __future__ import annotations

import datetime
import math
from typing import Final

from policy_engine.operators import Truth
from policy_engine.proposals.base import Provision
from policy_engine.proposals.control import Approval
from policy_engine.proposals.federalism import Preemption
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.transparency import IncidentReport
from policy_engine.runs.coverage import SIZES, Coverage, about_catastrophe, answers
from policy_engine.runs.force import Force
from policy_engine.runs.ledger import Ledger, Report
from policy_engine.runs.measures import Measures
from policy_engine.runs.results import Range
from policy_engine.runs.scenario import Scenario
from policy_engine.timeline.starts import truth_of

ANY_DUTY: Final = "a duty that bears on the risk binds"
Found = tuple[Truth, tuple[str, ...]]


class Accounts:
    """Counts days; what it keeps does not grow with the number of events."""

    def __init__(
        self, proposal: Proposal, scenario: Scenario, force: Force, measures: Measures, *, strict: bool = False
    ) -> None:
        """Find the duties, displacements and measures of the law."""
        self.ledger = Ledger()
        self.sizes: dict[str, float | None] = {name: getattr(scenario.actor, name) for name in SIZES}
        self._force, self._measures = force, measures
        self._coverage = Coverage(proposal, scenario.actor, strict=strict)
        self._strict = strict
        by_id: dict[str, Provision] = {provision.id: provision for provision in proposal.provisions}
        spans = list(enumerate(force.spans))
        self._duties = [(n, by_id[span.provision]) for n, span in spans if span.kind in {"duty", "approval"}]
        self._displacing = [
            (number, self._coverage.reached(provision))
            for number, span in spans
            if isinstance(provision := by_id[span.provision], Preemption)
        ]
        numbers = {span.provision: number for number, span in spans}
        self._measured = [
            (number, machine, by_id[machine.provision], numbers[machine.provision])
            for number, machine in enumerate(measures.machines)
            if machine.holding
        ]
        self._known: dict[str, datetime.date] = {}
        self._ended: set[str] = set()
        self._seen: set[str] = {str(h.risk) for h in scenario.events if h.kind == "risk_emerges"}

    def assumptions(self) -> tuple[str, ...]:
        """Return what the counts take for granted."""
        unsaid = "is unknown" if self._strict else "is taken not to be asked for"
        return (
            f"A size that the file does not give for a threshold {unsaid}.",
            "Applicable duties: frameworks, system cards, risk reports, technical documents, incident reports, "
            "evaluations, security and approvals that reach the developer and the model.",
        )

    def emerge(self, risk: str, severity: float, day: datetime.date) -> None:
        """Let a risk emerge."""
        self._seen.add(risk)
        self.ledger.emerge(risk, severity, day, self._known.get(risk))

    def cease(self, risk: str, day: datetime.date) -> None:
        """Let a risk end."""
        if risk in self.ledger.open:
            self._ended.add(risk)
        self.ledger.end(risk, day)

    def learn(self, risk: str, day: datetime.date) -> None:
        """Let a risk become known."""
        self._known.setdefault(risk, day)
        found = self.ledger.open.get(risk)
        if found is not None and found.known is None:
            found.known = day

    def forget(self, risk: str) -> None:
        """Let the evidence on a risk clear."""
        self._known.pop(risk, None)

    def incident(self, day: datetime.date) -> None:
        """Let the first incident be discovered, and note by when it must be reported."""
        if self.ledger.report is not None:
            return
        found = [(self._owed(number, p, day), p) for number, p in self._duties if isinstance(p, IncidentReport)]
        owed = [(truth, p) for truth, p in found if truth is not Truth.FALSE]
        # A clock that was not examined may be as short as none; one that is not set bounds nothing.
        low = min((_clock(p, 0.0) for _, p in owed), default=math.inf)
        high = min((_clock(p, math.inf) for truth, p in owed if truth is Truth.TRUE), default=math.inf)
        days = Range(None if math.isinf(low) else low, None if math.isinf(high) else high)
        self.ledger.report = Report(day, days, tuple(p.id for _, p in owed))

    def _owed(self, number: int, provision: IncidentReport, day: datetime.date) -> Truth:
        """Return whether a duty to report binds the actor on a day and reaches a grave incident through a model."""
        kind = {"critical_safety_incident": Truth.TRUE, "rights_breach": Truth.FALSE}
        reached = kind.get(str(provision.incident), Truth.UNKNOWN)
        return min(self._force.truth(number, day), reached, self._coverage.applies(provision, self.sizes))

    def pass_days(self, first: datetime.date, last: datetime.date) -> None:
        """Count the days from one change to the next."""
        days = (last - first).days
        displaced = max((min(self._force.truth(n, first), reach) for n, reach in self._displacing), default=Truth.FALSE)
        for risk, found in self.ledger.open.items():
            weight = days * found.severity
            passed = (first - found.emerged).days
            duty, duty_cites = self._duty(risk, first)
            measure, measure_cites = self._measure(risk)
            found.duty.note(passed, duty, duty_cites)
            found.measure.note(passed, measure, measure_cites)
            self.ledger.risk_days += weight
            self.ledger.exposure.add(weight, duty.negated())
            self.ledger.unrestrained.add(weight, measure.negated())
            self.ledger.displaced.add(weight, min(displaced, duty.negated()))
            self.ledger.record(f"risk: {risk.replace('_', ' ')}", "risk", first, last, Truth.TRUE)
        self._rows(first, last, displaced)
        self._measure_days(days)

    def _duty(self, risk: str, day: datetime.date) -> Found:
        """Return whether a duty answers a risk on a day, and the sections of those that may."""
        best = Truth.FALSE
        cites: list[tuple[Truth, str]] = []
        for number, provision in self._duties:
            truth = min(self._force.truth(number, day), self._coverage.bears_on(provision, risk))
            if truth is not Truth.FALSE:
                truth = min(truth, self._coverage.applies(provision, self.sizes))
            if truth is not Truth.FALSE:
                cites.append((truth, provision.cite))
                best = max(best, truth)
        return best, tuple(cite for truth, cite in cites if truth is best)

    def _measure(self, risk: str) -> Found:
        """Return whether a measure that answers a risk holds, and the sections of those that may."""
        cites: list[tuple[Truth, str]] = []
        for number, machine, _, _ in self._measured:
            truth = min(self._holds(number), answers(machine.risks, risk))
            if truth is not Truth.FALSE:
                cites.append((truth, machine.cite))
        best = max((truth for truth, _ in cites), default=Truth.FALSE)
        return best, tuple(cite for truth, cite in cites if truth is best)

    def _holds(self, number: int) -> Truth:
        """Return whether a measure restrains the actor: it holds, reaches the model, and is not displaced."""
        truth = self._measures.holds(number)
        if truth is Truth.FALSE:
            return truth
        provision, span = next((p, self._force.spans[at]) for n, _, p, at in self._measured if n == number)
        if self._force.is_displaced(span):
            return Truth.FALSE
        if isinstance(provision, Approval):
            truth = min(truth, truth_of(provision.on_the_merits))
        return min(truth, self._coverage.applies(provision, self.sizes))

    def _rows(self, first: datetime.date, last: datetime.date, displaced: Truth) -> None:
        risks = sorted(self._seen) or ["biological"]
        duty = max(self._duty(risk, first)[0] for risk in risks)
        self.ledger.record(ANY_DUTY, "duty", first, last, duty)
        for number, machine, _, _ in self._measured:
            name = f"{machine.kind}: {machine.provision} ({machine.cite})"
            self.ledger.record(name, "measure", first, last, self._holds(number))
            self.ledger.record(f"undecided: {machine.provision}", "waiting", first, last, self._measures.waits(number))
        self.ledger.record("displaces other law", "displacement", first, last, displaced)

    def _measure_days(self, days: int) -> None:
        """Count days of measures where no risk is there that they answer: before it came, or after it went."""
        for number, machine, _, _ in self._measured:
            # A bar on discrimination, say, is no alarm about a catastrophe.
            holds = min(self._holds(number), about_catastrophe(machine))
            if holds is Truth.FALSE:
                continue
            present = max((answers(machine.risks, risk) for risk in self.ledger.open), default=Truth.FALSE)
            went = any(answers(machine.risks, risk) is not Truth.FALSE for risk in self._ended)
            total = self.ledger.outliving if went else self.ledger.false_alarm
            total.add(days, min(holds, present.negated()))


def _clock(provision: IncidentReport, unsaid: float) -> float:
    """Return days within which a duty asks for the report."""
    hours = provision.deadline_hours
    if isinstance(hours, float):
        return hours / 24
    return math.inf if hours == "not_addressed" else unsaid
