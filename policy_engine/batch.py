"""Many proposals, assessed one after another or in processes side by side; a bad file never hides the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.errors import EngineError, Fault, PolicyEngineError
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens, load_proposal
from policy_engine.operators import Value
from policy_engine.results import Assessment, Proofs

if TYPE_CHECKING:
    from policy_engine.patchwork.model import Instrument

_LARGEST_SHARE = 16
Result = TypeVar("Result")
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

    def assessor(self, lens: LoadedLens | None = None) -> Assessor:
        """Return a new assessor, of the lens where it is loaded already; whoever takes it closes it."""
        return Assessor(lens or load_lens(self.lens, self.rules), self.engine, cross_check=self.cross_check)

    def surroundings(self) -> Surroundings:
        """Return the laws around each text, read once; a fault in one of them stops the run."""
        if not self.context:
            return None
        from policy_engine.patchwork.obligations import instrument_of

        return tuple(instrument_of(load_proposal(file)) for file in self.context)


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


def assess_all(
    files: Sequence[str], job: AssessmentJob, jobs: int = 1, lens: LoadedLens | None = None
) -> Iterator[Assessed]:
    """Yield a result for each file in their order, whatever `jobs` is; raises EngineError, after which none counts.

    `lens` is that of the job, where it is loaded already.
    """
    task = partial(assess_one, around=job.surroundings(), with_proofs=job.with_proofs)
    return run_all(files, job, jobs, task, lens)


def run_all(
    files: Sequence[str],
    job: AssessmentJob,
    jobs: int,
    task: Callable[[Assessor, str], Result],
    lens: LoadedLens | None = None,
) -> Iterator[Result]:
    """Yield what a task gives for each file in their order; the task is picklable, and its result is no tuple."""
    # Standard input belongs to this process alone.
    if jobs <= 1 or len(files) <= 1 or "-" in files:
        with job.assessor(lens) as assessor:
            for file in files:
                yield task(assessor, file)
        return
    # Loaded here, since most runs assess in one process.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    share = max(1, min(_LARGEST_SHARE, len(files) // (4 * jobs)))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(files)), context, _start, (job,)) as executor:
        try:
            for result in executor.map(partial(_run_in_process, task), files, chunksize=share):
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
    around: Surroundings = None,
    *,
    load: Callable[[str], LoadedProposal] = load_proposal,
    with_proofs: bool = False,
    with_facts: bool = False,
) -> Assessed:
    """Assess one file, or what `load` makes of its name, among the laws around it; a fault is a result."""
    try:
        loaded = load(file)
        if around is not None:
            from policy_engine.patchwork.context import with_context

            loaded = with_context(loaded, around)
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


_ASSESSORS: list[Assessor] = []


def _start(job: AssessmentJob) -> None:
    """Make the assessor of a process, which lives as long as it."""
    _ASSESSORS.append(job.assessor())


def _run_in_process(task: Callable[[Assessor, str], Result], file: str) -> Result | tuple[Fault, ...]:
    try:
        return task(_ASSESSORS[-1], file)
    except EngineError as error:
        return error.faults
