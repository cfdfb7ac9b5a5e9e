"""The command that finds the smallest amendments with which a text reaches a target."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine import __version__
from policy_engine.cli.faults import CODES, GATE_FAILED, reported
from policy_engine.cli.options import assessment_options

if TYPE_CHECKING:
    from policy_engine.amending import Amendments

FORMATS: Final = ("text", "json", "markdown", "patch")


@click.command(epilog=f"Example: policy-engine amend draft.yaml --target mixed. Needs the extra [amend]. {CODES}")
@click.argument("path")
@click.option(
    "--target",
    required=True,
    metavar="TARGET",
    help="meets, mixed (a verdict of at least that), no-veto, or score=NN (a low bound of at least NN).",
)
@click.option(
    "--protect",
    multiple=True,
    metavar="ID[,ID…]",
    help="Provisions that may not be changed; can be given several times.",
)
@click.option(
    "--cost",
    "costs",
    multiple=True,
    metavar="CRITERION=N",
    help="Cost of the amendments of a criterion, or of a kind: strike=3, set=2, add=1. Else each costs 1.",
)
@click.option("--all", "every", is_flag=True, help="Every set of the lowest cost, and not only one.")
@click.option("--format", "format_name", type=click.Choice(FORMATS), default="text", show_default=True, help="Format.")
@click.option("--write", "write_back", is_flag=True, help="Make the first set in the file itself, comments kept.")
@assessment_options
def amend(
    path: str,
    target: str,
    protect: tuple[str, ...],
    costs: tuple[str, ...],
    format_name: str,
    *,
    every: bool,
    write_back: bool,
    **options: Any,
) -> None:
    """Find the smallest set of amendments with which the proposal in PATH reaches a target, and prove it.

    Amendments are drawn from the fixes of criteria that are violated or partial. The result is judged again by the
    engine, and under every other lens, where harm is marked. The exit code is 1 if the target cannot be reached, or no
    set was proved smallest.
    """
    from policy_engine.cli.evaluation import write

    if write_back and path == "-":
        raise click.UsageError("--write changes a file, and standard input is none")
    with reported():
        found = _found(path, options, target=target, costs=costs, protect=protect, every=every)
        click.echo(_rendered(found, format_name), nl=False)
        if write_back and found.status == "reached":
            write(found.texts[0], path)
            click.echo(f"{path}: written", err=True)
        if found.status in {"unreachable", "not_proved"}:
            sys.exit(GATE_FAILED)


def _found(path: str, options: dict[str, Any], *, protect: tuple[str, ...], **asked: Any) -> Amendments:
    """Search; what is wrong with the question is the user's fault and not a file's."""
    from policy_engine.amending import amend as find
    from policy_engine.amending.candidates import CandidateError
    from policy_engine.amending.solver import MissingSolverError
    from policy_engine.amending.targets import TargetError
    from policy_engine.cli.settings import settled
    from policy_engine.loading import load_lens

    settings = settled(options).settings
    names = [name.strip() for text in protect for name in text.split(",")]
    lens = load_lens(settings.lens, settings.rules)
    try:
        return find(path, lens, protect=names, engine=settings.engine, rules=settings.rules, **asked)
    except (CandidateError, MissingSolverError, TargetError) as error:
        raise click.UsageError(str(error)) from error


def _rendered(found: Amendments, format_name: str) -> str:
    from policy_engine.reports import amend_json, amend_markdown, amend_text

    if format_name == "json":
        return amend_json.render(found, __version__)
    if format_name == "patch":
        return found.sets[0].patch if found.sets else ""
    return amend_markdown.render(found) if format_name == "markdown" else amend_text.render(found)
