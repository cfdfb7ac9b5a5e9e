"""The stages of a text as state machines: what an event sets off, who must decide, and what ends it."""

from __future__ import annotations

from policy_engine.stages.durable import Stepper, open_stepper
from policy_engine.stages.machine import Clock, Event, Machine, Step, Transition
from policy_engine.stages.reading import stages_of

__all__ = ["Clock", "Event", "Machine", "Step", "Stepper", "Transition", "open_stepper", "stages_of"]
