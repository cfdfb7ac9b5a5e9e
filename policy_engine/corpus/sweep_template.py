"""The template of a sweep: which proposal, which fields of its provisions, over which values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from policy_engine.errors import Fault, SourceError
from policy_engine.loading import LoadedProposal, load_proposal
from policy_engine.proposals.base import Identifier, Strict
from policy_engine.rules.resolve import near
from policy_engine.source import load_document
from policy_engine.validation import validated

Word = bool | float | str


class Axis(Strict):
    """One field of one provision, with the values to try; without a field, the provision is kept or struck."""

    provision: Identifier = Field(description="Id of the provision.")
    field: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$")] | None = Field(
        default=None, description="Dotted path of the field."
    )
    values: Annotated[tuple[Word, ...], Field(min_length=2, max_length=100, strict=False)] | None = Field(
        default=None, description="The values, in their order."
    )
    low: float | None = Field(default=None, description="Lowest value, in place of `values`.")
    high: float | None = Field(default=None, description="Highest value.")
    steps: Annotated[int, Field(ge=2, le=100)] = Field(default=5, description="Number of values from low to high.")
    whole: bool = Field(default=False, description="Only whole numbers.")

    @model_validator(mode="after")
    def _gives_its_values_in_one_way(self) -> Axis:
        span = self.low is not None and self.high is not None
        if self.field is None and (self.values or self.low is not None or self.high is not None):
            raise ValueError("values need a field; without one the provision is kept or struck")
        if self.field is not None and (self.values is not None) == span:
            raise ValueError("give either `values`, or `low` and `high`")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("`low` must be below `high`")
        return self

    @property
    def name(self) -> str:
        """What the axis is called: provision and field."""
        return f"{self.provision}.{self.field}" if self.field else self.provision

    def at(self, share: float) -> Word:
        """Return the value at a share, from 0 to 1 exclusive, of the way from the first to the last."""
        if self.low is not None and self.high is not None:
            return self._rounded(self.low + share * (self.high - self.low))
        return self.grid[int(share * len(self.grid))]

    @property
    def grid(self) -> tuple[Word, ...]:
        """The values of the axis in a grid, each once."""
        if self.field is None:
            return ("kept", "struck")
        if self.values is not None:
            return self.values
        low, high = self.low or 0.0, self.high or 0.0
        every = (low + step * (high - low) / (self.steps - 1) for step in range(self.steps))
        return tuple(dict.fromkeys(self._rounded(value) for value in every))

    def _rounded(self, value: float) -> float:
        return float(round(value)) if self.whole else float(f"{value:.6g}")


class Template(Strict):
    """A sweep."""

    proposal: str = Field(description="File of the proposal, from the folder of the template.")
    method: Literal["grid", "latin_hypercube"] = "grid"
    size: Annotated[int, Field(ge=2, le=100_000)] = Field(default=200, description="Designs of a Latin hypercube.")
    seed: Annotated[int, Field(ge=0)] = Field(default=1, description="Of the drawing; the same seed, the same designs.")
    axes: Annotated[tuple[Axis, ...], Field(min_length=1, max_length=8, strict=False)]


@dataclass(frozen=True, slots=True)
class LoadedTemplate:
    """A template with its proposal."""

    template: Template
    proposal: LoadedProposal


MOST_DESIGNS = 100_000


def load_template(file: str) -> LoadedTemplate:
    """Read a template and its proposal; raises SourceError or ProposalError with every fault."""
    document = load_document(file)
    template = validated(Template, document, SourceError)
    place = Path(template.proposal)
    loaded = load_proposal(str(place if place.is_absolute() else Path(file).parent / place))
    known = [provision.id for provision in loaded.proposal.provisions]
    faults = []
    designs = 1
    for index, axis in enumerate(template.axes):
        designs *= len(axis.grid)
        if axis.provision not in known:
            at = document.position(("axes", index, "provision"))
            message = f"there is no provision `{axis.provision}` in {template.proposal}"
            faults.append(Fault(message, file, at.line, at.column, near(axis.provision, known)))
    names = [axis.name for axis in template.axes]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        at = document.position(("axes", names.index(name)))
        faults.append(Fault(f"the axis {name} stands twice", file, at.line, at.column))
    if template.method == "grid" and designs > MOST_DESIGNS:
        at = document.position(("axes",))
        hint = "take fewer values, or method: latin_hypercube"
        faults.append(Fault(f"the grid has {designs:,} designs, of {MOST_DESIGNS:,}", file, at.line, at.column, hint))
    if faults:
        raise SourceError(faults)
    return LoadedTemplate(template, loaded)
