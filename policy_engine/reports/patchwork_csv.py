"""A patchwork as CSV: one row for each row of each table, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from policy_engine.reports.csv_report import inert_cell
from policy_engine.reports.input import PatchworkInput
from policy_engine.reports.patchwork_tables import tables_of


def render(report: PatchworkInput) -> str:
    """Return the tables under one another; the first two cells of a row name its table and what its cells are."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for table in tables_of(report.patchwork):
        writer.writerow(("table", *table.columns))
        writer.writerows((table.name, *(inert_cell(cell) for cell in row)) for row in table.rows)
    return stream.getvalue()
