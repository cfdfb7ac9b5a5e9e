"""The law run forward: dated events in, what it does on which day out, with what stays unknown kept apart."""

from __future__ import annotations

from policy_engine.loading.scenario_files import load_scenario, scenario_files
from policy_engine.runs.results import LawResult, Matrix
from policy_engine.runs.scenario import Happening, Scenario
from policy_engine.simulation.running import simulate, simulate_stream
from policy_engine.simulation.streams import read_happenings

__all__ = [
    "Happening",
    "LawResult",
    "Matrix",
    "Scenario",
    "load_scenario",
    "read_happenings",
    "scenario_files",
    "simulate",
    "simulate_stream",
]
