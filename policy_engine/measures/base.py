"""What a measure is: it sees a proposal and a selection of provisions, and returns a fact or unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.operators import OPERATORS, Kind, Truth, Value
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import Record, is_examined
from policy_engine.rules.conditions import Test

if TYPE_CHECKING:
    from policy_engine.measures.simulated import Asked


@dataclass(frozen=True, slots=True)
class Measured:
    """The value (None: unknown) and the indices of the provisions that it was read from.

    `note` tells where it comes from, if not from their words alone.
    """

    value: Value | None
    provisions: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a measure looks at: the records of one type that pass the tests, surely and possibly."""

    sure: tuple[Record, ...]
    possible: tuple[Record, ...]
    field: str
    examined: bool
    fields: tuple[str, ...] = ()
    asked: Asked | None = None

    @property
    def complete(self) -> bool:
        """Whether no further record could belong to it."""
        return self.examined and not self.possible

    @property
    def places(self) -> tuple[int, ...]:
        """The provisions of the sure records."""
        return tuple(record.provision for record in self.sure)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what it needs, the kind of its result, its function and what it means.

    `needs` is `type.number` or `type.list` (a record type and such a field), `type.fields` (a record type and
    several fields), `type`, `scenario` (a scenario and a limit), or empty. One that needs no record type looks at the
    whole proposal.
    `reads` has the record types (empty: the one that it needs) and fields that its function reads besides.
    """

    name: str
    kind: Kind
    choices: tuple[str, ...]
    needs: str
    compute: Callable[[Proposal, Selection], Measured]
    meaning: str
    reads: tuple[tuple[str, tuple[str, ...]], ...] = ()
    event: str = ""
    """The event that a scenario must have."""


def truth_of_tests(tests: Sequence[Test], values: Mapping[str, Value]) -> Truth:
    """Return the Kleene conjunction of constant tests on a record."""
    truth = Truth.TRUE
    for test in tests:
        value = values.get(test.field)
        if value is None:
            truth = min(truth, Truth.UNKNOWN)
        elif not OPERATORS[test.operator].holds(value, test.operand):
            return Truth.FALSE
    return truth


def select(
    proposal: Proposal,
    found: Iterable[Record],
    record_type: str,
    field: str,
    tests: Sequence[Test],
    fields: tuple[str, ...] = (),
    asked: Asked | None = None,
) -> Selection:
    """Return the selection of a measure."""
    judged = [(record, truth_of_tests(tests, record.values)) for record in found if record.type == record_type]
    return Selection(
        tuple(record for record, truth in judged if truth is Truth.TRUE),
        tuple(record for record, truth in judged if truth is Truth.UNKNOWN),
        field,
        is_examined(proposal, record_type) if record_type else True,
        fields,
        asked,
    )
