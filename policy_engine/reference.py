"""The plain evaluator: three-valued, in Python; the oracle of the other, what explains, and the fallback."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from policy_engine.bits import EasyClause, HardClause, Plan, Sought
from policy_engine.operators import Value
from policy_engine.program import Program
from policy_engine.situation import Binding, Inference, Situation
from policy_engine.walk import Walk, decided

_NOTHING: Mapping[str, Value] = {}
_NONE: frozenset[Binding] = frozenset()


class PlainEvaluator:
    """Evaluates a program on situations; keeps only values of fields with their tests, so threads may share it."""

    name = "plain evaluator"

    def __init__(self, program: Program) -> None:
        """Keep the program; its plan is made when first needed."""
        self._program = program

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self._program)

    def infer(self, situation: Situation) -> Inference:
        """Return what follows; raises RuleError when two values of one fact are both shown."""
        return _Inferring(self._plan, self._program, situation).inference()

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


class _Inferring:
    """The work on one situation: tests on facts that hold, and those that hold or are open, as bits."""

    def __init__(self, plan: Plan, program: Program, situation: Situation) -> None:
        self._plan = plan
        self._situation = situation
        self._facts: dict[str, Value | None] = dict(situation.known)
        self._holding = self._possible = 0
        for fact, value in self._facts.items():
            self._note(fact, value)
        self._truths = [0] * len(program.conditions)
        self._bindings: dict[int, list[Binding]] = {}
        self._looks: dict[str, list[tuple[int | None, int, int]]] = {}
        self._found: dict[tuple[str, int], tuple[int, list[int]]] = {}
        self._walk = Walk(situation, self._facts)

    def inference(self) -> Inference:
        """Work through the strata."""
        for name, tests in self._plan.types.items():
            present = self._situation.by_type.get(name, ())
            looks: list[tuple[int | None, int, int]] = [
                (index, *tests.look(self._situation.records[index].values)) for index in present
            ]
            if name in self._situation.unseen:
                looks.append((None, *tests.look(_NOTHING)))
            if looks:
                self._looks[name] = looks
        for stratum in self._plan.strata:
            self._on_facts(stratum.on_facts)
            for name in self._looks:
                if name in stratum.on_records:
                    self._on_records(name, stratum.on_records[name])
            for hard in stratum.hard:
                self._hard(hard)
            for derivable in stratum.derived:
                value = self._facts[derivable.fact] = decided(derivable, self._truths)
                self._note(derivable.fact, value)
        bindings = [_NONE] * len(self._truths)
        for number, found in self._bindings.items():
            bindings[number] = frozenset(found)
        return Inference(tuple(self._truths), tuple(bindings), self._facts)

    def _note(self, fact: str, value: Value | None) -> None:
        holding, possible = self._plan.facts.look_at(fact, value)
        self._holding |= holding
        self._possible |= possible

    def _on_facts(self, clauses: tuple[EasyClause, ...]) -> None:
        holding, possible = self._holding, self._possible
        for clause in clauses:
            facts = clause.facts
            if possible & facts != facts:
                continue
            truth = 2 if holding & facts == facts else 1
            if clause.nones:
                truth = min(truth, self._none_of(clause.nones))
            if truth == 2:
                self._bindings.setdefault(clause.condition, []).append((clause.number, clause.before))
            if truth > self._truths[clause.condition]:
                self._truths[clause.condition] = truth

    def _on_records(self, name: str, clauses: tuple[EasyClause, ...]) -> None:
        holding, possible = self._holding, self._possible
        for clause in clauses:
            facts = clause.facts
            if possible & facts != facts:
                continue
            truth, indices = self._matching(name, clause.record)
            if not truth:
                continue
            if holding & facts != facts:
                truth = 1
            if clause.nones:
                truth = min(truth, self._none_of(clause.nones))
            if truth == 2:
                shown = self._bindings.setdefault(clause.condition, [])
                shown += [(clause.number, (*clause.before, index, *clause.after)) for index in indices]
            if truth > self._truths[clause.condition]:
                self._truths[clause.condition] = truth

    def _hard(self, hard: HardClause) -> None:
        for guard in hard.guards:
            if not self._truth(guard):
                return
        truth, found = self._walk.condition((hard.clause,))
        if found:
            shown = self._bindings.setdefault(hard.condition, [])
            shown += [(hard.number, entries) for _, entries in found]
        self._truths[hard.condition] = max(truth, self._truths[hard.condition])

    def _none_of(self, nones: tuple[Sought, ...]) -> int:
        return min(2 - self._truth(none) for none in nones)

    def _truth(self, sought: Sought) -> int:
        if sought.type:
            return self._matching(sought.type, sought.mask)[0]
        if self._holding & sought.mask == sought.mask:
            return 2
        return 1 if self._possible & sought.mask == sought.mask else 0

    def _matching(self, name: str, mask: int) -> tuple[int, list[int]]:
        """Return whether a record of a type passes tests, and which surely do."""
        known = self._found.get((name, mask))
        if known is None:
            truth, indices = 0, []
            for index, holding, possible in self._looks.get(name, ()):
                if possible & mask != mask:
                    continue
                if index is not None and holding & mask == mask:
                    truth = 2
                    indices.append(index)
                else:
                    truth = truth or 1
            known = self._found[name, mask] = truth, indices
        return known
