"""A page as Markdown; plots are images inside it, whose figures also stand in a table."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from policy_engine.reports import page_svg
from policy_engine.reports.analysis_pages import page_of
from policy_engine.reports.markdown_text import inert
from policy_engine.reports.page import Block, Bullets, Heading, Paragraph, Table


def render(result: Any, _: str) -> str:
    """Return the page of a comparison, an agreement map or a sensitivity analysis."""
    page = page_of(result)
    lines = [f"## {inert(page.title)}", ""]
    for block in page.blocks:
        lines += [*_block(block), ""]
    return "\n".join(lines)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"### {inert(block.text)}"
    elif isinstance(block, Paragraph):
        yield inert(block.text)
    elif isinstance(block, Bullets):
        yield from (inert(block.title), "")
        yield from (f"- {inert(item)}" for item in block.items)
    elif isinstance(block, Table):
        yield from (inert(block.title), "")
        yield _row(block.head)
        yield "|---|" + "---:|" * (len(block.head) - 1)
        yield from (_row(row) for row in block.rows)
    else:
        image = base64.b64encode(page_svg.render(block).encode()).decode()
        yield f"![{inert(block.description)}](data:image/svg+xml;base64,{image})"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(inert(cell) for cell in cells) + " |"
