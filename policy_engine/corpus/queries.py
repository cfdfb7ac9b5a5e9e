"""Ready questions to a corpus; each answer has one order, so that equal corpora give equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from policy_engine.corpus.database import reading
from policy_engine.corpus.extras import library
from policy_engine.corpus.tables import RUN
from policy_engine.errors import Fault, SourceError


@dataclass(frozen=True, slots=True)
class Query:
    """A question in words, and in SQL."""

    help: str
    sql: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns and rows, and what they were judged by: the one row of the table `run`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    run: Mapping[str, Any]


def _mean(column: str) -> str:
    """Return the mean of a column, summed in whole millionths: it does not depend on the order of the rows."""
    return f"round(sum(CAST(round({column} * 1e6) AS HUGEINT)) / count({column}) / 1e6, 2)"


def _share(condition: str) -> str:
    return f"round(100.0 * count(*) FILTER ({condition}) / count(*), 1)"


_DECIDED: Final = "outcome IN ('satisfied', 'partial', 'violated')"
QUERIES: Final[Mapping[str, Query]] = {
    "vetoes": Query(
        "Which texts a blocker vetoes, and by which criteria.",
        """SELECT a.proposal, a.country, a.scope_class, a.year, string_agg(f.criterion, ' ' ORDER BY f.criterion) AS
        criteria, a.title, a.digest FROM assessments a JOIN findings f USING (digest)
        WHERE f.severity = 'blocker' AND f.outcome = 'violated'
        GROUP BY ALL ORDER BY a.proposal, a.digest""",
    ),
    "verdicts": Query(
        "How many texts of each scope class have which verdict.",
        "SELECT scope_class, verdict, count(*) AS texts FROM assessments GROUP BY ALL ORDER BY scope_class, verdict",
    ),
    "scores": Query(
        "Scores by jurisdiction, year and scope class: number of texts, mean of both bounds, widest span, vetoes.",
        f"""SELECT country, coalesce(subdivision, '') AS subdivision, year, scope_class, count(*) AS texts,
        {_mean("score_low")} AS mean_low, {_mean("score_high")} AS mean_high, round(min(score_low), 2) AS lowest,
        round(max(score_high), 2) AS highest, count(*) FILTER (verdict = 'veto') AS vetoed
        FROM assessments GROUP BY country, subdivision, year, scope_class
        ORDER BY country, subdivision, year, scope_class""",
    ),
    "separating": Query(
        "Which criteria separate: where the texts to which a criterion applies part most evenly (100: half and half).",
        """SELECT criterion, principle, severity, count(*) FILTER (outcome = 'satisfied') AS satisfied,
        count(*) FILTER (outcome = 'partial') AS partial, count(*) FILTER (outcome = 'violated') AS violated,
        count(*) FILTER (outcome = 'unknown') AS unknown,
        count(*) FILTER (outcome = 'not_applicable') AS not_applicable,
        round(400.0 * count(*) FILTER (outcome = 'satisfied') * count(*) FILTER (outcome = 'violated')
          / greatest(count(*) FILTER (outcome <> 'not_applicable'), 1)
          / greatest(count(*) FILTER (outcome <> 'not_applicable'), 1), 1) AS separation
        FROM findings GROUP BY criterion, principle, severity ORDER BY separation DESC, criterion""",
    ),
    "criteria": Query(
        "Of each criterion: in how many texts it applies, and what share of those it decides and is violated in.",
        f"""SELECT criterion, principle, severity, count(*) AS applicable, {_share(_DECIDED)} AS percent_decided,
        {_share("outcome = 'violated'")} AS percent_violated FROM findings WHERE outcome <> 'not_applicable'
        GROUP BY criterion, principle, severity ORDER BY criterion""",
    ),
    "principles": Query(
        "Of each principle and scope class: number of texts, mean of both bounds.",
        f"""SELECT p.principle, a.scope_class, count(*) AS texts, {_mean("p.score_low")} AS mean_low,
        {_mean("p.score_high")} AS mean_high, count(*) FILTER (p.enough_facts) AS with_enough_facts
        FROM principles p JOIN assessments a USING (digest) WHERE p.score_low IS NOT NULL
        GROUP BY p.principle, a.scope_class ORDER BY p.principle, a.scope_class""",
    ),
    "unknown": Query(
        "Which criteria stay unknown most often: where reading the texts again would tell most.",
        f"""SELECT criterion, principle, severity, count(*) FILTER (outcome = 'unknown') AS unknown,
        {_share("outcome = 'unknown'")} AS percent FROM findings WHERE outcome <> 'not_applicable'
        GROUP BY criterion, principle, severity HAVING unknown > 0 ORDER BY unknown DESC, criterion""",
    ),
    "facts": Query(
        "Of each fact: in how many texts it is known, true, and its mean where it is a number.",
        f"""SELECT fact, count(*) AS known, count(*) FILTER (value = 'true') AS true_in, {_mean("number")} AS mean
        FROM facts GROUP BY fact ORDER BY fact""",
    ),
    "failures": Query(
        "Which inputs were not assessed, and why.",
        """SELECT i.source, i.row, i.name, f.kind, f.line, f.message, f.hint
        FROM failures f JOIN inputs i USING (digest)
        ORDER BY i.source, i.row, f.line, f.column_number, f.message, f.kind""",
    ),
    "repeated": Query(
        "Which texts stand in more than one input; each was assessed once.",
        """SELECT digest, count(*) AS inputs, min(source || ':' || row) AS one_of_them FROM inputs
        GROUP BY digest HAVING count(*) > 1 ORDER BY inputs DESC, digest""",
    ),
    "run": Query(
        "What everything was judged by: version, lens with its date and digest, evaluator, cross-checks.",
        "SELECT * FROM run",
    ),
    "counts": Query(
        "How many inputs there are, how many distinct texts were assessed, and how many were not.",
        """SELECT (SELECT count(*) FROM inputs) AS inputs, (SELECT count(*) FROM assessments) AS assessed,
        (SELECT count(DISTINCT digest) FROM failures) AS failed, (SELECT cross_checked FROM run) AS cross_checked""",
    ),
}
"""The ready questions."""


def ask(result: str, sql: str) -> Answer:
    """Return the answer to a question in SQL; raises SourceError where it is none, or there is no corpus."""
    with reading(result) as connection:
        try:
            found = connection.execute(sql)
            columns = tuple(column[0] for column in found.description or ())
            rows = tuple(found.fetchall()) if columns else ()
            judged = connection.execute("SELECT * FROM run").fetchone()
            return Answer(columns, rows, dict(zip(RUN.names, judged, strict=True)))
        except (library("duckdb").Error, ValueError, OverflowError) as error:
            said = str(error).partition("\n")[0]
            hint = "docs/corpus.md lists tables and columns; the corpus is only read"
            raise SourceError(Fault(f"the question cannot be answered: {said}", result, hint=hint)) from error
