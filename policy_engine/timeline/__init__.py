"""The law in time: which provisions bind, and what is displaced, on any day; unknown days are intervals."""

from __future__ import annotations

from policy_engine.timeline.building import build_timeline
from policy_engine.timeline.model import Check, Mark, Period, Span, Timeline
from policy_engine.timeline.moments import Moment

__all__ = ["Check", "Mark", "Moment", "Period", "Span", "Timeline", "build_timeline"]
