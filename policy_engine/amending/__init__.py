"""The smallest set of amendments that reaches a target: found with clingo, proved, and judged again by the engine."""

from __future__ import annotations

from policy_engine.amending.amend import amend
from policy_engine.amending.results import Amendments, AmendmentSet
from policy_engine.amending.search import Limits

__all__ = ["AmendmentSet", "Amendments", "Limits", "amend"]
