"""Why an outcome is what it is: evidence, reasons in words, proofs, and what is missing where it is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from policy_engine.operators import OPERATORS, Truth
from policy_engine.program import CompiledCriterion, Program
from policy_engine.proposals.records import members
from policy_engine.results import Evidence, Outcome, Proof, Proofs
from policy_engine.rules.conditions import Clause, FieldOf, Pattern
from policy_engine.situation import Inference, Situation
from policy_engine.walk import Walk
from policy_engine.wording import Wording, named, shown

TruthWord = Literal["true", "false", "unknown"]
_WORDS: Mapping[int, TruthWord] = {0: "false", 1: "unknown", 2: "true"}


@dataclass(slots=True)
class Explainer:
    """Explains one inference."""

    program: Program
    situation: Situation
    inference: Inference
    place: Callable[[int], Evidence]
    stated: Callable[[str], Evidence | None]
    wording: Wording
    noted: Callable[[str, str, tuple[int, ...]], Evidence]

    def evidence(self, conditions: Iterable[int]) -> tuple[Evidence, ...]:
        """Return the provisions and statements that the conditions were shown by, each once."""
        found: dict[str, Evidence] = {}
        seen: set[str] = set()
        for number in conditions:
            self._evidence_of(number, found, seen)
        return tuple(found.values())

    def evidence_of_facts(self, conditions: Iterable[int]) -> tuple[Evidence, ...]:
        """Return what shows the facts that conditions read, where the conditions themselves do not hold."""
        found: dict[str, Evidence] = {}
        seen: set[str] = set()
        for fact in (fact for number in conditions for fact in self.program.reads[number]):
            self._evidence_of_fact(fact, found, seen)
        return tuple(found.values())

    def _evidence_of(self, number: int, found: dict[str, Evidence], seen: set[str]) -> None:
        bindings = self.inference.bindings[number]
        for _, entries in sorted(bindings, key=str) if len(bindings) > 1 else bindings:
            for entry in entries:
                if isinstance(entry, int):
                    evidence = self.place(self.situation.records[entry].provision)
                    found.setdefault(evidence.provision, evidence)
                else:
                    self._evidence_of_fact(entry, found, seen)

    def _evidence_of_fact(self, fact: str, found: dict[str, Evidence], seen: set[str]) -> None:
        if fact in seen:
            return
        seen.add(fact)
        for provision in self.situation.sources.get(fact, ()):
            evidence = self.place(provision)
            found.setdefault(evidence.provision, evidence)
        for beside in (self.stated(fact), self._noted(fact)):
            if beside is not None:
                found.setdefault(beside.provision, beside)
        derivable = self.program.derivables.get(fact)
        for _, number in derivable.cases if derivable else ():
            if self.inference.truths[number] == Truth.TRUE:
                self._evidence_of(number, found, seen)

    def message(self, compiled: CompiledCriterion, outcome: Outcome) -> str:
        """Return the reason of an outcome in one or two plain sentences."""
        return self.wording.reason(compiled, outcome, self.inference.truths, self.inference.facts, self.situation.notes)

    def _noted(self, fact: str) -> Evidence | None:
        """Return the simulation that a fact was told from as evidence."""
        note = self.situation.notes.get(fact)
        return None if note is None else self.noted(fact, note, self.situation.sources.get(fact, ()))

    def _said(self, fact: str) -> str:
        return self.wording.sentence(fact, self.inference.facts[fact])

    def proof(self, compiled: CompiledCriterion) -> Proofs:
        """Return the proofs of applies, satisfied and violated."""
        labels = ("The criterion applies.", "What satisfies it holds.", "What violates it holds.")
        numbers = (compiled.applies, compiled.satisfied, compiled.violated)
        applies, satisfied, violated = (
            Proof(label, _WORDS[self.inference.truths[number]], (), self._reasons(number))
            for label, number in zip(labels, numbers, strict=True)
        )
        return applies, satisfied, violated

    def _reasons(self, number: int) -> tuple[Proof, ...]:
        clauses = self.program.conditions[number]
        walk = Walk(self.situation, self.inference.facts)
        truth = self.inference.truths[number]
        reasons: list[Proof] = []
        for clause in clauses:
            if walk.condition((clause,))[0] == truth:
                reasons += self._clause(clause, walk)
        return tuple(dict.fromkeys(reasons))

    def _clause(self, clause: Clause, walk: Walk) -> Iterator[Proof]:
        for pattern in clause.patterns:
            yield self._fact(pattern) if pattern.is_fact else self._provisions(pattern, walk)
        for none in clause.nones:
            inner = Truth(walk.condition((none,))[0])
            because = tuple(self._clause(none, walk))
            yield Proof("There is none of the following.", _WORDS[inner.negated()], (), because)

    def _fact(self, pattern: Pattern) -> Proof:
        fact = pattern.type
        value = self.inference.facts[fact]
        truth: TruthWord = "unknown"
        if value is not None:
            holds = all(OPERATORS[test.operator].holds(value, test.operand) for test in pattern.tests)
            truth = "true" if holds else "false"
        derivable = self.program.derivables.get(fact)
        because: tuple[Proof, ...] = ()
        for _, number in derivable.cases if derivable else ():
            because += self._reasons(number)
        places = tuple(self.place(provision) for provision in self.situation.sources.get(fact, ()))
        places += tuple(beside for beside in (self.stated(fact), self._noted(fact)) if beside is not None)
        said = self._said(fact) if value is not None else f"Not known: {self.wording.question(fact)}."
        return Proof(said, truth, places, because)

    def _provisions(self, pattern: Pattern, walk: Walk) -> Proof:
        truth = Truth(walk.condition((Clause((_without_joins(pattern),)),))[0])
        wanted = described(pattern)
        near: list[Proof] = []
        for index, record in enumerate(self.situation.records):
            if record.type == pattern.type:
                near.append(self._near(pattern, index))
        if truth is Truth.TRUE:
            kept = tuple(proof for proof in near if proof.truth == "true")
            return Proof(f"There is {wanted}.", "true", (), kept)
        if truth is Truth.UNKNOWN and pattern.type in self.situation.unseen:
            unread = ", ".join(name for name in members(pattern.type))
            return Proof(
                f"Whether there is {wanted} is not known: not read in full for {unread}.", "unknown", (), tuple(near)
            )
        if truth is Truth.UNKNOWN:
            return Proof(f"Whether there is {wanted} is not known.", "unknown", (), tuple(near))
        return Proof(f"Looked for {wanted}; found none, and the text was read for it.", "false", (), tuple(near))

    def _near(self, pattern: Pattern, index: int) -> Proof:
        record = self.situation.records[index]
        evidence = self.place(record.provision)
        worst = Truth.TRUE
        said: list[str] = []
        for test in pattern.tests:
            if isinstance(test.operand, FieldOf):
                continue
            value = record.values.get(test.field)
            if value is None:
                worst = min(worst, Truth.UNKNOWN)
                said.append(f"{named(test.field)} was not examined")
                continue
            if not OPERATORS[test.operator].holds(value, test.operand):
                worst = Truth.FALSE
            said.append(f"{named(test.field)} is {shown(value)}")
        text = f"{evidence.provision} ({evidence.cite}): {'; '.join(said) or 'is of this kind'}."
        return Proof(text, _WORDS[worst], (evidence,))


def _without_joins(pattern: Pattern) -> Pattern:
    kept = tuple(test for test in pattern.tests if not isinstance(test.operand, FieldOf))
    return Pattern(pattern.name, pattern.type, kept)


def described(pattern: Pattern) -> str:
    """Return what a pattern asks for, in words."""
    said = []
    for test in pattern.tests:
        operand = f"that of {test.operand.name}" if isinstance(test.operand, FieldOf) else shown(test.operand)
        said.append(f"{named(test.field)} {OPERATORS[test.operator].phrase.format(operand=operand)}")
    kind = pattern.type.replace("_", " ")
    return f"a provision of type {kind}" + (f" whose {' and whose '.join(said)}" if said else "")
