"""Facts and values in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from policy_engine.barring import barring
from policy_engine.operators import NOT_ADDRESSED, Truth, Value
from policy_engine.program import CompiledCriterion, Program
from policy_engine.results import Finding, Outcome

MOST_REASONS: Final = 50_000
"""Reasons that are kept to be said again; beyond that they are forgotten and made anew."""

Facts = Mapping[str, Value | None]
Notes = Mapping[str, str]


class Wording:
    """Says the facts of a program; one serves all proposals."""

    def __init__(self, program: Program) -> None:
        """Start with nothing said."""
        self._program = program
        self._flags: dict[tuple[str, bool | None], str] = {}
        self._questions: dict[str, str] = {}
        self._reasons: dict[tuple[object, ...], str] = {}

    def reason(
        self, compiled: CompiledCriterion, outcome: Outcome, truths: Sequence[int], facts: Facts, notes: Notes
    ) -> str:
        """Return the reason of an outcome in one or two plain sentences: what is known, or what is not.

        `notes` say of facts where they come from, if not from the words of the text alone.
        """
        numbers = (compiled.applies, compiled.satisfied, compiled.violated)
        if notes:
            return self._reason(numbers, outcome, truths, facts, notes)
        reads = self._program.reads
        values = [facts[fact] for number in numbers for fact in reads[number]]
        key = (numbers, outcome, truths[numbers[0]], truths[numbers[1]], truths[numbers[2]], *values)
        said = self._reasons.get(key)
        if said is None:
            if len(self._reasons) >= MOST_REASONS:
                self._reasons.clear()
            said = self._reasons[key] = self._reason(numbers, outcome, truths, facts, notes)
        return said

    def _reason(
        self, numbers: tuple[int, int, int], outcome: Outcome, truths: Sequence[int], facts: Facts, notes: Notes
    ) -> str:
        applies, satisfied, violated = numbers
        if outcome is Outcome.NOT_APPLICABLE:
            barred = barring(self._program, applies, facts) or self._known((applies,), facts)
            return "Does not apply: " + self._told(barred, facts, notes)
        if outcome is Outcome.UNKNOWN:
            undecided = [number for number in numbers if truths[number] == Truth.UNKNOWN]
            asked = [fact for fact in self._read(undecided) if facts[fact] is None]
            questions = "; ".join(self.question(fact) for fact in asked) or "what was examined does not decide it"
            return " ".join((f"Not known: {questions}.", *_notes_on(asked, notes)))
        decisive = {Outcome.SATISFIED: (satisfied,), Outcome.VIOLATED: (violated,)}.get(outcome, (satisfied, violated))
        shown = [number for number in decisive if truths[number] == Truth.TRUE]
        return self._told(self._known(shown or (satisfied, violated), facts), facts, notes)

    def _told(self, told: Sequence[str], facts: Facts, notes: Notes) -> str:
        said = [*(self.sentence(fact, facts[fact]) for fact in told), *_notes_on(told, notes)]
        return " ".join(said) or "Nothing that it could concern stands in the text."

    def _known(self, numbers: Sequence[int], facts: Facts) -> Sequence[str]:
        return [fact for fact in self._read(numbers) if facts[fact] is not None]

    def _read(self, numbers: Sequence[int]) -> Iterable[str]:
        return dict.fromkeys(fact for number in numbers for fact in self._program.reads[number])

    def sentence(self, fact: str, value: Value | None) -> str:
        """Return a fact and its value as a sentence."""
        if value is not None and value is not True and value is not False:
            return self._sentence(fact, value)
        said = self._flags.get((fact, value))
        if said is None:
            said = self._flags[fact, value] = self._sentence(fact, value)
        return said

    def _sentence(self, fact: str, value: Value | None) -> str:
        meaning = self._program.meanings.get(fact, fact.replace("_", " ").replace(".", ": ")).rstrip(". ")
        if value is not None and (fact, value) in self._program.sentences:
            return self._program.sentences[fact, value].rstrip(". ") + "."
        if value is None or value is True:
            return f"{meaning}."
        if value is False:
            return f"Not so: {meaning[:1].lower()}{meaning[1:]}."
        return f"{meaning}: {shown(value)}."

    def question(self, fact: str) -> str:
        """Return an unknown fact as what it asks: whether a flag holds, or the name of a number or choice."""
        asked = self._questions.get(fact)
        if asked is None:
            asked = self._questions[fact] = self._question(fact)
        return asked

    def _question(self, fact: str) -> str:
        said = self.sentence(fact, None).rstrip(".")
        acronym = said[:2].isalpha() and said[:2].isupper()
        said = said if acronym else said[:1].lower() + said[1:]
        return f"whether {said}" if self._program.fact_types[fact].kind == "flag" else said


def _notes_on(facts: Iterable[str], notes: Notes) -> Iterable[str]:
    """Return the notes on facts, each once."""
    return dict.fromkeys(notes[fact] for fact in facts if fact in notes)


def named(path: str) -> str:
    """Return the path of a field in words."""
    return path.replace("_", " ").replace(".", " / ")


def shown(value: Value | tuple[Value, ...]) -> str:
    """Return a value in words."""
    if isinstance(value, tuple):
        return ", ".join(shown(part) for part in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is NOT_ADDRESSED:
        return "not addressed"
    if isinstance(value, float):
        return f"{value:g}" if value == int(value) and abs(value) < 1e6 else f"{value:,g}"
    return str(value).replace("_", " ")


def finding_template(compiled: CompiledCriterion) -> Callable[..., Finding]:
    """Return what makes findings of a criterion; it knows all that is the same on every proposal."""
    criterion = compiled.criterion
    primary = next((r for r in criterion.references if r.kind == "primary"), criterion.references[0])
    return partial(
        Finding,
        criterion=criterion.id,
        title=criterion.title,
        principle=compiled.principle.id,
        kind=criterion.kind,
        severity=criterion.severity,
        fix=criterion.fix.words,
        source=f"{primary.source}, {primary.locator}",
    )
