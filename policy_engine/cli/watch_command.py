"""The command that assesses again whenever a file is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine.cli.faults import CODES, reported, show
from policy_engine.cli.options import assessment_options

if TYPE_CHECKING:
    from policy_engine.assessment import Assessor
    from policy_engine.batch import Assessed
    from policy_engine.results import Assessment

TURN_MILLISECONDS: Final = 500


@click.command(epilog=f"Example: policy-engine watch drafts/. Needs the extra [watch]. {CODES}")
@click.argument("paths", nargs=-1)
@assessment_options
def watch(paths: tuple[str, ...], **options: Any) -> None:
    """Assess proposals, and again each time one is saved: verdict, score, and the outcomes that moved.

    Rules and lens are read once, and folders made later are not seen; Ctrl-C ends it.
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
        known: dict[str, _Seen] = {}
        with AssessmentJob(settings.lens, settings.rules, settings.engine).assessor() as assessor:
            _assess_changed(assessor, found_files(settings.paths, []), known)
            folders = _folders(settings.paths)
            told = False
            # Without a first turn that only time ends, a file saved before the watch begins would be missed.
            for changes in changes_of(
                *folders, recursive=False, yield_on_timeout=True, rust_timeout=TURN_MILLISECONDS, raise_interrupt=False
            ):
                if changes or not told:
                    _assess_changed(assessor, found_files(settings.paths, []), known)
                if not told:
                    click.echo("watching; Ctrl-C ends it", err=True)
                told = True


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was last found on a file, and its last assessment, which a fault does not take away."""

    last: Assessed | None = None
    assessment: Assessment | None = None


def _folders(paths: tuple[str, ...]) -> list[Path]:
    """Return the folders to watch: an editor that replaces a file ends a watch on the file itself."""
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        inside = [path, *(folder for folder in path.rglob("*") if folder.is_dir())] if path.is_dir() else [path.parent]
        found.update(dict.fromkeys(inside))
    return list(found)


def _assess_changed(assessor: Assessor, files: list[str], known: dict[str, _Seen]) -> None:
    from policy_engine.batch import assess_one

    for file in files:
        result, seen = assess_one(assessor, file), known.get(file, _Seen())
        if result == seen.last:
            continue
        known[file] = _Seen(result, result.assessment or seen.assessment)
        if result.assessment is None:
            show(result.faults)
            continue
        for line in _lines(file, result.assessment, seen.assessment):
            click.echo(line)


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
