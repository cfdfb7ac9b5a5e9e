"""The errors of the project, named by whose fault they are; the command line alone turns them into text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, fit to print: what, where (1-based line and column) and what to do."""

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""

    def __str__(self) -> str:
        """Return `file:line:column: message`, with the hint on a line of its own."""
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}" if self.column else f":{self.line}"
        head = f"{place}: {self.message}" if place else self.message
        return f"{head}\n  hint: {self.hint}" if self.hint else head


class PolicyEngineError(Exception):
    """Base of every error raised on purpose; `faults` holds everything that was found, not only the first."""

    def __init__(self, faults: Fault | str | Iterable[Fault]) -> None:
        """Keep the faults in the order of their place."""
        if isinstance(faults, str):
            faults = Fault(faults)
        found = (faults,) if isinstance(faults, Fault) else tuple(faults)
        self.faults: tuple[Fault, ...] = tuple(sorted(found, key=lambda f: (f.file, f.line, f.column)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SourceError(PolicyEngineError):
    """A file cannot be read, or is not acceptable YAML."""


class ProposalError(PolicyEngineError):
    """A proposal does not fit the model."""


class RuleError(PolicyEngineError):
    """A rule set or a lens is wrong, or two of its rules contradict each other on a proposal."""


class EngineError(PolicyEngineError):
    """The engine itself failed; no verdict may be taken from the run."""


class DisagreementError(EngineError):
    """The two evaluators disagree; whatever they say of anything is in doubt."""
