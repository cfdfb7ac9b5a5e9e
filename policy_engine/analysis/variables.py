"""The unknown facts of a proposal, each with the values it can be completed with, and the proposal so completed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel

from policy_engine.completion.readings import BEGINS, Reading, Readings
from policy_engine.completion.values import classes_of_fact, nested_model, values_for
from policy_engine.measures.starts import days_until
from policy_engine.program import Program
from policy_engine.proposals.base import Provision
from policy_engine.proposals.model import Proposal, Statement
from policy_engine.proposals.records import provision_types, record_types, value_at

UNEXAMINED, CONTESTED = None, "contested"


@dataclass(frozen=True, slots=True)
class Variable:
    """One unknown fact. `place`: index of a provision, or the type of one that may stand in a part not read.

    `path` is empty for whether such a provision stands there at all; a statement has no place.
    """

    place: int | str | None
    path: str
    values: tuple[Any, ...]
    contested: bool = False


def variables_of(program: Program, proposal: Proposal, readings: Readings) -> tuple[Variable, ...]:
    """Return every unknown fact that the program reads, in the order of the file."""
    return (
        *_of_provisions(proposal, readings),
        *_of_topics(proposal, readings),
        *_of_statements(program, proposal, readings),
    )


def _of_provisions(proposal: Proposal, readings: Readings) -> Iterator[Variable]:
    for index, provision in enumerate(proposal.provisions):
        for path, reading in readings.provisions.get(provision.type, {}).items():
            value = _known(proposal, provision, path)
            if value is UNEXAMINED or value == CONTESTED:
                values = values_for(provision.type, path, reading)
                yield Variable(index, path, values, contested=_is_contested(provision, path))


def _of_topics(proposal: Proposal, readings: Readings) -> Iterator[Variable]:
    for name in provision_types():
        if name not in readings.provisions or proposal.examined == "everything" or name in proposal.examined:
            continue
        yield Variable(name, "", (False, True))
        for path, reading in readings.provisions[name].items():
            yield Variable(name, path, values_for(name, path, reading))


def _of_statements(program: Program, proposal: Proposal, readings: Readings) -> Iterator[Variable]:
    stated = {statement.fact for statement in proposal.statements}
    for fact in program.statements:
        if fact not in stated:
            yield Variable(
                None,
                fact,
                tuple(
                    alike[0] for alike in classes_of_fact(program.fact_types[fact], readings.facts.get(fact, Reading()))
                ),
            )


def _known(proposal: Proposal, provision: Provision, path: str) -> Any:
    if path == BEGINS:
        return days_until(getattr(provision, BEGINS), proposal)
    return value_at(provision, path)


def _is_contested(provision: Provision, path: str) -> bool:
    if path != BEGINS:
        return bool(value_at(provision, path) == CONTESTED)
    begins = getattr(provision, BEGINS)
    return begins is not None and CONTESTED in begins.model_dump().values()


def completed(
    proposal: Proposal,
    variables: Sequence[Variable],
    choices: Sequence[int],
    examined: Literal["everything"] | tuple[str, ...] = "everything",
) -> Proposal:
    """Return the proposal with each variable set to the chosen one of its values, and what was then examined."""
    changes: dict[int | str, dict[str, Any]] = {}
    statements = list(proposal.statements)
    added: list[str] = []
    for variable, choice in zip(variables, choices, strict=True):
        value = variable.values[choice]
        if variable.place is None:
            statements.append(Statement.model_construct(fact=variable.path, value=value, cite="completed"))
        elif not variable.path:
            added += [str(variable.place)] if value else []
        else:
            changes.setdefault(variable.place, {})[variable.path] = value
    provisions: list[Any] = [
        _changed(type(provision), provision, changes[index]) if index in changes else provision
        for index, provision in enumerate(proposal.provisions)
    ]
    for name in added:
        blank = _blank(name)
        provisions.append(_changed(type(blank), blank, changes.get(name, {})))
    update = {"provisions": tuple(provisions), "statements": tuple(statements), "examined": examined}
    return proposal.model_copy(update=update)


@cache
def _blank(name: str) -> Provision:
    """Return a provision of a type that says nothing but what its model requires, with the first word there is."""
    model = provision_types()[name]
    given: dict[str, Any] = {field: record_types()[name][field].choices[0] for field in _required(model)}
    given |= {"type": name, "id": f"completed-{name}", "cite": "not read"}
    return model.model_construct(**given)


def _required(model: type[Provision]) -> Iterator[str]:
    for field, info in model.model_fields.items():
        if info.is_required() and field not in {"type", "id", "cite"}:
            yield field


def _changed(model: type[BaseModel], before: BaseModel | None, changes: Mapping[str, Any]) -> BaseModel:
    """Return a model with the values at dotted paths replaced, not validated again: every value is of the model."""
    update: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {}
    for path, value in changes.items():
        head, _, rest = path.partition(".")
        if rest:
            nested.setdefault(head, {})[rest] = value
        else:
            update[head] = value
    for head, inner in nested.items():
        old = getattr(before, head, None)
        update[head] = _changed(nested_model(model, head), old if isinstance(old, BaseModel) else None, inner)
    return model.model_construct(**update) if before is None else before.model_copy(update=update)
