"""Many proposals, assessed one after another or in processes side by side; a bad file never hides the others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace

from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.errors import EngineError, Fault, PolicyEngineError
from policy_engine.loading import LoadedProposal, load_lens, load_proposal
from policy_engine.operators import Value
from policy_engine.results import Assessment, Proofs

_LARGEST_SHARE = 16


@dataclass(frozen=True, slots=True)
class AssessmentJob:
    """Under which lens, with which rules and engine, to assess."""

    lens: str
    rules: str | None = None
    engine: EngineChoice = "auto"
    cross_check: bool = False
    with_proofs: bool = False

    def assessor(self) -> Assessor:
        """Return a new assessor; whoever takes it closes it."""
        return Assessor(load_lens(self.lens, self.rules), self.engine, cross_check=self.cross_check)


@dataclass(frozen=True, slots=True)
class Assessed:
    """One file: its assessment and source lines, or the faults that kept it from being assessed.

    `proofs` has the proof trees of each criterion, and `facts` the value of each fact, where they were asked for.
    """

    file: str
    assessment: Assessment | None
    lines: tuple[str, ...]
    faults: tuple[Fault, ...]
    proofs: Mapping[str, Proofs] = field(default_factory=dict)
    facts: Mapping[str, Value | None] = field(default_factory=dict)


def assess_all(files: Sequence[str], job: AssessmentJob, jobs: int = 1) -> Iterator[Assessed]:
    """Yield a result for each file in their order, whatever `jobs` is; raises EngineError, after which none counts."""
    # Standard input belongs to this process alone.
    if jobs <= 1 or len(files) <= 1 or "-" in files:
        with job.assessor() as assessor:
            for file in files:
                yield assess_one(assessor, file, with_proofs=job.with_proofs)
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


def assess_one(
    assessor: Assessor,
    file: str,
    *,
    load: Callable[[str], LoadedProposal] = load_proposal,
    with_proofs: bool = False,
    with_facts: bool = False,
) -> Assessed:
    """Assess one file, or whatever `load` makes of its name; a fault of the file is a result."""
    try:
        loaded = load(file)
        proofs: Mapping[str, Proofs] = {}
        facts: Mapping[str, Value | None] = {}
        if with_proofs:
            assessment, proofs = assessor.assess_and_prove(loaded)
        elif with_facts:
            assessment, facts = assessor.assess_with_facts(loaded)
        else:
            assessment = assessor.assess(loaded)
        return Assessed(file, assessment, loaded.document.lines, (), proofs, facts)
    except EngineError:
        raise
    except PolicyEngineError as error:
        return Assessed(file, None, (), error.faults)


_ASSESSORS: list[tuple[Assessor, bool]] = []


def _start(job: AssessmentJob) -> None:
    """Make the assessor of a process, which lives as long as it."""
    _ASSESSORS.append((job.assessor(), job.with_proofs))


def _assess_in_process(file: str) -> Assessed | tuple[Fault, ...]:
    try:
        assessor, with_proofs = _ASSESSORS[-1]
        result = assess_one(assessor, file, with_proofs=with_proofs)
        # What variants are judged from holds the whole program, and is not sent with every file.
        bare = replace(result.assessment, basis=None) if result.assessment else None
        return replace(result, assessment=bare)
    except EngineError as error:
        return error.faults
