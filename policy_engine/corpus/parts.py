"""Results on disk: parts that appear whole or not at all, each with a manifest of what it holds."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from policy_engine.corpus.extras import library
from policy_engine.corpus.rows import Rows
from policy_engine.corpus.tables import PARTS, Table
from policy_engine.errors import EngineError

MANIFEST: Final = "manifest.json"
_UNFINISHED: Final = ".unfinished"


@dataclass(frozen=True, slots=True)
class Done:
    """The digests that a part answers, and those of them that were lost."""

    digests: tuple[str, ...]
    lost: tuple[str, ...]


def arrow_schema(table: Table) -> Any:
    """Return the schema of a table in Arrow."""
    arrow = library("pyarrow")
    types = {"text": arrow.string(), "number": arrow.float64(), "whole": arrow.int64(), "flag": arrow.bool_()}
    return arrow.schema([(column.name, types[column.kind]) for column in table.columns])


def arrow_table(table: Table, rows: Sequence[tuple[Any, ...]]) -> Any:
    """Return rows as a table in Arrow."""
    arrow = library("pyarrow")
    schema = arrow_schema(table)
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return arrow.Table.from_arrays(arrays, schema=schema)


def write_part(folder: Path, rows: Rows, digests: Sequence[str]) -> None:
    """Write a part into a new folder, which nobody reads until it is committed."""
    parquet = library("pyarrow.parquet")
    folder.mkdir()
    written: dict[str, Any] = {}
    for name, table in PARTS.items():
        file = folder / f"{name}.parquet"
        with file.open("wb") as stream:
            parquet.write_table(arrow_table(table, rows.tables[name]), stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        written[name] = {"rows": len(rows.tables[name]), "sha256": _sha256(file)}
    lost = sorted({row[0] for row in rows.tables["failures"] if row[1] == "lost"})
    manifest = {"schema": "policy-engine/corpus/1", "digests": list(digests), "lost": lost, "tables": written}
    _write(folder / MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _name_of(digests: Sequence[str]) -> str:
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:32]


class Parts:
    """The parts of one run: all that was judged by the same rules, lens and engine."""

    def __init__(self, folder: Path) -> None:
        """Make the folder."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def unfinished(self, digests: Sequence[str]) -> Path:
        """Return where a part may be written that answers digests."""
        path = self.folder / f"{_name_of(digests)}{_UNFINISHED}"
        shutil.rmtree(path, ignore_errors=True)
        return path

    def commit(self, unfinished: Path) -> None:
        """Let a written part count; one step, whatever happens."""
        final = unfinished.with_suffix("")
        if final.exists():
            # A lost text that was tried again, with the same outcome or a better one.
            shutil.rmtree(final)
        unfinished.rename(final)
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def receive(self, name: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """Let a part count that was written on another machine, and return the digests that it answers."""
        try:
            manifest = orjson.loads(files[MANIFEST])
            digests = tuple(map(str, manifest["digests"]))
            sums = {f"{table}.parquet": manifest["tables"][table]["sha256"] for table in PARTS}
            damaged = name != _name_of(digests) or any(
                hashlib.sha256(files[file]).hexdigest() != found for file, found in sums.items()
            )
        except (ValueError, KeyError, TypeError):
            damaged = True
        if damaged:
            raise EngineError("a part that another machine wrote came back damaged")
        unfinished = self.unfinished(digests)
        unfinished.mkdir()
        for file in (*sums, MANIFEST):
            _write(unfinished / file, files[file])
        self.commit(unfinished)
        return digests

    def remove_unfinished(self) -> None:
        """Remove what a killed run left behind."""
        for path in self.folder.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(path, ignore_errors=True)

    def done(self) -> Iterator[Done]:
        """Yield what each part answers; a part that was damaged afterwards is removed, and made again."""
        for path in sorted(self.folder.iterdir()):
            if path.suffix == _UNFINISHED:
                continue
            try:
                manifest = orjson.loads((path / MANIFEST).read_bytes())
                whole = all((path / f"{name}.parquet").stat().st_size > 0 for name in PARTS)
                answered = Done(tuple(manifest["digests"]), tuple(manifest["lost"]))
            except (OSError, ValueError, KeyError, TypeError):
                whole = False
            if whole:
                yield answered
            else:
                shutil.rmtree(path, ignore_errors=True)

    def files(self, table: str) -> str:
        """Return the pattern of the files of a table."""
        return str(self.folder / "*" / f"{table}.parquet")
