"""Checks a condition of a rule file against the fields that exist, and turns it into clauses."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from policy_engine.operators import OPERATORS, Operator
from policy_engine.proposals.records import FieldType, record_types
from policy_engine.rules.conditions import ALWAYS, NEVER, Clause, Clauses, FieldOf, Operand, Pattern, Test, conjunction
from policy_engine.rules.model import Condition

Path = tuple[str | int, ...]
MOST_CLAUSES = 64


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a rule file, at a path inside it."""

    path: Path
    message: str
    hint: str = ""


def near(word: str, known: Iterable[str], what: str = "") -> str:
    """Return a hint with the nearest known words."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"`{name}`" for name in close) + "?"
    shown = ", ".join(names[:25]) + (", …" if len(names) > 25 else "")
    return f"{what or 'known'}: {shown}"


@dataclass(slots=True)
class Resolver:
    """Turns conditions into clauses, collecting every problem instead of stopping at the first."""

    facts: Mapping[str, FieldType]
    parameters: Mapping[str, float]
    problems: list[Problem] = field(default_factory=list)
    _serial: int = 0

    def resolve(self, condition: Condition | str, path: Path) -> Clauses:
        """Return the clauses of a condition (or of `always` / `never`)."""
        self._serial = 0
        if isinstance(condition, str):
            return ALWAYS if condition == "always" else NEVER
        clauses = self._condition(condition, {}, path)
        for clause in clauses:
            self._check_facts(clause, path)
        return clauses

    def resolve_tests(self, record_type: str, tests: Mapping[str, Any], path: Path) -> tuple[Test, ...]:
        """Return the tests of a measure's `where`."""
        return self._tests(record_type, tests, {}, path)

    def complain(self, path: Path, message: str, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(path, message, hint))

    def _condition(self, condition: Condition, bound: dict[str, str], path: Path) -> Clauses:
        heads = [
            key
            for key, value in (
                ("all", condition.all_of),
                ("any", condition.any_of),
                ("none", condition.none_of),
                ("provision", condition.provision),
                ("fact", condition.fact),
            )
            if value is not None
        ]
        if len(heads) != 1:
            found = " and ".join(f"`{head}`" for head in heads) or "none of them"
            self.complain(path, f"a condition has exactly one of all, any, none, provision, fact; here {found}")
            return NEVER
        if heads[0] in {"all", "any", "none"} and (condition.model_extra or condition.name):
            extra = sorted(condition.model_extra or {}) + (["as"] if condition.name else [])
            self.complain((*path, extra[0]), f"`{extra[0]}` does not go with `{heads[0]}`", "tests belong to a pattern")
        if condition.all_of is not None:
            return self._all(condition.all_of, bound, (*path, "all"))
        if condition.any_of is not None:
            return self._any(condition.any_of, bound, (*path, "any"))
        if condition.none_of is not None:
            inner = self._condition(condition.none_of, dict(bound), (*path, "none"))
            return (Clause((), inner),)
        return self._pattern(condition, bound, path)

    def _all(self, parts: tuple[Condition, ...], bound: dict[str, str], path: Path) -> Clauses:
        result: Clauses = ALWAYS
        for index, part in enumerate(parts):
            result = conjunction(result, self._condition(part, bound, (*path, index)))
            if len(result) > MOST_CLAUSES:
                self.complain(path, f"condition expands to more than {MOST_CLAUSES} clauses", "derive facts for parts")
                return NEVER
        return result

    def _any(self, parts: tuple[Condition, ...], bound: dict[str, str], path: Path) -> Clauses:
        result: Clauses = NEVER
        for index, part in enumerate(parts):
            result += self._condition(part, dict(bound), (*path, index))
        return result

    def _pattern(self, condition: Condition, bound: dict[str, str], path: Path) -> Clauses:
        tests = dict(condition.model_extra or {})
        self._serial += 1
        name = condition.name or f"_{self._serial}"
        if name in bound:
            self.complain((*path, "as"), f"the name `{name}` is already taken")
        if condition.fact is not None:
            return self._fact_pattern(condition.fact, tests, name, path)
        record_type = condition.provision or ""
        if record_type not in record_types():
            hint = near(record_type, record_types(), "provision types and families")
            self.complain((*path, "provision"), f"`{record_type}` is not a provision type", hint)
            return NEVER
        found = self._tests(record_type, tests, bound, path)
        bound[name] = record_type
        return (Clause((Pattern(name, record_type, found),)),)

    def _fact_pattern(self, fact: str, tests: dict[str, Any], name: str, path: Path) -> Clauses:
        kind = self.facts.get(fact)
        if kind is None:
            self.complain((*path, "fact"), f"nothing states or derives the fact `{fact}`", near(fact, self.facts))
            return NEVER
        if not tests:
            self.complain(path, f"the pattern on `{fact}` tests nothing", "write for example `equals: true`")
        found = self._operators("value", kind, tests, {}, path)
        return (Clause((Pattern(name, fact, found, is_fact=True),)),)

    def _tests(self, record_type: str, tests: Mapping[str, Any], bound: dict[str, str], path: Path) -> tuple[Test, ...]:
        fields = record_types()[record_type]
        found: tuple[Test, ...] = ()
        for name, test in tests.items():
            here = (*path, name)
            kind = fields.get(name)
            if kind is None:
                hint = near(name, fields, f"fields of {record_type}")
                self.complain(here, f"`{name}` is not a field of `{record_type}`", hint)
                continue
            spelled = test if isinstance(test, dict) else {"equals": test}
            found += self._operators(name, kind, spelled, bound, here)
        return found

    def _operators(
        self, name: str, kind: FieldType, spelled: Mapping[str, Any], bound: dict[str, str], path: Path
    ) -> tuple[Test, ...]:
        found = []
        for operator_name, operand in spelled.items():
            row = OPERATORS.get(operator_name)
            if row is None:
                hint = near(str(operator_name), OPERATORS, "operators")
                self.complain((*path, operator_name), f"`{operator_name}` is not an operator", hint)
            elif kind.kind not in row.fields:
                takes = ", ".join(sorted(row.fields))
                hint = "use contains" if kind.kind == "list" else f"it takes: {takes}"
                self.complain(path, f"`{operator_name}` does not work on a field of kind {kind.kind}", hint)
            else:
                test = self._test(name, kind, row, operand, bound, path)
                found += [test] if test else []
        return tuple(found)

    def _test(
        self, name: str, kind: FieldType, row: Operator, operand: Any, bound: dict[str, str], path: Path
    ) -> Test | None:
        if row.operand == "reference":
            return self._join(name, kind, row, operand, bound, path)
        value = self._operand(kind, row, operand, path)
        if value is None:
            return None
        return Test(f"{name}.{value}", "equals", True) if row.operand == "member" else Test(name, row.name, value)

    def _operand(self, kind: FieldType, row: Operator, operand: Any, path: Path) -> Operand | None:
        if isinstance(operand, dict):
            name = operand.get("parameter")
            if set(operand) != {"parameter"} or kind.kind != "number":
                self.complain(path, "an operand is a value, or {parameter: name} for a number")
                return None
            if not isinstance(name, str) or name not in self.parameters:
                self.complain(path, f"there is no parameter `{name}`", near(str(name), self.parameters, "parameters"))
                return None
            return self.parameters[name]
        if row.operand == "several":
            if not isinstance(operand, (list, tuple)) or not operand:
                self.complain(path, "`in` takes a list of values", "write [a, b]")
                return None
            values = [self._scalar(kind, value, path) for value in operand]
            return None if None in values else tuple(value for value in values if value is not None)
        if row.operand == "flag":
            return self._scalar(FieldType("flag"), operand, path)
        return self._scalar(kind, operand, path)

    def _scalar(self, kind: FieldType, value: Any, path: Path) -> bool | float | str | None:
        if kind.kind == "flag" and isinstance(value, bool):
            return value
        if kind.kind == "number" and isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if kind.kind in {"choice", "list"} and isinstance(value, str):
            if value in kind.choices:
                return value
            self.complain(path, f"`{value}` is not a value of this field", near(value, kind.choices, "values"))
            return None
        if kind.kind == "text" and isinstance(value, str):
            return value
        expected = {"flag": "true or false", "number": "a number"}.get(kind.kind, "one word")
        self.complain(path, f"expected {expected}, found {value!r}")
        return None

    def _join(
        self, name: str, kind: FieldType, row: Operator, operand: Any, bound: dict[str, str], path: Path
    ) -> Test | None:
        other, _, other_field = str(operand).partition(".")
        if other not in bound:
            hint = near(other, bound, "named so far") if bound else "name an earlier pattern with `as`"
            self.complain(path, f"`{operand}` refers to no earlier pattern", hint)
            return None
        kind_there = record_types()[bound[other]].get(other_field)
        if kind_there is None:
            hint = near(other_field, record_types()[bound[other]])
            self.complain(path, f"`{other_field}` is not a field of `{bound[other]}`", hint)
            return None
        words = {"choice", "text"}
        if kind_there.kind != kind.kind and not {kind_there.kind, kind.kind} <= words:
            self.complain(path, f"cannot compare a {kind.kind} with a {kind_there.kind}")
            return None
        return Test(name, row.name, FieldOf(other, other_field))

    def _check_facts(self, clause: Clause, path: Path, outer: tuple[str, ...] = ()) -> None:
        """Refuse a fact that stands twice in one conjunction: one record cannot fill two patterns."""
        seen = outer + tuple(pattern.type for pattern in clause.patterns if pattern.is_fact)
        for name in sorted({name for name in seen if seen.count(name) > 1}):
            self.complain(path, f"`{name}` stands twice in one conjunction", "put its tests into one pattern")
        for none in clause.nones:
            self._check_facts(none, path, tuple(dict.fromkeys(seen)))
