"""Output formats: each is a module with one pure function `render`; one table, imported when used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from policy_engine.reports.names import (
    ANALYSIS_FORMATS,
    DIFFERENCE_FORMATS,
    FORMATS,
    PATCHWORK_FORMATS,
    SAMPLE_FORMATS,
    SIMULATION_FORMATS,
    STAGES_FORMATS,
    TIMELINE_FORMATS,
    Format,
)

if TYPE_CHECKING:
    from policy_engine.analysis.results import AgreementMap, Comparison
    from policy_engine.analysis.sensitivity_results import Sensitivity
    from policy_engine.reports.input import DifferenceInput, PatchworkInput, ReportInput
    from policy_engine.simulation import Matrix
    from policy_engine.simulation.assumptions import Assumptions
    from policy_engine.simulation.sampling import Sample
    from policy_engine.stages import Machine
    from policy_engine.timeline import Timeline


def render(format_name: str, report: ReportInput) -> str:
    """Return the report in a format of the table."""
    return _rendered(FORMATS[format_name], report)


def render_difference(format_name: str, report: DifferenceInput) -> str:
    """Return a comparison in a format of its table."""
    return _rendered(DIFFERENCE_FORMATS[format_name], report)


def render_analysis(format_name: str, result: Comparison | AgreementMap | Sensitivity, version: str) -> str:
    """Return a comparison, an agreement map or a sensitivity analysis in a format of the table."""
    return _rendered(ANALYSIS_FORMATS[format_name], result, version)


def render_patchwork(format_name: str, report: PatchworkInput) -> str:
    """Return the analysis of a set in a format of its table."""
    return _rendered(PATCHWORK_FORMATS[format_name], report)


def render_timeline(format_name: str, timeline: Timeline) -> str:
    """Return a timeline in a format of its table."""
    return _rendered(TIMELINE_FORMATS[format_name], timeline)


def render_stages(format_name: str, title: str, machines: tuple[Machine, ...]) -> str:
    """Return the stages of a text in a format of its table."""
    return _rendered(STAGES_FORMATS[format_name], title, machines)


def render_simulation(format_name: str, matrix: Matrix) -> str:
    """Return runs in a format of their table."""
    return _rendered(SIMULATION_FORMATS[format_name], matrix)


def render_samples(format_name: str, assumptions: Assumptions, samples: tuple[Sample, ...]) -> str:
    """Return sampled futures in a format of their table."""
    return _rendered(SAMPLE_FORMATS[format_name], assumptions, samples)


def _rendered(form: Format, *told: object) -> str:
    module = importlib.import_module(f"policy_engine.reports.{form.module}")
    text: str = module.render(*told)
    return text
