"""The command that assesses proposals, and judges them at the gate."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import click

from policy_engine.cli.faults import CODES, FILE_AT_FAULT, GATE_FAILED, reported, show
from policy_engine.cli.options import evaluation_options, gate_options, output_option, parsed_formats


@click.command(epilog=f"Example: policy-engine evaluate draft.yaml --format json --gate no_veto=true. {CODES}")
@click.argument("paths", nargs=-1)
@evaluation_options
@gate_options
@output_option
@click.option("--cross-check", is_flag=True, help="Run both evaluators; stop if they ever differ.")
@click.option(
    "--context",
    multiple=True,
    metavar="PATH",
    help="Laws around each text: directory, files or sets; the lens is then article-2026-02-in-context by default.",
)
@click.option("--proof", type=click.Path(dir_okay=False), help="File for a proof that `verify` replays.")
def evaluate(
    paths: tuple[str, ...],
    output: str | None,
    proof: str | None,
    context: tuple[str, ...],
    *,
    cross_check: bool,
    as_of: datetime.datetime | None,
    no_waivers: bool,
    **options: Any,
) -> None:
    """Assess proposals: files, directories (every .yaml below), git:REF:path, or - for standard input.

    Thresholds set in configuration or with --gate make it a check: the exit code is then 1 where one is not reached.
    """
    from policy_engine.cli.evaluation import assess_files, gate_of, proofs_of, write
    from policy_engine.cli.settings import settled
    from policy_engine.reports import render

    with reported():
        if proof and context:
            raise click.UsageError("a proof is replayed from the file alone; what a set shows cannot be proven with it")
        settings = settled({**options, "context": context}, paths).settings
        if not settings.paths:
            raise click.UsageError("name the proposals to assess, or set `paths` in the configuration")
        formats = parsed_formats(settings.format)
        gate = gate_of(settings, as_of, no_waivers=no_waivers)
        chosen = [name for name, _file in formats]
        report = assess_files(
            settings.paths, settings, cross_check=cross_check, gate=gate, formats=chosen, context=context
        )
        for name, file in formats:
            write(render(name, report), file or output)
        if proof:
            write(proofs_of(report, settings), proof)
        if report.failures:
            show(report.failures)
            sys.exit(FILE_AT_FAULT)
        if report.gate is not None and report.gate.fails_the_run:
            sys.exit(GATE_FAILED)
