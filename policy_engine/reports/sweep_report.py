"""A sweep as text, CSV or SVG: which designs meet each principle, and where the cliffs are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from html import escape
from typing import Final

from policy_engine.corpus.sweep import OVERALL, Cliff, Design, Surface, Sweep
from policy_engine.corpus.sweep_template import Word
from policy_engine.reports.csv_report import inert_cell
from policy_engine.reports.phrases import ON_PAPER
from policy_engine.results import Interval

_MOST_PANELS: Final = 24
_CELL: Final = (64, 26)
_LEFT: Final = 150


def as_text(made: Sweep) -> str:
    """Return each surface that moves, with its cliffs, and the names of those that do not."""
    template, refused = made.template, [design for design in made.designs if design.judgement is None]
    drawn = f"Latin hypercube, seed {template.seed}" if template.method != "grid" else "grid"
    lines = [f"{made.proposal}: {len(made.designs):,} designs ({drawn})"]
    lines += [f"  {axis.name}: {', '.join(map(word, axis.grid))}" for axis in template.axes]
    if refused:
        lines.append(f"{len(refused):,} of them are no proposal: {refused[0].refused}")
    for surface in made.surfaces:
        if not surface.is_flat:
            lines += ["", *_surface(made, surface)]
    flat = [surface.name for surface in made.surfaces if surface.is_flat]
    lines += ["", f"Moved by no design: {', '.join(flat) or 'none'}", "", judged(made)]
    return "\n".join(lines) + "\n"


def _surface(made: Sweep, surface: Surface) -> list[str]:
    name = surface.title if surface.name == OVERALL else f"{surface.name} {surface.title}"
    lines = [f"{name}: from {surface.lowest:.1f} to {surface.highest:.1f} of 100"]
    certain = f"{surface.meets:,} of {surface.counted:,} designs meet it (low bound {made.meets:g} or more"
    certain += ", no veto)" if surface.name == OVERALL else ")"
    lines.append(f"  {certain}; {surface.may_meet - surface.meets:,} more may, by what is unknown")
    lines += [f"  {_cliff(made, cliff)}" for cliff in sorted(surface.cliffs, key=lambda cliff: -cliff.height)]
    return lines


def _cliff(made: Sweep, cliff: Cliff) -> str:
    axes = made.template.axes
    said = f"{axes[cliff.axis].name} from {word(cliff.before)} to {word(cliff.after)}: "
    said += f"{interval(cliff.one)} becomes {interval(cliff.other)}"
    if cliff.at is None:
        return f"{said} in the mean of both sides"
    pairs = [(axis.name, word(value)) for axis, value in zip(axes, cliff.at, strict=True)]
    others = [f"{name} {value}" for number, (name, value) in enumerate(pairs) if number != cliff.axis]
    return f"{said}, at {', '.join(others)}" if others else said


def interval(found: Interval | None) -> str:
    """Return an interval in words."""
    return "-" if found is None else f"{found.low:.1f} to {found.high:.1f}"


def word(value: Word) -> str:
    """Return a value as it would stand in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def judged(made: Sweep) -> str:
    """Return what it was judged by."""
    summary = made.lens.summary
    head = f"Lens {summary.id} {summary.version} as of {summary.as_of}, digest {made.lens.digest[:12]}"
    return f"{head}; plain evaluator. {ON_PAPER}"


def as_csv(made: Sweep) -> str:
    """Return one row for each design: its values, verdict, and the bounds of each surface."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = [surface.name for surface in made.surfaces]
    bounds = [f"{name}_{bound}" for name in names for bound in ("low", "high")]
    writer.writerow([axis.name for axis in made.template.axes] + ["verdict", "refused", *bounds])
    for design in made.designs:
        row = [inert_cell(word(value)) for value in design.values]
        row += [design.judgement.verdict.value if design.judgement else "", inert_cell(design.refused)]
        for name in names:
            found = design.interval(name)
            row += ["", ""] if found is None else [f"{found.low:.2f}", f"{found.high:.2f}"]
        writer.writerow(row)
    return stream.getvalue()


def as_svg(made: Sweep) -> str:
    """Return a heat map for each surface that moves, over the first two axes; further axes at their first values."""
    panels = [surface for surface in made.surfaces if not surface.is_flat][:_MOST_PANELS]
    if made.template.method == "grid":
        drawn = [_heat_map(made, surface) for surface in panels]
    else:
        drawn = [_cloud(made, surface) for surface in panels]
    height = sum(size for size, _ in drawn) + 60
    width = max([_LEFT + _CELL[0] * max(len(made.template.axes[0].grid), 6) + 30, 720])
    parts, top = [], 24
    for size, content in drawn:
        parts.append(f'<g transform="translate(0 {top})">{content}</g>')
        top += size
    told = f'<text x="10" y="{top + 16}">{escape(judged(made))}</text>'
    if not panels:
        told = f'<text x="10" y="{top}">No design moves anything.</text>' + told
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11" role="img"><title>{escape(made.proposal)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}{told}</svg>\n'
    )


def _title(surface: Surface) -> str:
    name = surface.title if surface.name == OVERALL else f"{surface.name} {surface.title}"
    return f'<text x="10" y="12" font-weight="bold">{escape(name)}</text>'


def _heat_map(made: Sweep, surface: Surface) -> tuple[int, str]:
    """Return height and content: colour is the low bound, the text in a cell the whole interval."""
    axes = made.template.axes
    across, down = axes[0], axes[1] if len(axes) > 1 else None
    rest = tuple(axis.grid[0] for axis in axes[2:])
    rows = down.grid if down else ("",)
    parts = [_title(surface)]
    held = "".join(f"; {axis.name} {word(axis.grid[0])}" for axis in axes[2:])
    label = f"{across.name} across" + (f", {down.name} down" if down else "") + held
    parts.append(f'<text x="10" y="26">{escape(label)}</text>')
    by_values = {tuple(map(word, design.values)): design for design in made.designs}
    for column, value in enumerate(across.grid):
        x = _LEFT + column * _CELL[0]
        parts.append(f'<text x="{x + _CELL[0] / 2:g}" y="42" text-anchor="middle">{escape(word(value)[:10])}</text>')
    for row, other in enumerate(rows):
        y = 48 + row * _CELL[1]
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 17}" text-anchor="end">{escape(word(other)[:22])}</text>')
        for column, value in enumerate(across.grid):
            values = (value, other, *rest) if down else (value,)
            parts.append(_cell(_LEFT + column * _CELL[0], y, by_values[tuple(map(word, values))], surface))
    return 48 + len(rows) * _CELL[1] + 22, "".join(parts)


def _cell(x: float, y: float, design: Design, surface: Surface) -> str:
    found = design.interval(surface.name)
    low = found.low if found else 0.0
    said = f"{found.low:.0f}–{found.high:.0f}" if found else "-"
    ink = "#fff" if found and low < 45 else "#000"
    fill = _colour(low) if found else "#ddd"
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{_CELL[0] - 1}" height="{_CELL[1] - 1}" fill="{fill}"/>'
        f'<text x="{x + _CELL[0] / 2:g}" y="{y + 17:g}" text-anchor="middle" fill="{ink}">{said}</text>'
    )


def _cloud(made: Sweep, surface: Surface) -> tuple[int, str]:
    """Return height and content: a dot for each design over the first two axes, coloured by the low bound."""
    axes = made.template.axes[:2]
    parts = [_title(surface)]
    label = f"{axes[0].name} across" + (f", {axes[1].name} up" if len(axes) > 1 else "")
    parts.append(f'<text x="10" y="26">{escape(label)}; colour: low bound, dark is low</text>')
    parts.append(f'<rect x="{_LEFT}" y="36" width="400" height="200" fill="none" stroke="#888"/>')
    for design in made.designs:
        found = design.interval(surface.name)
        if found is not None:
            x, y = ([*_shares(made, design), 0.5])[:2]
            dot = f'cx="{_LEFT + 4 + 392 * x:.1f}" cy="{232 - 192 * y:.1f}"'
            parts.append(f'<circle {dot} r="3" fill="{_colour(found.low)}"/>')
    return 262, "".join(parts)


def _shares(made: Sweep, design: Design) -> list[float]:
    found = []
    for axis, value in list(zip(made.template.axes, design.values, strict=True))[:2]:
        if axis.low is not None and axis.high is not None and isinstance(value, float):
            found.append((value - axis.low) / (axis.high - axis.low))
        else:
            found.append([word(known) for known in axis.grid].index(word(value)) / max(len(axis.grid) - 1, 1))
    return found


def _colour(score: float) -> str:
    """Return a colour from dark blue (0) to light yellow (100), which the colour-blind and a grey print tell apart."""
    stops = ((0.0, (13, 8, 135)), (50.0, (204, 71, 120)), (100.0, (240, 249, 33)))
    (start, one), (end, other) = stops[:2] if score <= 50 else stops[1:]
    share = (score - start) / (end - start)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(one, other, strict=True))


SWEEPS: Final[Mapping[str, Callable[[Sweep], str]]] = {"text": as_text, "csv": as_csv, "svg": as_svg}
"""The formats of a sweep."""
