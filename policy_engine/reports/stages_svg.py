"""The stages of a text as a picture: boxes for states, numbered arrows, and what each number stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.reports.drawing import WIDTH, safe
from policy_engine.reports.stages_words import COMMON, NO_STAGES, condition, told
from policy_engine.stages import Machine, Transition

_BOX: Final = 104
_GAP: Final = 40
_LINE: Final = 16
_LONGEST: Final = 150
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#222}.t{font-weight:bold;font-size:14px}.m{text-anchor:middle}"
    ".b{fill:#f7f7f7;stroke:#555}.h{fill:#fddbc7;stroke:#b2182b}.w{fill:#fff3c4;stroke:#b8860b}"
    ".a{fill:none;stroke:#2166ac}.d{stroke-dasharray:4 3}"
)


def render(title: str, machines: tuple[Machine, ...]) -> str:
    """Return a picture."""
    parts: list[str] = []
    y = 40
    for machine in machines:
        drawn, height = _machine(machine, y)
        parts += drawn
        y += height
    words = COMMON + " Red: it restrains. Yellow: a decision is awaited. Dashed: may happen."
    parts.append(f'<text x="8" y="{y + 10}">{safe(words if machines else NO_STAGES)}</text>')
    height = y + 24
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img" aria-label="{safe(title)}">',
            f'<style>{_STYLE}</style><defs><marker id="e" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
            'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#2166ac"/></marker></defs>',
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            f'<text class="t" x="8" y="20">{safe(title)}</text>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _machine(machine: Machine, top: int) -> tuple[list[str], int]:
    states = [state for state in machine.states if state not in {"enjoined", "ended"}]
    arrows = list(told(machine))
    middle = top + 76
    parts = [
        f'<text class="t" x="8" y="{top + 12}">{safe(f"{machine.kind}: {machine.provision}, {machine.cite}")}</text>'
    ]
    for place, state in enumerate(states):
        fill = "w" if state in machine.waiting else "h" if state in machine.holding else "b"
        x = 8 + place * (_BOX + _GAP)
        parts.append(f'<rect class="{fill}" x="{x}" y="{middle - 14}" width="{_BOX}" height="28" rx="6"/>')
        parts.append(f'<text class="m" x="{x + _BOX // 2}" y="{middle + 4}">{safe(state.replace("_", " "))}</text>')
    parts += _arrows(states, arrows, middle)
    y = middle + 70
    for number, transition in enumerate(arrows, start=1):
        may = "" if transition.sure else "may: "
        text = f"{number}  {may}{condition(transition)}: {transition.because}"
        shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        parts.append(f'<text x="16" y="{y}">{safe(shown)}<title>{safe(text)}</title></text>')
        y += _LINE
    for clock in machine.clocks:
        parts.append(
            f'<text x="16" y="{y}">{safe(f"clock in {clock.state}: {clock.days:g} days, {clock.because}")}</text>'
        )
        y += _LINE
    return parts, y - top + 14


def _arrows(states: list[str], arrows: list[Transition], middle: int) -> Iterator[str]:
    """Draw one arrow for each pair of states, forward above and back below, with the numbers it stands for."""
    pairs: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for number, transition in enumerate(arrows, start=1):
        pairs.setdefault((transition.source, transition.target), []).append((number, transition.sure))
    for (source, target), found in pairs.items():
        one, other = states.index(source), states.index(target)
        side = -1 if other >= one else 1
        start = 8 + one * (_BOX + _GAP) + _BOX // 2 + 14 * (1 if other > one else -1)
        end = 8 + other * (_BOX + _GAP) + _BOX // 2 + 14 * (-1 if other > one else 1)
        edge = middle + side * 14
        bend = edge + side * (14 + 12 * max(abs(other - one), 1))
        dashed = "" if any(sure for _, sure in found) else " d"
        path = f"M{start} {edge}C{start} {bend} {end} {bend} {end} {edge}"
        yield f'<path class="a{dashed}" d="{path}" marker-end="url(#e)"/>'
        label = ", ".join(str(number) for number, _ in found)
        y = edge + side * (12 + 9 * max(abs(other - one), 1)) + (4 if side > 0 else -2)
        yield f'<text class="m" x="{(start + end) // 2}" y="{y}">{label}</text>'
