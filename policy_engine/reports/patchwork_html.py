"""A patchwork as one HTML page without script: the picture, then every table."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from policy_engine.reports import patchwork_svg
from policy_engine.reports.input import PatchworkInput
from policy_engine.reports.patchwork_tables import NOTE, Table, tables_of

_STYLE: Final = (
    "body{font:15px/1.45 sans-serif;margin:2rem;max-width:90rem}table{border-collapse:collapse}"
    "th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "th{background:#eee}svg{max-width:100%;height:auto}"
)


def render(report: PatchworkInput) -> str:
    """Return the page."""
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Patchwork</title>',
        f"<style>{_STYLE}</style></head><body><main><h1>Patchwork</h1>",
        f"<p>{escape(NOTE)}</p>",
        patchwork_svg.render(report).rstrip("\n"),
    ]
    for table in tables_of(report.patchwork):
        lines += _table(table)
    return "\n".join([*lines, "</main></body></html>"]) + "\n"


def _table(table: Table) -> Iterator[str]:
    yield f"<h2>{escape(table.title)}</h2>"
    if table.said:
        yield f"<p>{escape(table.said)}</p>"
    if not table.rows:
        return
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    yield f"<table><thead><tr>{head}</tr></thead><tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody></table>"
