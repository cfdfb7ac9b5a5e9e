"""The stages of a text in words."""

from __future__ import annotations

import textwrap

from policy_engine.reports.phrases import joined
from policy_engine.reports.stages_words import COMMON, NO_STAGES, condition, told
from policy_engine.stages import Machine


def render(title: str, machines: tuple[Machine, ...]) -> str:
    """Return the stages as text."""
    lines = [title, ""]
    if not machines:
        return joined([*lines, NO_STAGES])
    for machine in machines:
        lines.append(f"{machine.kind}: {machine.provision}, {machine.cite}")
        for transition in told(machine):
            may = "" if transition.sure else "may: "
            text = f"{transition.source} → {transition.target}: {may}{condition(transition)}. {transition.because}."
            lines += textwrap.wrap(text, 100, initial_indent="  ", subsequent_indent="      ")
        lines += [f"  clock in {c.state}: {c.days:g} days. {c.because}." for c in machine.clocks]
        lines.append("")
    return joined([*lines, COMMON])
