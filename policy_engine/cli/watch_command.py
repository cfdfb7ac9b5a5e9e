"""The command that assesses again whenever a file is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli.faults import CODES, reported, show
from policy_engine.cli.options import assessment_options

if TYPE_CHECKING:
    from policy_engine.assessment import Assessor
    from policy_engine.results import Assessment


@click.command(epilog=f"Example: policy-engine watch drafts/. Needs the extra [watch]. {CODES}")
@click.argument("paths", nargs=-1)
@assessment_options
def watch(paths: tuple[str, ...], **options: Any) -> None:
    """Assess proposals, and again each time one is saved: verdict, score, and the outcomes that moved.

    Rules and lens are read once; Ctrl-C ends it.
    """
    from policy_engine.batch import AssessmentJob
    from policy_engine.cli.evaluation import found_files
    from policy_engine.cli.settings import settled

    try:
        from watchfiles import watch as changes_of
    except ImportError as error:
        raise click.UsageError("watch needs the extra: pip install 'policy-engine[watch]'") from error
    with reported():
        settings = settled(options, paths).settings
        if not settings.paths:
            raise click.UsageError("name the proposals to watch, or set `paths` in the configuration")
        missing = [path for path in settings.paths if not Path(path).exists()]
        if missing:
            raise click.UsageError(f"there is no such file or directory: {', '.join(missing)}")
        known: dict[str, Assessment] = {}
        with AssessmentJob(settings.lens, settings.rules, settings.engine).assessor() as assessor:
            _assess(assessor, found_files(settings.paths, []), known)
            click.echo("watching; Ctrl-C ends it", err=True)
            for changes in changes_of(*settings.paths, raise_interrupt=False):
                changed = {Path(path).resolve() for _, path in changes}
                files = [f for f in found_files(settings.paths, []) if Path(f).resolve() in changed]
                _assess(assessor, files, known)


def _assess(assessor: Assessor, files: list[str], known: dict[str, Assessment]) -> None:
    from policy_engine.batch import assess_one

    for file in files:
        result = assess_one(assessor, file)
        if result.assessment is None:
            show(result.faults)
            continue
        for line in _lines(file, result.assessment, known.get(file)):
            click.echo(line)
        known[file] = result.assessment


def _lines(file: str, now: Assessment, before: Assessment | None) -> Iterator[str]:
    from policy_engine.reports.text_report import VERDICTS, interval

    was = f" (was {interval(before.score)})" if before and before.score != now.score else ""
    yield f"{file}: {VERDICTS[now.verdict]}; {interval(now.score)} of 100{was}"
    outcomes = {finding.criterion: finding.outcome for finding in before.findings} if before else {}
    for finding in now.findings:
        old = outcomes.get(finding.criterion, finding.outcome)
        if old is not finding.outcome:
            moved = f"{old.value} → {finding.outcome.value}".replace("_", " ")
            place = f"{finding.location.file}:{finding.location.line}"
            yield f"  {finding.criterion} {moved}: {finding.message} {place}"
