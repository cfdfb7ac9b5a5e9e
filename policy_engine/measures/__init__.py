"""The measures: small typed functions that compute a fact from provisions; one table.

A measure returns `None` where the answer is unknown, so that less information can only widen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy_engine.measures.aggregates import count, distinct_words, fields_given, largest, smallest
from policy_engine.measures.base import Measure
from policy_engine.measures.displacement import COMPARED, displacement_gap_days, displacement_scope
from policy_engine.measures.sanctions import STATES_OF_MIND, gravest_state_of_mind
from policy_engine.measures.simulated import SIMULATED
from policy_engine.measures.starts import STARTS, earliest_start_months, latest_start_months

_ROWS: Final = (
    Measure("smallest", "number", (), "type.number", smallest, "Smallest value of a field among the provisions."),
    Measure("largest", "number", (), "type.number", largest, "Largest value; not addressed if one sets no limit."),
    Measure("count", "number", (), "type", count, "Number of provisions."),
    Measure("fields_given", "number", (), "type.fields", fields_given, "How many of several fields the text gives."),
    Measure("distinct_words", "number", (), "type.list", distinct_words, "How many different words a list holds."),
    Measure(
        "earliest_start_months",
        "number",
        (),
        "type",
        earliest_start_months,
        "Months from enactment until the first of the provisions binds; not addressed if none ever does.",
        (("", STARTS),),
    ),
    Measure(
        "latest_start_months",
        "number",
        (),
        "type",
        latest_start_months,
        "Months from enactment until the last of the provisions binds; not addressed if one has no date.",
        (("", STARTS),),
    ),
    Measure(
        "displacement_scope",
        "choice",
        ("narrower", "matched", "broader", "field"),
        "",
        displacement_scope,
        "What is displaced against what the duties of the same text cover, by subject, persons, activity and matter.",
        (
            ("preemption", ("mechanism", *(f"displaces.{part}" for part in ("reach", *COMPARED, "matters")))),
            ("duty", ("mandatory", *COMPARED)),
        ),
    ),
    Measure(
        "displacement_gap_days",
        "number",
        (),
        "",
        displacement_gap_days,
        "Days between displacement taking effect and the last main duty binding.",
        (("preemption", ("mechanism", *STARTS)), ("duty", ("mandatory", "persons", *STARTS))),
    ),
    Measure(
        "gravest_state_of_mind",
        "choice",
        (*STATES_OF_MIND, "none"),
        "",
        gravest_state_of_mind,
        "State of mind that the gravest sanction needs.",
        (("penalty", ("kind", "maximum_usd", "state_of_mind")), ("liability", ("state_of_mind",))),
    ),
)
MEASURES: Final[Mapping[str, Measure]] = {row.name: row for row in (*_ROWS, *SIMULATED)}
