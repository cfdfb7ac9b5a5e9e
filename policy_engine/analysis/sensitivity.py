"""What moves the verdict on one proposal: criteria, cut-offs, weights and unknown facts, each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from policy_engine.analysis.sensitivity_results import (
    Changed,
    CutoffEffect,
    CutoffEnd,
    Effect,
    FactEffect,
    FactValue,
    LeftOut,
    Sensitivity,
    SobolIndices,
)
from policy_engine.analysis.variables import Variable, completed, variables_of
from policy_engine.analysis.weight_flips import weight_flips
from policy_engine.completion.readings import readings_of
from policy_engine.errors import RuleError
from policy_engine.loading import LoadedLens, LoadedProposal, program_with
from policy_engine.program import Program
from policy_engine.proposals.base import Begins
from policy_engine.proposals.model import Proposal
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Assessment, Outcome
from policy_engine.rules.model import Parameter
from policy_engine.scoring import Judged, judge, judged_as_found, overall, tally, verdict_of
from policy_engine.situation import situation_of


@dataclass(frozen=True, slots=True)
class Subject:
    """One assessed proposal with the lens, and its criteria as they were judged."""

    lens: LoadedLens
    proposal: Proposal
    assessment: Assessment

    def effect(self, replaced: Mapping[str, Judged], left_out: str = "") -> Effect:
        """Return score and verdict with some criteria judged otherwise, or one left out."""
        by_principle = [
            (p.weight, [replaced.get(f.criterion) or judged_as_found(f) for f in p.findings if f.criterion != left_out])
            for p in self.assessment.principles
        ]
        score = overall((weight, tally(items)) for weight, items in by_principle)
        bands = self.lens.bands
        everything = [item for _, items in by_principle for item in items]
        return Effect(score, verdict_of(everything, score, meets=bands.meets, mixed=bands.mixed))


def sensitivity_of(
    lens: LoadedLens,
    loaded: LoadedProposal,
    assessment: Assessment,
    *,
    factor: float | None = None,
    sobol: tuple[SobolIndices, ...] = (),
) -> Sensitivity:
    """Return the analysis; `factor` also moves cut-offs without a declared range, down and up by it."""
    subject = Subject(lens, loaded.proposal, assessment)
    parameters = tuple(_parameters(lens))
    return Sensitivity(
        proposal=assessment.proposal,
        lens=assessment.lens,
        lens_digest=assessment.digests.lens,
        rules_digest=assessment.digests.rules,
        base=subject.effect({}),
        coverage=100 * assessment.coverage,
        criteria=_largest_first(_left_out(subject), subject),
        cutoffs=tuple(_cutoff(subject, p, factor) for p in parameters if p.plausible or factor),
        fixed_cutoffs=tuple(p.name for p in parameters if not p.plausible and not factor),
        weights=weight_flips(assessment, lens.bands),
        facts=tuple(_facts(subject)),
        topics=tuple(u.look_in for u in assessment.unknowns if u.what.startswith("the text was not read")),
        sobol=sobol,
    )


def _left_out(subject: Subject) -> Iterator[LeftOut]:
    for f in subject.assessment.findings:
        if f.outcome is not Outcome.NOT_APPLICABLE:
            effect = subject.effect({}, left_out=f.criterion)
            yield LeftOut(f.criterion, f.title, f.severity, f.outcome.value, effect)


def _largest_first(found: Iterable[LeftOut], subject: Subject) -> tuple[LeftOut, ...]:
    base = subject.effect({})

    def moves(item: LeftOut) -> tuple[bool, float, str]:
        return (item.effect.verdict is base.verdict, -round(distance(item.effect, base), 6), item.criterion)

    return tuple(sorted(found, key=moves))


def distance(one: Effect, other: Effect) -> float:
    """Return by how many points the ends of two score intervals lie apart, taken together."""
    return abs(one.score.low - other.score.low) + abs(one.score.high - other.score.high)


def _parameters(lens: LoadedLens) -> Iterator[Parameter]:
    """Yield the cut-offs that the rule sets of a lens hold, with the values that hold under it."""
    for rule_set in lens.rule_sets:
        for parameter in rule_set.parameters:
            override = lens.lens.parameters.get(parameter.name)
            yield parameter.model_copy(update={"value": override.value}) if override else parameter


def _cutoff(subject: Subject, parameter: Parameter, factor: float | None) -> CutoffEffect:
    plausible = parameter.plausible
    if plausible is not None:
        low, high, reason = plausible.low, plausible.high, plausible.reason
    else:
        by = factor or 1.0
        low, high, reason = (
            parameter.value / by,
            parameter.value * by,
            "no range is declared; moved by the factor given",
        )
    return CutoffEffect(
        parameter.name,
        parameter.unit,
        parameter.value,
        parameter.origin,
        "declared" if plausible else "factor",
        reason,
        _end(subject, parameter.name, low),
        _end(subject, parameter.name, high),
    )


def _end(subject: Subject, parameter: str, value: float) -> CutoffEnd:
    judged = judged_by(program_with(subject.lens, parameter, value), subject.proposal)
    before = {f.criterion: f.outcome for f in subject.assessment.findings}
    changed = tuple(
        Changed(name, before[name].value, item.outcome.value)
        for name, item in judged.items()
        if item.outcome is not before[name]
    )
    return CutoffEnd(value, subject.effect(judged), changed)


def judged_by(program: Program, proposal: Proposal) -> dict[str, Judged]:
    """Return the criteria of a program as the plain evaluator judges them."""
    inference = PlainEvaluator(program).infer(situation_of(program, proposal))
    return {compiled.criterion.id: judge(compiled, inference.truths) for compiled in program.criteria}


def _facts(subject: Subject) -> Iterator[FactEffect]:
    """Yield the unknown facts, of which some value moves the score, those first that can move it most."""
    unknown = {f.criterion for f in subject.assessment.findings if f.outcome is Outcome.UNKNOWN}
    if not unknown:
        return
    asked = tuple(c for c in subject.lens.criteria if c.criterion.id in unknown)
    program = replace(subject.lens.program, criteria=asked).pruned()
    base = subject.effect({})
    found = []
    for variable in variables_of(program, subject.proposal, readings_of(program)):
        if isinstance(variable.place, str):
            continue
        values = tuple(_values(subject, program, variable))
        reach = max((distance(v.effect, base) for v in values), default=0.0)
        if reach > 1e-9 or any(v.effect.verdict is not base.verdict for v in values):
            found.append((-round(reach, 6), FactEffect(_named(subject, variable), variable.contested, values)))
    yield from (effect for _, effect in sorted(found, key=lambda pair: (pair[0], pair[1].fact)))


def _values(subject: Subject, program: Program, variable: Variable) -> Iterator[FactValue]:
    for choice, value in enumerate(variable.values):
        proposal = completed(subject.proposal, [variable], [choice], examined=subject.proposal.examined)
        try:
            yield FactValue(_spelled(value, variable), subject.effect(judged_by(program, proposal)))
        except RuleError:
            # The rules contradict each other there, which their own checks tell.
            continue


def _named(subject: Subject, variable: Variable) -> str:
    if isinstance(variable.place, int):
        provision = subject.proposal.provisions[variable.place]
        return f"{variable.path} of {provision.id} ({provision.cite})"
    meaning = subject.lens.program.meanings.get(variable.path, variable.path)
    return f"{variable.path}: {meaning}"


def _spelled(value: Any, variable: Variable) -> str:
    if isinstance(value, float) and sum(isinstance(other, float) for other in variable.values) == 1:
        return "any number"
    if isinstance(value, Begins):
        days = value.days_after_enactment
        return "no date set" if days is None else f"{days:g} days after enactment"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return f"{value:g}" if isinstance(value, float) else str(value)
