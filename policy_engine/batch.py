"""Many proposals, assessed one after another or in processes side by side; a bad file never hides the others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.errors import EngineError, Fault, PolicyEngineError
from policy_engine.loading import load_lens, load_proposal
from policy_engine.results import Assessment, Proofs

if TYPE_CHECKING:
    from policy_engine.patchwork.model import Instrument

_LARGEST_SHARE = 16
Surroundings: TypeAlias = "tuple[Instrument, ...] | None"


@dataclass(frozen=True, slots=True)
class AssessmentJob:
    """Under which lens, with which rules and engine, to assess."""

    lens: str
    rules: str | None = None
    engine: EngineChoice = "auto"
    cross_check: bool = False
    with_proofs: bool = False
    context: tuple[str, ...] = ()
    """Files of the laws around each text; none if empty."""

    def assessor(self) -> Assessor:
        """Return a new assessor; whoever takes it closes it."""
        return Assessor(load_lens(self.lens, self.rules), self.engine, cross_check=self.cross_check)

    def surroundings(self) -> Surroundings:
        """Return the laws around each text, read once; a fault in one of them stops the run."""
        if not self.context:
            return None
        from policy_engine.patchwork.obligations import instrument_of

        return tuple(instrument_of(load_proposal(file)) for file in self.context)


@dataclass(frozen=True, slots=True)
class Assessed:
    """One file: its assessment and source lines, or the faults that kept it from being assessed.

    `proofs` has the proof trees of each criterion where they were asked for.
    """

    file: str
    assessment: Assessment | None
    lines: tuple[str, ...]
    faults: tuple[Fault, ...]
    proofs: Mapping[str, Proofs] = field(default_factory=dict)


def assess_all(files: Sequence[str], job: AssessmentJob, jobs: int = 1) -> Iterator[Assessed]:
    """Yield a result for each file in their order, whatever `jobs` is; raises EngineError, after which none counts."""
    # Standard input belongs to this process alone.
    if jobs <= 1 or len(files) <= 1 or "-" in files:
        around = job.surroundings()
        with job.assessor() as assessor:
            for file in files:
                yield assess_one(assessor, file, around, with_proofs=job.with_proofs)
        return
    share = max(1, min(_LARGEST_SHARE, len(files) // (4 * jobs)))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(files)), context, _start, (job,)) as executor:
        try:
            for result in executor.map(_assess_in_process, files, chunksize=share):
                if isinstance(result, tuple):
                    raise EngineError(result)
                yield result
        except BrokenProcessPool as error:
            raise EngineError(Fault("a process that assesses ended before its work was done")) from error
        finally:
            executor.shutdown(cancel_futures=True)


def assess_one(assessor: Assessor, file: str, around: Surroundings = None, *, with_proofs: bool = False) -> Assessed:
    """Assess one file, among the laws around it if they are given; a fault of the file is a result."""
    try:
        loaded = load_proposal(file)
        if around is not None:
            from policy_engine.patchwork.context import with_context

            loaded = with_context(loaded, around)
        assessment, proofs = assessor.assess_and_prove(loaded) if with_proofs else (assessor.assess(loaded), {})
        return Assessed(file, assessment, loaded.document.lines, (), proofs)
    except EngineError:
        raise
    except PolicyEngineError as error:
        return Assessed(file, None, (), error.faults)


_ASSESSORS: list[tuple[Assessor, Surroundings, bool]] = []


def _start(job: AssessmentJob) -> None:
    """Make the assessor of a process, which lives as long as it."""
    _ASSESSORS.append((job.assessor(), job.surroundings(), job.with_proofs))


def _assess_in_process(file: str) -> Assessed | tuple[Fault, ...]:
    try:
        assessor, around, with_proofs = _ASSESSORS[-1]
        result = assess_one(assessor, file, around, with_proofs=with_proofs)
        # What variants are judged from holds the whole program, and is not sent with every file.
        bare = replace(result.assessment, basis=None) if result.assessment else None
        return replace(result, assessment=bare)
    except EngineError as error:
        return error.faults
