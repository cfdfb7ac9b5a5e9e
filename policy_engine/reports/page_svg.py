"""A plot as SVG: made by hand, readable in light and dark, with a title and a description for those who hear it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from html import escape
from typing import Final

from policy_engine.reports.page import Bar, Plot

_LABEL: Final = 300
_SCALE: Final = 4.0
_ROW: Final = 22
_TOP: Final = 46
_WIDTH: Final = _LABEL + int(100 * _SCALE) + 20
_LONGEST_LABEL: Final = 42
_STYLE: Final = (
    ".pe-t{font:12px system-ui,sans-serif;fill:#1b1b1b}.pe-g{stroke:#8a8a8a;stroke-width:.5}"
    ".pe-0{fill:#0b3c78}.pe-1{fill:#3f7fc4}.pe-2{fill:#9cc2e8}.pe-3{fill:#d9d9d9}"
    "@media(prefers-color-scheme:dark){.pe-t{fill:#ececec}"
    ".pe-0{fill:#cfe4ff}.pe-1{fill:#7fb2ec}.pe-2{fill:#3d6ea3}.pe-3{fill:#4a4d52}}"
)


def render(plot: Plot) -> str:
    """Return the plot as one SVG element."""
    height = _TOP + _ROW * len(plot.bars) + 24
    name = "pe" + hashlib.sha256(repr(plot).encode()).hexdigest()[:10]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">{_shown(plot.title)}</title>',
        f'<desc id="{name}-d">{_shown(plot.description)}</desc>',
        f"<style>{_STYLE}</style>",
        *_legend(plot.legend),
        *_grid(height),
    ]
    for row, bar in enumerate(plot.bars):
        lines += _bar(bar, _TOP + _ROW * row, plot.legend)
    return "\n".join([*lines, "</svg>"])


def _legend(names: tuple[str, ...]) -> Iterator[str]:
    left = _LABEL
    for place, name in enumerate(names):
        yield f'<rect class="pe-{place}" x="{left}" y="8" width="12" height="12"></rect>'
        yield f'<text class="pe-t" x="{left + 16}" y="18">{_shown(name)}</text>'
        left += 30 + 7 * len(name)


def _grid(height: int) -> Iterator[str]:
    for value in (0, 25, 50, 75, 100):
        x = _number(_LABEL + value * _SCALE)
        yield f'<line class="pe-g" x1="{x}" y1="{_TOP - 6}" x2="{x}" y2="{height - 20}"></line>'
        yield f'<text class="pe-t" x="{x}" y="{height - 6}" text-anchor="middle">{value}</text>'


def _bar(bar: Bar, top: int, legend: tuple[str, ...]) -> Iterator[str]:
    label = bar.label if len(bar.label) <= _LONGEST_LABEL else bar.label[: _LONGEST_LABEL - 1] + "…"
    yield f'<text class="pe-t" x="{_LABEL - 8}" y="{top + 13}" text-anchor="end">{_shown(label)}</text>'
    left = bar.start
    for place, part in enumerate(bar.parts):
        if part > 0:
            told = f"{bar.label}: {legend[place]}, {part:.1f}"
            yield (
                f'<rect class="pe-{place}" x="{_number(_LABEL + left * _SCALE)}" y="{top}" '
                f'width="{_number(part * _SCALE)}" height="16"><title>{_shown(told)}</title></rect>'
            )
        left += part


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _shown(text: str) -> str:
    return escape("".join(c if c.isprintable() else "\ufffd" for c in text))
