"""The commands on the baseline: what a team has accepted so far, and the ratchet that only tightens."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine.cli.faults import CODES, FILE_AT_FAULT, GATE_FAILED, reported, show
from policy_engine.cli.options import assessment_options, baseline_option

if TYPE_CHECKING:
    from policy_engine.reports.input import ReportInput

DEFAULT_FILE: Final = "policy-engine-baseline.json"


@click.group(epilog=CODES)
def baseline() -> None:
    """Record, check and tighten what has been accepted so far: new findings fail, old ones are known."""


@baseline.command("write")
@click.argument("paths", nargs=-1)
@assessment_options
@baseline_option
def write_baseline(paths: tuple[str, ...], **options: Any) -> None:
    """Accept everything found now: write it to the baseline file, over an older one."""
    from policy_engine.cli.evaluation import write
    from policy_engine.gate.baseline import baseline_of, text_of

    with reported():
        report, file = _assessed(paths, options)
        made = baseline_of(report.assessments)
        write(text_of(made), file)
        findings = sum(len(accepted.findings) for accepted in made.proposals.values())
        click.echo(f"{file}: {len(made.proposals)} proposal(s), {findings} finding(s) accepted under {made.lens.id}")


@baseline.command("check")
@click.argument("paths", nargs=-1)
@assessment_options
@baseline_option
def check_baseline(paths: tuple[str, ...], **options: Any) -> None:
    """Say what is new, fixed and unchanged; fail on new findings, lower scores, and proposals that are missing."""
    from policy_engine.gate.baseline import load_baseline
    from policy_engine.gate.judging import gate_input, judge_gate
    from policy_engine.gate.thresholds import Thresholds
    from policy_engine.reports import gate_text

    with reported():
        report, file = _assessed(paths, options)
        given = gate_input(Thresholds(no_regression=True), waivers=None, as_of=None, baseline=file)
        gate = judge_gate(given, report.assessments, ())
        read, _ = load_baseline(file)
        for line in gate_text.lines(gate):
            click.echo(line)
        here = {assessment.proposal.id for assessment in report.assessments}
        missing = sorted(set(read.proposals) - here)
        for name in missing:
            click.echo(f"missing: {name} is in the baseline and was not assessed")
        if missing or not gate.passed:
            sys.exit(GATE_FAILED)


@baseline.command("tighten")
@click.argument("paths", nargs=-1)
@assessment_options
@baseline_option
def tighten_baseline(paths: tuple[str, ...], **options: Any) -> None:
    """Take out of the baseline what is fixed, and raise its scores; nothing new is ever accepted."""
    from policy_engine.cli.evaluation import write
    from policy_engine.gate.baseline import incomparable, load_baseline, require_unique, text_of, tightened

    with reported():
        report, file = _assessed(paths, options)
        require_unique(report.assessments)
        read, _ = load_baseline(file)
        for assessment in report.assessments:
            reason = incomparable(read, assessment)
            if reason:
                click.echo(f"{assessment.proposal.id}: left as it is; {reason}")
        new, gone = tightened(read, report.assessments)
        for name, fixed in gone.items():
            what = f"fixed {', '.join(fixed)}" if fixed else "nothing fixed"
            before, after = read.proposals[name].low, new.proposals[name].low
            click.echo(f"{name}: {what}; low bound {before:.2f}, now {after:.2f}")
        if not gone:
            click.echo("nothing to tighten")
            return
        write(text_of(new), file)


def _assessed(paths: tuple[str, ...], options: dict[str, Any]) -> tuple[ReportInput, str]:
    """Return the assessments and the name of the baseline file; a file at fault ends the command."""
    from policy_engine.cli.evaluation import assess_files
    from policy_engine.cli.settings import settled

    settings = settled(options, paths).settings
    if not settings.paths:
        raise click.UsageError("name the proposals to assess, or set `paths` in the configuration")
    report = assess_files(settings.paths, settings)
    if report.failures:
        show(report.failures)
        sys.exit(FILE_AT_FAULT)
    return report, settings.baseline or DEFAULT_FILE
