"""The constraints as a JSON Schema, and as a ruleset of Spectral."""

from __future__ import annotations

from typing import Any, Final

from peers.constraints import CONSTRAINTS, EVERYTHING, INSTRUMENT, UNKNOWN, Constraint, Test

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_NUMBERS: Final = {
    "at_least": "minimum",
    "at_most": "maximum",
    "more_than": "exclusiveMinimum",
    "less_than": "exclusiveMaximum",
}


def json_schema() -> dict[str, Any]:
    """Return the schema; a message about a violated constraint names it as the property that is required."""
    rules = [{"if": _violated(constraint), "then": {"required": [constraint.name]}} for constraint in CONSTRAINTS]
    return {"$schema": _DRAFT, "type": "object", "allOf": rules}


def spectral_ruleset() -> dict[str, Any]:
    """Return the ruleset: what is barred is looked for in each provision, what is required in the whole."""
    return {"rules": {constraint.name: _rule(constraint) for constraint in CONSTRAINTS}}


def _rule(constraint: Constraint) -> dict[str, Any]:
    if constraint.form == "bars" and constraint.type != INSTRUMENT:
        given = f"$.provisions[?(@.type == '{constraint.type}')]"
        wanted: dict[str, Any] = {"not": _all(constraint, fails=False)}
    else:
        given, wanted = "$", {"not": _violated(constraint)}
    return {
        "given": given,
        "severity": "error",
        "message": constraint.name,
        "then": {"function": "schema", "functionOptions": {"dialect": "draft2020-12", "schema": wanted}},
    }


def _violated(constraint: Constraint) -> dict[str, Any]:
    """Return a schema that holds where the constraint is violated."""
    if constraint.type == INSTRUMENT:
        return _all(constraint, fails=False)
    record = {"required": ["type"], "properties": {"type": {"const": constraint.type}}}
    if constraint.form == "bars":
        found = {"type": "array", "contains": {**record, "allOf": [_all(constraint, fails=False)]}}
        return {"required": ["provisions"], "properties": {"provisions": found}}
    possible = {**record, "not": {"anyOf": [_at(test, _failing(test)) for test in constraint.tests]}}
    return {
        "properties": {
            "examined": {"anyOf": [{"const": EVERYTHING}, {"type": "array", "contains": {"const": constraint.type}}]},
            "provisions": {"not": {"type": "array", "contains": possible}},
        }
    }


def _all(constraint: Constraint, *, fails: bool) -> dict[str, Any]:
    tests = [_at(test, _failing(test) if fails else _leaf(test)) for test in constraint.tests]
    return tests[0] if len(tests) == 1 else {"allOf": tests}


def _at(test: Test, leaf: dict[str, Any]) -> dict[str, Any]:
    """Return a schema for a record in which the path is there and its value is as the leaf says."""
    for step in reversed(test.path.split(".")):
        leaf = {"type": "object", "required": [step], "properties": {step: leaf}}
    return leaf


def _leaf(test: Test) -> dict[str, Any]:
    if test.operator in _NUMBERS:
        return {"type": "number", _NUMBERS[test.operator]: test.operand}
    if test.operator == "equals":
        return {"const": test.operand}
    assert isinstance(test.operand, tuple)
    words = {"enum": list(test.operand)}
    return words if test.operator == "in" else {"type": "array", "contains": words}


def _failing(test: Test) -> dict[str, Any]:
    return {"not": {"anyOf": [{"enum": list(UNKNOWN)}, _leaf(test)]}}
