"""The amendments that a search may choose from: the fixes of criteria, each made concrete in one text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from policy_engine.amending.changes import Change, changes_of, conflict
from policy_engine.errors import Fault, PolicyEngineError
from policy_engine.program import CompiledCriterion
from policy_engine.proposals.model import Proposal
from policy_engine.results import SEVERITY_WEIGHTS
from policy_engine.rules.resolve import near

KINDS: Final = ("strike", "add", "set")
LARGEST_COST: Final = 10_000


class CandidateError(PolicyEngineError):
    """A cost or a protection that names nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One amendment: its words, the criteria whose fix it is, what it changes, what it costs.

    `rank` is that of the gravest of the criteria: 0 for a blocker.
    """

    number: int
    words: str
    criteria: tuple[str, ...]
    changes: tuple[Change, ...]
    cost: int
    rank: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be chosen, which two give a field two values, and why each other amendment is left out."""

    chosen_from: tuple[Candidate, ...]
    conflicts: tuple[tuple[int, int], ...]
    left_out: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Costs:
    """What an amendment costs: by a criterion that it mends, else by its dearest kind of step, else 1."""

    by_criterion: Mapping[str, int] = field(default_factory=dict)
    by_kind: Mapping[str, int] = field(default_factory=dict)

    def of(self, criteria: Iterable[str], changes: Iterable[Change]) -> int:
        """Return the cost of an amendment; one that mends several criteria has the lowest of theirs."""
        named = [self.by_criterion[name] for name in criteria if name in self.by_criterion]
        return min(named) if named else max(self.by_kind.get(change.kind, 1) for change in changes)


NO_COSTS: Final = Costs()


def costs_of(texts: Iterable[str], known: Collection[str]) -> Costs:
    """Return the costs that texts like `VAC-1=3` or `strike=2` give; CandidateError for one that names nothing."""
    by_criterion: dict[str, int] = {}
    by_kind: dict[str, int] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        if not equals or not number.isascii() or not number.isdigit() or not 1 <= int(number[:6]) <= LARGEST_COST:
            hint = f"write CRITERION=N or KIND=N, with a whole number from 1 to {LARGEST_COST:,}"
            raise CandidateError(Fault(f"`{text}` is not a cost", hint=hint))
        if name in KINDS:
            by_kind[name] = int(number)
        elif name.upper() in known:
            by_criterion[name.upper()] = int(number)
        else:
            hint = near(name.upper(), [*known, *KINDS])
            raise CandidateError(Fault(f"`{name}` is neither a criterion of the lens nor a kind of step", hint=hint))
    return Costs(by_criterion, by_kind)


def candidates_of(
    proposal: Proposal,
    criteria: Sequence[CompiledCriterion],
    protected: Collection[str],
    costs: Costs,
) -> Candidates:
    """Return the amendments of criteria made concrete; an amendment that several carry stands once."""
    names = {provision.id for provision in proposal.provisions}
    for name in protected:
        if name not in names:
            raise CandidateError(Fault(f"there is no provision `{name}` to protect", hint=near(name, names)))
    by_id = {compiled.criterion.id: compiled for compiled in criteria}
    found: dict[frozenset[Change], tuple[str, tuple[Change, ...], list[str]]] = {}
    left_out: dict[str, tuple[str, ...]] = {}
    for compiled in criteria:
        reasons = []
        for amendment in compiled.amendments:
            changes = changes_of(proposal, amendment)
            reason = _objection(changes, protected)
            if reason or not changes:
                reasons.append(f"“{amendment.words}” {reason}")
                continue
            _, _, carriers = found.setdefault(frozenset(changes), (amendment.words, changes, []))
            carriers.append(compiled.criterion.id)
        left_out[compiled.criterion.id] = tuple(reasons)
    chosen_from = tuple(
        Candidate(
            number, words, tuple(dict.fromkeys(carriers)), changes, costs.of(carriers, changes), _rank(carriers, by_id)
        )
        for number, (words, changes, carriers) in enumerate(found.values())
    )
    conflicts = tuple(
        (one.number, other.number)
        for one in chosen_from
        for other in chosen_from[one.number + 1 :]
        if conflict(one.changes, other.changes)
    )
    return Candidates(chosen_from, conflicts, left_out)


def _rank(carriers: Iterable[str], criteria: Mapping[str, CompiledCriterion]) -> int:
    return min(list(SEVERITY_WEIGHTS).index(criteria[name].criterion.severity) for name in carriers)


def _objection(changes: tuple[Change, ...] | None, protected: Collection[str]) -> str:
    """Return why an amendment cannot be chosen, as the end of a sentence; nothing if it can."""
    if changes is None:
        return "does not fit this text"
    if not changes:
        return "changes nothing in this text"
    touched = [name for name in dict.fromkeys(change.provision for change in changes) if name in protected]
    return f"would change what is protected: {', '.join(touched)}" if touched else ""
