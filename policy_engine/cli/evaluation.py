"""From paths on the command line to a report input and a written report."""

from __future__ import annotations

import datetime
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from policy_engine import __version__
from policy_engine.assessment import Assessor
from policy_engine.batch import AssessmentJob, assess_all
from policy_engine.errors import Fault, PolicyEngineError, SourceError
from policy_engine.loading import LoadedProposal, files_of_set, is_set, load_all_rules, load_lens, load_proposal
from policy_engine.proposal_lint import inert_provisions, lint_proposal
from policy_engine.reports.input import Law, ReportInput
from policy_engine.reports.names import FORMATS
from policy_engine.results import Assessment, Proofs

if TYPE_CHECKING:
    from policy_engine.configuration import Settings
    from policy_engine.gate.judging import GateInput

_MANY: Final = 20


def assess_files(
    paths: Sequence[str],
    settings: Settings,
    *,
    cross_check: bool = False,
    gate: GateInput | None = None,
    formats: Iterable[str] = (),
    context: Sequence[str] = (),
) -> ReportInput:
    """Assess every file once, with proofs if a format shows them; a bad file never hides the others."""
    # Loaded here first, so that a fault of the rules is told once, whatever the number of processes.
    lens = load_lens(settings.lens, settings.rules)
    assessments: list[Assessment] = []
    failures: list[Fault] = []
    sources: dict[str, tuple[str, ...]] = {}
    files = found_files(paths, failures)
    proofs: dict[tuple[str, str], Proofs] = {}
    with_proofs = any(FORMATS[name].needs_proofs for name in formats)
    around = context_laws(context)
    job = AssessmentJob(settings.lens, settings.rules, settings.engine, cross_check, with_proofs, tuple(around))
    for number, result in enumerate(assess_all(files, job, settings.jobs, lens), start=1):
        progress(number, len(files))
        failures += result.faults
        if result.assessment is not None:
            assessments.append(result.assessment)
            name = result.assessment.proposal.file
            sources[name] = result.lines
            proofs.update(((name, criterion), trees) for criterion, trees in result.proofs.items())
    if not assessments and not failures:
        failures.append(Fault("nothing was assessed", ", ".join(paths), hint="no .yaml file was found there"))
    criteria = {compiled.criterion.id: compiled.criterion for compiled in lens.criteria}
    result_of_gate = None
    if gate is not None:
        from policy_engine.gate.judging import judge_gate

        result_of_gate = judge_gate(gate, assessments, failures)
    laws = tuple(Law(law.proposal.id, law.document.digest) for law in around.values())
    return ReportInput(
        tuple(assessments), tuple(failures), sources, __version__, criteria, lens.bands, proofs, result_of_gate, laws
    )


def context_laws(context: Sequence[str]) -> dict[str, LoadedProposal]:
    """Return the laws around each text by file; each must be readable, since one left out would change facts."""
    failures: list[Fault] = []
    found: dict[str, LoadedProposal] = {}
    for file in found_files(context, failures):
        try:
            found[file] = load_proposal(file)
        except PolicyEngineError as error:
            failures += error.faults
    if failures:
        raise SourceError(failures)
    return found


def proofs_of(report: ReportInput, settings: Settings) -> str:
    """Return the proof of every assessment of a report; standard input cannot be read again, and has none."""
    from policy_engine.proofs.writing import proof_text

    files = [assessment.proposal.file for assessment in report.assessments]
    if "<stdin>" in files:
        raise click.UsageError("a proof names the file that it was made from; standard input has none")
    with Assessor(load_lens(settings.lens, settings.rules), settings.engine) as assessor:
        pairs = [(load_proposal(a.proposal.file), a) for a in report.assessments]
        return proof_text(assessor, pairs, __version__)


def gate_of(settings: Settings, as_of: datetime.datetime | None, *, no_waivers: bool) -> GateInput | None:
    """Return what the gate reads, or None where nothing was asked of it."""
    waivers = None if no_waivers else settings.waivers
    if waivers and as_of is None:
        hint = "waivers expire, and no clock is read: give today with --as-of YYYY-MM-DD, or use --no-waivers"
        raise click.UsageError(hint)
    if not (settings.gate.sets_any or waivers or settings.baseline):
        if settings.gate.model_fields_set:
            message = "the gate has no threshold, and would pass whatever it is given"
            raise SourceError(Fault(message, hint="add one, as in `no_veto = true`, or remove the gate"))
        return None
    from policy_engine.gate.judging import gate_input

    today = as_of.date() if as_of else None
    return gate_input(settings.gate, waivers=waivers, as_of=today, baseline=settings.baseline)


def lint_files(paths: tuple[str, ...], rules: str | None) -> tuple[list[Fault], tuple[Fault, ...], list[str]]:
    """Return the faults in the content of files, those that kept files from being read, and inert provisions."""
    faults: list[Fault] = []
    failures: list[Fault] = []
    notes: list[str] = []
    files = found_files(paths, failures)
    # Every criterion of the directory counts here, whatever lens asks it.
    with Assessor(load_all_rules(rules), "plain") as assessor:
        for number, file in enumerate(files, start=1):
            progress(number, len(files))
            try:
                loaded = load_proposal(file)
                faults += lint_proposal(loaded)
                inert = inert_provisions(assessor, loaded)
                notes += [f"{loaded.document.file}: {item.provision}: {item.reason}" for item in inert]
            except PolicyEngineError as error:
                failures += error.faults
    return faults, tuple(failures), notes


def found_files(paths: Sequence[str], failures: list[Fault]) -> list[str]:
    """Return the files that paths and sets name, each once; a directory without any is a failure."""
    found: dict[str, str] = {}
    for path in _without_sets(paths, failures):
        if path != "-" and _is_directory(path):
            inside = sorted(
                str(f) for f in Path(path).rglob("*") if f.suffix in {".yaml", ".yml"} and not is_set(f.name)
            )
            if not inside:
                failures.append(Fault("there is no .yaml file in this directory", path))
            found.update((os.path.realpath(file), file) for file in inside if os.path.realpath(file) not in found)
        else:
            found.setdefault("-" if path == "-" else os.path.realpath(path), path)
    return list(found.values())


def _without_sets(paths: Sequence[str], failures: list[Fault]) -> Iterator[str]:
    """Yield paths, with the files of a set in its place; a set at fault is a failure."""
    for path in paths:
        if not is_set(path):
            yield path
            continue
        try:
            yield from files_of_set(path)
        except PolicyEngineError as error:
            failures += error.faults


def _is_directory(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:  # a name longer than the system allows
        return False


def progress(number: int, total: int) -> None:
    """Say on a terminal how far a long run has come."""
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
        # A link stays one, and a file keeps who may read it. Not a file of `tempfile`, which only its owner may read.
        real = target.resolve()
        part = real.with_name(f".{real.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            if real.exists():
                shutil.copymode(real, part)
            part.replace(real)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(Fault(f"the report cannot be written: {error.strerror}", output)) from error
