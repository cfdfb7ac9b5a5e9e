"""Runs as Markdown: one in full, several as one table for each scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.reports.markdown_text import folded, inert
from policy_engine.reports.simulation_words import answer_cell, episode_lines, hanging_words, range_words, totals
from policy_engine.simulation import LawResult, Matrix

TABLE_HEAD: Final = (
    "| law | duty binds, days | measure holds, days | exposure | unrestrained | false alarm | outlives | hang |",
    "|---|---|---|---|---|---|---|---|",
)


def render(matrix: Matrix) -> str:
    """Return one run in full, or several as tables."""
    if len(matrix.results) == 1:
        return "\n".join([*_one(matrix.results[0], dict(matrix.questions)), ""])
    return "\n".join([*_tables(matrix), ""])


def _one(result: LawResult, questions: dict[str, str]) -> Iterator[str]:
    yield f"# {inert(result.title)}"
    yield ""
    yield f"Scenario `{result.scenario}`: {inert(questions.get(result.scenario, ''))} Run by {result.engine}."
    yield ""
    yield from (f"- {inert(text)}" for text in result.assumptions)
    yield ""
    for episode in result.episodes:
        yield f"- {inert(' '.join(episode_lines(episode)))}"
    yield ""
    yield "| count | value |"
    yield "|---|---|"
    yield from (f"| {name} | {value} |" for name, value in totals(result))
    yield ""
    yield from (f"- {inert(hanging_words(found))}" for found in result.hanging)
    yield ""
    entries = [f"- {e.day}{'' if e.sure else ' (perhaps)'}: {inert(e.what)} {inert(e.cite)}" for e in result.trace]
    yield folded("What happens", entries, len(entries) + result.left_out)


def _tables(matrix: Matrix) -> Iterator[str]:
    for scenario, question in matrix.questions:
        yield f"## {scenario}"
        yield ""
        yield inert(question)
        yield ""
        yield from TABLE_HEAD
        for result in matrix.results:
            if result.scenario == scenario:
                yield table_row(result)
        yield ""


def table_row(result: LawResult) -> str:
    """Return a run as the row of a table."""
    first = result.episodes[0] if result.episodes else None
    cells = (
        inert(result.title),
        answer_cell(first.duty) if first else "no risk",
        answer_cell(first.measure) if first else "no risk",
        range_words(result.exposure),
        range_words(result.unrestrained),
        range_words(result.false_alarm_days),
        range_words(result.outliving_days),
        str(len(result.hanging)),
    )
    return f"| {' | '.join(cells)} |"
