"""What differs between two texts, or between two lenses on the same texts, and where the points come from."""

from __future__ import annotations

from policy_engine.difference.lenses import diff_lenses
from policy_engine.difference.model import LensDifference, TextDifference
from policy_engine.difference.texts import diff

__all__ = ["LensDifference", "TextDifference", "diff", "diff_lenses"]
