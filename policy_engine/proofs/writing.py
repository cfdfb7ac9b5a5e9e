"""Writes the derivation of assessments: facts, the truth of every condition with what shows it, outcomes, score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policy_engine.assessment import Assessor
from policy_engine.loading import LoadedProposal
from policy_engine.program import Program
from policy_engine.proofs.checking import SCHEMA, TRUTH_NAMES, plain_value, sealed
from policy_engine.results import Assessment
from policy_engine.situation import Inference, situation_of


def proof_text(assessor: Assessor, pairs: Iterable[tuple[LoadedProposal, Assessment]], version: str) -> str:
    """Return the proof of assessments under the lens of the assessor; its last line is the digest of all before it."""
    lens = assessor.lens
    document = {
        "schema": SCHEMA,
        "tool": version,
        "lens": {"id": lens.lens.id, "digest": lens.digest, "rules_digest": lens.rules_digest},
        "proofs": [_proof(assessor, loaded, assessment) for loaded, assessment in pairs],
    }
    return sealed(document)


def _proof(assessor: Assessor, loaded: LoadedProposal, assessment: Assessment) -> dict[str, Any]:
    program = assessor.lens.program
    situation = situation_of(program, loaded.proposal)
    inference = assessor.infer(situation)
    return {
        "proposal": {
            "id": loaded.proposal.id,
            "file": loaded.document.file,
            "digest": loaded.document.digest,
        },
        "records": [
            {"type": r.type, "provision": loaded.proposal.provisions[r.provision].id} for r in situation.records
        ],
        "not_examined": sorted(situation.unseen),
        "facts": {name: plain_value(value) for name, value in sorted(inference.facts.items())},
        "steps": _steps(program, inference),
        "outcomes": {finding.criterion: finding.outcome.value for finding in assessment.findings},
        "score": {"low": round(assessment.score.low, 6), "high": round(assessment.score.high, 6)},
        "verdict": assessment.verdict.value,
    }


def _steps(program: Program, inference: Inference) -> list[dict[str, Any]]:
    """Return the truth of each condition in the order in which they were decided, with its definite bindings."""
    names: dict[int, list[str]] = {}
    for name, number in program.named_conditions():
        names.setdefault(number, []).append(name)
    order = sorted(range(len(program.conditions)), key=lambda number: (program.strata[number], number))
    return [
        {
            "condition": number,
            "of": names.get(number, []),
            "truth": TRUTH_NAMES[inference.truths[number]],
            "shown_by": sorted([clause, list(entries)] for clause, entries in inference.bindings[number]),
        }
        for number in order
    ]
