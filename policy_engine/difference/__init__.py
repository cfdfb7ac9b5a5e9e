"""What differs between two texts, or between two lenses on the same texts, and where the points come from."""

from __future__ import annotations

from policy_engine.difference.texts import diff

__all__ = ["diff"]
