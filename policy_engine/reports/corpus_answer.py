"""The answer to a question about a corpus, as text, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from policy_engine.corpus.queries import Answer
from policy_engine.reports.csv_report import inert_cell

_WIDEST: Final = 60


def as_text(answer: Answer) -> str:
    """Return a table for the terminal; long cells are cut, and say so."""
    rows = [tuple(_cell(value) for value in row) for row in answer.rows]
    lines = [answer.columns, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(answer.columns))]
    numeric = [
        all(isinstance(row[place], (int, float, type(None))) for row in answer.rows) for place in range(len(widths))
    ]
    said = ["  ".join(_padded(*cell) for cell in zip(line, widths, numeric, strict=True)).rstrip() for line in lines]
    count = len(answer.rows)
    run = answer.run
    judged = f"Lens {run['lens']} {run['lens_version']} as of {run['lens_as_of']}, digest {run['lens_digest'][:12]}; "
    judged += f"{run['engine']}, {run['cross_checked']:,} texts cross-checked. {run['note']}"
    return "\n".join([*said, f"({count} row{'' if count == 1 else 's'})", "", judged]) + "\n"


def as_csv(answer: Answer) -> str:
    """Return the table in CSV, safe to open in a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_csv_cell(value) for value in row] for row in answer.rows)
    return stream.getvalue()


def as_json(answer: Answer) -> str:
    """Return the rows as objects."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    document = {"schema": "policy-engine/corpus-answer/1", "run": answer.run, "columns": answer.columns, "rows": rows}
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


ANSWERS: Final[Mapping[str, Callable[[Answer], str]]] = {"text": as_text, "csv": as_csv, "json": as_json}
"""The formats of an answer."""


def _cell(value: Any) -> str:
    # What a terminal would obey is spelled out.
    said = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in _plain(value))
    return said if len(said) <= _WIDEST else f"{said[: _WIDEST - 1]}…"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _csv_cell(value: Any) -> str:
    # A negative number is no formula.
    return _plain(value) if isinstance(value, (int, float)) else inert_cell(_plain(value))


def _padded(text: str, width: int, numeric: bool) -> str:
    return text.rjust(width) if numeric else text.ljust(width)
