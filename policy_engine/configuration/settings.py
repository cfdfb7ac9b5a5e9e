"""The settings that a configuration file may hold; the command line has an option for each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from policy_engine.gate.thresholds import Thresholds
from policy_engine.loading import DEFAULT_LENS
from policy_engine.proposals.base import Strict


class Settings(Strict):
    """Everything that can be set; paths are relative to the folder of the file that sets them."""

    paths: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        default=(), description="Proposals to assess where the command line names none."
    )
    lens: str = Field(default=DEFAULT_LENS, description="Lens: a name, or the path of a file that ends in .yaml.")
    rules: str | None = Field(default=None, description="Folder of rule sets; the shipped ones if left out.")
    engine: Literal["auto", "durable", "plain"] = Field(default="auto", description="Which evaluator infers.")
    format: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = Field(
        default=("text",), description="Formats, each with the file to write, as in `sarif=out.sarif`."
    )
    jobs: Annotated[int, Field(ge=1, le=256)] = Field(default=1, description="Processes that assess side by side.")
    baseline: str | None = Field(default=None, description="Baseline file of the ratchet.")
    waivers: str | None = Field(default=None, description="Waiver file; needs `--as-of` on the command line.")
    gate: Thresholds = Thresholds()
