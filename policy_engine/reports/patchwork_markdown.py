"""A patchwork as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.reports.input import PatchworkInput
from policy_engine.reports.markdown_text import inert
from policy_engine.reports.patchwork_tables import NOTE, Table, tables_of


def render(report: PatchworkInput) -> str:
    """Return every table under a heading."""
    lines = ["# Patchwork", "", NOTE, ""]
    for table in tables_of(report.patchwork):
        lines += table_lines(table, "##")
    return "\n".join(lines)


def table_lines(table: Table, heading: str) -> Iterator[str]:
    """Yield one table under its heading; without rows, its sentence alone."""
    yield from (f"{heading} {inert(table.title)}", "")
    if table.said:
        yield from (inert(table.said), "")
    if not table.rows:
        return
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(inert(cell) for cell in row)} |"
    yield ""
