"""The command that says whether a report is true."""

from __future__ import annotations

import sys
from typing import Any

import click

from policy_engine.cli.faults import CODES, GATE_FAILED, reported
from policy_engine.cli.options import config_option, engine_option, isolated_option, lens_option, rules_option


@click.command(epilog=f"Example: policy-engine verify report.json. {CODES}")
@click.argument("report", type=click.Path(dir_okay=False))
@lens_option
@rules_option
@engine_option
@click.option(
    "--context",
    multiple=True,
    metavar="PATH",
    help="The laws that the texts were judged among: directory, files or sets.",
)
@config_option
@isolated_option
def verify(report: str, context: tuple[str, ...], **options: Any) -> None:
    """Compute a JSON REPORT anew from its files, and say whether it is true; if not, where (exit code 1).

    A proof written by evaluate --proof is replayed instead, by a checker that uses neither evaluator. Paths in the
    report are read from the working folder. The lens is the one that the report names, unless --lens gives another.
    A report made with evaluate --context names its laws by digest, and needs them again.
    """
    from policy_engine.cli.evaluation import context_laws
    from policy_engine.cli.settings import settled
    from policy_engine.loading import load_lens
    from policy_engine.verification import lens_of, read_report, replayed, verify

    with reported():
        read = read_report(report)
        settings = settled(options).settings
        lens = load_lens(options["lens"] or lens_of(read) or settings.lens, settings.rules)
        if read.is_proof and context:
            raise click.UsageError("a proof is replayed from the file alone, without --context")
        around = context_laws(context) if context else None
        found = replayed(read, lens) if read.is_proof else verify(read, lens, settings.engine, around)
        for difference in found.differences:
            click.echo(difference)
        said = f"not true: {len(found.differences)} difference(s)" if found.differences else "true"
        said = said if found.possible else "not verified"
        click.echo(f"{report}: {said}; {found.scope}")
        if found.differences:
            sys.exit(GATE_FAILED)
