"""From a proposal and a lens to a scored, cited assessment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import product
from typing import Literal

from policy_engine.engine.client import DurableEngine, why_unavailable
from policy_engine.errors import DisagreementError, EngineError, Fault, PolicyEngineError, ProposalError
from policy_engine.explain import Explainer
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens, load_proposal
from policy_engine.missing import Missing, MissingFacts
from policy_engine.operators import Value
from policy_engine.places import Places
from policy_engine.program import CompiledCriterion
from policy_engine.proposals.records import value_at
from policy_engine.reference import PlainEvaluator
from policy_engine.results import (
    Assessment,
    Digests,
    Evidence,
    Finding,
    Outcome,
    PrincipleScore,
    Proofs,
    ProposalSummary,
    Severity,
    Unknown,
)
from policy_engine.scoring import Judged, Tally, judge, overall, tally, verdict_of
from policy_engine.situation import Inference, Situation, StatementError, situation_of
from policy_engine.what_if import Variants, WhatIf
from policy_engine.wording import Wording, finding_template

EngineChoice = Literal["auto", "durable", "plain"]
_DECISIVE: Mapping[Outcome, Callable[[CompiledCriterion], tuple[int, ...]]] = {
    Outcome.SATISFIED: lambda compiled: (compiled.satisfied,),
    Outcome.VIOLATED: lambda compiled: (compiled.violated,),
    Outcome.PARTIAL: lambda compiled: (compiled.satisfied, compiled.violated),
}
_SEVERITIES: tuple[Severity, ...] = ("blocker", "major", "minor", "info")
_WORST_FIRST = {pair: place for place, pair in enumerate(product(Outcome, _SEVERITIES))}


class Assessor:
    """Assesses proposals under one lens; one engine process serves all of them. Use it as a context manager.

    `engine`: `auto` takes durable-rules where it can be loaded, else the plain evaluator; `durable` insists.
    `cross_check` runs both evaluators and raises EngineError if they ever differ.
    """

    def __init__(self, lens: LoadedLens, engine: EngineChoice = "auto", *, cross_check: bool = False) -> None:
        """Start the engine."""
        self.lens = lens
        self._plain = PlainEvaluator(lens.program)
        self.what_if = WhatIf(lens)
        self.wording = Wording(lens.program)
        self.templates = {compiled.criterion.id: finding_template(compiled) for compiled in lens.criteria}
        missing = why_unavailable() if engine != "plain" else "not asked for"
        if missing and (engine == "durable" or (cross_check and engine == "auto")):
            raise EngineError(Fault(missing, hint="install it with a C compiler, or use --engine plain"))
        self._durable = None if missing else DurableEngine(lens.program)
        self._cross_check = cross_check and self._durable is not None
        self.engine_name = self._durable.name if self._durable else self._plain.name
        if self._cross_check:
            self.engine_name += ", cross-checked"

    def __enter__(self) -> Assessor:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the engine process."""
        self.close()

    @property
    def worker_process(self) -> int:
        """The process id of the engine, or 0 where the plain evaluator runs."""
        return self._durable.worker_process if self._durable else 0

    def close(self) -> None:
        """End the engine process."""
        if self._durable is not None:
            self._durable.close()

    def assess(self, loaded: LoadedProposal) -> Assessment:
        """Return the assessment of one proposal."""
        return _Assessing(self, loaded).assessment()

    def explain(self, criterion: str, loaded: LoadedProposal) -> tuple[Finding, Proofs]:
        """Return the finding of a criterion, and the proofs that it applies, is satisfied, is violated."""
        compiled = next(c for c in self.lens.criteria if c.criterion.id == criterion)
        work = _Assessing(self, loaded)
        return work.finding(compiled, judge(compiled, work.inference.truths)), work.explainer.proof(compiled)

    def assess_and_prove(self, loaded: LoadedProposal) -> tuple[Assessment, dict[str, Proofs]]:
        """Return the assessment, and the proofs of every criterion that applies or may apply."""
        work = _Assessing(self, loaded)
        assessment = work.assessment()
        asked = {f.criterion for f in assessment.findings if f.outcome is not Outcome.NOT_APPLICABLE}
        proofs = {c.criterion.id: work.explainer.proof(c) for c in self.lens.criteria if c.criterion.id in asked}
        return assessment, proofs

    def assess_with_facts(self, loaded: LoadedProposal) -> tuple[Assessment, Mapping[str, Value | None]]:
        """Return the assessment, and the value of every fact; None where it is unknown."""
        work = _Assessing(self, loaded)
        return work.assessment(), work.inference.facts

    def infer(self, situation: Situation) -> Inference:
        """Return what follows from a situation, cross-checked if asked."""
        inference = (self._durable or self._plain).infer(situation)
        if self._cross_check and self._plain.infer(situation) != inference:
            raise DisagreementError("the two evaluators disagree on this proposal; no verdict is given")
        return inference


def evaluate(
    proposal: LoadedProposal | str,
    lens: LoadedLens | str | None = None,
    *,
    engine: EngineChoice = "auto",
    cross_check: bool = False,
) -> Assessment:
    """Assess one proposal (or proposal file) under a lens (default: `article-2026-02`).

    For many proposals make one `Assessor`, which keeps its engine process.
    """
    loaded = load_proposal(proposal) if isinstance(proposal, str) else proposal
    chosen = lens if isinstance(lens, LoadedLens) else load_lens(*([lens] if lens else []))
    with Assessor(chosen, engine, cross_check=cross_check) as assessor:
        return assessor.assess(loaded)


@lru_cache(maxsize=10_000)
def _identity(criterion: str, outcome: Outcome, shows: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join((criterion, outcome, *shows)).encode()).hexdigest()[:16]


class _Assessing:
    """The work on one proposal."""

    def __init__(self, assessor: Assessor, loaded: LoadedProposal) -> None:
        self._lens = assessor.lens
        self._engine = assessor.engine_name
        self._loaded = loaded
        self._places = Places(loaded)
        self._applies: dict[int, tuple[Evidence, ...]] = {}
        try:
            self.situation = situation_of(self._lens.program, loaded.proposal)
            self.inference = assessor.infer(self.situation)
        except StatementError as error:
            at = loaded.document.position(("statements", error.index, "value"))
            raise ProposalError(
                [Fault(f.message, loaded.document.file, at.line, at.column, f.hint) for f in error.faults]
            ) from error
        except PolicyEngineError as error:
            file = loaded.document.file
            raise type(error)(
                [Fault(f.message, f.file or file, f.line, f.column, f.hint) for f in error.faults]
            ) from error
        self._templates = assessor.templates
        self._what_if = assessor.what_if
        self.explainer = Explainer(
            self._lens.program,
            self.situation,
            self.inference,
            self._places.provision,
            self._places.statement,
            assessor.wording,
            self._places.simulated,
        )

    def assessment(self) -> Assessment:
        """Return the whole assessment."""
        lens, bands = self._lens.lens, self._lens.bands
        judged = [(compiled, judge(compiled, self.inference.truths)) for compiled in self._lens.criteria]
        by_principle: dict[str, list[tuple[CompiledCriterion, Judged]]] = {}
        for compiled, item in judged:
            by_principle.setdefault(compiled.principle.id, []).append((compiled, item))
        findings = {compiled.criterion.id: self.finding(compiled, item) for compiled, item in judged}
        tallies = {name: tally(item for _, item in pairs) for name, pairs in by_principle.items()}
        score = overall((lens.weights.get(name, 1.0), t) for name, t in tallies.items())
        principles = tuple(self._principle(pairs, tallies[name], findings) for name, pairs in by_principle.items())
        ordered = tuple(finding for principle in principles for finding in principle.findings)
        applicable = sum(t.applicable_weight for t in tallies.values())
        return Assessment(
            proposal=self._summary(),
            lens=self._lens.summary,
            verdict=verdict_of((item for _, item in judged), score, meets=bands.meets, mixed=bands.mixed),
            score=score,
            coverage=sum(t.decided_weight for t in tallies.values()) / applicable if applicable else 1.0,
            vetoes=tuple(f for f in ordered if f.severity == "blocker" and f.outcome is Outcome.VIOLATED),
            principles=principles,
            findings=ordered,
            unknowns=self._unknowns(judged, tallies),
            digests=Digests(self._loaded.document.digest, self._lens.rules_digest, self._lens.digest, self._engine),
            basis=Variants(self._what_if, self._loaded.proposal),
        )

    def finding(self, compiled: CompiledCriterion, judged: Judged) -> Finding:
        """Return the finding of one criterion."""
        criterion = compiled.criterion
        outcome = judged.outcome
        evidence = (
            self._evidence(outcome, _DECISIVE[outcome](compiled), compiled.applies) if outcome in _DECISIVE else ()
        )
        shows = tuple(sorted(item.provision for item in evidence if item.role == "shows")) if evidence else ()
        return self._templates[criterion.id](
            id=_identity(criterion.id, outcome, shows),
            outcome=outcome,
            message=self.explainer.message(compiled, outcome),
            evidence=evidence,
            location=evidence[0].location if evidence else self._places.nowhere,
            may_violate=outcome is Outcome.VIOLATED or (outcome is Outcome.UNKNOWN and judged.may_violate),
        )

    def _evidence(self, outcome: Outcome, decisive: tuple[int, ...], applies: int) -> tuple[Evidence, ...]:
        """Return what shows an outcome, then what else makes the criterion apply, each in the order of the file."""
        shows = self.explainer.evidence(decisive)
        if outcome is Outcome.PARTIAL and not shows:
            shows = self.explainer.evidence_of_facts(decisive)
        shows = tuple(sorted(shows, key=lambda e: e.location.line))
        shown = {evidence.provision for evidence in shows}
        if applies not in self._applies:
            asked = self.explainer.evidence((applies,))
            ordered = sorted(asked, key=lambda e: e.location.line)
            self._applies[applies] = tuple(self._places.asking(evidence) for evidence in ordered)
        return (*shows, *(e for e in self._applies[applies] if e.provision not in shown))

    def _principle(
        self, pairs: list[tuple[CompiledCriterion, Judged]], counted: Tally, findings: dict[str, Finding]
    ) -> PrincipleScore:
        principle = pairs[0][0].principle
        own = [findings[compiled.criterion.id] for compiled, _ in pairs]
        worst_first = sorted(own, key=lambda f: _WORST_FIRST[f.outcome, f.severity])
        return PrincipleScore(
            principle.id,
            principle.name,
            self._lens.lens.weights.get(principle.id, 1.0),
            counted.interval,
            counted.coverage,
            counted.applicable,
            counted.enough_facts,
            tuple(worst_first),
        )

    def _unknowns(
        self, judged: list[tuple[CompiledCriterion, Judged]], tallies: dict[str, Tally]
    ) -> tuple[Unknown, ...]:
        """Return what nobody examined, that which most of the interval rests on first."""
        weights = {name: self._lens.lens.weights.get(name, 1.0) for name in tallies}
        total = sum(weights[name] for name, t in tallies.items() if t.low_weight) or 1.0
        points: dict[Missing, float] = {}
        criteria: dict[Missing, list[str]] = {}
        missing_facts = MissingFacts(self._lens.program, self.situation, self.inference)
        for compiled, item in judged:
            if item.outcome is not Outcome.UNKNOWN:
                continue
            name = compiled.principle.id
            share = 100.0 * weights[name] / total * item.weight / tallies[name].low_weight
            criterion = compiled.criterion.id
            for missing in missing_facts.deciding(compiled):
                points[missing] = points.get(missing, 0.0) + share
                criteria.setdefault(missing, []).append(criterion)
        ranked = sorted(points, key=lambda missing: (-points[missing], missing))
        return tuple(self._unknown(missing, tuple(criteria[missing]), points[missing]) for missing in ranked)

    def _unknown(self, missing: Missing, criteria: tuple[str, ...], points: float) -> Unknown:
        if missing.kind == "field":
            place = self._places.provision(missing.provision)
            provision = self._loaded.proposal.provisions[missing.provision]
            contested = value_at(provision, missing.name) == "contested"
            why = "is contested: careful readers differ" if contested else "was not examined"
            what = f"{missing.name} of {place.provision} ({place.cite}) {why}"
            return Unknown(what, f"{place.type}.{missing.name}", criteria, points, place.location)
        location = self._places.location(("examined",))
        if missing.kind == "topic":
            what = f"the text was not read in full for {missing.name.replace('_', ' ')} provisions"
            return Unknown(what, missing.name, criteria, points, location)
        meaning = self._lens.program.meanings.get(missing.name, missing.name)
        return Unknown(f"not known: {meaning}", missing.name, criteria, points, location)

    def _summary(self) -> ProposalSummary:
        proposal = self._loaded.proposal
        return ProposalSummary(
            proposal.id,
            proposal.title,
            self._loaded.document.file,
            proposal.scope_class,
            proposal.status.stage,
            proposal.status.date.isoformat(),
            proposal.version.print,
        )
