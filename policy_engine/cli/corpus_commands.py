"""The commands on corpora: assess any number of proposals into tables, and ask those."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine import __version__
from policy_engine.cli.faults import CODES, FILE_AT_FAULT, INTERRUPTED, reported, unknown_name
from policy_engine.cli.options import (
    assessment_options,
    config_option,
    isolated_option,
    lens_option,
    output_option,
    rules_option,
)

if TYPE_CHECKING:
    from policy_engine.corpus.running import Order

_ANSWERS: Final = ("text", "csv", "json")
_SWEEPS: Final = ("text", "csv", "svg")
_USUAL_SHARE: Final = 0.01


@click.group(epilog=CODES)
def corpus() -> None:
    """Assess any number of proposals into tables, and ask those (extra [corpus])."""


@corpus.command(epilog=f"Example: policy-engine corpus run drafts/ bills.jsonl --out result --jobs 2. {CODES}")
@click.argument("sources", nargs=-1)
@click.option("--out", "result", type=click.Path(file_okay=False), required=True, help="Folder of the result.")
@assessment_options
@click.option(
    "--cross-check-share",
    type=click.FloatRange(0, 1),
    default=None,
    show_default="0.01, or 0 without durable-rules",
    help="Share of the texts that the other evaluator checks too; stop if they ever differ.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1, 86400),
    default=60.0,
    show_default=True,
    help="Seconds for one proposal.",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(256, 1 << 20),
    default=1024,
    show_default=True,
    help="Megabytes for a worker process (Linux).",
)
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="Let the workers of a Dask scheduler do the work, as tcp://host:8786 (extra [dask]); --jobs is not used then.",
)
@click.option("--retry-lost", is_flag=True, help="Try again what an earlier run lost to a limit or a crash.")
def run(sources: tuple[str, ...], result: str, **options: Any) -> None:
    """Assess SOURCES: folders, globs, .yaml, .jsonl and .parquet files. A second run does only what changed.

    A run that was stopped, in whatever way, is gone on with by the same command. Inputs that fail have a table of
    their own, and the exit code is then 3.
    """
    from policy_engine.cli.corpus_progress import run_shown
    from policy_engine.corpus.queries import QUERIES, ask

    with reported():
        order = _order(sources, result, options)
        try:
            progress = run_shown(order)
        except KeyboardInterrupt:
            click.echo("stopped; what is written counts: the same command goes on from there", err=True)
            sys.exit(INTERRUPTED)
        counts = ask(result, QUERIES["counts"].sql)
        inputs, assessed, failed, checked = counts.rows[0]
        click.echo(
            f"{inputs:,} inputs: {assessed:,} texts assessed, {failed:,} failed ({progress.kept:,} known before)"
        )
        click.echo(f"{checked:,} of them checked by the other evaluator, none different; the result is in {result}")
        if failed:
            click.echo(f"why they failed: policy-engine corpus query {result} failures", err=True)
            sys.exit(FILE_AT_FAULT)


def _order(sources: tuple[str, ...], result: str, options: dict[str, Any]) -> Order:
    from policy_engine.batch import AssessmentJob
    from policy_engine.cli.settings import settled
    from policy_engine.corpus.running import Order
    from policy_engine.corpus.workers import Limits
    from policy_engine.engine.client import why_unavailable

    settings = settled(options, sources).settings
    if not settings.paths:
        raise click.UsageError("name the proposals to assess, or set `paths` in the configuration")
    share = options["cross_check_share"]
    if share is None:
        share = 0.0 if why_unavailable() else _USUAL_SHARE
    return Order(
        settings.paths,
        result,
        AssessmentJob(settings.lens, settings.rules, settings.engine),
        __version__,
        settings.jobs,
        share,
        Limits(options["time_limit"], options["memory_limit"]),
        options["retry_lost"],
        options["scheduler"],
    )


@corpus.command(epilog=f"Example: policy-engine corpus query result vetoes --format csv. {CODES}")
@click.argument("result", type=click.Path(file_okay=False))
@click.argument("name", required=False)
@click.option("--sql", help="A question of your own, in SQL; docs/corpus.md has the tables.")
@click.option("--format", "format_name", type=click.Choice(_ANSWERS), default="text", show_default=True)
@output_option
def query(result: str, name: str | None, sql: str | None, format_name: str, output: str | None) -> None:
    """Ask the corpus in the folder RESULT a ready question by NAME, or your own; without either, list the questions."""
    from policy_engine.cli.evaluation import write
    from policy_engine.corpus.queries import QUERIES, ask
    from policy_engine.reports.corpus_answer import ANSWERS

    if name and sql:
        raise click.UsageError("give the name of a question, or --sql, not both")
    if name and name not in QUERIES:
        unknown_name("question", name, list(QUERIES), "NAME")
    if not name and not sql:
        width = max(map(len, QUERIES))
        for known, question in QUERIES.items():
            click.echo(f"{known.ljust(width)}  {question.help}")
        return
    with reported():
        answer = ask(result, sql or QUERIES[str(name)].sql)
        write(ANSWERS[format_name](answer), output)


@corpus.command(epilog=f"Example: policy-engine corpus sweep moratorium.yaml --format svg --output map.svg. {CODES}")
@click.argument("template", type=click.Path(dir_okay=False))
@lens_option
@rules_option
@config_option
@isolated_option
@click.option("--format", "format_name", type=click.Choice(_SWEEPS), default="text", show_default=True)
@output_option
def sweep(template: str, format_name: str, output: str | None, **options: Any) -> None:
    """Judge many designs of one proposal: TEMPLATE names fields of its provisions, and the values to try.

    Says for each principle which designs meet it, and along which field, between which values, the score breaks off.
    """
    from policy_engine.cli.evaluation import write
    from policy_engine.cli.settings import settled
    from policy_engine.corpus.sweep import sweep as swept
    from policy_engine.corpus.sweep_template import load_template
    from policy_engine.loading import load_lens
    from policy_engine.reports.sweep_report import SWEEPS

    with reported():
        settings = settled(options).settings
        made = swept(load_template(template), load_lens(settings.lens, settings.rules))
        write(SWEEPS[format_name](made), output)
