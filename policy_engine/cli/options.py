"""Options that several commands share."""

from __future__ import annotations

import click

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
