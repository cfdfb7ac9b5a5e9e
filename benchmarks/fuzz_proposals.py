"""Fuzzing with proposals that are valid but odd: whatever a file may say, what is claimed of every assessment holds.

Run: python benchmarks/fuzz_proposals.py SECONDS [SEED]. The first claim that does not hold ends the run, and shows
the proposal. The figures go to benchmarks/robustness.json.
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, seed, settings
from hypothesis import strategies as st
from odd_proposals import QUIET, proposals, with_less
from report_readers import HOLDS
from robustness import record

from policy_engine.assessment import Assessor
from policy_engine.engine.client import DurableEngine
from policy_engine.errors import PolicyEngineError, ProposalError
from policy_engine.loading import (
    LoadedLens,
    LoadedProposal,
    load_all_rules,
    load_lens,
    proposal_from_json,
    proposal_from_yaml,
    read_json,
    respelled,
)
from policy_engine.operators import Value
from policy_engine.proposal_lint import lint_proposal
from policy_engine.proposals.model import Proposal
from policy_engine.reports import render, render_stages, render_timeline
from policy_engine.reports.input import ReportInput
from policy_engine.reports.names import FORMATS, STAGES_FORMATS, TIMELINE_FORMATS
from policy_engine.results import Assessment, Outcome, Verdict
from policy_engine.situation import situation_of
from policy_engine.source import Document, Position
from policy_engine.source.rendering import entry
from policy_engine.stages import stages_of
from policy_engine.timeline import build_timeline

_NEARLY = 1e-9
LAST_YEAR = 9990


def as_yaml(data: Mapping[str, Any]) -> bytes:
    """Return a proposal as a file in YAML."""
    lines = [line for key, value in data.items() for line in entry(key, value, 0)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def as_json(data: Mapping[str, Any]) -> bytes:
    """Return a proposal as the corpus reads it from JSON."""
    return respelled(read_json(json.dumps(data, default=str)))


def loaded(data: Mapping[str, Any]) -> LoadedProposal:
    """Read a proposal at both doors, which must read the same."""
    in_yaml = proposal_from_yaml(as_yaml(data), "odd.yaml")
    in_json = proposal_from_json(as_json(data), "odd.json")
    assert in_yaml.proposal == in_json.proposal
    return in_yaml


def refused(data: Mapping[str, Any]) -> None:
    """Read a proposal with hidden characters: both doors refuse it with an error of the project, or both take it."""
    answers = []
    doors: tuple[Callable[[], object], ...] = (
        lambda: proposal_from_yaml(as_yaml(data), "odd.yaml"),
        lambda: proposal_from_json(as_json(data), "odd.json"),
    )
    for door in doors:
        try:
            door()
            answers.append("taken")
        except (PolicyEngineError, ValueError):
            answers.append("refused")
    assert len(set(answers)) == 1, answers


def facts_of(assessment: Assessment) -> dict[str, Any]:
    """Return what may not depend on the order of provisions."""
    return {
        "verdict": assessment.verdict,
        "score": (round(assessment.score.low, 9), round(assessment.score.high, 9)),
        "coverage": round(assessment.coverage, 9),
        "findings": {f.criterion: (f.id, f.outcome, f.may_violate, _shown(f)) for f in assessment.findings},
        "unknowns": sorted(
            (u.what, u.look_in, tuple(sorted(u.criteria)), round(u.points, 6)) for u in assessment.unknowns
        ),
        "vetoes": sorted(f.criterion for f in assessment.vetoes),
    }


def _shown(finding: Any) -> list[tuple[str, ...]]:
    return sorted((str(e.provision), str(e.cite), str(e.role)) for e in finding.evidence)


class Claims:
    """What must hold of every proposal under one lens."""

    def __init__(self, lens: LoadedLens) -> None:
        """Make the assessor."""
        self.lens = lens
        self.assessor = Assessor(lens, "plain")
        self._criteria = {compiled.criterion.id: compiled.criterion for compiled in lens.criteria}

    def assess(self, one: LoadedProposal) -> Assessment:
        """Assess, and look at the numbers."""
        assessment = self.assessor.assess(one)
        intervals = [assessment.score, *(p.score for p in assessment.principles if p.score is not None)]
        for interval in intervals:
            assert 0.0 <= interval.low <= interval.high <= 100.0 + _NEARLY, interval
        for number in (assessment.coverage, *(u.points for u in assessment.unknowns)):
            assert math.isfinite(number)
            assert number >= 0
        assert assessment.coverage <= 1.0 + _NEARLY
        assert (assessment.verdict is Verdict.VETO) == bool(assessment.vetoes)
        cites = {(p.id, p.cite) for p in one.proposal.provisions} | {(s.fact, s.cite) for s in one.proposal.statements}
        for finding in assessment.findings:
            assert finding.message.strip()
            assert {(e.provision, e.cite) for e in finding.evidence} <= cites, finding
            assert len({(e.provision, e.role) for e in finding.evidence}) == len(finding.evidence)
        return assessment

    def in_any_order(self, one: LoadedProposal, before: Assessment, chance: random.Random) -> None:
        """Put provisions and statements in another order: nothing but the order of things may differ."""
        turned = {name: _shuffled(getattr(one.proposal, name), chance) for name in ("provisions", "statements")}
        after = self.assess(LoadedProposal(one.proposal.model_copy(update=turned), nowhere()))
        assert facts_of(after) == facts_of(before)

    def with_less(self, one: LoadedProposal, before: Assessment, chance: random.Random) -> None:
        """Withhold something: outcomes move to unknown only, and the interval holds the one before."""
        less = with_less(one.proposal, chance)
        after = self.assess(LoadedProposal(less, nowhere()))
        known = {finding.criterion: finding.outcome for finding in before.findings}
        for finding in after.findings:
            assert finding.outcome in {known[finding.criterion], Outcome.UNKNOWN}, finding.criterion
        assert after.score.low <= before.score.low + _NEARLY
        assert after.score.high >= before.score.high - _NEARLY
        assert after.verdict in {before.verdict, Verdict.UNDETERMINED}

    def reports(self, one: LoadedProposal) -> None:
        """Write every report, and read it again."""
        assessment, proofs = self.assessor.assess_and_prove(one)
        name = one.document.file
        trees = {(name, criterion): found for criterion, found in proofs.items()}
        lines = {name: one.document.lines}
        report = ReportInput((assessment,), (), lines, "0", self._criteria, self.lens.bands, trees, None)
        for format_name in FORMATS:
            text = render(format_name, report)
            text.encode("utf-8")
            HOLDS[format_name](text)

    def engines_agree(self, one: LoadedProposal, durable: DurableEngine) -> None:
        """Infer with both evaluators."""
        situation = situation_of(self.lens.program, one.proposal)
        found = durable.infer(situation)
        assert durable.restarts == 0
        expected = self.assessor.infer(situation)
        assert (found.truths, found.bindings) == (expected.truths, expected.bindings)
        assert _typed(found.facts) == _typed(expected.facts)


def _typed(facts: Mapping[str, Value | None]) -> dict[str, tuple[type, Value | None]]:
    return {name: (type(value), value) for name, value in facts.items()}


def _shuffled(items: tuple[Any, ...], chance: random.Random) -> tuple[Any, ...]:
    return tuple(chance.sample(items, len(items)))


def nowhere() -> Document:
    """Return a document without lines, as of a proposal that was made in Python."""
    return Document("odd", (), {}, {(): Position(0, 0)}, {}, "")


def in_time(proposal: Proposal) -> None:
    """Draw the timeline and the stages; a text that leaves no day to draw is refused."""
    try:
        timeline = build_timeline(proposal)
    except ProposalError:
        assert proposal.status.enacted is not None
        assert proposal.status.enacted.year > LAST_YEAR
    else:
        for name in TIMELINE_FORMATS:
            _readable(name, render_timeline(name, timeline))
    machines = stages_of(proposal)
    for name in STAGES_FORMATS:
        _readable(name, render_stages(name, proposal.title, machines))


def _readable(name: str, text: str) -> None:
    if name == "json":
        json.loads(text)
    elif name == "svg":
        ElementTree.fromstring(text)  # noqa: S314
    elif name == "text":
        assert not [line for line in text.splitlines() if line.startswith("Verdict: ")]
    text.encode("utf-8")


class Run:
    """A run over so many proposals as the time allows; counts what was tried."""

    def __init__(self, lenses: Mapping[str, LoadedLens]) -> None:
        """Start an engine for each lens."""
        self.claims = {name: Claims(lens) for name, lens in lenses.items()}
        self.durable = {name: DurableEngine(lens.program) for name, lens in lenses.items()}
        self.tried: Counter[str] = Counter()

    def __call__(self, data: Mapping[str, Any], chance: random.Random) -> None:
        """Hold all claims against one proposal; what is slow is held against some only."""
        one = loaded(data)
        self.tried["proposals"] += 1
        self.tried["provisions"] += len(one.proposal.provisions)
        self.tried["most_provisions"] = max(self.tried["most_provisions"], len(one.proposal.provisions))
        for name, claims in self.claims.items():
            before = claims.assess(one)
            self.tried[f"verdict {before.verdict}"] += 1
            claims.in_any_order(one, before, chance)
            claims.with_less(one, before, chance)
            self.tried["assessments"] += 3
            if chance.random() < 0.3:
                claims.engines_agree(one, self.durable[name])
                self.tried["both_engines"] += 1
        if chance.random() < 0.2:
            next(iter(self.claims.values())).reports(one)
            self.tried["reports"] += len(FORMATS)
            in_time(one.proposal)
            lint_proposal(one)

    def hidden(self, data: Mapping[str, Any]) -> None:
        """Refuse hidden characters at both doors."""
        refused(data)
        self.tried["hidden"] += 1


CHANCE = st.integers(0, 2**32).map(random.Random)


def fuzz(seconds: float, start: int) -> Counter[str]:
    """Fuzz for some time, in rounds, each from a seed of its own."""
    run = Run({"default": load_lens(), "all rules": load_all_rules()})
    end, number = time.monotonic() + seconds, start
    while time.monotonic() < end:

        @seed(number)
        @settings(QUIET, max_examples=100)
        @given(proposals(), CHANCE)
        def round_of_open(data: dict[str, Any], chance: random.Random) -> None:
            run(data, chance)

        @seed(number)
        @settings(QUIET, max_examples=20)
        @given(proposals(hidden=True))
        def round_of_hidden(data: dict[str, Any]) -> None:
            run.hidden(data)

        round_of_open()
        round_of_hidden()
        number += 1
    for engine in run.durable.values():
        engine.close()
    return run.tried


def main() -> None:
    """Fuzz, and record the figures."""
    seconds = float(sys.argv[1])
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    tried = fuzz(seconds, start)
    print(dict(tried))
    record("odd_proposals", {"seconds": seconds, "seed": start, **tried})


if __name__ == "__main__":
    main()
