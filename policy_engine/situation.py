"""What both evaluators start from: the records of a proposal, what is unseen, and the facts known beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from policy_engine.errors import Fault, ProposalError
from policy_engine.measures import MEASURES
from policy_engine.measures.base import Measured, select
from policy_engine.measures.simulated import Asked, KeptRuns, Runs
from policy_engine.operators import Value
from policy_engine.program import CompiledMeasure, Program
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import FieldType, Record, instrument_values, records, unseen_types

BindingEntry = int | str
"""A record by its index, or a fact by its name."""
Binding = tuple[int, tuple[BindingEntry, ...]]
"""Number of the clause that held, and what filled its patterns, in their order."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One proposal, ready for inference.

    `known` has a value, or None for unknown, for every fact that no rule derives; `sources` tells which provisions a
    measured fact was read from, and `notes` where it comes from if not from their words alone.
    """

    records: tuple[Record, ...]
    unseen: frozenset[str]
    known: Mapping[str, Value | None]
    sources: Mapping[str, tuple[int, ...]]
    notes: Mapping[str, str] = field(default_factory=dict)

    by_type: Mapping[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    """The records of each type, by their index."""

    def __post_init__(self) -> None:
        """Index the records."""
        found: dict[str, list[int]] = {}
        for index, record in enumerate(self.records):
            found.setdefault(record.type, []).append(index)
        object.__setattr__(self, "by_type", {name: tuple(indices) for name, indices in found.items()})


@dataclass(frozen=True, slots=True)
class Inference:
    """What an evaluator found: truth and definite bindings of each condition, and the value of each fact."""

    truths: tuple[int, ...]
    bindings: tuple[frozenset[Binding], ...]
    facts: Mapping[str, Value | None]


class StatementError(ProposalError):
    """A statement has a value of the wrong kind; `index` says which."""

    def __init__(self, index: int, fault: Fault) -> None:
        """Keep the fault and the place of the statement in its list."""
        super().__init__(fault)
        self.index = index


def situation_of(program: Program, proposal: Proposal, kept: KeptRuns | None = None) -> Situation:
    """Return the situation; a statement of the wrong kind is the proposal's fault. `kept` are runs of its variants."""
    found = records(proposal)
    by_type: dict[str, list[Record]] = {}
    for record in found:
        by_type.setdefault(record.type, []).append(record)
    known: dict[str, Value | None] = dict(instrument_values(proposal))
    sources: dict[str, tuple[int, ...]] = {}
    notes: dict[str, str] = {}
    runs = Runs(proposal, kept)
    for measure in program.measures:
        found_by = measured(measure, proposal, by_type.get(measure.record_type, ()), runs)
        known[measure.fact] = found_by.value
        sources[measure.fact] = found_by.provisions
        if found_by.note:
            notes[measure.fact] = found_by.note
    stated = {statement.fact: (index, statement.value) for index, statement in enumerate(proposal.statements)}
    for fact in program.statements:
        known[fact] = _stated(fact, *stated[fact], program.fact_types[fact]) if fact in stated else None
    return Situation(found, unseen_types(proposal), known, sources, notes)


def measured(measure: CompiledMeasure, proposal: Proposal, alike: Iterable[Record], runs: Runs) -> Measured:
    """Return what a measure finds in a proposal; `alike` are its records of the type that is measured."""
    asked = None
    if measure.scenario is not None and measure.limit is not None:
        asked = Asked(measure.scenario, measure.limit, runs)
    tests, fields = measure.tests, measure.fields
    selection = select(proposal, alike, measure.record_type, measure.field, tests, fields, asked)
    return MEASURES[measure.measure].compute(proposal, selection)


def _stated(fact: str, index: int, value: bool | float | str, kind: FieldType) -> Value:
    try:
        return checked_statement(fact, value, kind)
    except ProposalError as error:
        raise StatementError(index, error.faults[0]) from error


def checked_statement(fact: str, value: bool | float | str, kind: FieldType) -> Value:
    """Return the value of a statement, or raise ProposalError where the fact cannot have it."""
    expected = {"flag": bool, "number": float, "choice": str}[kind.kind]
    if not isinstance(value, expected) or (kind.choices and value not in kind.choices):
        words = ", ".join(kind.choices) or {"flag": "true or false", "number": "a number"}[kind.kind]
        message = f"the statement `{fact}` takes {words}, found {value!r}"
        raise ProposalError(
            Fault(message, hint="leave the statement out where it is not known, or careful readers differ")
        )
    return value
