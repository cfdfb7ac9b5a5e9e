"""Every unknown thing as a question, with what each answer would make of score and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from policy_engine.asking.answers import (
    NONE,
    SOME,
    fact_answers,
    field_answers,
    field_of,
    required_choice,
    topic_answers,
)
from policy_engine.completion.readings import readings_of
from policy_engine.errors import Fault, ProposalError
from policy_engine.loading import LoadedLens, LoadedProposal
from policy_engine.missing import Missing, MissingFacts
from policy_engine.proposals.records import provision_types, value_at
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Interval, Judgement, Location, Outcome, Verdict
from policy_engine.scoring import judge
from policy_engine.situation import checked_statement
from policy_engine.variants import VariantError
from policy_engine.what_if import Variants, WhatIf

MADE_UP: Final = "answer-to-try"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer and what would be judged then; `value` is as in YAML; of a type, `none`, `some` or a kind.

    `alike` are other values that the rules do not tell apart from it.
    """

    value: Any
    alike: tuple[Any, ...]
    score: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Question:
    """Something unknown, and what it is worth to know it.

    `key` names it on the command line: `PROVISION.FIELD`, a provision type, or a fact. `narrowing` is how many points
    narrower the overall interval becomes, on the average over `answers`, which are one from each range that the rules
    tell apart and no forecast; `least` and `most` are the ends. `settles` are the verdicts that some answer gives and
    that differ from the present one.
    """

    key: str
    kind: Literal["field", "topic", "statement", "measure"]
    text: str
    look_in: str
    location: Location
    criteria: tuple[str, ...]
    answers: tuple[Answer, ...]
    narrowing: float
    least: float
    most: float
    settles: tuple[Verdict, ...]


class Inquiry:
    """What is unknown in one proposal under one lens."""

    def __init__(self, lens: LoadedLens, loaded: LoadedProposal) -> None:
        """Judge the proposal as it stands."""
        self._lens = lens
        self._loaded = loaded
        self._readings = readings_of(lens.program)
        self._what_if = WhatIf(lens)
        self._variants = Variants(self._what_if, loaded.proposal)
        self.now = self._variants.now

    def questions(self) -> tuple[Question, ...]:
        """Return every question, the one that narrows the interval most on the average first."""
        found = [self._question(missing, criteria) for missing, criteria in self._missing().items()]
        return tuple(sorted(found, key=lambda q: (-round(q.narrowing, 9), -len(q.settles), q.key)))

    def question(self, key: str) -> Question | None:
        """Return the question of a key, or None where nothing of that name is unknown."""
        for missing, criteria in self._missing().items():
            if self._key(missing) == key:
                return self._question(missing, criteria)
        return None

    def keys(self) -> tuple[str, ...]:
        """Return the keys of everything unknown."""
        return tuple(self._key(missing) for missing in self._missing())

    def after(self, answers: Mapping[str, Any]) -> Judgement:
        """Return what would be judged with answers given, by key."""
        by_key = {self._key(missing): missing for missing in self._missing()}
        return self._judge({by_key[key]: value for key, value in answers.items()})

    def _judge(self, answers: Mapping[Missing, Any]) -> Judgement:
        """Return what would be judged with things known; ProposalError where the model forbids a value."""
        changes: dict[str, dict[str, Any]] = {}
        examined: list[str] = []
        facts: dict[str, Any] = {}
        for missing, value in answers.items():
            if missing.kind == "statement":
                facts[missing.name] = value
            elif missing.kind == "field":
                name = self._loaded.proposal.provisions[missing.provision].id
                changes.setdefault(name, {})[missing.name] = value
            else:
                examined.append(missing.name)
                if value != NONE:
                    kind = {required_choice(missing.name): value} if value != SOME else {}
                    made_up = f"{MADE_UP}-{len(examined)}"
                    changes[made_up] = {"type": missing.name, "cite": "not yet read", **kind}
        return self._variants.judge(changes, examined, facts)

    def read(self, key: str, text: str) -> Any:
        """Return an answer written as text, or raise ProposalError where the question cannot have it."""
        missing = next(missing for missing in self._missing() if self._key(missing) == key)
        value = read_value(text)
        try:
            if missing.kind == "statement":
                checked_statement(missing.name, value, self._lens.program.fact_types[missing.name])
            elif missing.kind == "topic" and (value,) not in topic_answers(missing.name):
                words = ", ".join(word for (word,) in topic_answers(missing.name))
                raise ProposalError(Fault(f"`{key}` takes {words}, found `{text}`"))
            else:
                self._judge({missing: value})
        except VariantError:
            raise ProposalError(Fault(f"`{key}` cannot be `{text}`")) from None
        return value

    def _missing(self) -> dict[Missing, tuple[str, ...]]:
        """Return what is missing, words of one list as the list, with the criteria that each decides."""
        situation = self._what_if.situation(self._loaded.proposal)
        inference = PlainEvaluator(self._lens.program).infer(situation)
        facts = MissingFacts(self._lens.program, situation, inference)
        found: dict[Missing, list[str]] = {}
        for compiled in self._lens.criteria:
            if judge(compiled, inference.truths).outcome is not Outcome.UNKNOWN:
                continue
            for missing in sorted({self._whole(item) for item in facts.deciding(compiled)}):
                found.setdefault(missing, []).append(compiled.criterion.id)
        return {missing: tuple(criteria) for missing, criteria in sorted(found.items())}

    def _whole(self, missing: Missing) -> Missing:
        if missing.kind != "field":
            return missing
        path, _ = field_of(self._loaded.proposal.provisions[missing.provision].type, missing.name)
        return Missing("field", path, missing.provision)

    def _question(self, missing: Missing, criteria: tuple[str, ...]) -> Question:
        answers = tuple(self._answers(missing))
        width = self.now.score.high - self.now.score.low
        narrowings = [width - (answer.score.high - answer.score.low) for answer in answers] or [0.0]
        settles = tuple(dict.fromkeys(a.verdict for a in answers if a.verdict is not self.now.verdict))
        text, look_in, location = self._words(missing)
        return Question(
            key=self._key(missing),
            kind=self._kind(missing),
            text=text,
            look_in=look_in,
            location=location,
            criteria=criteria,
            answers=answers,
            narrowing=sum(narrowings) / len(narrowings),
            least=min(narrowings),
            most=max(narrowings),
            settles=settles,
        )

    def _answers(self, missing: Missing) -> Iterator[Answer]:
        program, proposal = self._lens.program, self._loaded.proposal
        if missing.kind == "statement":
            found = fact_answers(program, self._readings, missing.name)
        elif missing.kind == "topic":
            found = topic_answers(missing.name)
        else:
            found = field_answers(self._readings, proposal, missing)
        for value, *alike in found:
            try:
                judged = self._judge({missing: value})
            except VariantError:
                # The model does not allow this value here; a field may not be silent, say.
                continue
            yield Answer(value, tuple(alike), judged.score, judged.verdict)

    def _kind(self, missing: Missing) -> Literal["field", "topic", "statement", "measure"]:
        if missing.kind == "statement" and missing.name not in self._lens.program.statements:
            return "measure"
        return missing.kind

    def _key(self, missing: Missing) -> str:
        if missing.kind == "field":
            return f"{self._loaded.proposal.provisions[missing.provision].id}.{missing.name}"
        return missing.name

    def _words(self, missing: Missing) -> tuple[str, str, Location]:
        """Return the question in plain words, where to look, and the place in the file."""
        document = self._loaded.document
        if missing.kind == "field":
            provision = self._loaded.proposal.provisions[missing.provision]
            _, field = field_of(provision.type, missing.name)
            at = document.position(("provisions", missing.provision))
            text = f"{field.description.rstrip('.')}: what does {provision.cite} ({provision.id}) say?"
            if value_at(provision, missing.name) == "contested":
                text += " The file has it as contested: careful readers differ."
            return text, provision.cite, Location(document.file, at.line, at.column)
        if missing.kind == "topic":
            at = document.position(("examined",))
            model = provision_types()[missing.name]
            summary = (model.__doc__ or "").strip().partition("\n")[0].rstrip(".")
            text = f"Does the text hold a provision of the type {missing.name} ({summary})?"
            return text, f"the whole text, for {missing.name}", Location(document.file, at.line, at.column)
        at = document.position(("statements",))
        meaning = self._lens.program.meanings.get(missing.name, missing.name)
        where = "the provisions that it is computed from" if self._kind(missing) == "measure" else "the text as a whole"
        return f"{meaning.rstrip('.')}: what holds?", where, Location(document.file, at.line, at.column)


def read_value(text: str) -> Any:
    """Return a value written as in YAML: true, false, a number, a list in brackets, else the word itself."""
    if text in {"true", "false"}:
        return text == "true"
    if text.startswith("[") and text.endswith("]"):
        return tuple(word.strip() for word in text[1:-1].split(",") if word.strip())
    try:
        return float(text)
    except ValueError:
        return text
