"""The command that says what moves the verdict on one proposal."""

from __future__ import annotations

from typing import Any

import click

from policy_engine import __version__
from policy_engine.cli.faults import CODES, reported
from policy_engine.cli.options import (
    analysis_format_option,
    config_option,
    engine_option,
    isolated_option,
    lens_option,
    parsed_formats,
    rules_option,
    seed_option,
)
from policy_engine.reports.names import ANALYSIS_FORMATS


@click.command(epilog=f"Example: policy-engine sensitivity draft.yaml --format html=out.html. {CODES}")
@click.argument("path")
@lens_option
@rules_option
@engine_option
@config_option
@isolated_option
@click.option(
    "--factor",
    type=click.FloatRange(1.01, 100),
    help="Also move cut-offs for which no range is declared: down and up by this factor.",
)
@click.option("--sobol", is_flag=True, help="Add Sobol indices; needs the extra `analysis`.")
@click.option(
    "--samples", type=click.Choice(["256", "512", "1024", "2048"]), default="512", help="Base sample of --sobol."
)
@seed_option
@analysis_format_option
@click.option("--output", type=click.Path(), help="File for the one format that names none; else standard output.")
def sensitivity(path: str, output: str | None, **options: Any) -> None:
    """Say which criteria, cut-offs, weights and unknown facts move the verdict on the proposal in PATH."""
    from policy_engine.analysis.sensitivity import sensitivity_of
    from policy_engine.assessment import Assessor
    from policy_engine.cli.evaluation import write
    from policy_engine.cli.settings import settled
    from policy_engine.loading import load_lens, load_proposal
    from policy_engine.reports import render_analysis

    formats = parsed_formats(options.pop("formats") or ("text",), ANALYSIS_FORMATS)
    with reported():
        settings = settled(options).settings
        lens = load_lens(settings.lens, settings.rules)
        loaded = load_proposal(path)
        with Assessor(lens, settings.engine) as assessor:
            assessment = assessor.assess(loaded)
        indices: tuple[Any, ...] = ()
        if options["sobol"]:
            from policy_engine.analysis.sobol import is_installed, sobol_indices

            if not is_installed():
                raise click.UsageError("--sobol needs SALib: pip install 'policy-engine[analysis]'")
            indices = sobol_indices(assessment, lens.bands, int(options["samples"]), options["seed"])
        found = sensitivity_of(lens, loaded, assessment, factor=options["factor"], sobol=indices)
        for name, file in formats:
            write(render_analysis(name, found, __version__), file or output)
