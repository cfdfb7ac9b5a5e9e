"""Judges mixtures of two texts: OLD with some of the changes made, each part of the work once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from policy_engine.difference.changes import Delta, mixed
from policy_engine.difference.supports import Supports
from policy_engine.errors import Fault, RuleError
from policy_engine.loading import LoadedLens
from policy_engine.measures.simulated import KeptRuns, Runs
from policy_engine.operators import Truth, Value
from policy_engine.proposals.model import Proposal
from policy_engine.results import Interval, Outcome
from policy_engine.scoring import Tally, judge, overall, tally
from policy_engine.situation import Situation, measured, situation_of
from policy_engine.walk import Walk, decided


@dataclass(frozen=True, slots=True)
class _Part:
    """One principle of the lens: its weight, the places of its criteria, and the changes that could move them."""

    weight: float
    places: tuple[int, ...]
    support: int


class Mixtures:
    """All mixtures of two texts under a lens; bit `i` of a mask says that change `i` of `players` is made.

    A condition depends on few of the changes, and so does a principle: what was judged for one mixture holds for
    every other in which those changes stand alike.
    """

    def __init__(self, lens: LoadedLens, old: Proposal, new: Proposal, changes: tuple[Delta, ...]) -> None:
        """Find the changes that could move an outcome at all; the others share in nothing."""
        self._lens, self._old, self._new = lens, old, new
        readable = tuple(delta for delta in changes if delta.change.read)
        wide = Supports(lens.program, old, new, readable)
        asked = {n for c in lens.criteria for n in (c.applies, c.satisfied, c.violated)}
        used = 0
        for number in asked:
            used |= wide.of[number]
        self.players = tuple(delta for place, delta in enumerate(readable) if used >> place & 1)
        # The rest stays as it is in OLD: no condition can see it.
        self._supports = Supports(lens.program, old, new, self.players)
        strata = lens.program.strata
        self._open = tuple(
            tuple(n for n, truth in enumerate(self._supports.settled) if strata[n] == level and truth == Truth.UNKNOWN)
            for level in range(max(strata, default=-1) + 1)
        )
        self._parts = tuple(self._principles())
        self._where = {
            place: (number, at) for number, part in enumerate(self._parts) for at, place in enumerate(part.places)
        }
        self._kept = KeptRuns()
        self._simulated = tuple(m for m in lens.program.measures if m.scenario is not None)
        static = tuple(m for m in lens.program.measures if m.scenario is None)
        self._plain = replace(lens.program, measures=static)
        self._told: dict[tuple[str, int], Value | None] = {}
        self._truth: dict[tuple[int, int], Truth] = {}
        self._tallies: dict[tuple[int, int], tuple[Tally, tuple[Outcome, ...]]] = {}
        self.judged = 0

    def _principles(self) -> list[_Part]:
        places: dict[str, list[int]] = {}
        supports: dict[str, int] = {}
        for place, compiled in enumerate(self._lens.criteria):
            name = compiled.principle.id
            places.setdefault(name, []).append(place)
            for number in (compiled.applies, compiled.satisfied, compiled.violated):
                supports[name] = supports.get(name, 0) | self._supports.of[number]
        weights = self._lens.lens.weights
        return [_Part(weights.get(name, 1.0), tuple(found), supports[name]) for name, found in places.items()]

    @property
    def work(self) -> int:
        """The most mixtures that must be judged anew to know all of them."""
        apart = sum(1 << part.support.bit_count() for part in self._parts)
        return min(1 << len(self.players), apart)

    def score(self, mask: int) -> Interval:
        """Return the score of a mixture."""
        return overall((part.weight, self._tally(place, mask)[0]) for place, part in enumerate(self._parts))

    def outcomes(self, mask: int, places: Iterable[int]) -> tuple[Outcome, ...]:
        """Return the outcomes of some criteria, each named by its place in the lens."""
        return tuple(self._tally(part, mask)[1][at] for part, at in (self._where[place] for place in places))

    def _tally(self, number: int, mask: int) -> tuple[Tally, tuple[Outcome, ...]]:
        key = (number, mask & self._parts[number].support)
        if key not in self._tallies:
            try:
                self._judge(mask)
            except RuleError as error:
                faults = [Fault(f"on a mixture of the two texts: {f.message}", hint=f.hint) for f in error.faults]
                raise RuleError(faults) from error
        return self._tallies[key]

    def _judge(self, mask: int) -> None:
        made = [delta for place, delta in enumerate(self.players) if mask >> place & 1]
        text = mixed(self._old, self._new, made)
        truths = self._truths(self._situation(text, mask), mask)
        self.judged += 1
        for number, part in enumerate(self._parts):
            key = (number, mask & part.support)
            if key not in self._tallies:
                judged = [judge(self._lens.criteria[place], truths) for place in part.places]
                self._tallies[key] = tally(judged), tuple(item.outcome for item in judged)

    def _situation(self, text: Proposal, mask: int) -> Situation:
        """Return the situation of a mixture; what runs show is told anew only where its own changes stand otherwise."""
        situation = situation_of(self._plain, text)
        if not self._simulated:
            return situation
        runs = Runs(text, self._kept)
        for measure in self._simulated:
            key = (measure.fact, mask & self._supports.measured[measure.fact])
            if key not in self._told:
                self._told[key] = measured(measure, text, (), runs).value
        told = {m.fact: self._told[m.fact, mask & self._supports.measured[m.fact]] for m in self._simulated}
        return replace(situation, known={**situation.known, **told})

    def _truths(self, situation: Situation, mask: int) -> list[int]:
        program = self._lens.program
        truths: list[int] = list(self._supports.settled)
        facts = dict(situation.known)
        for level, numbers in enumerate(self._open):
            walk = Walk(situation, facts)
            for number in numbers:
                key = (number, mask & self._supports.of[number])
                if key not in self._truth:
                    self._truth[key] = walk.truth(program.conditions[number])
                truths[number] = self._truth[key]
            for stratum, derivable in program.derived:
                if stratum == level:
                    facts[derivable.fact] = decided(derivable, truths)
        return truths
