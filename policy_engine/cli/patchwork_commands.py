"""The command on many laws at once."""

from __future__ import annotations

import datetime
import sys
from typing import TYPE_CHECKING

import click

from policy_engine import __version__
from policy_engine.cli.faults import CODES, FILE_AT_FAULT, reported, show
from policy_engine.cli.options import format_option_of, output_option, parsed_formats
from policy_engine.reports.names import PATCHWORK_FORMATS

if TYPE_CHECKING:
    from policy_engine.errors import Fault
    from policy_engine.loading import LoadedProposal

day_option = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Only duties in force on this day: no clock is read."
)
actor_option = click.option(
    "--actor", "actors", multiple=True, metavar="NAME|FILE", help="Whose duties to list: a shipped actor, or a file."
)


@click.command(epilog=f"Example: policy-engine patchwork set:us-frontier-2026 --actor frontier-developer. {CODES}")
@click.argument("paths", nargs=-1, required=True)
@click.option("--with", "federal", metavar="FEDERAL", help="Text whose pre-emption clauses are applied to the set.")
@actor_option
@day_option
@format_option_of(PATCHWORK_FORMATS)
@output_option
def patchwork(
    paths: tuple[str, ...],
    federal: str | None,
    actors: tuple[str, ...],
    as_of: datetime.datetime | None,
    formats: tuple[str, ...],
    output: str | None,
) -> None:
    """Compare the duties of many texts, and say what a federal text would leave of them.

    PATHS are files, directories, sets (*.set.yaml, or set:NAME for a shipped one) and git:REF:path. Without --as-of
    every text counts as it stands, whether it is law or not.
    """
    from policy_engine.cli.evaluation import write
    from policy_engine.loading import load_proposal
    from policy_engine.patchwork import load_actor
    from policy_engine.patchwork import patchwork as analyse
    from policy_engine.reports import render_patchwork
    from policy_engine.reports.input import PatchworkInput

    with reported():
        texts, failures = loaded_texts(paths)
        chosen = [load_actor(name) for name in actors]
        today = as_of.date() if as_of else None
        over = load_proposal(federal) if federal else None
        found = analyse(texts, actors=chosen, as_of=today, federal=over)
        report = PatchworkInput(found, failures, __version__)
        for name, file in parsed_formats(formats or ("text",), PATCHWORK_FORMATS):
            write(render_patchwork(name, report), file or output)
        if failures:
            show(failures)
            sys.exit(FILE_AT_FAULT)


def loaded_texts(paths: tuple[str, ...]) -> tuple[list[LoadedProposal], tuple[Fault, ...]]:
    """Return the texts that paths name; a file at fault never hides the others."""
    from policy_engine.cli.evaluation import found_files, progress
    from policy_engine.errors import Fault, PolicyEngineError
    from policy_engine.loading import load_proposal

    failures: list[Fault] = []
    files = found_files(paths, failures)
    texts = []
    for number, file in enumerate(files, start=1):
        progress(number, len(files))
        try:
            texts.append(load_proposal(file))
        except PolicyEngineError as error:
            failures += error.faults
    if not texts and not failures:
        failures.append(Fault("nothing was read", ", ".join(paths)))
    return texts, tuple(failures)
