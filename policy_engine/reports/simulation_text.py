"""Runs as text: one in full, several as a matrix of laws and scenarios."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from policy_engine.reports.phrases import joined
from policy_engine.reports.simulation_words import answer_cell, episode_lines, hanging_words, range_words, totals
from policy_engine.simulation import LawResult, Matrix

_MOST_ENTRIES: Final = 120
_ON_PAPER: Final = "This runs a text on paper against invented days; it does not foretell what anybody will do."


def render(matrix: Matrix) -> str:
    """Return one run in full, or several as a table."""
    if len(matrix.results) == 1:
        return joined([*_one(matrix.results[0], dict(matrix.questions)), "", _ON_PAPER])
    return joined([*_table(matrix), "", _ON_PAPER])


def _one(result: LawResult, questions: dict[str, str]) -> Iterator[str]:
    yield result.title
    yield f"Scenario: {result.scenario}. {questions.get(result.scenario, '')}"
    yield f"Run by:   {result.engine}; enactment {result.enacted}; {result.events} events"
    yield ""
    for text in result.assumptions:
        yield from (f"  {line}" for line in textwrap.wrap(text, 96))
    yield ""
    yield "Risks"
    for episode in result.episodes:
        for number, line in enumerate(episode_lines(episode)):
            indent = "  " if number == 0 else "    "
            yield from textwrap.wrap(line, 100, initial_indent=indent, subsequent_indent=f"{indent}  ")
    yield ""
    yield "Totals"
    yield from (f"  {name:46} {value}" for name, value in totals(result))
    if result.hanging:
        yield ""
        yield "Decisions that hang"
        yield from (f"  {hanging_words(found)}" for found in result.hanging)
    yield ""
    yield "What happens"
    for entry in result.trace[:_MOST_ENTRIES]:
        cite = f" [{entry.cite}]" if entry.cite else ""
        mark = " " if entry.sure else "?"
        yield f"  {entry.day} {mark} {entry.what}{cite}"
    dropped = max(len(result.trace) - _MOST_ENTRIES, 0) + result.left_out
    if dropped:
        yield f"  and {dropped} more that are not shown"


def _table(matrix: Matrix) -> Iterator[str]:
    for scenario, question in matrix.questions:
        yield f"{scenario}: {question}"
        yield _cells("law", "duty binds", "measure holds", "exposure", "false alarm", "outlives")
        for result in matrix.results:
            if result.scenario == scenario:
                yield _line(result)
        yield ""
    engines = sorted({result.engine for result in matrix.results})
    yield f"Run by: {', '.join(engines)}. Days from the start of the first risk; exposure is days × weight."


def _line(result: LawResult) -> str:
    duty = measure = "no risk"
    if result.episodes:
        duty, measure = answer_cell(result.episodes[0].duty), answer_cell(result.episodes[0].measure)
    exposure, alarm = range_words(result.exposure), range_words(result.false_alarm_days)
    return _cells(result.law[:44], duty, measure, exposure, alarm, range_words(result.outliving_days))


def _cells(law: str, duty: str, measure: str, exposure: str, alarm: str, outlives: str) -> str:
    return f"  {law:44} {duty:>14} {measure:>16} {exposure:>16} {alarm:>13} {outlives:>12}"
