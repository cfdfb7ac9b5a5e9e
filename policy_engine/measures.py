"""The measures: small typed functions that compute a fact from provisions; one table.

A measure sees the whole proposal and a selection of provisions. It returns `None` where the answer is unknown, so
that less information can only widen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from policy_engine.operators import NOT_ADDRESSED, OPERATORS, Kind, Truth, Value
from policy_engine.proposals.base import Begins, Duty
from policy_engine.proposals.federalism import Displaced, Preemption
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import Record, is_examined, members
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


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what it needs, the kind of its result, its function and what it means."""

    name: str
    kind: Kind
    choices: tuple[str, ...]
    needs: str
    compute: Callable[[Proposal, Selection], Measured]
    meaning: str


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
    proposal: Proposal, found: Iterable[Record], record_type: str, field: str, tests: Sequence[Test]
) -> Selection:
    """Return the selection of a measure."""
    judged = [(record, truth_of_tests(tests, record.values)) for record in found if record.type == record_type]
    return Selection(
        tuple(record for record, truth in judged if truth is Truth.TRUE),
        tuple(record for record, truth in judged if truth is Truth.UNKNOWN),
        field,
        is_examined(proposal, record_type) if record_type else True,
    )


def _extreme(selection: Selection, *, smallest: bool) -> Measured:
    places = tuple(record.provision for record in selection.sure)
    values = [record.values.get(selection.field) for record in selection.sure]
    if not selection.examined or selection.possible or None in values:
        return Measured(None, places)
    numbers = [value for value in values if isinstance(value, float)]
    if not numbers or (not smallest and NOT_ADDRESSED in values):
        return Measured(NOT_ADDRESSED, places)
    best = min(numbers) if smallest else max(numbers)
    return Measured(best, tuple(r.provision for r in selection.sure if r.values[selection.field] == best))


def _smallest(_: Proposal, selection: Selection) -> Measured:
    return _extreme(selection, smallest=True)


def _largest(_: Proposal, selection: Selection) -> Measured:
    return _extreme(selection, smallest=False)


def _count(_: Proposal, selection: Selection) -> Measured:
    places = tuple(record.provision for record in selection.sure)
    known = selection.examined and not selection.possible
    return Measured(float(len(places)) if known else None, places)


# What contains what; a word is covered by itself and by everything above it.
_WIDER: Final[Mapping[str, tuple[str, ...]]] = {
    "frontier_models": ("general_purpose_models", "ai_models", "ai_systems"),
    "general_purpose_models": ("ai_models", "ai_systems"),
    "generative_ai": ("ai_models", "ai_systems"),
    "chatbots": ("generative_ai", "ai_models", "ai_systems"),
    "ai_models": ("ai_systems",),
    "automated_decision_systems": ("ai_systems",),
    "high_risk_systems": ("ai_systems",),
    "large_frontier_developers": ("frontier_developers", "developers", "any_person"),
    "frontier_developers": ("developers", "any_person"),
    "developers": ("any_person",),
    "deployers": ("any_person",),
    "compute_providers": ("any_person",),
    "chip_sellers": ("any_person",),
    "evaluators": ("any_person",),
    "professionals": ("any_person",),
}


def _covers(wide: Iterable[str], narrow: Iterable[str]) -> bool:
    held = set(wide)
    return all("any" in held or word in held or held & set(_WIDER.get(word, ())) for word in narrow)


def _dimensions(displaced: Displaced, duties: Sequence[Duty]) -> list[str | None]:
    """Return, for each dimension, whether what is displaced is narrower, matched or broader (None: unknown)."""
    pairs: list[tuple[Iterable[str] | None, list[Iterable[str] | None]]] = [
        (displaced.subjects, [duty.subjects for duty in duties]),
        (displaced.persons, [duty.persons for duty in duties]),
        (displaced.activities, [duty.activities for duty in duties]),
        (displaced.matters, [(duty.matter,) if duty.matter else () for duty in duties]),
    ]
    found: list[str | None] = []
    for taken, given in pairs:
        if taken is None or any(words is None for words in given):
            found.append(None)
            continue
        offered = {word for words in given if words is not None for word in words}
        if not _covers(offered, taken):
            found.append("broader")
        else:
            found.append("matched" if _covers(taken, offered) else "narrower")
    return found


def _substitutes(proposal: Proposal) -> list[tuple[int, Duty]]:
    return [
        (i, p)
        for i, p in enumerate(proposal.provisions)
        if isinstance(p, Duty) and p.mandatory is True and set(p.persons or ()) != {"government_bodies"}
    ]


def _displacements(proposal: Proposal) -> list[tuple[int, Preemption]]:
    return [
        (i, p)
        for i, p in enumerate(proposal.provisions)
        if isinstance(p, Preemption) and p.mechanism not in {"funding_condition", "declares_only"}
    ]


def _all_known(proposal: Proposal, displacements: Sequence[tuple[int, Preemption]]) -> bool:
    """Tell whether every displacement and every duty in the text is known to be one."""
    duties = [p for p in proposal.provisions if isinstance(p, Duty)]
    return (
        is_examined(proposal, "preemption")
        and is_examined(proposal, "duty")
        and all(p.mechanism in {"bars", "suspends"} for _, p in displacements)
        and all(isinstance(duty.mandatory, bool) and duty.persons is not None for duty in duties)
    )


_SCOPES: Final = ("field", "broader", "matched", "narrower")


def _displacement_scope(proposal: Proposal, _: Selection) -> Measured:
    displacements = _displacements(proposal)
    duties = _substitutes(proposal)
    places = tuple(i for i, _ in displacements)
    if not displacements or not _all_known(proposal, displacements):
        return Measured(None, places)
    worst = len(_SCOPES) - 1
    for _place, preemption in displacements:
        displaced = preemption.displaces
        if displaced is None or displaced.reach in {None, "contested"}:
            return Measured(None, places)
        compared = _dimensions(displaced, [duty for _, duty in duties])
        if displaced.reach in {"field", "conflict_only"}:
            # What displaces conflicting law only can reach no further than the duties that it conflicts with.
            scope = "field" if displaced.reach == "field" else "narrower"
        elif "broader" in compared:
            scope = "broader"
        elif None in compared:
            return Measured(None, places)
        else:
            scope = "narrower" if "narrower" in compared else "matched"
        worst = min(worst, _SCOPES.index(scope))
    return Measured(_SCOPES[worst], places + tuple(i for i, _ in duties))


def _days(begins: Begins | None, proposal: Proposal) -> Value | None:
    """Return days from enactment until something binds; NOT_ADDRESSED if no date is ever set."""
    if begins is None:
        return None
    if isinstance(begins.days_after_enactment, float):
        return begins.days_after_enactment
    if begins.rule_due_days == "not_addressed":
        return NOT_ADDRESSED
    if isinstance(begins.rule_due_days, float):
        after = begins.days_after_rule
        return begins.rule_due_days + after if isinstance(after, float) else None
    enacted = proposal.status.enacted
    if begins.date is not None and not isinstance(begins.date, str) and enacted is not None:
        return float(max((begins.date - enacted).days, 0))
    return None


_MAIN_DUTIES: Final = frozenset({"transparency", "incident_reporting", "evaluation", "approval"})


def _displacement_gap_days(proposal: Proposal, _: Selection) -> Measured:
    displacements = _displacements(proposal)
    substitutes = _substitutes(proposal)
    duties = [(i, duty) for i, duty in substitutes if duty.matter in _MAIN_DUTIES] or substitutes
    places = tuple(i for i, _ in displacements) + tuple(i for i, _ in duties)
    if not displacements or not duties or not _all_known(proposal, displacements):
        return Measured(None, places)
    starts = [_days(preemption.begins, proposal) for _, preemption in displacements]
    binds = [_days(duty.begins, proposal) for _, duty in duties]
    if None in starts or None in binds or NOT_ADDRESSED in starts:
        return Measured(None, places)
    if NOT_ADDRESSED in binds:
        return Measured(NOT_ADDRESSED, places)
    first = min(float(start) for start in starts if isinstance(start, float))
    last = max(float(day) for day in binds if isinstance(day, float))
    return Measured(max(last - first, 0.0), places)


_STATES_OF_MIND: Final = ("strict", "negligence", "knowing", "intent")


def _gravity(record: Record) -> tuple[int, float] | None:
    """Return how grave a sanction is: criminal before other penalties before civil liability, then by amount."""
    values = record.values
    if values["type"] == "liability":
        return (0, 0.0)
    if "kind" not in values:
        return None
    amount = values.get("maximum_usd", 0.0)
    return (2 if values["kind"] == "criminal" else 1, amount if isinstance(amount, float) else 0.0)


def _gravest_state_of_mind(proposal: Proposal, _: Selection) -> Measured:
    sanctions = [
        Record("sanction", {**_sanction_values(proposal, i), "type": p.type}, i)
        for i, p in enumerate(proposal.provisions)
        if p.type in members("sanction")
    ]
    places = tuple(record.provision for record in sanctions)
    if not is_examined(proposal, "sanction"):
        return Measured(None, places)
    if not sanctions:
        return Measured("none", ())
    ranks = [_gravity(record) for record in sanctions]
    if None in ranks:
        return Measured(None, places)
    top = max(rank for rank in ranks if rank is not None)
    gravest = [record for record, rank in zip(sanctions, ranks, strict=True) if rank == top]
    states = [record.values.get("state_of_mind") for record in gravest]
    if None in states:
        return Measured(None, tuple(record.provision for record in gravest))
    # A text that asks for no state of mind punishes without one.
    named = ["strict" if state is NOT_ADDRESSED else str(state) for state in states]
    return Measured(min(named, key=_STATES_OF_MIND.index), tuple(record.provision for record in gravest))


def _sanction_values(proposal: Proposal, index: int) -> dict[str, Value]:
    provision = proposal.provisions[index]
    found: dict[str, Value] = {}
    for name in ("kind", "maximum_usd", "state_of_mind"):
        value = getattr(provision, name, None)
        if value is not None and value != "contested":
            found[name] = NOT_ADDRESSED if value == "not_addressed" else value
    return found


_ROWS: Final = (
    Measure("smallest", "number", (), "type.field", _smallest, "Smallest value of a field among the provisions."),
    Measure("largest", "number", (), "type.field", _largest, "Largest value; not addressed if one sets no limit."),
    Measure("count", "number", (), "type", _count, "Number of provisions."),
    Measure(
        "displacement_scope",
        "choice",
        ("narrower", "matched", "broader", "field"),
        "",
        _displacement_scope,
        "What is displaced against what the duties of the same text cover, by subject, persons, activity and matter.",
    ),
    Measure(
        "displacement_gap_days",
        "number",
        (),
        "",
        _displacement_gap_days,
        "Days between displacement taking effect and the last main duty binding.",
    ),
    Measure(
        "gravest_state_of_mind",
        "choice",
        (*_STATES_OF_MIND, "none"),
        "",
        _gravest_state_of_mind,
        "State of mind that the gravest sanction needs.",
    ),
)
MEASURES: Final[Mapping[str, Measure]] = {row.name: row for row in _ROWS}
