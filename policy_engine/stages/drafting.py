"""Putting the transitions of one machine together, in order: what is common to all measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from policy_engine.operators import Truth
from policy_engine.proposals.control import EscalationTrigger
from policy_engine.rules.conditions import Test
from policy_engine.stages.machine import Clock, Machine, Transition

CROSSES: Final = (Test("result", "equals", "crosses"),)
UNDECIDED: Final = (Test("result", "equals", "cannot_rule_out"),)
# The event and the tests by which a kind of fact shows.
_SHOWN_BY: Final = {
    "capability_evaluation": (("capability_evaluated", CROSSES),),
    "incident": (("incident", ()), ("weights_stolen", ())),
    "expert_finding": (("expert_finding", ()),),
    "compute": (("compute_crossed", ()),),
    "discretionary": (("authority_acts", ()),),
}
EVIDENCE: Final = ("capability_evaluation", "incident", "expert_finding")
_ORDER: Final = (
    "not_in_force",
    "ready",
    "awaits_statute",
    "open",
    "noticed",
    "required",
    "decision",
    "active",
    "granted",
)
_LAST: Final = ("enjoined", "ended")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What opens a measure: the triggers that name its facts, its risks, and what it does when tests cannot tell.

    `possible` are triggers of which the file does not say what they switch on.
    """

    triggers: tuple[EscalationTrigger, ...]
    risks: Sequence[str] | None
    undecided: str | None
    possible: tuple[EscalationTrigger, ...] = ()

    def events(self) -> list[tuple[str, tuple[Test, ...], bool]]:
        """Return the events that are grounds, with whether the text surely says so."""
        named = {trigger.basis for trigger in self.triggers}
        maybe = named | {trigger.basis for trigger in self.possible}
        open_basis = None in maybe or "contested" in maybe
        found = []
        for basis, shown in _SHOWN_BY.items():
            sure = basis in named
            # Other evidence may lead the holder to the finding that the text asks for.
            if basis in maybe or basis in EVIDENCE or open_basis:
                found += [(event, tests, sure) for event, tests in shown]
        return found


@dataclass(slots=True)
class Draft:
    """A machine in the making."""

    provision: str
    cite: str
    kind: str
    risks: Sequence[str] | None
    transitions: list[Transition] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)

    def add(
        self, source: str, event: str, target: str, because: str, tests: tuple[Test, ...] = (), *, sure: bool = True
    ) -> None:
        """Add a transition behind those before it."""
        self.transitions.append(Transition(source, event, target, tests, sure, because))

    def begins(self, target: str, *, sure: bool = True) -> None:
        """Let the measure come into force."""
        self.add("not_in_force", "starts", target, "it comes into force", sure=sure)
        self.add("not_in_force", "may_start", target, "it may come into force", sure=False)

    def risk_tests(self, risks: Sequence[str] | None) -> tuple[Test, ...]:
        """Return the test that the risk of an event is one of those listed."""
        return (Test("risk", "in", tuple(risks)),) if risks else ()

    def on_grounds(self, source: str, target: str, grounds: Grounds, because: str, *, sure: bool = True) -> None:
        """Open the measure on what its grounds are; a list of risks that is empty or missing makes it uncertain."""
        tests = self.risk_tests(grounds.risks)
        listed = bool(grounds.risks)
        for event, shown, named in grounds.events():
            if event == "authority_acts":
                # At discretion, the act itself is the order: nothing is left to decide.
                self.add(source, event, "active", "the authority acts at its discretion", sure=sure and named)
            else:
                self.add(source, event, target, because, (*shown, *tests), sure=sure and named and listed)
        if grounds.undecided == "wait":
            return
        known = grounds.undecided == "activate_provisionally"
        words = "tests cannot rule the risk out" + ("" if known else "; what then follows is not said")
        self.add(source, "capability_evaluated", target, words, (*UNDECIDED, *tests), sure=sure and known and listed)

    def unsaid(self, state: str, target: str, because: str) -> None:
        """Let something follow on any day, or never, since the file does not say how long it takes."""
        self.add(state, "may_follow", target, because, sure=False)

    def clock(self, state: str, days: float, target: str, because: str) -> None:
        """Let a clock run in a state, and what follows when it has run out."""
        self.limit(state, days, because)
        self.add(state, "clock_runs_out", target, because)

    def limit(self, state: str, days: float, because: str) -> None:
        """Let a clock run in a state without anything that follows."""
        self.clocks.append(Clock(state, days, because))

    def clears(self, state: str, risks: Sequence[str] | None, ends: Truth) -> None:
        """Let the measure relax when the evidence clears, where the text says or may say so."""
        if ends is Truth.FALSE:
            return
        words = "the evidence clears" + ("" if ends is Truth.TRUE else "; that this ends it is not known")
        sure = ends is Truth.TRUE and bool(risks)
        self.add(state, "evidence_clears", "ready", words, self.risk_tests(risks), sure=sure)

    def leave_with_law(self, states: Iterable[str], back: Sequence[str] = ("ready",)) -> None:
        """Let a court, a repeal or a sunset take the measure out of any state; `back` is where it may return to."""
        used = {t.source for t in self.transitions} | {t.target for t in self.transitions}
        for state in states:
            if state not in used:
                continue
            self.add(state, "court_enjoins", "enjoined", "a court enjoins it")
            self._end(state)
        for number, state in enumerate(back, start=1):
            self.add("enjoined", "injunction_lifted", state, "the injunction is lifted", sure=number == len(back))
        self._end("enjoined")
        self._end("not_in_force")

    def _end(self, state: str) -> None:
        self.add(state, "law_rescinded", "ended", "the law is rescinded")
        self.add(state, "ends", "ended", "it ends by its terms")
        self.add(state, "may_end", "ended", "it may have ended", sure=False)

    def machine(self, holding: Iterable[str], waiting: Iterable[str]) -> Machine:
        """Return the machine."""
        used = {t.source for t in self.transitions} | {t.target for t in self.transitions}
        states = tuple(state for state in (*_ORDER, *_LAST) if state in used)
        return Machine(
            self.provision,
            self.cite,
            self.kind,
            None if self.risks is None else tuple(self.risks),
            "not_in_force",
            states,
            frozenset(holding),
            frozenset(waiting),
            tuple(self.transitions),
            tuple(self.clocks),
        )
