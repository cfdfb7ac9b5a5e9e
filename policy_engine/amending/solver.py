"""The relaxed question as a logic program: amendments chosen, outcomes that nothing learned so far rules out.

It never asks more than the truth does: an answer of least cost that the evaluators confirm is least, and no answer
means that there is none. The only importer of clingo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from policy_engine.amending.candidates import Candidates
from policy_engine.amending.problem import Row, Selection
from policy_engine.amending.score_rules import PrincipleSums, score_rules
from policy_engine.amending.targets import Label
from policy_engine.errors import Fault, PolicyEngineError

if TYPE_CHECKING:
    import clingo

SCORE: Final = "score"


class MissingSolverError(PolicyEngineError):
    """clingo is not installed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A set of amendments that the relaxed question allows, with the label that it takes for each open criterion."""

    chosen: Selection
    labels: Mapping[str, Label]
    cost: int


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There is no answer: demands (criteria that must not block, or `score`) that cannot be met together."""

    core: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The limit on the search was reached."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: amendments with conflicts, labels of each open criterion, demands, sums of the principles.

    `bound`: only sets of at most this cost, all alike. `any_answer`: a set of any cost.
    `preferred`: of those, one of fewest changes, then of the gravest criteria.
    """

    candidates: Candidates
    labels: Mapping[str, Sequence[Label]]
    demands: tuple[str, ...]
    principles: tuple[PrincipleSums, ...]
    threshold: float | None
    bound: int | None = None
    any_answer: bool = False
    preferred: bool = False


def require_clingo() -> None:
    """Raise MissingSolverError with the mend where clingo cannot be imported."""
    try:
        import clingo  # noqa: F401
    except ImportError as error:
        hint = "pip install 'policy-engine[amend]'"
        message = "the search for amendments needs clingo, which is not installed"
        raise MissingSolverError(Fault(message, hint=hint)) from error


class Relaxation:
    """A question put to clingo again and again, with more and more outcomes ruled out."""

    def __init__(self, question: Question, rows: Iterable[Row], conflict_limit: int) -> None:
        """Put the question."""
        import clingo

        self._question = question
        self._criteria = list(question.labels)
        self._control = clingo.Control(["--warn=none", "--opt-strategy=usc"])
        configuration: Any = self._control.configuration
        configuration.solve.solve_limit = str(conflict_limit)
        self._control.add("base", [], "\n".join(self._rules()))
        self._control.ground([("base", [])])
        self.exclude(rows)

    def _rules(self) -> Iterable[str]:
        question = self._question
        for candidate in question.candidates.chosen_from:
            yield f"{{chosen({candidate.number})}}. cost({candidate.number},{candidate.cost})."
            yield f"size({candidate.number},{len(candidate.changes)}). rank({candidate.number},{candidate.rank})."
        yield from (f":- chosen({one}), chosen({other})." for one, other in question.candidates.conflicts)
        for number, name in enumerate(self._criteria):
            labels = question.labels[name]
            yield f"1{{out({number},0..{len(labels) - 1})}}1."
            if name in question.demands:
                yield f"{{require({number})}}."
                blocking = [index for index, label in enumerate(labels) if label.blocks]
                yield from (f":- require({number}), out({number},{index})." for index in blocking)
        if question.threshold is not None:
            yield from score_rules(question.principles, question.threshold)
        yield "#show chosen/1. #show out/2."
        if question.any_answer:
            return
        if question.bound is None:
            yield "#minimize{C,A : chosen(A), cost(A,C)}."
        else:
            yield f":- #sum{{C,A : chosen(A), cost(A,C)}} > {question.bound}."
        if question.preferred:
            yield "#minimize{N@2,A : chosen(A), size(A,N)}. #minimize{R@1,A : chosen(A), rank(A,R)}."

    def exclude(self, rows: Iterable[Row]) -> None:
        """Rule out what was learned about criteria."""
        with self._control.backend() as backend:
            for row in rows:
                for body in self._bodies(row):
                    backend.add_rule([], body)

    def _bodies(self, row: Row) -> Iterator[list[int]]:
        number = self._criteria.index(row.criterion)
        chosen = [("chosen", (n,), True) for n in sorted(row.made)] + [
            ("chosen", (n,), False) for n in sorted(row.left)
        ]
        for index, label in enumerate(self._question.labels[row.criterion]):
            if label in row.excluded:
                yield from self._together([*chosen, ("out", (number, index), True)])

    def forbid(self, selection: Selection) -> None:
        """Rule out exactly one set of amendments."""
        numbers = [candidate.number for candidate in self._question.candidates.chosen_from]
        with self._control.backend() as backend:
            for body in self._together([("chosen", (n,), n in selection) for n in numbers]):
                backend.add_rule([], body)

    def _together(self, together: Iterable[tuple[str, tuple[int, ...], bool]]) -> Iterator[list[int]]:
        """Yield what says that all of these hold; an atom that is not there is false."""
        body = []
        for name, numbers, holds in together:
            literal = self._literal(name, *numbers)
            if literal is None and holds:
                return
            body += [] if literal is None else [literal if holds else -literal]
        yield body

    def _literal(self, name: str, *numbers: int) -> int | None:
        import clingo

        atom = self._control.symbolic_atoms[clingo.Function(name, [clingo.Number(number) for number in numbers])]
        return int(atom.literal) if atom is not None else None

    def solve(self, without: Iterable[str] = ()) -> Answer | NoAnswer | GaveUp:
        """Return the best answer, the demands that cannot be met together, or that the limit was reached."""
        dropped = set(without)
        names = [name for name in self._question.demands if name not in dropped]
        atoms = [(name, self._literal("require", self._criteria.index(name))) for name in names]
        if self._question.threshold is not None and SCORE not in dropped:
            atoms.append((SCORE, self._literal(SCORE)))
        impossible = next((name for name, literal in atoms if literal is None), None)
        if impossible is not None:
            return NoAnswer((impossible,))
        literals = {literal: name for name, literal in atoms if literal is not None}
        last: list[Answer] = []
        weighed: list[int] = []
        core: list[int] = []

        def keep(model: clingo.Model) -> None:
            last[:] = [self._answer(model)]
            weighed[:] = model.cost

        result = self._control.solve(assumptions=list(literals), on_model=keep, on_core=core.extend)
        if result.unsatisfiable:
            return NoAnswer(tuple(literals[literal] for literal in core if literal in literals))
        # Where nothing is minimised the first model is an answer, and the solver stops there.
        proved = result.exhausted or not weighed
        return last[0] if last and proved else GaveUp()

    def _answer(self, model: clingo.Model) -> Answer:
        chosen: set[int] = set()
        labels: dict[str, Label] = {}
        for symbol in model.symbols(shown=True):
            if symbol.name == "chosen":
                chosen.add(symbol.arguments[0].number)
            elif symbol.name == "out":
                name = self._criteria[symbol.arguments[0].number]
                labels[name] = self._question.labels[name][symbol.arguments[1].number]
        cost = sum(self._question.candidates.chosen_from[number].cost for number in chosen)
        return Answer(frozenset(chosen), labels, cost)
