"""The command that compares proposals within their class, or under several lenses."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

import click

from policy_engine import __version__
from policy_engine.cli.faults import CODES, FILE_AT_FAULT, reported, show
from policy_engine.cli.options import analysis_format_option, assessment_options, parsed_formats, seed_option
from policy_engine.reports.names import ANALYSIS_FORMATS

if TYPE_CHECKING:
    from policy_engine.analysis.results import AgreementMap, Comparison, Method, WeightRange
    from policy_engine.configuration import Settings
    from policy_engine.errors import Fault

LARGEST_WEIGHT = 1e6


def _weight_ranges(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[WeightRange, ...]:
    from policy_engine.analysis.results import WeightRange

    found = [WeightRange(*_weight_range(text)) for text in given]
    names = [weight.principle for weight in found]
    for name in names:
        if names.count(name) > 1:
            raise click.BadParameter(f"`{name}` is given more than once")
    return tuple(sorted(found, key=lambda weight: weight.principle))


def _weight_range(text: str) -> tuple[str, float, float]:
    name, _, ends = text.partition("=")
    low, dots, high = ends.partition("..")
    try:
        numbers = float(low), float(high if dots else low)
    except ValueError:
        raise click.BadParameter(f"`{text}` is not ID=LOW..HIGH, as in VAC=0.5..2") from None
    if not name or not all(math.isfinite(n) and 0 <= n <= LARGEST_WEIGHT for n in numbers) or numbers[0] > numbers[1]:
        raise click.BadParameter(f"`{text}`: weights run from 0 to {LARGEST_WEIGHT:g}, the lower one first")
    return name.upper(), *numbers


@click.command(epilog=f"Example: policy-engine compare drafts/ --weights VAC=0.5..2 --format html=out.html. {CODES}")
@click.argument("paths", nargs=-1)
@assessment_options
@click.option("--lenses", metavar="all|NAME,NAME…", help="Set verdicts under several lenses side by side instead.")
@click.option(
    "--weights",
    multiple=True,
    callback=_weight_ranges,
    metavar="ID=LOW..HIGH",
    help="Range of a principle's weight, where others keep the lens's; left out, every weighting is equally likely.",
)
@click.option(
    "--aggregation",
    type=click.Choice(["arithmetic", "geometric", "both"]),
    default="both",
    show_default=True,
    help="Mean over principles.",
)
@click.option(
    "--draws", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True, help="Number of draws."
)
@click.option(
    "--completions",
    type=click.IntRange(20, 10_000),
    default=200,
    show_default=True,
    help="Completions of unknown facts to evaluate for each proposal, where not all can be.",
)
@click.option(
    "--least-decided",
    type=click.FloatRange(0, 100),
    default=0.0,
    show_default=True,
    metavar="PERCENT",
    help="Leave out texts of which less is decided; what is unknown in them would be drawn.",
)
@seed_option
@analysis_format_option
@click.option("--output", type=click.Path(), help="File for the one format that names none; else standard output.")
def compare(paths: tuple[str, ...], lenses: str | None, output: str | None, **options: Any) -> None:
    """Compare proposals within their scope class: what holds whatever the weights and the unknown facts are.

    Files, directories (every .yaml below), or - for standard input. Classes are never compared with each other.
    """
    from policy_engine.analysis.results import Method
    from policy_engine.cli.evaluation import write
    from policy_engine.cli.settings import settled
    from policy_engine.reports import render_analysis

    formats = parsed_formats(options.pop("formats") or ("text",), ANALYSIS_FORMATS)
    if lenses is not None and (options["lens"] or options["weights"]):
        raise click.UsageError("--lenses sets whole lenses side by side; it goes with neither --lens nor --weights")
    with reported():
        settings = settled(options, paths).settings
        if not settings.paths:
            raise click.UsageError("name the proposals to compare, or set `paths` in the configuration")
        method = Method(
            options["draws"],
            options["seed"],
            options["aggregation"],
            options["weights"],
            options["completions"],
            options["least_decided"],
        )
        result = _compared(settings, method) if lenses is None else _mapped(settings, lenses)
        for name, file in formats:
            write(render_analysis(name, result, __version__), file or output)
        if result.failures:
            show(result.failures)
            sys.exit(FILE_AT_FAULT)


def _compared(settings: Settings, method: Method) -> Comparison:
    from dataclasses import replace

    from policy_engine.analysis.comparison import compare_files
    from policy_engine.batch import AssessmentJob

    files, failures = _files(settings)
    job = AssessmentJob(settings.lens, settings.rules, settings.engine)
    found = compare_files(files, job, method, settings.jobs)
    return replace(found, failures=(*failures, *found.failures))


def _mapped(settings: Settings, lenses: str) -> AgreementMap:
    from dataclasses import replace

    from policy_engine.analysis.agreement import agreement_map
    from policy_engine.batch import AssessmentJob
    from policy_engine.loading import lens_names

    named = lens_names(settings.rules) if lenses == "all" else tuple(dict.fromkeys(lenses.split(",")))
    if len(named) < 2:
        raise click.UsageError("--lenses takes `all`, or at least two names with commas between")
    files, failures = _files(settings)
    job = AssessmentJob(settings.lens, settings.rules, settings.engine)
    found = agreement_map(files, job, named, settings.jobs)
    return replace(found, failures=(*failures, *found.failures))


def _files(settings: Settings) -> tuple[list[str], list[Fault]]:
    from policy_engine.cli.evaluation import found_files

    failures: list[Fault] = []
    files = found_files(settings.paths, failures)
    return files, failures
