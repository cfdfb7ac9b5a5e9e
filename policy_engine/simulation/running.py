"""One law through one scenario: day by day between changes, in memory that does not grow with the events."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Final

from policy_engine.proposals.model import Proposal
from policy_engine.runs.results import LawResult
from policy_engine.runs.run import Run
from policy_engine.runs.scenario import Happening, Scenario
from policy_engine.simulation.stepping import EngineChoice, open_stepper
from policy_engine.simulation.streams import in_order
from policy_engine.stages import Stepper, stages_of

__all__ = ["simulate", "simulate_stream"]
_NONE: Final[tuple[Happening, ...]] = ()


def simulate(
    proposal: Proposal,
    scenario: Scenario,
    *,
    enacted: datetime.date | None = None,
    engine: EngineChoice = "auto",
) -> LawResult:
    """Return what a law does in a scenario."""
    return simulate_stream((proposal,), scenario, _NONE, enacted=enacted, engine=engine)[0]


def simulate_stream(
    proposals: Sequence[Proposal],
    scenario: Scenario,
    happenings: Iterable[Happening],
    *,
    enacted: datetime.date | None = None,
    engine: EngineChoice = "auto",
    file: str = "<events>",
) -> tuple[LawResult, ...]:
    """Return what laws do with the events of a scenario, and those of a stream after them, read once for all laws."""
    steppers: list[Stepper] = []
    try:
        runs = []
        for proposal in proposals:
            machines = stages_of(proposal)
            steppers.append(open_stepper(machines, engine))
            runs.append(Run(proposal, scenario, machines, steppers[-1], enacted))
        last = scenario.first
        for happening in scenario.events:
            last = happening.day
            for run in runs:
                run.feed(happening)
        for happening in in_order(happenings, last, scenario.until, file):
            for run in runs:
                run.feed(happening)
        return tuple(run.finish() for run in runs)
    finally:
        for stepper in steppers:
            stepper.close()
