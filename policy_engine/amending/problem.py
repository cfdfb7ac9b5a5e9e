"""One text, one lens, one target: what a set of amendments comes to, and what it can come to while some are open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from policy_engine.amending.bounds import UNDECIDED, Bounds, Given, Seen, World, one_of
from policy_engine.amending.candidates import NO_COSTS, Candidates, Costs, candidates_of
from policy_engine.amending.changes import Change, Changer
from policy_engine.amending.dependence import Dependence, Reader, readers_of_measure
from policy_engine.amending.targets import Label, Target, label_of
from policy_engine.errors import EngineError
from policy_engine.loading import LoadedLens
from policy_engine.measures.simulated import KeptRuns, Runs
from policy_engine.operators import Value
from policy_engine.program import CompiledCriterion, CompiledMeasure
from policy_engine.proposals.base import Provision
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import Record, records
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Outcome
from policy_engine.scoring import Judged, judge, overall, tally
from policy_engine.situation import measured, situation_of

MENDED: Final = (Outcome.VIOLATED, Outcome.PARTIAL)
Selection = frozenset[int]
_MOST_TRIED: Final = 8
"""Up to so many undecided amendments every choice is tried to find what a measure can come to."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a set of amendments comes to."""

    judged: tuple[Judged, ...]
    low: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Something learned: with `made` chosen and `left` not, a criterion can have none of the labels `excluded`."""

    criterion: str
    made: Selection
    left: Selection
    excluded: frozenset[Label]


def problem_of(
    lens: LoadedLens,
    proposal: Proposal,
    outcomes: Mapping[str, Outcome],
    target: Target,
    *,
    protected: Collection[str] = (),
    costs: Costs = NO_COSTS,
) -> Problem:
    """Return the problem whose amendments are the fixes of criteria that are violated or partial, or may become so.

    What another amendment may break, a fix may mend again. Nothing is drawn from criteria that are unknown now.
    """
    target = target.on(outcomes)
    drawn = {name for name, outcome in outcomes.items() if outcome in MENDED}
    while True:
        criteria = [compiled for compiled in lens.criteria if compiled.criterion.id in drawn]
        problem = Problem(lens, proposal, candidates_of(proposal, criteria, protected, costs), target)
        known = [c for c in lens.criteria if outcomes[c.criterion.id] is not Outcome.UNKNOWN]
        more = {c.criterion.id for c in known if c.criterion.id not in drawn and problem.can_be_mended(c)}
        if not more:
            return problem
        drawn |= more


class Problem:
    """Evaluates sets of amendments; everything is worked out once."""

    def __init__(self, lens: LoadedLens, proposal: Proposal, candidates: Candidates, target: Target) -> None:
        """Work out which amendments can move which criterion."""
        self.lens = lens
        self.target = target
        self.candidates = candidates
        self.changer = Changer(proposal)
        self._plain = PlainEvaluator(lens.program)
        self._results: dict[Selection, Result] = {}
        self._records: dict[int, tuple[Provision, tuple[Record, ...]]] = {}
        self._measured: dict[tuple[str, Selection], Value | None] = {}
        self._runs: dict[Selection, Runs] = {}
        self._kept = KeptRuns()
        start = situation_of(lens.program, proposal, self._kept)
        self._unseen, self._known = start.unseen, start.known
        changes = [change for candidate in candidates.chosen_from for change in candidate.changes]
        dependence = Dependence(lens.program, self.changer, changes)

        def moved_by(readers: Collection[Reader]) -> Selection:
            return frozenset(
                c.number
                for c in candidates.chosen_from
                if any(dependence.moves(change, readers) for change in c.changes)
            )

        self.relevant: Mapping[str, Selection] = {
            c.criterion.id: moved_by(dependence.readers(c)) for c in lens.criteria
        }
        self._measures: Mapping[str, tuple[CompiledMeasure, Selection]] = {
            m.fact: (m, moved_by(tuple(readers_of_measure(m)))) for m in lens.program.measures
        }

    def changes(self, selection: Collection[int]) -> tuple[Change, ...]:
        """Return the changes of a set of amendments, in the order of the candidates."""
        return tuple(change for number in sorted(selection) for change in self.candidates.chosen_from[number].changes)

    def text(self, selection: Collection[int]) -> Proposal:
        """Return the text with a set of amendments made."""
        return self.changer.apply(self.changes(selection))

    def result(self, selection: Selection) -> Result:
        """Return what a set of amendments comes to, by the plain evaluator."""
        if selection not in self._results:
            situation = situation_of(self.lens.program, self.text(selection), self._kept)
            truths = self._plain.infer(situation).truths
            judged = tuple(judge(compiled, truths) for compiled in self.lens.criteria)
            by_principle: dict[str, list[Judged]] = {}
            for compiled, item in zip(self.lens.criteria, judged, strict=True):
                by_principle.setdefault(compiled.principle.id, []).append(item)
            weights = self.lens.lens.weights
            score = overall((weights.get(name, 1.0), tally(items)) for name, items in by_principle.items())
            self._results[selection] = Result(judged, score.low, self.target.reached(judged, score.low))
        return self._results[selection]

    def labels(self, selection: Selection) -> dict[str, Label]:
        """Return what each criterion counts for the target with a set of amendments made."""
        pairs = zip(self.lens.criteria, self.result(selection).judged, strict=True)
        return {
            c.criterion.id: label_of(self.target, c.criterion, item.outcome, may_violate=item.may_violate)
            for c, item in pairs
        }

    def possible(self, compiled: CompiledCriterion, made: Selection, open_ones: Selection) -> frozenset[Label]:
        """Return every label that a criterion can have with some amendments made and some open; the others are not."""
        return frozenset(
            label_of(self.target, compiled.criterion, outcome, may_violate=may)
            for outcome, may in self._outcomes(compiled, made, open_ones)
        )

    def can_be_mended(self, compiled: CompiledCriterion) -> bool:
        """Tell whether some set of amendments may leave a criterion violated or partial."""
        found = self._outcomes(compiled, frozenset(), self.relevant[compiled.criterion.id])
        return any(outcome in MENDED for outcome, _ in found)

    def _outcomes(
        self, compiled: CompiledCriterion, made: Selection, open_ones: Selection
    ) -> frozenset[tuple[Outcome, bool]]:
        return Bounds(self.lens.program, self._world(made, open_ones)).outcomes(compiled)

    def row(self, compiled: CompiledCriterion, selection: Selection, wrong: Label) -> Row:
        """Return why a criterion does not have a label under a selection, by as few amendments as seem to matter."""
        name = compiled.criterion.id
        relevant = self.relevant[name]
        made, left = selection & relevant, relevant - selection
        actual = self.labels(selection)[name]
        if self.possible(compiled, made, frozenset()) != {actual}:
            raise EngineError(f"the search and the plain evaluator disagree on {name}; no amendments are given")

        def widened(open_ones: Selection, items: tuple[int, ...]) -> Selection:
            wider = open_ones | frozenset(items)
            if wrong not in self.possible(compiled, made - wider, wider):
                return wider
            if len(items) < 2:
                return open_ones
            half = len(items) // 2
            return widened(widened(open_ones, items[:half]), items[half:])

        open_ones: Selection = frozenset()
        for items in (tuple(sorted(left)), tuple(sorted(made))):
            open_ones = widened(open_ones, items) if items else open_ones
        possible = self.possible(compiled, made - open_ones, open_ones)
        every = self.possible(compiled, frozenset(), relevant)
        return Row(name, made - open_ones, left - open_ones, every - possible)

    def _world(self, made: Selection, open_ones: Selection) -> World:
        done, undecided = self.changes(made), self.changes(open_ones)
        struck = {change.provision for change in done if change.kind == "strike"}
        found: dict[str, list[Seen]] = {}
        for provision in self.changer.proposal.provisions:
            if provision.id not in struck:
                for record_type, seen in self._seen(provision, done, undecided):
                    found.setdefault(record_type, []).append(seen)
        added = dict.fromkeys(change for change in done if change.kind == "add")
        for change in dict.fromkeys(change for change in (*done, *undecided) if change.kind == "add"):
            for record in self._records_of(self.changer.added(change, ())):
                found.setdefault(record.type, []).append(Seen(record.values, doubtful=change not in added))
        return World({name: tuple(seen) for name, seen in found.items()}, self._unseen, self._knower(made, open_ones))

    def _seen(
        self, provision: Provision, done: Collection[Change], undecided: Collection[Change]
    ) -> Iterable[tuple[str, Seen]]:
        """Yield the records of a provision; what open amendments set is undecided, be it there before or after."""
        own = [change for change in undecided if change.provision == provision.id]
        doubtful = any(change.kind == "strike" for change in own)
        base = self._records_of(self.changer.changed(provision, done))
        sets = [(c, self._records_of(self.changer.changed(provision, (c,)))) for c in own if c.kind == "set"]
        for place, record in enumerate(base):
            values: dict[str, Given] = dict(record.values)
            alternatives: dict[str, list[Value | None]] = {}
            for change, version in sets:
                for path in {*record.values, *version[place].values}:
                    if path == change.path or path.startswith(f"{change.path}."):
                        found = alternatives.setdefault(path, [record.values.get(path)])
                        found.append(version[place].values.get(path))
            for path, possible in alternatives.items():
                value = one_of(possible)
                values.update({} if value is None else {path: value})
            yield record.type, Seen(values, doubtful)

    def _records_of(self, provision: Provision) -> tuple[Record, ...]:
        if id(provision) not in self._records:
            alone = self.changer.proposal.model_copy(update={"provisions": (provision,)})
            # The provision is kept beside its records, so that its identity stays its own.
            self._records[id(provision)] = (provision, records(alone))
        return self._records[id(provision)][1]

    def _knower(self, made: Selection, open_ones: Selection) -> Callable[[str], Given | None]:
        def known(fact: str) -> Given | None:
            if fact not in self._measures:
                return self._known[fact]
            measure, movers = self._measures[fact]
            undecided = sorted(movers & open_ones)
            if len(undecided) > _MOST_TRIED:
                return UNDECIDED
            return one_of(
                self._measure(measure, (made & movers) | frozenset(some))
                for size in range(len(undecided) + 1)
                for some in combinations(undecided, size)
            )

        return known

    def _measure(self, measure: CompiledMeasure, made: Selection) -> Value | None:
        key = (measure.fact, made)
        if key not in self._measured:
            if made not in self._runs:
                self._runs[made] = Runs(self.text(made), self._kept)
            text = self._runs[made].proposal
            self._measured[key] = measured(measure, text, records(text), self._runs[made]).value
        return self._measured[key]
