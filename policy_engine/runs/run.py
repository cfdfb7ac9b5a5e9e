"""A run of one law: it advances from change to change, and lets each event do what the law makes of it."""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Sequence
from typing import Final

from policy_engine.errors import Fault, SourceError
from policy_engine.operators import Scalar, Truth
from policy_engine.proposals.model import Proposal
from policy_engine.runs.accounting import Accounts
from policy_engine.runs.coverage import SIZES
from policy_engine.runs.force import Force
from policy_engine.runs.ledger import Report
from policy_engine.runs.measures import Measures
from policy_engine.runs.results import Entry, Hanging, LawResult
from policy_engine.runs.scenario import EVIDENCE, Happening, Scenario
from policy_engine.stages import Event, Machine, Step, Stepper
from policy_engine.timeline.building import spans_of
from policy_engine.timeline.moments import plus_days
from policy_engine.timeline.starts import assumptions_of, context_of

MOST_PENDING: Final = 10_000
_SEEN: Final = ("risk", "result", "level", "deaths", "injuries", "damage_usd", "training_compute_flop")
_INSTITUTIONS: Final = frozenset(
    {
        "court_enjoins",
        "injunction_lifted",
        "law_rescinded",
        "federal_law_passes",
        "federal_law_falls",
        "rule_made",
        "agency_misses_deadline",
        "funds_missing",
        "funds_restored",
    }
)
_ENJOINS_MEASURES: Final = frozenset({"everything", "measures"})


class Run:
    """One law through one scenario."""

    def __init__(
        self,
        proposal: Proposal,
        scenario: Scenario,
        machines: Sequence[Machine],
        stepper: Stepper,
        enacted: datetime.date | None,
        *,
        strict: bool = False,
    ) -> None:
        """Stand at the first day, with what began before it; `strict` as in Coverage."""
        stated = proposal.status.enacted
        assumed = enacted or (scenario.enacted if stated is None else None)
        self._context = context_of(proposal, assumed, 0)
        self._proposal, self._scenario, self._engine = proposal, scenario, stepper.name
        self._force = Force(proposal, spans_of(proposal, assumed))
        self._measures = Measures(machines, stepper, self._told, as_told=scenario.authority == "as_told")
        self._accounts = Accounts(proposal, scenario, self._force, self._measures, strict=strict)
        self._numbers = {span.provision: number for number, span in enumerate(self._force.spans)}
        self._begun: list[tuple[Truth, Truth]] = [(Truth.FALSE, Truth.FALSE)] * len(machines)
        self._bound = [Truth.FALSE] * len(self._force.spans)
        self._pending: list[tuple[datetime.date, int, Happening]] = []
        self._day = scenario.first
        self._events = 0
        self._change()

    def feed(self, happening: Happening) -> None:
        """Let an event happen."""
        self._advance(happening.day)
        self._events += 1
        known = happening.known
        if known is not None and known > happening.day:
            self._world(happening)
            if len(self._pending) >= MOST_PENDING:
                raise SourceError(Fault(f"more than {MOST_PENDING:,} events wait to become known"))
            heapq.heappush(self._pending, (known, self._events, happening))
        else:
            self._world(happening)
            self._law(happening)

    def _advance(self, to: datetime.date) -> None:
        while self._day < to:
            days = [self._force.next_change(self._day), self._measures.next_timer()]
            days.append(self._pending[0][0] if self._pending else None)
            then = min([to, *(day for day in days if day is not None)])
            if then > self._day:
                self._accounts.pass_days(self._day, then)
            self._day = max(then, self._day)
            self._change()

    def _change(self) -> None:
        """Let the text's own dates, clocks and what becomes known change things on this day."""
        day = self._day
        for number, machine in enumerate(self._measures.machines):
            self._begin(number, machine, day)
        self._measures.run_out(day)
        while self._pending and self._pending[0][0] <= day:
            self._law(heapq.heappop(self._pending)[2])
        self._note_duties(day)

    def _begin(self, number: int, machine: Machine, day: datetime.date) -> None:
        span = self._force.spans[self._numbers[machine.provision]]
        begun = span.starts.moment.come_by(day)
        ended = Truth.FALSE if span.ends is None else span.ends.come_by(day)
        before = self._begun[number]
        if begun > before[0]:
            event = Event("starts" if begun is Truth.TRUE else "may_start", {})
            self._measures.happen_to(number, event, day)
        if ended > before[1]:
            event = Event("ends" if ended is Truth.TRUE else "may_end", {})
            self._measures.happen_to(number, event, day)
        self._begun[number] = (max(begun, before[0]), max(ended, before[1]))

    def _note_duties(self, day: datetime.date) -> None:
        for number, span in enumerate(self._force.spans):
            if span.kind not in {"duty", "displacement"}:
                continue
            truth, before = self._force.truth(number, day), self._bound[number]
            if truth is not before:
                what = ("has no force", "may have force", "has force")[truth]
                self._accounts.ledger.enter(
                    Entry(day, f"{span.kind} {what}", span.provision, span.cite, truth is not Truth.UNKNOWN)
                )
                self._bound[number] = truth

    def _world(self, happening: Happening) -> None:
        """Let happen what is so whether or not anybody knows."""
        ledger = self._accounts.ledger
        if happening.kind == "risk_emerges":
            self._accounts.emerge(str(happening.risk), float(happening.severity or 0), happening.day)
        elif happening.kind == "risk_ends":
            self._accounts.cease(str(happening.risk), happening.day)
        for size in SIZES:
            value = getattr(happening, size, None)
            if value is not None:
                self._accounts.sizes[size] = value
        words = happening.kind.replace("_", " ") + (f": {happening.risk}" if happening.risk else "")
        ledger.enter(Entry(happening.day, words, "", "", True))

    def _law(self, happening: Happening) -> None:
        """Let happen to the law what it can know."""
        kind, day = happening.kind, self._day
        event = Event(kind, _values(happening))
        if kind in EVIDENCE:
            self._measures.evidence(event, day)
            if kind == "incident":
                self._accounts.incident(day)
            if happening.result not in {"below", "cannot_rule_out"}:
                self._accounts.learn(str(event.values.get("risk", "")), day)
        elif kind == "evidence_clears":
            self._measures.clear(event, day)
            self._accounts.forget(str(happening.risk))
        elif kind == "model_released":
            self._measures.happen(Event("release_sought", event.values), day)
        elif kind not in {"court_enjoins", "injunction_lifted"}:
            self._measures.happen(event, day)
        if kind in _INSTITUTIONS:
            self._institutions(happening, day)
            self._note_duties(day)

    def _institutions(self, happening: Happening, day: datetime.date) -> None:
        """Let courts, agencies and legislatures change the force of the law."""
        kind, force = happening.kind, self._force
        if kind in {"court_enjoins", "injunction_lifted"}:
            force.enjoin(str(happening.of), lifted=kind == "injunction_lifted")
            if happening.of in _ENJOINS_MEASURES:
                self._measures.happen(Event(kind, {}), day)
        elif kind == "law_rescinded":
            force.rescind()
        elif kind in {"federal_law_passes", "federal_law_falls"}:
            force.displace(frozenset(happening.matters or ()) if kind == "federal_law_passes" else frozenset())
        elif kind == "rule_made":
            force.rule_made(day)
        elif kind == "agency_misses_deadline":
            force.rule_late(day, happening.days)
        elif kind == "funds_missing":
            self._measures.suspend(day)
        elif kind == "funds_restored":
            self._measures.restore(day)

    def _told(self, day: datetime.date, number: int, step: Step, before: frozenset[str]) -> None:
        machine = self._measures.machines[number]
        after = self._measures.states[number]
        reasons = [t.because for t in (machine.transitions[taken] for taken in step.taken) if t.target not in before]
        shown = " or ".join(state.replace("_", " ") for state in machine.states if state in after)
        because = "; ".join(dict.fromkeys(reasons)) or "a clock has run out, and nothing follows from it"
        if step.taken and not reasons:
            because = machine.transitions[step.taken[0]].because
        what = f"{machine.kind} is {shown}: {because}"
        self._accounts.ledger.enter(Entry(day, what, machine.provision, machine.cite, len(after) == 1))

    def finish(self) -> LawResult:
        """Run to the end of the last day, and return what was found."""
        self._advance(plus_days(self._scenario.until, 1))
        accounts, context = self._accounts, self._context
        ledger = accounts.ledger
        for risk in sorted(ledger.open):
            ledger.end(risk, None)
        return LawResult(
            self._proposal.id,
            self._proposal.title,
            self._scenario.id,
            self._scenario.first,
            self._scenario.until,
            self._engine,
            str(context.enactment),
            (*assumptions_of(context), *accounts.assumptions()),
            self._events,
            ledger.risk_days,
            ledger.exposure.range(),
            ledger.unrestrained.range(),
            ledger.displaced.range(),
            ledger.false_alarm.range(),
            ledger.outliving.range(),
            tuple(ledger.episodes),
            self._hanging(),
            tuple(ledger.trace),
            ledger.left_out,
            ledger.tracks(("risk", "duty", "measure", "waiting", "displacement")),
        )

    @property
    def report(self) -> Report | None:
        """When the first incident had to be reported; None where there was none."""
        return self._accounts.ledger.report

    def _hanging(self) -> tuple[Hanging, ...]:
        found = []
        for number, machine in enumerate(self._measures.machines):
            since = self._measures.waiting_since[number]
            if since is not None:
                allowed = next((clock.days for clock in machine.clocks if clock.state in machine.waiting), None)
                sure = self._measures.waits(number) is Truth.TRUE
                found.append(Hanging(machine.provision, machine.cite, since, sure, allowed))
        return tuple(found)


def _values(happening: Happening) -> dict[str, Scalar]:
    given = {name: getattr(happening, name) for name in _SEEN}
    values: dict[str, Scalar] = {name: value for name, value in given.items() if value is not None}
    values.update({name: float(value) for name, value in values.items() if isinstance(value, int)})
    if happening.kind == "weights_stolen":
        values.setdefault("risk", "weight_theft")
    return values
