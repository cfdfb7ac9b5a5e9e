"""Folders, globs, JSON Lines and Parquet become a stream of inputs; nothing is held but the one in hand."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from policy_engine.corpus.extras import library
from policy_engine.corpus.inputs import LONGEST_ROW, Input, row_of_json, row_of_values, too_long, unreadable
from policy_engine.errors import Fault, SourceError
from policy_engine.source import read_source
from policy_engine.source.files import name_of

_YAML: Final = frozenset({".yaml", ".yml"})
_LINES: Final = frozenset({".jsonl", ".ndjson"})
_PARQUET: Final = frozenset({".parquet"})
_ROWS_AT_ONCE: Final = 64
_NAME_COLUMNS: Final = ("name", "id", "yaml", "proposal")


def found_sources(paths: Sequence[str], result: str) -> tuple[list[str], int]:
    """Return the files that paths name, each once and in order, and their size; raises SourceError for none.

    What lies in the result's own folder is no source.
    """
    found: dict[str, str] = {}
    own = os.path.realpath(result)
    for path in paths:
        before = len(found)
        matches = _files_of(path)
        for file in matches:
            real = os.path.realpath(file)
            if not real.startswith(own + os.sep):
                found.setdefault(real, file)
        if not matches:
            hint = "a source is a folder, a glob, or a .yaml, .jsonl or .parquet file"
            raise SourceError(Fault("no proposal was found there", name_of(path), hint=hint))
        if len(found) == before and len(paths) == 1:
            raise SourceError(Fault("only the result's own folder was found there", name_of(path)))
    return list(found.values()), sum(_size(file) for file in found.values())


def _files_of(path: str) -> list[str]:
    wanted = _YAML | _LINES | _PARQUET
    if Path(path).is_dir():
        return sorted(str(file) for file in Path(path).rglob("*") if file.suffix in wanted)
    if Path(path).exists() or not glob.has_magic(path):
        # Whatever is named is an input, and a failure if it cannot be read.
        return [path]
    # `Path.glob` takes no absolute pattern.
    return sorted(file for file in glob.glob(path, recursive=True) if Path(file).suffix in wanted)  # noqa: PTH207


def inputs_of(files: Sequence[str]) -> Iterator[Input]:
    """Yield every input of every file; a file that cannot be read is one too."""
    for file in files:
        suffix = Path(file).suffix
        try:
            if suffix in _LINES:
                yield from _json_lines(file)
            elif suffix in _PARQUET:
                yield from _parquet(file)
            else:
                raw = read_source(file)
                yield Input(name_of(file), 0, "", "yaml", raw, len(raw))
        except SourceError as error:
            yield unreadable(name_of(file), error.faults[0], _size(file))


def _json_lines(file: str) -> Iterator[Input]:
    name = name_of(file)
    row = 0
    try:
        with Path(file).open("rb") as stream:
            while line := stream.readline(LONGEST_ROW + 1):
                row += 1
                if len(line) > LONGEST_ROW:
                    size = len(line)
                    start = line[:1000]
                    while line and not line.endswith(b"\n"):
                        line = stream.readline(LONGEST_ROW)
                        size += len(line)
                    yield too_long(name, row, size, start)
                elif line.strip():
                    yield row_of_json(name, row, line)
    except OSError as error:
        yield unreadable(name, Fault(f"the file cannot be read: {error.strerror}"), row=row)


def _parquet(file: str) -> Iterator[Input]:
    name, size = name_of(file), _size(file)
    arrow, parquet = library("pyarrow"), library("pyarrow.parquet")
    row = 0
    try:
        # Not mapped: a file that shrinks while it is read must not end the process. Not read ahead: what was read
        # ahead would be kept until the end, and grow to the size of the file.
        with parquet.ParquetFile(file, memory_map=False, pre_buffer=False) as opened:
            columns = [column for column in _NAME_COLUMNS if column in opened.schema_arrow.names]
            if not {"yaml", "proposal"} & set(columns):
                raise SourceError(Fault("there is neither a column `yaml` nor a column `proposal`", name))
            share = size // max(opened.metadata.num_rows, 1)
            for batch in opened.iter_batches(_ROWS_AT_ONCE, columns=columns, use_threads=False):
                for values in batch.to_pylist():
                    row += 1
                    line = repr(values).encode("utf-8", "backslashreplace")
                    made = row_of_values(name, row, values, line)
                    yield Input(made.source, made.row, made.name, made.form, made.raw, share)
    except (OSError, arrow.ArrowException) as error:
        said = str(error).partition("\n")[0]
        yield unreadable(name, Fault(f"the file cannot be read: {said}"), size, row)


def _size(file: str) -> int:
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0
