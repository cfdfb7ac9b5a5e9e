"""What a report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from policy_engine.errors import Fault
from policy_engine.results import Assessment, Location, Proofs

# A report is of one kind; it does not wait for the modules of the others.
if TYPE_CHECKING:
    from policy_engine.difference.model import LensDifference, TextDifference
    from policy_engine.gate.results import GateResult
    from policy_engine.patchwork.analysis import Patchwork
    from policy_engine.rules.lens import Bands
    from policy_engine.rules.model import Criterion

SHOWN_COLUMNS: Final = 120


@dataclass(frozen=True, slots=True)
class Law:
    """A law around the texts that were assessed: its id, and the SHA-256 of its file."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Assessments in the order of the files, faults of files, source lines, and the criteria asked."""

    assessments: tuple[Assessment, ...]
    failures: tuple[Fault, ...]
    sources: Mapping[str, tuple[str, ...]]
    version: str
    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    bands: Bands | None = None
    # By file and criterion; only where a chosen format needs them.
    proofs: Mapping[tuple[str, str], Proofs] = field(default_factory=dict)
    gate: GateResult | None = None
    context: tuple[Law, ...] = ()
    """The laws around each text, in the order that they were read in; none where none were asked for."""


@dataclass(frozen=True, slots=True)
class DifferenceInput:
    """A comparison of two texts, or of two lenses, with the faults of files that kept them from being compared."""

    texts: TextDifference | None
    lenses: LensDifference | None
    failures: tuple[Fault, ...]
    version: str


@dataclass(frozen=True, slots=True)
class PatchworkInput:
    """The analysis of a set, with the faults of files that kept them out of it."""

    patchwork: Patchwork
    failures: tuple[Fault, ...]
    version: str


def excerpt(sources: Mapping[str, tuple[str, ...]], location: Location, indent: str) -> str:
    """Return the source line of a place with a caret under its column, or nothing."""
    lines = sources.get(location.file, ())
    if not 0 < location.line <= len(lines):
        return ""
    shown = f"{indent}| {lines[location.line - 1][:SHOWN_COLUMNS]}"
    return f"{shown}\n{indent}| {' ' * (location.column - 1)}^" if location.column <= SHOWN_COLUMNS else shown
