"""Many laws at once: what they share and where they differ, what an actor must do, and what pre-emption would leave."""

from __future__ import annotations

from policy_engine.patchwork.actors import Actor, load_actor
from policy_engine.patchwork.analysis import Displacement, Patchwork, patchwork

__all__ = ["Actor", "Displacement", "Patchwork", "load_actor", "patchwork"]
