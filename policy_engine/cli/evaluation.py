"""From paths on the command line to a report input and a written report."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from policy_engine import __version__
from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.errors import EngineError, Fault, PolicyEngineError, SourceError
from policy_engine.loading import LoadedLens, load_all_rules, load_proposal
from policy_engine.proposal_lint import inert_provisions, lint_proposal
from policy_engine.reports.input import ReportInput
from policy_engine.reports.names import FORMATS
from policy_engine.results import Assessment, Proofs

_MANY: Final = 20


def assess_files(
    paths: tuple[str, ...],
    lens: LoadedLens,
    engine: EngineChoice,
    *,
    cross_check: bool,
    formats: Iterable[str] = (),
) -> ReportInput:
    """Assess every file once, with proofs if a format shows them; a bad file never hides the others."""
    assessments: list[Assessment] = []
    failures: list[Fault] = []
    sources: dict[str, tuple[str, ...]] = {}
    proofs: dict[tuple[str, str], Proofs] = {}
    with_proofs = any(FORMATS[name].needs_proofs for name in formats)
    files = _files(paths, failures)
    with Assessor(lens, engine, cross_check=cross_check) as assessor:
        for number, file in enumerate(files, start=1):
            _progress(number, len(files))
            try:
                loaded = load_proposal(file)
                assessment, proved = assessor.assess_and_prove(loaded) if with_proofs else (assessor.assess(loaded), {})
                assessments.append(assessment)
                sources[loaded.document.file] = loaded.document.lines
                proofs.update(((loaded.document.file, criterion), trees) for criterion, trees in proved.items())
            except EngineError:
                raise
            except PolicyEngineError as error:
                failures += error.faults
    if not assessments and not failures:
        failures.append(Fault("nothing was assessed", ", ".join(paths), hint="no .yaml file was found there"))
    criteria = {compiled.criterion.id: compiled.criterion for compiled in lens.criteria}
    return ReportInput(tuple(assessments), tuple(failures), sources, __version__, criteria, lens.bands, proofs)


def lint_files(paths: tuple[str, ...], rules: str | None) -> tuple[list[Fault], tuple[Fault, ...], list[str]]:
    """Return the faults in the content of files, those that kept files from being read, and inert provisions."""
    faults: list[Fault] = []
    failures: list[Fault] = []
    notes: list[str] = []
    files = _files(paths, failures)
    # Every criterion of the directory counts here, whatever lens asks it.
    with Assessor(load_all_rules(rules), "plain") as assessor:
        for number, file in enumerate(files, start=1):
            _progress(number, len(files))
            try:
                loaded = load_proposal(file)
                faults += lint_proposal(loaded)
                inert = inert_provisions(assessor, loaded)
                notes += [f"{loaded.document.file}: {item.provision}: {item.reason}" for item in inert]
            except PolicyEngineError as error:
                failures += error.faults
    return faults, tuple(failures), notes


def _files(paths: tuple[str, ...], failures: list[Fault]) -> list[str]:
    found: dict[str, str] = {}
    for path in paths:
        if path != "-" and _is_directory(path):
            inside = sorted(str(file) for file in Path(path).rglob("*") if file.suffix in {".yaml", ".yml"})
            if not inside:
                failures.append(Fault("there is no .yaml file in this directory", path))
            found.update((os.path.realpath(file), file) for file in inside if os.path.realpath(file) not in found)
        else:
            found.setdefault("-" if path == "-" else os.path.realpath(path), path)
    return list(found.values())


def _is_directory(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:  # a name longer than the system allows
        return False


def _progress(number: int, total: int) -> None:
    if total > _MANY and sys.stderr.isatty():
        click.echo(f"\r{number} of {total}" + ("\n" if number == total else ""), nl=False, err=True)


def write(text: str, output: str | None) -> None:
    """Write to standard output, or to a file in one step."""
    if output is None:
        click.echo(text, nl=False)
        return
    target = Path(output)
    try:
        if target.is_dir():
            raise IsADirectoryError(None, "it is a directory")
        if target.exists() and not target.is_file():
            # A device or a pipe is written to; replacing it by a file would destroy it.
            target.write_text(text, encoding="utf-8")
            return
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as stream:
            stream.write(text)
        Path(stream.name).replace(target)
    except OSError as error:
        raise SourceError(Fault(f"the report cannot be written: {error.strerror}", output)) from error
