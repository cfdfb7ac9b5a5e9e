"""The search: ask the relaxed question, evaluate its answer, learn from where it was too hopeful, ask again.

The relaxed question always allows what is true, so that the first answer the plain evaluator confirms has the least
cost, and a question without an answer proves that the target cannot be reached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from policy_engine.amending.problem import Problem, Result, Row, Selection
from policy_engine.amending.score_rules import PrincipleSums
from policy_engine.amending.solver import SCORE, Answer, GaveUp, NoAnswer, Question, Relaxation
from policy_engine.amending.targets import Label

STEP: Final = 0.01
"""The least difference of two scores that a search for the best one tells apart."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search goes: evaluations, conflicts of the solver on one question, sets of least cost listed."""

    evaluations: int = 2000
    conflicts: int = 500_000
    listed: int = 20
    tie_conflicts: int = 20_000


@dataclass(frozen=True, slots=True)
class Smallest:
    """Proved: sets of least cost that reach the target, one or (`complete`) all of them."""

    selections: tuple[Selection, ...]
    cost: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Proved: no set reaches the target; each of `cores` are demands that cannot be met together.

    `best`: the set of highest low bound that was found, and whether it is proved that none is higher.
    """

    cores: tuple[tuple[str, ...], ...]
    best: Selection
    best_proved: bool


@dataclass(frozen=True, slots=True)
class Unproved:
    """The limits were reached. Every set that reaches the target costs at least `at_least`; `found` is one, if any."""

    at_least: int
    found: Selection | None


Found = Smallest | Unreachable | Unproved


def _at_least(low: float) -> Callable[[Result], bool]:
    return lambda result: result.low >= low


class Search:
    """One search; what it learns about criteria serves all its questions."""

    def __init__(self, problem: Problem, limits: Limits) -> None:
        """Find what is settled whatever is chosen, and what follows where nothing is chosen."""
        self._problem = problem
        self._limits = limits
        self._evaluations = 0
        self._rows: list[Row] = []
        self._compiled = {c.criterion.id: c for c in problem.lens.criteria}
        self._labels: dict[str, tuple[Label, ...]] = {}
        for name, compiled in self._compiled.items():
            possible = problem.possible(compiled, frozenset(), problem.relevant[name])
            self._labels[name] = tuple(sorted(possible, reverse=True))
        self._open = {name: labels for name, labels in self._labels.items() if len(labels) > 1}
        self._least = 0

    def run(self, *, every: bool) -> Found:
        """Return the smallest sets, or that there is none, or that the limits were reached."""
        blocked = [(name,) for name, labels in self._labels.items() if all(label.blocks for label in labels)]
        if blocked:
            return self._unreachable(tuple(blocked))
        question = self._question(self._problem.target.low)
        relaxation = self._relaxation(question)
        answer = self._confirmed(relaxation, lambda result: result.reached)
        if isinstance(answer, NoAnswer):
            return self._unreachable((self._smaller(relaxation, question, answer.core),))
        if isinstance(answer, GaveUp):
            return Unproved(self._least, self._some_set())
        if not answer.chosen:
            return Smallest((answer.chosen,), answer.cost, complete=True)
        answer = self._preferred(question, answer)
        if not every:
            return Smallest((answer.chosen,), answer.cost, complete=False)
        return self._all(question, answer)

    def _preferred(self, question: Question, first: Answer) -> Answer:
        """Return, of the sets of least cost, one of fewest changes and gravest criteria, if a limit allows."""
        question = replace(question, bound=first.cost, preferred=True)
        relaxation = Relaxation(question, self._rows, self._limits.tie_conflicts)
        answer = self._confirmed(relaxation, lambda result: result.reached)
        return answer if isinstance(answer, Answer) else first

    def _all(self, question: Question, first: Answer) -> Smallest:
        """Return every set of the least cost, up to the most that are listed."""
        relaxation = self._relaxation(replace(question, bound=first.cost))
        found = [first.chosen]
        while len(found) <= self._limits.listed:
            relaxation.forbid(found[-1])
            answer = self._confirmed(relaxation, lambda result: result.reached)
            if not isinstance(answer, Answer):
                return Smallest(tuple(found), first.cost, complete=isinstance(answer, NoAnswer))
            found.append(answer.chosen)
        return Smallest(tuple(found[:-1]), first.cost, complete=False)

    def _confirmed(self, relaxation: Relaxation, accepts: Callable[[Result], bool]) -> Answer | NoAnswer | GaveUp:
        """Ask until the plain evaluator confirms an answer, or there is none, or the limits are reached."""
        while self._evaluations < self._limits.evaluations:
            answer = relaxation.solve()
            if not isinstance(answer, Answer):
                return answer
            self._least = max(self._least, answer.cost)
            self._evaluations += 1
            if accepts(self._problem.result(answer.chosen)):
                return answer
            if not self._learn(relaxation, answer):
                relaxation.forbid(answer.chosen)
        return GaveUp()

    def _learn(self, relaxation: Relaxation, answer: Answer) -> bool:
        """Rule out what the answer assumed against the truth; False where only rounding was too hopeful."""
        actual = self._problem.labels(answer.chosen)
        wrong = [(name, label) for name, label in answer.labels.items() if label != actual[name]]
        rows = [self._problem.row(self._compiled[name], answer.chosen, label) for name, label in wrong]
        self._rows += rows
        relaxation.exclude(rows)
        return bool(wrong)

    def _question(self, threshold: float | None) -> Question:
        demands = tuple(name for name, labels in self._open.items() if any(label.blocks for label in labels))
        return Question(self._problem.candidates, self._open, demands, self._principles(), threshold)

    def _principles(self) -> tuple[PrincipleSums, ...]:
        numbers = {name: number for number, name in enumerate(self._open)}
        weights = self._problem.lens.lens.weights
        found = []
        for principle in dict.fromkeys(c.principle.id for c in self._compiled.values()):
            own = [name for name, c in self._compiled.items() if c.principle.id == principle]
            settled = [self._labels[name][0] for name in own if name not in numbers]
            sums = (sum(label.credit for label in settled), sum(label.weight for label in settled))
            open_ones = {numbers[name]: self._open[name] for name in own if name in numbers}
            found.append(PrincipleSums(weights.get(principle, 1.0), *sums, open_ones))
        return tuple(found)

    def _relaxation(self, question: Question) -> Relaxation:
        return Relaxation(question, self._rows, self._limits.conflicts)

    def _smaller(self, relaxation: Relaxation, question: Question, core: tuple[str, ...]) -> tuple[str, ...]:
        """Return demands of a core that already contradict each other."""
        every = {*question.demands, SCORE}
        for name in core:
            kept = [other for other in core if other != name]
            if isinstance(relaxation.solve(without=every - set(kept)), NoAnswer):
                core = tuple(kept)
        return core

    def _unreachable(self, cores: tuple[tuple[str, ...], ...]) -> Unreachable:
        if self._problem.target.low is None:
            return Unreachable(cores, frozenset(), best_proved=False)
        best = self._climbed(frozenset(), _low)
        while True:
            least = self._problem.result(best).low + STEP
            # The demands on blockers are left out: what is told is how high the score alone can go.
            question = replace(self._question(least), demands=(), any_answer=True)
            answer = self._confirmed(self._relaxation(question), _at_least(least))
            if not isinstance(answer, Answer):
                return Unreachable(cores, best, best_proved=isinstance(answer, NoAnswer))
            best = self._climbed(answer.chosen, _low)

    def _climbed(self, chosen: Selection, worth: Callable[[Result], tuple[float, ...]]) -> Selection:
        """Return a set reached by taking in, or leaving out, one amendment at a time while its worth rises."""
        now = worth(self._problem.result(chosen))
        while True:
            neighbours = [chosen ^ {c.number} for c in self._problem.candidates.chosen_from]
            tried = [(worth(self._problem.result(s)), s) for s in neighbours if not self._contradicts(s)]
            value, better = max(tried, key=lambda pair: pair[0], default=(now, chosen))
            if value <= now:
                return chosen
            now, chosen = value, better

    def _contradicts(self, chosen: Selection) -> bool:
        return any(one in chosen and other in chosen for one, other in self._problem.candidates.conflicts)

    def _some_set(self) -> Selection | None:
        """Return a set that reaches the target and from which nothing can be left out, if climbing finds one."""
        target = self._problem.target

        def worth(result: Result) -> tuple[float, ...]:
            return -sum(map(target.blocks, result.judged)), min(result.low, target.low or 0.0)

        chosen = self._climbed(frozenset(), worth)
        if not self._problem.result(chosen).reached:
            return None
        for number in sorted(chosen, reverse=True):
            if self._problem.result(chosen - {number}).reached:
                chosen -= {number}
        return chosen


def _low(result: Result) -> tuple[float, ...]:
    return (result.low,)
