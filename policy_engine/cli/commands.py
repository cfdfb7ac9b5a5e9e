"""The command and its commands on proposals; what they do is in the modules that they load when used."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any, Final

import click

from policy_engine import __version__
from policy_engine.cli.amend_command import amend
from policy_engine.cli.ask_command import ask
from policy_engine.cli.baseline_commands import baseline
from policy_engine.cli.compare_command import compare
from policy_engine.cli.config_commands import config
from policy_engine.cli.corpus_commands import corpus
from policy_engine.cli.diff_command import diff
from policy_engine.cli.evaluate_command import evaluate
from policy_engine.cli.faults import CODES, FILE_AT_FAULT, GATE_FAILED, INTERRUPTED, reported, show, unknown_name
from policy_engine.cli.lens_commands import lenses
from policy_engine.cli.options import config_option, engine_option, isolated_option, lens_option, rules_option
from policy_engine.cli.patchwork_commands import comply, conform, patchwork
from policy_engine.cli.rule_commands import rules
from policy_engine.cli.sensitivity_command import sensitivity
from policy_engine.cli.time_commands import futures, simulate, stages, timeline
from policy_engine.cli.verify_command import verify
from policy_engine.cli.watch_command import watch
from policy_engine.reports.names import SCHEMAS

_UNWRITABLE: Final = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def _version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from policy_engine.engine.client import DURABLE_VERSION, why_unavailable

        reason = why_unavailable()
        engine = f"plain evaluator ({reason})" if reason else f"durable-rules {DURABLE_VERSION}"
        click.echo(f"policy-engine {__version__}, engine: {engine}")
        context.exit()


class _Commands(click.Group):
    """The commands; what keeps their output from being written is told alike for all."""

    def invoke(self, context: click.Context) -> Any:
        """Run; a reader that closes the pipe early is no error, a full device is; Ctrl-C has a code of its own."""
        try:
            return super().invoke(context)
        except (KeyboardInterrupt, click.Abort):
            # Without this the code would be 1, which says that a gate failed.
            click.echo("stopped", err=True)
            context.exit(INTERRUPTED)
        except OSError as error:
            if error.errno not in _UNWRITABLE:
                raise
            # What is left in the buffer would fail once more at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno == errno.EPIPE:
                context.exit(0)
            click.echo(f"error: standard output cannot be written: {error.strerror}", err=True)
            context.exit(FILE_AT_FAULT)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=CODES)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Version and engine."
)
def policy_engine() -> None:
    """Judge proposed AI law: describe a text in YAML, get a scored assessment that cites its sections.

    Start with `policy-engine evaluate proposals/`. Completion for your shell:
    `_POLICY_ENGINE_COMPLETE=bash_source policy-engine` (or zsh_source, fish_source).
    """


@policy_engine.command(epilog=f"Example: policy-engine explain VAC-1 draft.yaml. {CODES}")
@click.argument("criterion")
@click.argument("proposal", required=False)
@lens_option
@rules_option
@engine_option
@config_option
@isolated_option
def explain(criterion: str, proposal: str | None, **options: Any) -> None:
    """Show the page of CRITERION; with a PROPOSAL, prove its outcome in plain sentences."""
    from policy_engine.cli.settings import settled
    from policy_engine.loading import load_lens, load_proposal, load_rules_with

    with reported():
        settings = settled(options).settings
        loaded = load_lens(settings.lens, settings.rules) if proposal else load_rules_with(criterion, settings.rules)
        known = {compiled.criterion.id: compiled for compiled in loaded.criteria}
        if criterion.upper() not in known:
            unknown_name("criterion", criterion, list(known), "CRITERION")
        compiled = known[criterion.upper()]
        if proposal is None:
            from policy_engine.reports import criterion_page

            click.echo(criterion_page.render(compiled, loaded.program), nl=False)
            return
        from policy_engine.assessment import Assessor
        from policy_engine.reports import proof_text

        with Assessor(loaded, settings.engine) as assessor:
            finding, proofs = assessor.explain(compiled.criterion.id, load_proposal(proposal))
        click.echo(proof_text.render(finding, proofs), nl=False)


@policy_engine.command(epilog="Example: policy-engine schema proposal > proposal.schema.json")
@click.argument("name", type=click.Choice(SCHEMAS))
def schema(name: str) -> None:
    """Print the JSON Schema of a kind of file, for editors and checks."""
    from policy_engine.reports.json_schemas import schema_text

    click.echo(schema_text(name), nl=False)


@policy_engine.command(epilog="Example: policy-engine new proposal --output draft.yaml")
@click.argument("kind", type=click.Choice(["proposal", "rule-set"]))
@click.option("--output", type=click.Path(dir_okay=False), help="File to write; an existing one is not overwritten.")
def new(kind: str, output: str | None) -> None:
    """Print a commented scaffold that validates."""
    text = (Path(__file__).parent.parent / "scaffold" / f"{kind}.yaml").read_text(encoding="utf-8")
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with Path(output).open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise click.UsageError(f"cannot write {output}: {error.strerror}") from error


@policy_engine.command(epilog=f"Example: policy-engine lint draft.yaml. {CODES}")
@click.argument("paths", nargs=-1)
@rules_option
@config_option
@isolated_option
def lint(paths: tuple[str, ...], **options: Any) -> None:
    """Check the content of proposals: dates, magnitudes, what was read, and provisions that no criterion reads.

    Faults fail (exit code 1); a provision that nothing reads is told with the reason, and is no fault.
    """
    from policy_engine.cli.evaluation import lint_files
    from policy_engine.cli.settings import settled

    with reported():
        settings = settled(options, paths).settings
        if not settings.paths:
            raise click.UsageError("name the proposals to check, or set `paths` in the configuration")
        faults, failures, notes = lint_files(settings.paths, settings.rules)
        for fault in faults:
            click.echo(str(fault))
        for note in notes:
            click.echo(note)
        click.echo(f"{len(faults)} fault(s), {len(notes)} provision(s) that no criterion reads")
        if failures:
            show(failures)
            sys.exit(FILE_AT_FAULT)
        if faults:
            sys.exit(GATE_FAILED)


for command in (
    *(evaluate, compare, sensitivity, diff, ask, amend, patchwork, conform, comply),
    *(timeline, stages, simulate, futures, corpus, rules, lenses, baseline, config, verify, watch),
):
    policy_engine.add_command(command)
