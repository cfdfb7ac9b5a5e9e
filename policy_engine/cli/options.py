"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from policy_engine.cli.faults import unknown_name
from policy_engine.reports.names import ANALYSIS_FORMATS, FORMATS, Format

Command = Callable[..., Any]

lens_option = click.option("--lens", show_default="article-2026-02", default=None, help="Lens: a name, or a file.")
rules_option = click.option(
    "--rules", type=click.Path(file_okay=False), help="Directory of rule sets; the shipped ones if left out."
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["auto", "durable", "plain"]),
    default=None,
    show_default="auto",
    help="durable: durable-rules or fail; plain: the evaluator in Python; auto: durable where it can be loaded.",
)


def parsed_formats(given: tuple[str, ...], known: Mapping[str, Format] = FORMATS) -> tuple[tuple[str, str | None], ...]:
    """Return name and file of each format; only one may go to standard output."""
    chosen = [(name, file if equals else None) for name, equals, file in (text.partition("=") for text in given)]
    for name, file in chosen:
        if name not in known:
            unknown_name("format", name, list(known), "--format")
        if file == "":
            raise click.BadParameter(f"`{name}=` names no file", param_hint="--format")
    if sum(file is None for _name, file in chosen) > 1:
        raise click.BadParameter("only one format can go to standard output; write NAME=FILE", param_hint="--format")
    return tuple(chosen)


def format_option_of(known: Mapping[str, Format]) -> Callable[[Command], Command]:
    """Return the option `--format` over a table of formats."""

    def checked(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse wrong formats at once; what configuration files say is judged later."""
        parsed_formats(given, known)
        return given

    return click.option(
        "--format",
        "formats",
        multiple=True,
        show_default="text",
        callback=checked,
        metavar="NAME[=FILE]",
        help=f"Format, with a file to write it to; can be given several times. Formats: {', '.join(known)}.",
    )


format_option = format_option_of(FORMATS)
output_option = click.option(
    "--output", type=click.Path(), help="File for the one format that names none; else standard output."
)
analysis_format_option = format_option_of(ANALYSIS_FORMATS)
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Seed of the draws."
)
config_option = click.option(
    "--config", type=click.Path(dir_okay=False), help="Configuration file; else the nearest one found is used."
)
isolated_option = click.option("--isolated", is_flag=True, help="Use no configuration file.")
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 256), show_default="1", default=None, help="Processes that assess side by side."
)
gate_option = click.option(
    "--gate",
    "gate_keys",
    multiple=True,
    metavar="KEY=VALUE",
    help="Threshold of the gate, as in lowest_score=40, principles.VAC=50, most.blocker=0, no_veto=true, mode=observe.",
)
baseline_option = click.option("--baseline", type=click.Path(dir_okay=False), help="Baseline to compare with.")
waivers_option = click.option("--waivers", type=click.Path(dir_okay=False), help="File of waivers; needs --as-of.")
no_waivers_option = click.option("--no-waivers", is_flag=True, help="Apply no waiver, whatever is configured.")
as_of_option = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Today, for the expiry of waivers: no clock is read."
)
enacted_option = click.option(
    "--enacted",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Assume this day of enactment, in place of the one in the file.",
)
rule_delay_option = click.option(
    "--rule-delay",
    type=click.IntRange(0, 36500),
    default=0,
    show_default=True,
    help="Days by which due rules are late.",
)


def assessment_options(command: Command) -> Command:
    """Add what says how to assess: lens, rules, engine, jobs, configuration."""
    for option in (config_option, isolated_option, jobs_option, engine_option, rules_option, lens_option):
        command = option(command)
    return command


def evaluation_options(command: Command) -> Command:
    """Add what says how to assess and in which formats to report."""
    return assessment_options(format_option(command))


def gate_options(command: Command) -> Command:
    """Add what the gate reads: thresholds, baseline, waivers, today."""
    options = (as_of_option, no_waivers_option, waivers_option, baseline_option, gate_option)
    for option in options:
        command = option(command)
    return command
