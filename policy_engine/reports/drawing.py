"""Pictures on one axis of time as SVG: self-contained, without script, with text that is escaped."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from policy_engine.timeline.moments import plus_months

WIDTH: Final = 1000
LABELS: Final = 300
ROW: Final = 20
_TOP: Final = 46
_LONGEST: Final = 44
Fill = Literal["sure", "maybe", "risk", "displaced", "mark", "maybe-displaced"]
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#222}.t{font-weight:bold;font-size:14px}.s{fill:#555}.g{stroke:#ddd}"
    ".sure{fill:#2166ac}.maybe{fill:#92c5de;stroke:#2166ac;stroke-dasharray:3 2}.risk{fill:#d6604d}"
    ".displaced{fill:#7b3294}.maybe-displaced{fill:#c2a5cf;stroke:#7b3294;stroke-dasharray:3 2}.mark{fill:#333}"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """Days (first included, last not) with a fill, and what a pointer is told."""

    first: datetime.date
    last: datetime.date
    fill: Fill
    told: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, its bars, and points in time with what they are."""

    label: str
    bars: tuple[Bar, ...] = ()
    points: tuple[tuple[datetime.date, str], ...] = ()


@dataclass(slots=True)
class Chart:
    """Rows between two days, under a title and above a legend."""

    title: str
    first: datetime.date
    last: datetime.date
    rows: list[Row] = field(default_factory=list)
    legend: tuple[tuple[Fill, str], ...] = ()

    def svg(self) -> str:
        """Return the picture."""
        height = _TOP + ROW * len(self.rows) + 34
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img" aria-label="{safe(self.title)}">',
            f"<style>{_STYLE}</style>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            f'<text class="t" x="8" y="18">{safe(self.title)}</text>',
            *self._grid(height - 30),
        ]
        for number, row in enumerate(self.rows):
            parts += self._row(row, _TOP + number * ROW)
        parts += self._legend(height - 12)
        return "\n".join([*parts, "</svg>", ""])

    def place(self, day: datetime.date) -> float:
        """Return where a day lies on the axis."""
        share = (min(max(day, self.first), self.last) - self.first).days / max((self.last - self.first).days, 1)
        return round(LABELS + share * (WIDTH - LABELS - 12), 1)

    def _grid(self, bottom: int) -> Iterator[str]:
        for day in ticks(self.first, self.last):
            x = self.place(day)
            yield f'<line class="g" x1="{x}" y1="{_TOP - 8}" x2="{x}" y2="{bottom}"/>'
            yield f'<text class="s" x="{x + 2}" y="{_TOP - 10}">{day.isoformat()[:7]}</text>'

    def _row(self, row: Row, y: int) -> Iterator[str]:
        label = row.label if len(row.label) <= _LONGEST else row.label[: _LONGEST - 1] + "…"
        yield f'<text x="8" y="{y + 14}">{safe(label)}<title>{safe(row.label)}</title></text>'
        for bar in row.bars:
            x, end = self.place(bar.first), self.place(bar.last)
            width = round(max(end - x, 1.5), 1)
            yield (
                f'<rect class="{bar.fill}" x="{x}" y="{y + 4}" width="{width}" height="12">'
                f"<title>{safe(bar.told)}</title></rect>"
            )
        for day, told in row.points:
            if self.first <= day <= self.last:
                circle = f'<circle class="mark" cx="{self.place(day)}" cy="{y + 10}" r="4">'
                yield f"{circle}<title>{safe(told)}</title></circle>"

    def _legend(self, y: int) -> Iterator[str]:
        x = 8
        for fill, words in self.legend:
            yield f'<rect class="{fill}" x="{x}" y="{y - 10}" width="16" height="10"/>'
            yield f'<text class="s" x="{x + 21}" y="{y}">{safe(words)}</text>'
            x += 40 + 7 * len(words)


def ticks(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return first days of months, far enough apart to be read."""
    months = max((last - first).days // 30, 1)
    step = next((each for each in (1, 3, 6, 12, 24, 60, 120, 600) if months / each <= 9), 1200)
    day = first if first.day == 1 else plus_months(first.replace(day=1), 1)
    found: list[datetime.date] = []
    while day <= last and len(found) < 12:
        found.append(day)
        day = plus_months(day, step)
    return found


def safe(text: str) -> str:
    """Return text that XML holds as text."""
    return html.escape("".join(c if c.isprintable() else " " for c in text))
