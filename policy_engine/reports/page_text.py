"""A page as plain text, with bars of block characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from policy_engine.reports.analysis_pages import page_of
from policy_engine.reports.gate_text import WIDTH, wrapped
from policy_engine.reports.page import Bar, Block, Bullets, Heading, Paragraph, Plot, Table

_BLOCKS: Final = "█▓▒░"
_BAR: Final = 50


def render(result: Any, _: str) -> str:
    """Return the page of a comparison, an agreement map or a sensitivity analysis."""
    page = page_of(result)
    lines = ["=" * WIDTH, *wrapped(page.title, ""), "=" * WIDTH, ""]
    for block in page.blocks:
        lines += [*_block(block), ""]
    return "\n".join(lines)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield "-" * WIDTH
        yield from wrapped(block.text, "")
    elif isinstance(block, Paragraph):
        yield from wrapped(block.text, "")
    elif isinstance(block, Bullets):
        yield from wrapped(block.title, "")
        for item in block.items:
            yield from wrapped(item, "  ", "- ")
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        yield from _plot(block)


def _table(table: Table) -> Iterator[str]:
    yield from wrapped(table.title, "")
    rows = [table.head, *(tuple(_shown(cell) for cell in row) for row in table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.head))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))]
        yield ("  " + "  ".join(cells)).rstrip()


def _plot(plot: Plot) -> Iterator[str]:
    key = ", ".join(f"{_BLOCKS[place]} {name}" for place, name in enumerate(plot.legend))
    yield from wrapped(f"{plot.title} ({key}; the whole bar is 0 to 100)", "")
    width = max((len(bar.label) for bar in plot.bars), default=0)
    for bar in plot.bars:
        yield f"  {_shown(bar.label).ljust(width)}  |{_drawn(bar)}|"


def _drawn(bar: Bar) -> str:
    """Return the bar; each character stands for the part that holds its middle."""
    ends, at = [], bar.start
    for part in bar.parts:
        at += part
        ends.append(at)
    drawn = ""
    for place in range(_BAR):
        middle = (place + 0.5) * 100 / _BAR
        inside = next((n for n, end in enumerate(ends) if middle < end), None)
        drawn += " " if inside is None or middle < bar.start else _BLOCKS[inside]
    return drawn


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
