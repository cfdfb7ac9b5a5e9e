"""What all drivers share: reading the files that they are given, flat facts, and writing which names were violated.

A driver runs as `python DRIVER RULES FILES OUT` in the environment of its peer: a file with the peer's rules, a file
with a path on each line, and the file for the answer, with a JSON object on each line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """The fast loader, with dates left as they are written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def drive(prepare: Callable[[str], Callable[[Any], Iterable[str]]]) -> None:
    """Prepare a judge from the rules, and ask it about every file."""
    rules, files, out = sys.argv[1:4]
    judge = prepare(Path(rules).read_text(encoding="utf-8"))
    with Path(out).open("w", encoding="utf-8") as stream:
        for file in Path(files).read_text(encoding="utf-8").splitlines():
            with Path(file).open("rb") as source:
                # A loader that builds plain data only.
                data = yaml.load(source, _Loader)  # noqa: S506
            stream.write(json.dumps({"file": file, "violated": sorted(judge(data))}) + "\n")


def values(data: dict[str, Any], paths: dict[str, list[str]]) -> Iterator[tuple[int | str, str, Any]]:
    """Yield record, path and value for each path that the rules read, where it says something."""
    instrument = ("instrument", {**data, "type": "instrument"})
    for number, record in (instrument, *enumerate(data.get("provisions", ()))):
        for path in paths.get(record["type"], ()):
            value: Any = record
            for step in path.split("."):
                value = value.get(step) if isinstance(value, dict) else None
            if value is not None and value != "contested":
                yield number, path, value
