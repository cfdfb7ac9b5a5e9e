"""The rule model: a rule set file, its criteria, derivations, measures, parameters and examples."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from policy_engine.proposals.base import Identifier, Strict

FactName = Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z][a-z0-9_]*)+$", max_length=80)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
CriterionId = Annotated[str, Field(pattern=r"^[A-Z]{3}-[0-9]{1,2}$")]
Sentence = Annotated[str, Field(min_length=3, max_length=400)]
Paragraph = Annotated[str, Field(min_length=3, max_length=2000)]
Severity = Literal["blocker", "major", "minor", "info"]
OutcomeName = Literal["satisfied", "partial", "violated", "unknown", "not_applicable"]
Scalar = bool | float | str


class Condition(Strict):
    """`all`, `any` or `none` over conditions, or one pattern over a provision or a fact.

    A pattern's other keys are tests: `field: value` (equals) or `field: {operator: operand}`.
    """

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    all_of: Annotated[tuple[Condition, ...], Field(min_length=1, strict=False)] | None = Field(
        default=None, alias="all"
    )
    any_of: Annotated[tuple[Condition, ...], Field(min_length=1, strict=False)] | None = Field(
        default=None, alias="any"
    )
    none_of: Condition | None = Field(default=None, alias="none")
    provision: str | None = Field(default=None, description="Provision type, or a family: duty, gate, sanction.")
    fact: FactName | None = None
    name: Name | None = Field(default=None, alias="as", description="Name by which later patterns refer to it.")


class PlausibleRange(Strict):
    """How far informed people place a cut-off apart; the sensitivity analysis looks at both ends."""

    low: float
    high: float
    reason: Paragraph = Field(description="Who places it there.")


class Parameter(Strict):
    """A named cut-off, with where it comes from."""

    name: Name
    value: float
    unit: Sentence
    origin: Literal["sourced", "chosen"]
    source: Paragraph = Field(description="The source, or the reason for the choice.")
    plausible: PlausibleRange | None = None

    @model_validator(mode="after")
    def _value_is_plausible(self) -> Parameter:
        if self.plausible is not None and not self.plausible.low <= self.value <= self.plausible.high:
            raise ValueError("the value lies outside its own plausible range")
        return self


class StatementFact(Strict):
    """A fact that proposals state, with a cite, because no pattern over provisions shows it."""

    fact: FactName
    kind: Literal["flag", "number", "choice"]
    choices: Annotated[tuple[str, ...], Field(strict=False)] = ()
    needs_set: bool = Field(default=False, description="Inferred against a set of laws; read by lenses given one.")
    meaning: Sentence
    meaning_when_false: Sentence | None = None


class MeasureFact(Strict):
    """A fact computed by a measure: a date, a duration, a minimum, a count."""

    fact: FactName
    measure: Name
    of: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$")] | None = Field(
        default=None, description="Record type, or record type and field: incident_report.deadline_hours."
    )
    fields: Annotated[tuple[Name, ...], Field(strict=False)] = Field(
        default=(), description="Fields of the record type, for a measure that looks at several."
    )
    where: dict[str, Any] = Field(default_factory=dict, description="Tests that narrow the provisions measured.")
    scenario: Identifier | None = Field(default=None, description="Id of the scenario that the text is run through.")
    at_most: float | dict[Literal["parameter"], Name] | None = Field(default=None, description="Limit of its result.")
    meaning: Sentence
    meaning_when_silent: Sentence | None = Field(default=None, description="What it says where no number is given.")
    meaning_when_false: Sentence | None = Field(default=None, description="What a flag says when false, as a sentence.")


class Case(Strict):
    """One value of a derived fact, and when it holds."""

    value: str
    when: Condition
    meaning: Sentence | None = Field(default=None, description="The value as a sentence, for reports and proofs.")


class Scene(Strict):
    """A small proposal; what it leaves out is filled in."""

    level: str = "federal"
    examined: Literal["everything"] | Annotated[tuple[str, ...], Field(strict=False)] = "everything"
    provisions: Annotated[tuple[dict[str, Any], ...], Field(strict=False)] = ()
    facts: dict[str, Scalar] = Field(default_factory=dict, description="Cited statements.")


class FactExample(Scene):
    """A small proposal and the value that a derived fact must have there."""

    value: Scalar = Field(description="true, false, one of the cases' values, or `unknown`.")


class Example(Scene):
    """A small proposal and the outcome that it must give."""

    name: Sentence
    outcome: OutcomeName


class Derivation(Strict):
    """A fact inferred from provisions and other facts.

    Either `true_when` with `false_when` (a condition, or `otherwise`: when `true_when` is known not to hold), or
    `cases`: the first case that holds gives the value, if every earlier one is known not to hold.
    """

    fact: FactName
    meaning: Sentence = Field(description="What it says when true, as a sentence that reads well in a proof.")
    meaning_when_false: Sentence | None = Field(
        default=None, description="What it says when false, or when no case holds, as a sentence."
    )
    true_when: Condition | None = None
    false_when: Condition | Literal["otherwise"] | None = None
    cases: Annotated[tuple[Case, ...], Field(min_length=1, strict=False)] | None = None
    otherwise: str | None = Field(default=None, description="With cases: the value when none of them holds.")
    examples: Annotated[tuple[FactExample, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _one_form(self) -> Derivation:
        if (self.true_when is None) == (self.cases is None):
            raise ValueError("give either true_when or cases")
        if self.cases is None and self.otherwise is not None:
            raise ValueError("otherwise (as a key) goes with cases; with true_when write false_when: otherwise")
        if self.cases is not None and self.false_when is not None:
            raise ValueError("false_when goes with true_when, not with cases")
        return self


class Edit(Strict):
    """One step of an amendment: add a provision, strike those that match, or set fields of those that match."""

    add: dict[str, Any] | None = Field(default=None, description="A provision, as a proposal file would state it.")
    strike: dict[str, Any] | None = Field(default=None, description="Pattern: `provision` and tests.")
    where: dict[str, Any] | None = Field(default=None, description="Pattern of the provisions that `set` changes.")
    set_fields: dict[str, Any] | None = Field(
        default=None, alias="set", description="Fields by dotted path, with their new values."
    )

    @model_validator(mode="after")
    def _one_step(self) -> Edit:
        if sum(step is not None for step in (self.add, self.strike, self.set_fields)) != 1:
            raise ValueError("an edit is one of add, strike, or set with where")
        if (self.set_fields is None) != (self.where is None):
            raise ValueError("`set` and `where` go together")
        return self


class Amendment(Strict):
    """A machine-applicable mend: edits that are made together."""

    words: Sentence = Field(description="The amendment as a drafter would put it.")
    edits: Annotated[tuple[Edit, ...], Field(min_length=1, strict=False)]


class Fix(Strict):
    """What would mend a violation; the amendments are alternatives."""

    words: Paragraph
    amendments: Annotated[tuple[Amendment, ...], Field(strict=False)] = ()


class Reference(Strict):
    """Where a criterion comes from."""

    kind: Literal["article", "primary", "critic"]
    source: Sentence
    locator: Sentence = Field(description="Section, time stamp or page.")
    says: Paragraph = Field(description="What it says there, in our own words.")
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] | None = None


class Criterion(Strict):
    """One checkable rule of a principle."""

    id: CriterionId
    title: Sentence
    question: Sentence
    kind: Literal["duty", "guard"]
    severity: Severity
    applies_when: Condition | Literal["always"]
    satisfied_when: Condition | Literal["always"]
    violated_when: Condition | Literal["never"]
    definition: Paragraph | None = Field(default=None, description="What the words of the question mean here.")
    rationale: Paragraph
    counter_argument: Paragraph | None = None
    fix: Fix
    references: Annotated[tuple[Reference, ...], Field(min_length=1, strict=False)]
    examples: Annotated[tuple[Example, ...], Field(min_length=2, strict=False)]


class Principle(Strict):
    """The policy aim that a rule set encodes."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    name: Sentence
    name_ja: str | None = None
    statement: Paragraph


class RuleSet(Strict):
    """One file of rules: one principle with its criteria, or shared derivations only."""

    id: Name
    title: Sentence
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    uses: Annotated[tuple[Name, ...], Field(strict=False)] = Field(
        default=(), description="Rule sets whose facts, measures and parameters it reads; not their criteria."
    )
    principle: Principle | None = None
    parameters: Annotated[tuple[Parameter, ...], Field(strict=False)] = ()
    statements: Annotated[tuple[StatementFact, ...], Field(strict=False)] = ()
    measures: Annotated[tuple[MeasureFact, ...], Field(strict=False)] = ()
    derive: Annotated[tuple[Derivation, ...], Field(strict=False)] = ()
    criteria: Annotated[tuple[Criterion, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _criteria_belong(self) -> RuleSet:
        if self.criteria and self.principle is None:
            raise ValueError("criteria need a principle")
        for criterion in self.criteria:
            if self.principle and not criterion.id.startswith(self.principle.id + "-"):
                raise ValueError(f"criterion {criterion.id} does not carry the principle's id {self.principle.id}")
        return self
