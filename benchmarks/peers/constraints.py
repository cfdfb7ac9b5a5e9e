"""Thirty constraints as data: what every peer is asked, from which each peer's own language is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Operand = bool | float | str | tuple[str, ...]
Form = Literal["bars", "requires"]
UNKNOWN: Final = (None, "contested")
"""Values that say nothing: less than silence, which is `not_addressed` and a value."""
EVERYTHING: Final = "everything"
INSTRUMENT: Final = "instrument"
"""Stands for a type where a constraint is about the proposal itself."""


@dataclass(frozen=True, slots=True)
class Test:
    """A path in a record, an operator and a value."""

    path: str
    operator: Literal["equals", "in", "at_least", "at_most", "more_than", "less_than", "contains_any"]
    operand: Operand


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint on the provisions of a type, or on the instrument.

    `bars` is violated where a record passes every test. `requires` is violated where the type was read for in full, and
    each record of it, if any, is known to fail a test.
    """

    name: str
    form: Form
    type: str
    tests: tuple[Test, ...]


def _rows(form: Form, *rows: tuple[str, tuple[tuple[str, str, Operand], ...]]) -> tuple[tuple[Form, str, Any], ...]:
    return tuple((form, record, tests) for record, tests in rows)


_TABLE: Final = (
    *_rows(
        "bars",
        ("preemption", (("mechanism", "in", ("bars", "suspends")), ("displaces.level", "equals", "state"))),
        ("preemption", (("duration_years", "at_least", 5),)),
        ("preemption", (("saves.tort", "equals", False),)),
        ("approval", (("mandatory", "equals", True), ("every_covered_model", "equals", True))),
        ("restriction", (("act", "equals", "training"),)),
        ("restriction", (("act", "in", ("use", "deployment")), ("depends_on_risk_finding", "equals", False))),
        (
            "stop_power",
            (("held_by", "equals", "agency"), ("judicial_review", "in", ("ordinary_review", "internal_appeal_only"))),
        ),
        ("coverage_threshold", (("of", "equals", "model"), ("training_compute_flop", "less_than", 1e26))),
        ("coverage_threshold", (("counts_fine_tuning", "equals", True),)),
        ("incident_report", (("deadline_hours", "more_than", 72),)),
        ("disclosure", (("mandatory", "equals", False),)),
        ("disclosure", (("kind", "in", ("safety_framework", "risk_report")), ("audience", "equals", "authority"))),
        ("penalty", (("kind", "equals", "criminal"),)),
        ("penalty", (("maximum_usd", "more_than", 1000000),)),
        ("penalty", (("uncapped", "equals", True),)),
        ("liability", (("private_action", "equals", True),)),
        ("safe_harbour", (("relief_from", "equals", "liability"),)),
        ("government_use", (("bulk_data_needs_court", "equals", False),)),
        ("escalation_trigger", (("self_executing", "equals", True),)),
        ("exemption", (("persons", "contains_any", ("open_source", "small_developers")),)),
        (INSTRUMENT, (("status.stage", "in", ("vetoed", "stripped", "rescinded", "defunct")),)),
    ),
    *_rows(
        "requires",
        ("evaluation", (("mandatory", "equals", True), ("verifier", "in", ("third_party", "government")))),
        (
            "whistleblower_protection",
            (("protects_employees", "equals", True), ("protects_contractors", "equals", True)),
        ),
        ("incident_report", (("mandatory", "equals", True), ("deadline_hours", "at_most", 72))),
        ("review", (("interval_months", "at_most", 12), ("published", "equals", True))),
        ("sunset", (("renewable", "equals", True),)),
        ("threshold_update", (("needs_new_statute", "equals", False),)),
        ("penalty", (("enforced_by", "contains_any", ("agency", "attorney_general")),)),
        ("weight_security", (("mandatory", "equals", True),)),
        (
            "disclosure",
            (
                ("kind", "in", ("system_card", "safety_framework", "risk_report")),
                ("subjects", "contains_any", ("frontier_models", "general_purpose_models")),
            ),
        ),
    ),
)
CONSTRAINTS: Final = tuple(
    Constraint(f"C{number:02}", form, record, tuple(Test(*test) for test in tests))
    for number, (form, record, tests) in enumerate(_TABLE, start=1)
)

_NUMBERS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "at_least": lambda value, operand: value >= operand,
    "at_most": lambda value, operand: value <= operand,
    "more_than": lambda value, operand: value > operand,
    "less_than": lambda value, operand: value < operand,
}


def violated(constraint: Constraint, data: Mapping[str, Any]) -> bool:
    """Tell whether a proposal violates a constraint: what the table means, in plain Python."""
    if constraint.type == INSTRUMENT:
        return all(_holds(test, data) for test in constraint.tests)
    records = [record for record in data.get("provisions", ()) if record["type"] == constraint.type]
    if constraint.form == "bars":
        return any(all(_holds(test, record) for test in constraint.tests) for record in records)
    examined = data["examined"]
    if examined != EVERYTHING and constraint.type not in examined:
        return False
    return all(any(_fails(test, record) for test in constraint.tests) for record in records)


def _value(test: Test, record: Any) -> Any:
    for step in test.path.split("."):
        record = record.get(step) if isinstance(record, Mapping) else None
    return record


def _holds(test: Test, record: Mapping[str, Any]) -> bool:
    value, operand = _value(test, record), test.operand
    if test.operator in _NUMBERS:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and isinstance(operand, (int, float)) and _NUMBERS[test.operator](value, operand)
    if test.operator == "equals":
        return type(value) is type(operand) and bool(value == operand)
    assert isinstance(operand, tuple)
    if test.operator == "in":
        return value in operand
    return isinstance(value, list) and any(word in value for word in operand)


def _fails(test: Test, record: Mapping[str, Any]) -> bool:
    return _value(test, record) not in UNKNOWN and not _holds(test, record)
