"""The parts of a run become one DuckDB file, which holds what the inputs of the last run gave and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from policy_engine.corpus.extras import library
from policy_engine.corpus.folder import DATABASE, INPUTS
from policy_engine.corpus.parts import Parts
from policy_engine.corpus.tables import DATABASE as TABLES
from policy_engine.corpus.tables import PARTS, Table
from policy_engine.errors import Fault, SourceError
from policy_engine.results import LensSummary

_TYPES: Final = {"text": "VARCHAR", "number": "DOUBLE", "whole": "BIGINT", "flag": "BOOLEAN"}
_MEMORY: Final = "256MB"
_INTERRUPTED: Final = "Query interrupted"
NOTE: Final = (
    "Judges design on paper, not effect. Scores compare only under one lens, in one version, within one scope class."
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """What everything was judged by."""

    tool: str
    lens: LensSummary
    lens_digest: str
    rules_digest: str
    engine: str
    cross_check_share: float


def build_database(result: Path, parts: Parts, run: RunRow) -> None:
    """Write the database; it replaces the one before in one step."""
    unfinished = result / f".{DATABASE}.unfinished"
    _remove(unfinished)
    try:
        with _opened(unfinished, result) as connection:
            _create(connection, result, parts, run)
        unfinished.replace(result / DATABASE)
    finally:
        _remove(unfinished)


def _remove(file: Path) -> None:
    for path in (file, file.with_name(f"{file.name}.wal")):
        path.unlink(missing_ok=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C be the interrupt that it is: in the middle of a statement, DuckDB makes another error of it."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != _INTERRUPTED:
            raise
        raise KeyboardInterrupt from error


@contextmanager
def _opened(file: Path, result: Path) -> Iterator[Any]:
    duckdb = library("duckdb")
    try:
        settings = {"memory_limit": _MEMORY, "threads": 2, "preserve_insertion_order": False}
        connection = duckdb.connect(str(file), config=settings)
        try:
            with _interruptible():
                yield connection
        finally:
            connection.close()
    except duckdb.Error as error:
        said = str(error).partition("\n")[0]
        raise SourceError(Fault(f"the database cannot be written: {said}", str(result))) from error


def _create(connection: Any, result: Path, parts: Parts, run: RunRow) -> None:
    for name, table in TABLES.items():
        columns = ", ".join(f"{column.name} {_TYPES[column.kind]}" for column in table.columns)
        connection.execute(f"CREATE TABLE {name} ({columns})")
        said = table.meaning.replace("'", "''")
        connection.execute(f"COMMENT ON TABLE {name} IS '{said}'")
        for column in table.columns:
            meaning = column.meaning.replace("'", "''")
            connection.execute(f"COMMENT ON COLUMN {name}.{column.name} IS '{meaning}'")
    connection.execute("INSERT INTO inputs SELECT * FROM read_parquet(?)", [str(result / INPUTS)])
    if any(parts.folder.iterdir()):
        for name, table in PARTS.items():
            _fill(connection, name, table, parts.files(name))
    checked = connection.execute("SELECT count(*) FROM assessments WHERE engine LIKE '%cross-checked%'").fetchone()
    values: list[Any] = [run.tool, run.lens.id, run.lens.version, run.lens.as_of, run.lens_digest, run.rules_digest]
    values += [run.engine, run.cross_check_share, checked[0], NOTE]
    connection.execute(f"INSERT INTO run VALUES ({', '.join('?' * len(values))})", values)


def _fill(connection: Any, name: str, table: Table, files: str) -> None:
    """Copy what the inputs gave; a text that was lost and tried again stands in two parts, and its success counts."""
    columns = ", ".join(table.names)
    once, more = ("DISTINCT", "AND digest NOT IN (SELECT digest FROM assessments)") if name == "failures" else ("", "")
    where = f"WHERE digest IN (SELECT digest FROM inputs) {more}"
    connection.execute(f"INSERT INTO {name} SELECT {once} {columns} FROM read_parquet(?) {where}", [files])


@contextmanager
def reading(result: str) -> Iterator[Any]:
    """Open the database of a corpus to be read, and nothing else of the system; SourceError where there is none."""
    duckdb = library("duckdb")
    file = Path(result) / DATABASE
    if not file.is_file():
        hint = "make one with `policy-engine corpus run SOURCES… --out FOLDER`; a run that was stopped is gone on with"
        raise SourceError(Fault("there is no finished corpus in this folder", result, hint=hint))
    try:
        connection = duckdb.connect(str(file), read_only=True, config={"memory_limit": _MEMORY, "threads": 2})
    except duckdb.Error as error:
        raise SourceError(Fault(f"the corpus cannot be read: {str(error).partition(chr(10))[0]}", result)) from error
    try:
        # Whoever writes the question reads tables, not the files of the machine.
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        with _interruptible():
            yield connection
    finally:
        connection.close()
