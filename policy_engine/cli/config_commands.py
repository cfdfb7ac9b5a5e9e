"""The commands on configuration."""

from __future__ import annotations

import json
from typing import Any

import click

from policy_engine.cli.faults import CODES, reported
from policy_engine.cli.options import evaluation_options, gate_options


@click.group(epilog=CODES)
def config() -> None:
    """Show what the commands run with, and where each value comes from."""


@config.command("show")
@evaluation_options
@gate_options
def show_config(**options: Any) -> None:
    """List every setting with its value and origin: a file and line, the command line, or built in."""
    from policy_engine.cli.settings import settled
    from policy_engine.configuration import BUILT_IN, leaves

    with reported():
        found = settled(options)
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in leaves(found.settings)]
        width = max(len(f"{key} = {value}") for key, value in rows)
        for key, value in rows:
            click.echo(f"{f'{key} = {value}':<{width}}  # {found.origins.get(key, BUILT_IN)}")
