"""A patchwork as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from policy_engine.reports.input import PatchworkInput
from policy_engine.reports.patchwork_tables import NOTE, Table, tables_of

_WIDTH: Final = 110


def render(report: PatchworkInput) -> str:
    """Return the tables one after another, each row as a paragraph."""
    blocks = ["\n".join(_table(table)) for table in tables_of(report.patchwork)]
    return "\n\n".join([*blocks, NOTE]) + "\n"


def _table(table: Table) -> Iterator[str]:
    yield table.title
    if table.said:
        yield from _filled(table.said, "  ")
    for row in table.rows:
        yield from _filled(row[0], "  - ")
        for column, cell in zip(table.columns[1:], row[1:], strict=True):
            if cell:
                yield from _filled(f"{column}: {cell}", "      ")


def _filled(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent) + "  ")
