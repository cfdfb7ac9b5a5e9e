"""Facts and values in plain words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from policy_engine.operators import NOT_ADDRESSED, Value
from policy_engine.program import CompiledCriterion, Program
from policy_engine.results import Finding


class Wording:
    """Says the facts of a program; one serves all proposals."""

    def __init__(self, program: Program) -> None:
        """Start with nothing said."""
        self._program = program
        self._flags: dict[tuple[str, bool | None], str] = {}
        self._questions: dict[str, str] = {}

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
