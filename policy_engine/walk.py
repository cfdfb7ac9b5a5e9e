"""A condition walked clause by clause on one situation, three-valued: the meaning that both evaluators keep to."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.errors import Fault, RuleError
from policy_engine.operators import NOT_ADDRESSED, OPERATORS, Truth, Value
from policy_engine.rules.conditions import Clause, Clauses, FieldOf, Pattern, Test
from policy_engine.rules.derivation import ContradictionError, Derivable, decide
from policy_engine.situation import Binding, BindingEntry, Situation

_NOTHING: Mapping[str, Value] = {}
_NONE: frozenset[Binding] = frozenset()
_UNBOUND: Mapping[str, Mapping[str, Value]] = {}
_Candidate = tuple[BindingEntry | None, Mapping[str, Value]]
_NOBODY: list[_Candidate] = []


def decided(derivable: Derivable, truths: list[int]) -> Value | None:
    """Return the value of a derived fact, with a contradiction as the rule set's error."""
    try:
        return decide(derivable, truths)
    except ContradictionError as error:
        message = f"two values of the derived fact `{error}` are both shown; its conditions overlap"
        raise RuleError(Fault(message, hint="make the cases exclude each other, or use ordered cases")) from error


class Walk:
    """One pass over conditions on one situation."""

    def __init__(self, situation: Situation, facts: Mapping[str, Value | None]) -> None:
        """Index the records by type, each topic not examined with one more of which nothing is known."""
        self._by_type: dict[str, list[_Candidate]] = {}
        for index, record in enumerate(situation.records):
            self._by_type.setdefault(record.type, []).append((index, record.values))
        for name in situation.unseen:
            self._by_type.setdefault(name, []).append((None, _NOTHING))
        self._facts = facts
        self._asked: dict[str, list[_Candidate]] = {}

    def condition(self, clauses: Clauses) -> tuple[int, frozenset[Binding]]:
        """Return the truth of a condition, and the definite bindings of each clause."""
        truth = Truth.FALSE
        found: list[Binding] = []
        for number, clause in enumerate(clauses):
            shown: list[tuple[BindingEntry, ...]] = []
            if len(clause.patterns) == 1 and not clause.nones:
                truth = max(truth, self._single(clause.patterns[0], shown))
            else:
                truth = max(truth, self._clause(clause, 0, {}, (), Truth.TRUE, shown))
            if shown:
                found += [(number, entries) for entries in shown]
        return int(truth), frozenset(found) if found else _NONE

    def _single(self, pattern: Pattern, shown: list[tuple[BindingEntry, ...]]) -> Truth:
        """Return the truth of a clause of one pattern, as `_clause` would; most clauses are such."""
        best = Truth.FALSE
        for entry, values in self._candidates(pattern):
            truth = _matches(pattern.tests, values, _UNBOUND)
            if entry is None:
                truth = min(truth, Truth.UNKNOWN)
            elif truth is Truth.TRUE:
                shown.append((entry,))
            best = max(best, truth)
        return best

    def truth(self, clauses: Clauses) -> Truth:
        """Return the truth of a condition, without looking for what else would show it."""
        best = Truth.FALSE
        for clause in clauses:
            best = max(best, self._clause(clause, 0, {}, (), Truth.TRUE, None))
            if best is Truth.TRUE:
                break
        return best

    def _clause(
        self,
        clause: Clause,
        at: int,
        bound: dict[str, Mapping[str, Value]],
        used: tuple[BindingEntry, ...],
        so_far: Truth,
        shown: list[tuple[BindingEntry, ...]] | None,
        start: int = 0,
    ) -> Truth:
        """Return the best truth over all ways to fill the patterns from `at` on; `used[start:]` are this clause's."""
        if at == len(clause.patterns):
            return self._nones(clause, bound, used, so_far, shown, start)
        pattern = clause.patterns[at]
        best = Truth.FALSE
        for entry, values in self._candidates(pattern):
            if entry is not None and entry in used:
                continue
            truth = min(so_far, _matches(pattern.tests, values, bound))
            if entry is None:
                truth = min(truth, Truth.UNKNOWN)
            if truth is Truth.FALSE or (truth <= best and (truth < Truth.TRUE or shown is None)):
                continue
            taken = used if entry is None else (*used, entry)
            deeper = {**bound, pattern.name: values}
            best = max(best, self._clause(clause, at + 1, deeper, taken, truth, shown, start))
        return best

    def _nones(
        self,
        clause: Clause,
        bound: dict[str, Mapping[str, Value]],
        used: tuple[BindingEntry, ...],
        so_far: Truth,
        shown: list[tuple[BindingEntry, ...]] | None,
        start: int,
    ) -> Truth:
        truth = so_far
        for none in clause.nones:
            inner = self._clause(none, 0, bound, used, Truth.TRUE, None, len(used))
            truth = min(truth, inner.negated())
            if truth is Truth.FALSE:
                return truth
        if truth is Truth.TRUE and shown is not None:
            shown.append(used[start:])
        return truth

    def _candidates(self, pattern: Pattern) -> list[_Candidate]:
        if not pattern.is_fact:
            return self._by_type.get(pattern.type, _NOBODY)
        known = self._asked.get(pattern.type)
        if known is None:
            value = self._facts[pattern.type]
            known = self._asked[pattern.type] = [(pattern.type, _NOTHING if value is None else {"value": value})]
        return known


def _matches(tests: tuple[Test, ...], values: Mapping[str, Value], bound: Mapping[str, Mapping[str, Value]]) -> Truth:
    truth = Truth.TRUE
    for test in tests:
        value = values.get(test.field)
        operand = test.operand
        other = bound[operand.name].get(operand.field) if isinstance(operand, FieldOf) else operand
        if other is NOT_ADDRESSED or (value is NOT_ADDRESSED and isinstance(operand, FieldOf)):
            return Truth.FALSE
        if value is None or other is None:
            truth = Truth.UNKNOWN
        elif not OPERATORS[test.operator].holds(value, other):
            return Truth.FALSE
    return truth
