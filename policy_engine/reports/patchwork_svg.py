"""A patchwork as a picture: a heat map of duties and texts, and a graph of the texts whose sections conflict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from policy_engine.patchwork.analysis import Patchwork
from policy_engine.patchwork.groups import Conflict
from policy_engine.reports.input import PatchworkInput

# Each colour carries a letter too, so that nobody has to tell colours apart.
_CELLS: Final = {
    "alone": ("#d9d9d9", "1", "one text only"),
    "same": ("#9ecae1", "=", "same terms"),
    "differs": ("#e6550d", "≠", "terms differ"),
    "unknown": ("#fdd0a2", "?", "may differ, once examined"),
}
_ROW: Final = 22
_COLUMN: Final = 30
_LABEL: Final = 430
_HEAD: Final = 250
_MOST_TEXTS: Final = 60
_MOST_DUTIES: Final = 200


def render(report: PatchworkInput) -> str:
    """Return one SVG document: the map above, the graph below."""
    found = report.patchwork
    texts = [i.id for i in found.instruments][:_MOST_TEXTS]
    lines = list(_heat_map(found, texts))
    height = _HEAD + _ROW * min(len(found.groups), _MOST_DUTIES) + 80
    pairs = _pairs(found.conflicts)
    lines += _graph(pairs, height)
    total = height + (360 if pairs else 60)
    width = max(_LABEL + _COLUMN * len(texts) + 180, 760)
    title = "Patchwork of duties"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" width="{width}" height="{total}" '
        f'role="img" aria-label="{title}" font-family="sans-serif" font-size="12">'
    )
    return "\n".join([head, f"<title>{title}</title>", *lines, "</svg>"]) + "\n"


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'


def _heat_map(found: Patchwork, texts: Sequence[str]) -> Iterator[str]:
    column = {name: _LABEL + _COLUMN * number for number, name in enumerate(texts)}
    for name, x in column.items():
        yield _text(x + 19, _HEAD - 8, name, f' transform="rotate(-60 {x + 19} {_HEAD - 8})"')
    for row, group in enumerate(found.groups[:_MOST_DUTIES]):
        y = _HEAD + _ROW * row
        yield _text(4, y + 15, str(group.key))
        colour, sign, meaning = _CELLS[group.state]
        for name in group.instruments:
            if name not in column:
                continue
            cites = "; ".join(o.place.cite for o in group.obligations if o.place.instrument == name)
            x = column[name]
            yield (
                f"<g><title>{escape(f'{name} {cites}: {meaning}')}</title>"
                f'<rect x="{x}" y="{y}" width="{_COLUMN - 2}" height="{_ROW - 2}" fill="{colour}"/>'
                f"{_text(x + 10, y + 15, sign)}</g>"
            )
    y = _HEAD + _ROW * min(len(found.groups), _MOST_DUTIES) + 24
    legend = ", ".join(f"{sign} {meaning}" for _colour, sign, meaning in _CELLS.values())
    yield _text(4, y, f"{legend}; empty: the text does not impose it, or was not read for it")
    cut = max(len(found.instruments) - _MOST_TEXTS, 0), max(len(found.groups) - _MOST_DUTIES, 0)
    if any(cut):
        yield _text(4, y + 18, f"left out for room: {cut[0]} texts, {cut[1]} duties")


def _pairs(conflicts: Sequence[Conflict]) -> dict[tuple[str, str], tuple[bool, str]]:
    """Return each pair of texts that conflict, whether it is proven, and over what."""
    found: dict[tuple[str, str], tuple[bool, str]] = {}
    for conflict in conflicts:
        pair = (conflict.required.instrument, conflict.forbidden.instrument)
        words = f"{conflict.act}: {conflict.required.cite} against {conflict.forbidden.cite}"
        proven, before = found.get(pair, (False, ""))
        found[pair] = (proven or conflict.proven, f"{before}; {words}" if before else words)
    return found


def _graph(pairs: dict[tuple[str, str], tuple[bool, str]], top: int) -> Iterator[str]:
    if not pairs:
        yield _text(4, top + 20, "Conflicts: no act is required by one text and forbidden by another.")
        return
    names = sorted({name for pair in pairs for name in pair})
    angle = 2 * math.pi / len(names)
    at = {n: (300 + 130 * math.cos(angle * i), top + 190 + 130 * math.sin(angle * i)) for i, n in enumerate(names)}
    yield _text(4, top + 20, "Who conflicts with whom (full line: proven, dashed: possible)")
    for (one, other), (proven, words) in sorted(pairs.items()):
        (x1, y1), (x2, y2) = at[one], at[other]
        dash = "" if proven else ' stroke-dasharray="5 4"'
        yield (
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#a63603" stroke-width="2"{dash}>'
            f"<title>{escape(words)}</title></line>"
        )
    for name, (x, y) in at.items():
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#333"/>'
        yield _text(x + 8, y + 4, name)
