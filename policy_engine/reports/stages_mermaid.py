"""The stages of a text as a Mermaid state diagram: one composite state for each measure."""

from __future__ import annotations

from policy_engine.reports.stages_words import COMMON, NO_STAGES, condition, told
from policy_engine.stages import Machine


def render(title: str, machines: tuple[Machine, ...]) -> str:
    """Return a diagram."""
    lines = ["stateDiagram-v2", f"  %% {_words(title)}", f"  %% {COMMON if machines else NO_STAGES}"]
    for number, machine in enumerate(machines):
        name = f"m{number}"
        lines.append(f'  state "{_words(f"{machine.kind}: {machine.provision}, {machine.cite}")}" as {name} {{')
        lines += [f'    state "{state.replace("_", " ")}" as {name}_{state}' for state in machine.states]
        lines.append(f"    [*] --> {name}_{machine.initial}")
        for transition in told(machine):
            may = "" if transition.sure else "may: "
            label = _words(may + condition(transition))
            lines.append(f"    {name}_{transition.source} --> {name}_{transition.target}: {label}")
        for clock in machine.clocks:
            lines.append(f"    note right of {name}_{clock.state}: {clock.days:g} days")
        lines.append("  }")
    return "\n".join([*lines, ""])


def _words(text: str) -> str:
    """Return text without what Mermaid reads as its own."""
    return "".join(c if c.isprintable() and c not in '"#;:{}<>`\\' else " " for c in text)
