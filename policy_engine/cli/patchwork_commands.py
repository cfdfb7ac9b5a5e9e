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
        if not texts:
            show(failures)
            sys.exit(FILE_AT_FAULT)
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


@click.command(epilog=f"Example: policy-engine conform draft.yaml --to proposals/us/ca/sb-53.yaml. {CODES}")
@click.argument("state")
@click.option("--to", "baseline", required=True, metavar="BASELINE", help="Text that STATE is held against.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "yaml"]),
    default="text",
    show_default=True,
    help="yaml: the amendment alone.",
)
@output_option
def conform(state: str, baseline: str, format_name: str, output: str | None) -> None:
    """Say where STATE departs from a baseline, term by term, and draft the amendment that aligns it."""
    from policy_engine.cli.evaluation import write
    from policy_engine.loading import load_proposal
    from policy_engine.patchwork.conformance import conform as compare
    from policy_engine.reports import conformance_json, conformance_report

    with reported():
        found = compare(load_proposal(state), load_proposal(baseline))
        made = {
            "text": lambda: conformance_report.text(found),
            "json": lambda: conformance_json.render(found, __version__),
            "yaml": lambda: conformance_report.amendment_yaml(found),
        }
        write(made[format_name](), output)


@click.command(
    epilog=f"Example: policy-engine comply set:us-frontier-2026 --actor frontier-developer --as-of 2027-01-01. {CODES}"
)
@click.argument("paths", nargs=-1, required=True)
@click.option("--actor", required=True, metavar="NAME|FILE", help="Whose duties: a shipped actor, or a file.")
@click.option("--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day: no clock is read.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "markdown", "csv", "ical", "json"]),
    default="text",
    show_default=True,
)
@output_option
def comply(paths: tuple[str, ...], actor: str, as_of: datetime.datetime, format_name: str, output: str | None) -> None:
    """List the least set of actions that keeps an actor's duties in force on a day (extra [amend])."""
    from policy_engine.cli.evaluation import write
    from policy_engine.patchwork import load_actor
    from policy_engine.patchwork.compliance import comply as solve
    from policy_engine.reports import compliance_json, compliance_report

    with reported():
        texts, failures = loaded_texts(paths)
        if failures:
            show(failures)
            click.echo("no list is made: it would leave out the duties of what could not be read", err=True)
            sys.exit(FILE_AT_FAULT)
        found = solve(texts, load_actor(actor), as_of.date())
        made = {
            "text": lambda: compliance_report.text(found),
            "markdown": lambda: compliance_report.markdown(found),
            "csv": lambda: compliance_report.table(found),
            "ical": lambda: compliance_report.calendar(found),
            "json": lambda: compliance_json.render(found, __version__),
        }
        write(made[format_name](), output)
