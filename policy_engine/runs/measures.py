"""The machines of a law in a run: which states are possible, clocks in virtual time, and evidence that still stands."""

from __future__ import annotations

import datetime
import heapq
import math
from collections.abc import Callable, Sequence

from policy_engine.operators import Truth
from policy_engine.stages import Event, Machine, Step, Stepper
from policy_engine.timeline.moments import plus_days

_DECIDES = Event("authority_acts", {})
_ANY_DAY = (Event("may_follow", {}), Event("may_lapse", {}))
_RUNS_OUT = Event("clock_runs_out", {})
Told = Callable[[datetime.date, int, Step, frozenset[str]], None]


class Measures:
    """The possible states of every machine; `told` hears of each step that changed something."""

    def __init__(self, machines: Sequence[Machine], stepper: Stepper, told: Told, *, as_told: bool) -> None:
        """Start before the law is in force."""
        self.machines = machines
        self.states = [frozenset({machine.initial}) for machine in machines]
        self.waiting_since: list[datetime.date | None] = [None] * len(machines)
        self.able = True
        self._stepper = stepper
        self._told = told
        self._as_told = as_told
        self._standing: dict[tuple[str, str], Event] = {}
        self._clocks = [{c.state: max(math.ceil(c.days), 1) for c in machine.clocks} for machine in machines]
        self._unsaid = [frozenset(t.source for t in m.transitions if t.event == "may_follow") for m in machines]
        self._hearing: dict[str, list[int]] = {}
        for number, machine in enumerate(machines):
            for kind in sorted({transition.event for transition in machine.transitions}):
                self._hearing.setdefault(kind, []).append(number)
        self._timers: list[tuple[datetime.date, int, str]] = []
        self._set: set[tuple[datetime.date, int, str]] = set()
        self._entered: dict[tuple[int, str], tuple[datetime.date, datetime.date]] = {}
        # States that may have been entered on any of many days, so that their clock may run out on any.
        self._ripe: set[tuple[int, str]] = set()

    def next_timer(self) -> datetime.date | None:
        """Return the day on which the next clock runs out."""
        return self._timers[0][0] if self._timers else None

    def holds(self, number: int) -> Truth:
        """Return whether a measure restrains."""
        return self.machines[number].holds(self.states[number])

    def waits(self, number: int) -> Truth:
        """Return whether a decision is awaited."""
        return self.machines[number].waits(self.states[number])

    def evidence(self, event: Event, day: datetime.date) -> None:
        """Let evidence become known, and stand until it clears."""
        self._standing[event.kind, str(event.values.get("risk", ""))] = event
        self.happen(event, day)

    def clear(self, event: Event, day: datetime.date) -> None:
        """Let evidence on a risk clear."""
        risk = str(event.values.get("risk", ""))
        self._standing = {key: found for key, found in self._standing.items() if key[1] != risk}
        self.happen(event, day)

    def happen(self, event: Event, day: datetime.date) -> None:
        """Let something happen to every machine."""
        for number in self._hearing.get(event.kind, ()):
            self.happen_to(number, event, day)

    def happen_to(self, number: int, event: Event, day: datetime.date) -> None:
        """Let something happen to one machine; what comes into force or returns meets the evidence that stands."""
        before = self.states[number]
        step = self._stepper.step(number, before, event)
        if not step.taken:
            return
        states = step.states
        if event.kind in {"starts", "may_start", "injunction_lifted"} and self._standing:
            source = frozenset({"enjoined" if event.kind == "injunction_lifted" else "not_in_force"})
            if source & before:
                states = self._met(number, source, event) | (states & before)
        self._enter(number, states, step, day)

    def _met(self, number: int, source: frozenset[str], event: Event) -> frozenset[str]:
        """Return the states of a measure that meets, as it begins, the evidence that stands."""
        states = self._stepper.step(number, source, event).states
        for key in sorted(self._standing):
            states = self._stepper.step(number, states, self._standing[key]).states
        return states

    def _enter(self, number: int, states: frozenset[str], step: Step, day: datetime.date) -> None:
        before = self.states[number]
        machine = self.machines[number]
        targets = {machine.transitions[taken].target for taken in step.taken}
        states = self._perhaps_run_out(number, self._perhaps_decided(number, states))
        self.states[number] = states
        if self._decides_any_day(number, before) and not self._decides_any_day(number, states):
            self._decisions_end(number, day)
        for state in states & self._clocks[number].keys():
            if state not in before:
                self._wind(number, state, day, day)
            elif state in targets:
                self._entered[number, state] = (self._entered.get((number, state), (day, day))[0], day)
        waits = machine.waits(states)
        if waits is Truth.FALSE:
            self.waiting_since[number] = None
        elif self.waiting_since[number] is None:
            self.waiting_since[number] = day
        if states != before:
            self._told(day, number, step, before)

    def _perhaps_decided(self, number: int, states: frozenset[str]) -> frozenset[str]:
        """Add what follows if whoever may decide does so, where the scenario does not tell."""
        waiting = states & self.machines[number].waiting - {"awaits_statute"}
        if self._as_told or not self.able or not waiting:
            return states
        return states | self._stepper.step(number, waiting, _DECIDES).states

    def _perhaps_run_out(self, number: int, states: frozenset[str]) -> frozenset[str]:
        """Add what follows where a clock, or an order of unknown length, may run out on any day."""
        for event in _ANY_DAY:
            if number in self._hearing.get(event.kind, ()):
                states |= self._stepper.step(number, states, event).states
        for state in [state for state in states if (number, state) in self._ripe]:
            states |= self._stepper.step(number, frozenset({state}), _RUNS_OUT).states
        return states

    def _decides_any_day(self, number: int, states: frozenset[str]) -> bool:
        """Return whether somebody may decide, or a time of unknown length run out, on any day."""
        may_decide = not self._as_told and self.able and bool(states & self.machines[number].waiting)
        return may_decide or bool(states & self._unsaid[number])

    def _decisions_end(self, number: int, day: datetime.date) -> None:
        """Note that what a decision leads to has been entered on this day at the latest."""
        for state in self.states[number] & self._clocks[number].keys() - self.machines[number].waiting:
            if (number, state) in self._ripe:
                self._wind(number, state, day, day)
            elif (number, state) in self._entered:
                self._entered[number, state] = (self._entered[number, state][0], day)

    def suspend(self, day: datetime.date) -> None:
        """Let authorities be unable to act."""
        for number, states in enumerate(self.states):
            if self._decides_any_day(number, states):
                self._decisions_end(number, day)
        self.able = False

    def restore(self, day: datetime.date) -> None:
        """Let authorities act again."""
        self.able = True
        for number in range(len(self.machines)):
            self._enter(number, self.states[number], Step(self.states[number], ()), day)

    def _wind(self, number: int, state: str, first: datetime.date, last: datetime.date) -> None:
        self._entered[number, state] = (first, last)
        timer = (plus_days(first, self._clocks[number][state]), number, state)
        # However often a state is entered on one day, one timer is enough.
        if timer not in self._set:
            self._set.add(timer)
            heapq.heappush(self._timers, timer)

    def run_out(self, day: datetime.date) -> None:
        """Let the clocks run out that are due on a day."""
        while self._timers and self._timers[0][0] <= day:
            timer = heapq.heappop(self._timers)
            self._set.discard(timer)
            _, number, state = timer
            entered = self._entered.get((number, state))
            if entered is None or state not in self.states[number]:
                continue
            if plus_days(entered[0], self._clocks[number][state]) > day:
                continue
            self._run_out(number, state, entered, day)

    def _run_out(
        self, number: int, state: str, entered: tuple[datetime.date, datetime.date], day: datetime.date
    ) -> None:
        machine = self.machines[number]
        if not any(t.source == state and t.event == _RUNS_OUT.kind for t in machine.transitions):
            self._told(day, number, Step(frozenset({state}), ()), self.states[number])
            return
        step = self._stepper.step(number, frozenset({state}), _RUNS_OUT)
        states = (self.states[number] - {state}) | step.states
        any_day = state not in machine.waiting and self._decides_any_day(number, self.states[number])
        if any_day or entered[1] > entered[0]:
            # It may have been entered later, and then its clock still runs.
            states |= {state}
            self._ripe.add((number, state))
            if not any_day:
                self._wind(number, state, entered[1], entered[1])
        else:
            self._ripe.discard((number, state))
            del self._entered[number, state]
            if state in step.states:
                self._wind(number, state, day, day)
        self._enter(number, states, step, day)
