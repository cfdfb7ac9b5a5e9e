"""What a measure is: it sees a proposal and a selection of provisions, and returns a fact or unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from policy_engine.operators import OPERATORS, Kind, Truth, Value
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import Record, is_examined
from policy_engine.rules.conditions import Test


@dataclass(frozen=True, slots=True)
class Measured:
    """The value (None: unknown) and the indices of the provisions that it was read from."""

    value: Value | None
    provisions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """What a measure looks at: the records of one type that pass the tests, surely and possibly."""

    sure: tuple[Record, ...]
    possible: tuple[Record, ...]
    field: str
    examined: bool
    fields: tuple[str, ...] = ()

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
    several fields), `type`, or empty. `looks_at` has what it reads beyond the fields that a rule set names: fields of
    its provisions (`.begins`), or of other record types (`duty.begins`). What a change of a text can move rests on it.
    """

    name: str
    kind: Kind
    choices: tuple[str, ...]
    needs: str
    compute: Callable[[Proposal, Selection], Measured]
    meaning: str
    looks_at: tuple[str, ...] = ()


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
) -> Selection:
    """Return the selection of a measure."""
    judged = [(record, truth_of_tests(tests, record.values)) for record in found if record.type == record_type]
    return Selection(
        tuple(record for record, truth in judged if truth is Truth.TRUE),
        tuple(record for record, truth in judged if truth is Truth.UNKNOWN),
        field,
        is_examined(proposal, record_type) if record_type else True,
        fields,
    )
