"""Options that several commands share."""

from __future__ import annotations

import click

from policy_engine.cli.faults import unknown_name
from policy_engine.reports.names import FORMATS

lens_option = click.option("--lens", default="article-2026-02", show_default=True, help="Lens: a name, or a file.")
rules_option = click.option(
    "--rules", type=click.Path(file_okay=False), help="Directory of rule sets; the shipped ones if left out."
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["auto", "durable", "plain"]),
    default="auto",
    show_default=True,
    help="durable: durable-rules or fail; plain: the evaluator in Python; auto: durable where it can be loaded.",
)


def _formats(
    _: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[str, str | None], ...]:
    """Return name and file of each format; only one may go to standard output."""
    chosen = [(name, file if equals else None) for name, equals, file in (text.partition("=") for text in given)]
    for name, file in chosen:
        if name not in FORMATS:
            unknown_name("format", name, list(FORMATS), "--format")
        if file == "":
            raise click.BadParameter(f"`{name}=` names no file", param=parameter)
    if sum(file is None for _name, file in chosen) > 1:
        raise click.BadParameter("only one format can go to standard output; write NAME=FILE", param=parameter)
    return tuple(chosen)


format_option = click.option(
    "--format",
    "formats",
    multiple=True,
    default=("text",),
    show_default=True,
    callback=_formats,
    metavar="NAME[=FILE]",
    help=f"Format, with a file to write it to; can be given several times. Formats: {', '.join(FORMATS)}.",
)
