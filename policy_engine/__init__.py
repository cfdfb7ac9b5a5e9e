"""Judge proposed AI law: describe a text, infer what follows, assess it against rule sets.

The names below are loaded when first used, so that importing the package is cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from policy_engine.amending.amend import amend
    from policy_engine.amending.results import Amendments
    from policy_engine.assessment import Assessor, evaluate
    from policy_engine.difference import LensDifference, TextDifference, diff, diff_lenses
    from policy_engine.errors import EngineError, Fault, PolicyEngineError, ProposalError, RuleError, SourceError
    from policy_engine.loading import LoadedLens, LoadedProposal, load_lens, load_proposal
    from policy_engine.results import Assessment, Evidence, Finding, Interval, Outcome, PrincipleScore, Unknown, Verdict

__version__ = "0.1.0"
_HOMES: Final = {
    "amending": ("Amendments", "amend"),
    "assessment": ("Assessor", "evaluate"),
    "difference": ("LensDifference", "TextDifference", "diff", "diff_lenses"),
    "errors": ("EngineError", "Fault", "PolicyEngineError", "ProposalError", "RuleError", "SourceError"),
    "loading": ("LoadedLens", "LoadedProposal", "load_lens", "load_proposal"),
    "results": ("Assessment", "Evidence", "Finding", "Interval", "Outcome", "PrincipleScore", "Unknown", "Verdict"),
}
__all__ = [
    "Amendments",
    "Assessment",
    "Assessor",
    "EngineError",
    "Evidence",
    "Fault",
    "Finding",
    "Interval",
    "LensDifference",
    "LoadedLens",
    "LoadedProposal",
    "Outcome",
    "PolicyEngineError",
    "PrincipleScore",
    "ProposalError",
    "RuleError",
    "SourceError",
    "TextDifference",
    "Unknown",
    "Verdict",
    "amend",
    "diff",
    "diff_lenses",
    "evaluate",
    "load_lens",
    "load_proposal",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"policy_engine.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
