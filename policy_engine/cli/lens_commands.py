"""The commands on lenses."""

from __future__ import annotations

import click

from policy_engine.cli.faults import CODES, reported
from policy_engine.cli.options import rules_option


@click.group(epilog=CODES)
def lenses() -> None:
    """List, show and compare lenses: the views under which a text is judged."""


@lenses.command("list")
@rules_option
def lenses_list(rules: str | None) -> None:
    """List the lenses with their dates and numbers of criteria."""
    from policy_engine.loading import lens_names, load_lens

    with reported():
        for name in lens_names(rules):
            loaded = load_lens(name, rules)
            lens = loaded.lens
            click.echo(f"{lens.id:<28} {lens.as_of}  {len(loaded.criteria):>3} criteria  {lens.title}")


@lenses.command("show")
@click.argument("name")
@rules_option
def lenses_show(name: str, rules: str | None) -> None:
    """Show what the lens NAME asks, with weights, cut-offs and where each comes from."""
    from policy_engine.loading import load_lens
    from policy_engine.reports import lens_page

    with reported():
        click.echo(lens_page.render(load_lens(name, rules)), nl=False)


@lenses.command("diff")
@click.argument("one")
@click.argument("other")
@rules_option
def lenses_diff(one: str, other: str, rules: str | None) -> None:
    """Say in what the lenses ONE and OTHER differ, and why."""
    from policy_engine.loading import load_lens
    from policy_engine.reports import lens_page

    with reported():
        click.echo(lens_page.render_difference(load_lens(one, rules), load_lens(other, rules)), nl=False)
