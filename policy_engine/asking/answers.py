"""The answers worth trying: for each unknown thing, one value from every range that the rules tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from policy_engine.measures import MEASURES
from policy_engine.missing import Missing
from policy_engine.operators import Scalar
from policy_engine.program import Program
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import FAMILIES, FieldType, members, provision_types, record_types
from policy_engine.rules.conditions import FieldOf, Test

NOT_ADDRESSED: Final = "not_addressed"
MOST_ANSWERS: Final = 12
NONE, SOME = "none", "some"


def field_of(provision_type: str, path: str) -> tuple[str, FieldType]:
    """Return the field that a path belongs to: a word of a list belongs to the list."""
    fields = record_types()[provision_type]
    while path not in fields:
        path = path.rpartition(".")[0]
    return path, fields[path]


def field_answers(program: Program, proposal: Proposal, missing: Missing) -> tuple[Any, ...]:
    """Return values of a field of a provision that the rules tell apart, as YAML would give them."""
    provision_type = proposal.provisions[missing.provision].type
    path, field = field_of(provision_type, missing.name)
    operands = list(_operands(program, provision_type, path))
    if field.kind == "flag":
        return (True, False, NOT_ADDRESSED)
    if field.kind == "number":
        return (*_around([o for o in operands if isinstance(o, float) and not isinstance(o, bool)]), NOT_ADDRESSED)
    if field.kind == "choice":
        tested = [word for word in field.choices if word in operands]
        others = [word for word in field.choices if word not in operands]
        return (*tested[: MOST_ANSWERS - 2], *others[:1], NOT_ADDRESSED)
    if field.kind == "list":
        words = [word for word in field.choices if word in operands]
        several = (tuple(words),) if len(words) > 1 else ()
        return (*((word,) for word in words[: MOST_ANSWERS - 2]), *several, ())
    return (NOT_ADDRESSED,)


def required_choice(topic: str) -> str:
    """Return the field of closed words that every provision of a type has to give, or an empty string."""
    fields = record_types()[topic]
    model = provision_types()[topic]
    needed = [name for name, info in model.model_fields.items() if info.is_required() and name in fields]
    return needed[0] if needed else ""


def topic_answers(topic: str) -> tuple[str, ...]:
    """Return `none`, and `some`; where a provision of the type needs a kind, each kind instead of `some`."""
    needed = required_choice(topic)
    return (NONE, *record_types()[topic][needed].choices) if needed else (NONE, SOME)


def fact_answers(program: Program, fact: str) -> tuple[Scalar, ...]:
    """Return values of a fact that the rules tell apart."""
    kind = program.fact_types[fact]
    if kind.kind == "flag":
        return (True, False)
    if kind.choices:
        return kind.choices
    return tuple(_around([o for o in _tested(program, fact, "value") if isinstance(o, float)]))


def _operands(program: Program, provision_type: str, path: str) -> Iterator[Scalar]:
    """Yield what a field is compared with, in its own type and in the families that the type belongs to."""
    types = [provision_type, *(family for family in FAMILIES if provision_type in members(family))]
    for record_type in types:
        yield from _tested(program, record_type, path)
    for measure in program.measures:
        rests_on = {
            name for record_type, names in MEASURES[measure.measure].reads if record_type in types for name in names
        }
        if measure.record_type in types:
            yield from (o for test in measure.tests for o in _operands_of(test, path))
            rests_on.add(measure.field)
        if path in rests_on:
            yield from _tested(program, measure.fact, "value")
            if measure.limit is not None:
                # A run tells every word apart, and numbers by the limit of its result.
                yield measure.limit
                yield from record_types()[provision_type][path].choices


def _tested(program: Program, record_type: str, path: str) -> Iterator[Scalar]:
    for patterns in program.patterns:
        for pattern in patterns:
            if pattern.type == record_type:
                for test in pattern.tests:
                    yield from _operands_of(test, path)


def _operands_of(test: Test, path: str) -> Iterator[Scalar]:
    if isinstance(test.operand, FieldOf) or not (test.field == path or test.field.startswith(f"{path}.")):
        return
    if test.field != path:
        # One word of a list, tested as a flag of its own.
        yield test.field.removeprefix(f"{path}.")
    yield from test.operand if isinstance(test.operand, tuple) else (test.operand,)


def _around(cuts: Sequence[float]) -> tuple[float, ...]:
    """Return a number below, at, between and above the cuts."""
    ordered = sorted(set(cuts))
    if not ordered:
        return (1.0,)
    found = [ordered[0] / 2]
    for low, high in zip(ordered, [*ordered[1:], 2 * ordered[-1] + 1], strict=True):
        found += [low, (low + high) / 2]
    return tuple(dict.fromkeys(found))[:MOST_ANSWERS]
