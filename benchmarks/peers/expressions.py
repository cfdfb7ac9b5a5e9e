"""The constraints in languages with expressions over a document: ZEN, Rego and rule-engine."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from peers.constraints import CONSTRAINTS, EVERYTHING, INSTRUMENT, UNKNOWN, Constraint, Test

_SIGNS: Final = {"at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}


def zen_decision() -> dict[str, Any]:
    """Return a decision of ZEN: one node with an expression for each constraint."""
    rows = [{"id": c.name, "key": c.name, "value": _zen_violated(c)} for c in CONSTRAINTS]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "work", "name": "work", "type": "expressionNode", "position": {"x": 1, "y": 0}},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]
    nodes[1]["content"] = {"expressions": rows}
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "work"},
        {"id": "2", "type": "edge", "sourceId": "work", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def _zen_violated(constraint: Constraint) -> str:
    if constraint.type == INSTRUMENT:
        return " and ".join(_zen(test, test.path) for test in constraint.tests)
    tests = [(test, f"#.{test.path}") for test in constraint.tests]
    kind = f"#.type == '{constraint.type}'"
    if constraint.form == "bars":
        return f"some(provisions, {' and '.join([kind, *(_zen(*pair) for pair in tests)])})"
    fails = " or ".join(f"({_stated(at)} and not ({_zen(test, at)}))" for test, at in tests)
    examined = f"(examined == '{EVERYTHING}' or (type(examined) == 'array' and '{constraint.type}' in examined))"
    return f"{examined} and not some(provisions, {kind} and not ({fails}))"


def _zen(test: Test, at: str) -> str:
    if test.operator in _SIGNS:
        return f"(type({at}) == 'number' and {at} {_SIGNS[test.operator]} {_number(test)})"
    if test.operator == "equals":
        return f"{at} == {_word(test.operand)}"
    if test.operator == "in":
        return f"{at} in [{_words(test)}]"
    return f"({at} != null and some({at}, # in [{_words(test)}]))"


def _stated(at: str) -> str:
    return f"{at} != null and {at} != 'contested'"


def _word(operand: object) -> str:
    return f"'{operand}'" if isinstance(operand, str) else json.dumps(operand)


def _words(test: Test) -> str:
    assert isinstance(test.operand, tuple)
    return ", ".join(f"'{word}'" for word in test.operand)


def _number(test: Test) -> str:
    # Written out: not every language reads an exponent.
    assert isinstance(test.operand, (int, float))
    return f"{Decimal(str(test.operand)):f}"


def rego_module() -> str:
    """Return the module in Rego; `violated` is the set of names."""
    head = (
        "package peers\n\nimport rego.v1\n\n"
        f'examined(name) if input.examined == "{EVERYTHING}"\n\n'
        "examined(name) if {\n\tis_array(input.examined)\n\tname in input.examined\n}\n"
    )
    return "\n".join([head, *(_rego_violated(constraint) for constraint in CONSTRAINTS)])


def _rego_violated(constraint: Constraint) -> str:
    name, kind = constraint.name, f'record.type == "{constraint.type}"'
    if constraint.type == INSTRUMENT:
        return _rego_rule(f'violated contains "{name}"', [_rego(t, f"input.{t.path}") for t in constraint.tests])
    at = [(test, f"record.{test.path}") for test in constraint.tests]
    if constraint.form == "bars":
        body = ["some record in input.provisions", kind, *(line for pair in at for line in _rego(*pair).split("\n"))]
        return _rego_rule(f'violated contains "{name}"', body)
    rules = []
    for number, (test, path) in enumerate(at):
        rules.append(_rego_rule(f"holds_{name}_{number}(record)", _rego(test, path).split("\n")))
        stated = [f"{path} != {json.dumps(value)}" for value in UNKNOWN]
        rules.append(_rego_rule(f"fails_{name}(record)", [*stated, f"not holds_{name}_{number}(record)"]))
    possible = ["some record in input.provisions", kind, f"not fails_{name}(record)"]
    rules.append(_rego_rule(f"possible_{name}", possible))
    rules.append(_rego_rule(f'violated contains "{name}"', [f'examined("{constraint.type}")', f"not possible_{name}"]))
    return "\n".join(rules)


def _rego_rule(head: str, body: list[str]) -> str:
    return "\n".join([f"{head} if {{", *(f"\t{line}" for line in body), "}\n"])


def _rego(test: Test, at: str) -> str:
    if test.operator in _SIGNS:
        return f"is_number({at})\n{at} {_SIGNS[test.operator]} {_number(test)}"
    if test.operator == "equals":
        return f"{at} == {json.dumps(test.operand)}"
    assert isinstance(test.operand, tuple)
    if test.operator == "in":
        return f"{at} in {json.dumps(list(test.operand))}"
    return f"some word in {at}\nword in {json.dumps(list(test.operand))}"


def rule_engine_rules() -> dict[str, str]:
    """Return an expression of rule-engine for each constraint, over lists of provisions by their type.

    Over one list of all it took fifty times as long, since every expression then looks through all of it.
    """
    return {constraint.name: _engine_violated(constraint) for constraint in CONSTRAINTS}


def _engine_violated(constraint: Constraint) -> str:
    if constraint.type == INSTRUMENT:
        return " and ".join(_engine(test, test.path) for test in constraint.tests)
    at = [(test, f"p.{test.path}") for test in constraint.tests]
    if constraint.form == "bars":
        return f"[p for p in {constraint.type} if {' and '.join(_engine(*pair) for pair in at)}].length > 0"
    fails = " or ".join(f"({_stated(path)} and not ({_engine(test, path)}))" for test, path in at)
    examined = f"(examined == '{EVERYTHING}' or '{constraint.type}' in examined)"
    return f"{examined} and [p for p in {constraint.type} if not ({fails})].length == 0"


def _engine(test: Test, at: str) -> str:
    if test.operator in _SIGNS:
        known = f"{_stated(at)} and {at} != 'not_addressed'"
        return f"({known} and {at} {_SIGNS[test.operator]} {_number(test)})"
    if test.operator == "equals":
        return f"{at} == {_word(test.operand)}"
    assert isinstance(test.operand, tuple)
    if test.operator == "in":
        return f"{at} in [{_words(test)}]"
    words = " or ".join(f"'{word}' in {at}" for word in test.operand)
    return f"({at} != null and ({words}))"
