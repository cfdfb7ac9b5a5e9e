"""The stages of a text as state machines: what an event sets off, who must decide, and what ends it."""

from __future__ import annotations

from policy_engine.stages.machine import Clock, Event, Machine, Step, Transition
from policy_engine.stages.reading import stages_of
from policy_engine.stages.stepper import PLAIN, PlainStepper, Stepper

__all__ = ["PLAIN", "Clock", "Event", "Machine", "PlainStepper", "Step", "Stepper", "Transition", "stages_of"]
