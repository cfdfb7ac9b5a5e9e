"""Shares of the work on disk: the run writes inputs one after another, a worker reads those that it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from policy_engine.corpus.inputs import Form, Input


@dataclass(frozen=True, slots=True)
class Task:
    """One text to assess, by its digest; `called` names it in messages."""

    digest: str
    called: str
    form: Form
    raw: bytes


class SpoolWriter:
    """Writes tasks to one file."""

    def __init__(self, file: Path) -> None:
        """Open the file."""
        self.file = file
        self.digests: list[str] = []
        self.size = 0
        self._stream: BinaryIO = file.open("wb")

    def add(self, item: Input, digest: str) -> None:
        """Add an input."""
        head = {"digest": digest, "called": item.called, "form": item.form, "size": len(item.raw)}
        self._stream.write(orjson.dumps(head) + b"\n" + item.raw + b"\n")
        self.digests.append(digest)
        self.size += len(item.raw)

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


def tasks_of(file: Path, wanted: Collection[int]) -> Iterator[tuple[int, Task]]:
    """Yield the tasks at the wanted places."""
    with file.open("rb") as stream:
        place = 0
        while line := stream.readline():
            head = orjson.loads(line)
            if place in wanted:
                yield place, Task(head["digest"], head["called"], head["form"], stream.read(head["size"]))
                stream.seek(1, 1)
            else:
                stream.seek(head["size"] + 1, 1)
            place += 1
