"""The command that compares two texts, or two lenses on the same texts."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from policy_engine import __version__
from policy_engine.cli.faults import CODES, FILE_AT_FAULT, reported, show
from policy_engine.cli.options import (
    config_option,
    engine_option,
    format_option_of,
    isolated_option,
    output_option,
    parsed_formats,
)
from policy_engine.reports.names import DIFFERENCE_FORMATS

if TYPE_CHECKING:
    from policy_engine.configuration import Settings
    from policy_engine.errors import Fault
    from policy_engine.loading import LoadedProposal
    from policy_engine.reports.input import DifferenceInput

_COLOURS = {"WORSE": "red", "BETTER": "green"}


@click.command(epilog=f"Example: policy-engine diff git:main:drafts/bill.yaml drafts/bill.yaml. {CODES}")
@click.argument("paths", nargs=-1, required=True, metavar="OLD NEW | PATHS...")
@click.option("--lens", "lenses", multiple=True, help="Lens: a name, or a file. Twice: compare the two on all PATHS.")
@click.option(
    "--rules",
    "folders",
    multiple=True,
    type=click.Path(file_okay=False),
    help="Directory of rule sets; the shipped ones if left out. Twice: compare the two on all PATHS.",
)
@format_option_of(DIFFERENCE_FORMATS)
@output_option
@engine_option
@config_option
@isolated_option
def diff(
    paths: tuple[str, ...],
    lenses: tuple[str, ...],
    folders: tuple[str, ...],
    formats: tuple[str, ...],
    output: str | None,
    **options: Any,
) -> None:
    """Say what differs between two texts, which outcomes moved, and which change accounts for which points.

    OLD and NEW are files, git:REF:path (a file as it stands in a commit), or - for standard input. With --lens or
    --rules given twice, every text in PATHS is read under both, and what differs is split among the principles.
    """
    from policy_engine.cli.evaluation import write
    from policy_engine.cli.settings import settled
    from policy_engine.reports import render_difference

    for name, given in (("--lens", lenses), ("--rules", folders)):
        if len(given) > 2:
            raise click.UsageError(f"{name} is given {len(given)} times; two can be compared")
    with reported():
        settings = settled({**options, "lens": (*lenses, None)[0], "rules": (*folders, None)[0]}).settings
        if len(lenses) == 2 or len(folders) == 2:
            report = _lenses(paths, settings, lenses[1:], folders[1:])
        else:
            report = _texts(paths, settings)
        for name, file in parsed_formats(formats or ("text",), DIFFERENCE_FORMATS):
            text = render_difference(name, report)
            target = file or output
            write(text if target or name != "text" else _coloured(text), target)
        if report.failures:
            show(report.failures)
            sys.exit(FILE_AT_FAULT)


def _texts(paths: tuple[str, ...], settings: Settings) -> DifferenceInput:
    """Compare two texts; the faults of both are told together."""
    from policy_engine.difference import diff as compare
    from policy_engine.loading import load_lens
    from policy_engine.reports.input import DifferenceInput

    if len(paths) != 2:
        raise click.UsageError(
            f"a comparison takes two texts, OLD and NEW; {len(paths)} given. To compare lenses, give --lens twice."
        )
    if paths == ("-", "-"):
        raise click.UsageError("only one of the texts can come from standard input")
    lens = load_lens(settings.lens, settings.rules)
    loaded, failures = _loaded(paths)
    if failures:
        return DifferenceInput(None, None, failures, __version__)
    old, new = loaded
    return DifferenceInput(compare(old, new, lens, engine=settings.engine), None, (), __version__)


def _loaded(paths: tuple[str, ...]) -> tuple[list[LoadedProposal], tuple[Fault, ...]]:
    from policy_engine.errors import PolicyEngineError
    from policy_engine.loading import load_proposal

    loaded: list[LoadedProposal] = []
    failures: list[Fault] = []
    for path in paths:
        try:
            loaded.append(load_proposal(path))
        except PolicyEngineError as error:
            failures += error.faults
    return loaded, tuple(failures)


def _lenses(
    paths: tuple[str, ...], settings: Settings, lenses: tuple[str, ...], folders: tuple[str, ...]
) -> DifferenceInput:
    """Compare two lenses, or two directories of rules; a bad file becomes a failure and never hides the others."""
    from policy_engine.cli.evaluation import found_files, progress
    from policy_engine.difference.lenses import LensComparer
    from policy_engine.errors import EngineError, PolicyEngineError
    from policy_engine.loading import load_lens, load_proposal
    from policy_engine.reports.input import DifferenceInput

    one = load_lens(settings.lens, settings.rules)
    other = load_lens((*lenses, settings.lens)[0], (*folders, settings.rules)[0])
    failures: list[Fault] = []
    files = found_files(paths, failures)
    texts = []
    with LensComparer(one, other, settings.engine) as comparer:
        for number, file in enumerate(files, start=1):
            progress(number, len(files))
            try:
                texts.append(comparer.compare(load_proposal(file)))
            except EngineError:
                raise
            except PolicyEngineError as error:
                failures += error.faults
        return DifferenceInput(None, comparer.difference(texts), tuple(failures), __version__)


def _coloured(text: str) -> str:
    """Return the report with the words of direction coloured; click drops the colours where there is no terminal."""
    return re.sub(
        rf"^(  )({'|'.join(_COLOURS)})\b",
        lambda found: found[1] + click.style(found[2], fg=_COLOURS[found[2]]),
        text,
        flags=re.MULTILINE,
    )
