"""The hostile inputs, each with what must be said of it: the files of `hostile/`, what is generated, and odd paths.

An input says on its first line what is expected: `# expect LINE: words of the message`, without LINE if no line can be
named; words of the hint may follow as `# hint: words`. To add an input, add a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hostile_generated import GENERATED

FOLDER = Path(__file__).parent / "hostile"
_EXPECTED = re.compile(rb"# expect(?: (\d+))?: (.+)\n?(?:# hint: (.+))?")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One input; `line` 0 means that the fault has none, or that it is not pinned."""

    name: str
    message: str
    line: int
    hint: str
    make: Callable[[Path], str]


def _expected(name: str, head: bytes, make: Callable[[Path], str]) -> Hostile:
    found = _EXPECTED.match(head)
    assert found, f"{name} does not say what is expected of it"
    line, message, hint = found.groups(default=b"")
    return Hostile(name, message.decode(), int(line or 0), hint.decode(), make)


def _file(path: Path) -> Hostile:
    return _expected(path.name, path.read_bytes(), lambda _: str(path))


def _generated(name: str, head: str, raw: Callable[[], bytes]) -> Hostile:
    def make(folder: Path) -> str:
        file = folder / f"{name}.yaml"
        file.write_bytes(raw())
        return str(file)

    return _expected(name, head.encode(), make)


def _pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe.yaml")
    return str(folder / "pipe.yaml")


def _directory(folder: Path) -> str:
    (folder / "directory.yaml").mkdir()
    return str(folder / "directory.yaml")


def _links_in_a_circle(folder: Path) -> str:
    for name, target in (("one.yaml", "two.yaml"), ("two.yaml", "one.yaml")):
        (folder / name).symlink_to(folder / target)
    return str(folder / "one.yaml")


def _link_to_nothing(folder: Path) -> str:
    (folder / "link.yaml").symlink_to(folder / "nothing.yaml")
    return str(folder / "link.yaml")


def _beneath_a_file(folder: Path) -> str:
    (folder / "file.yaml").write_bytes(b"a: 1\n")
    return str(folder / "file.yaml" / "more.yaml")


PATHS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "path, missing": ("# expect: there is no such file", lambda folder: str(folder / "missing.yaml")),
    "path, empty": ("# expect: there is no such file", lambda _: ""),
    "path, not text": ("# expect: there is no such file", lambda folder: f"{folder}/\udcff.yaml"),
    "path, not printable": ("# expect: there is no such file", lambda folder: f"{folder}/\x1b[2J\n.yaml"),
    "path, link to nothing": ("# expect: there is no such file", _link_to_nothing),
    "path, links in a circle": ("# expect: the file cannot be read", _links_in_a_circle),
    "path, beneath a file": ("# expect: the file cannot be read", _beneath_a_file),
    "path, long name": ("# expect: the file cannot be read", lambda folder: str(folder / ("x" * 300))),
    "path, NUL": ("# expect: the file cannot be read", lambda folder: f"{folder}/a\0b"),
    "path, directory": ("# expect: this is a directory", _directory),
    "path, pipe": ("# expect: not a regular file", _pipe),
    "path, endless device": ("# expect: not a regular file", lambda _: "/dev/zero"),
    "path, full device": ("# expect: not a regular file", lambda _: "/dev/full"),
}
FILES = [_file(path) for path in sorted(FOLDER.glob("*.yaml"))]
MADE = [_generated(name, head, raw) for name, (head, raw) in GENERATED.items()]
CORPUS = [*FILES, *MADE, *(_expected(name, head.encode(), make) for name, (head, make) in PATHS.items())]
