"""The peers: what is installed for each, how it is asked, and how its answer is read."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from peers.constraints import CONSTRAINTS
from peers.logic import clingo_expresses

Verdicts = dict[str, frozenset[str]]
"""The constraints that each file violates; a file without any may be left out."""
_DRIVERS: Final = Path(__file__).parent / "drivers"
_YAML: Final = "pyyaml==6.0.3"
_ALL: Final = frozenset(constraint.name for constraint in CONSTRAINTS)


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer, with the one version that the figures are of.

    `program` is the program in its environment that is started, or, with a `driver`, Python. `expresses` has the
    constraints that its language can say.
    """

    name: str
    kind: Literal["pip", "npm"]
    requirements: tuple[str, ...]
    rules: str
    driver: str | None = None
    program: str = "python"
    expresses: frozenset[str] = _ALL

    @property
    def is_tool(self) -> bool:
        """Whether it is a program of its own, and not a library with a driver of ours."""
        return self.driver is None

    def command(self, program: Path, rules: Path, files: Path, answer: Path) -> list[str]:
        """Return the command that judges the files listed in a file; a tool's answer is what it prints."""
        if self.driver is not None:
            return [str(program), str(_DRIVERS / self.driver), str(rules / self.rules), str(files), str(answer)]
        return [str(program), *_OPTIONS[self.name], str(rules / self.rules), *files.read_text("utf-8").splitlines()]

    def verdicts(self, answer: Path) -> Verdicts:
        """Return what it answered."""
        read: Callable[[Path], Iterable[tuple[str, str]]] = _READERS.get(self.name, _lines)
        return grouped(read(answer))


PEERS: Final = (
    Peer("check-jsonschema", "pip", ("check-jsonschema==0.39.0",), "schema.json", program="check-jsonschema"),
    Peer("Spectral", "npm", ("@stoplight/spectral-cli@6.16.3",), "spectral.json", program="spectral"),
    Peer("jsonschema-rs", "pip", ("jsonschema-rs==0.61.0", _YAML), "schema.json", "jsonschema_rs_driver.py"),
    Peer("zen-engine", "pip", ("zen-engine==2.1.3", _YAML), "zen.json", "zen_driver.py"),
    Peer("clipspy", "pip", ("clipspy==1.0.6", _YAML), "clips.json", "clips_driver.py"),
    Peer(
        "clingo",
        "pip",
        ("clingo==5.8.3", _YAML),
        "clingo.json",
        "clingo_driver.py",
        expresses=frozenset(constraint.name for constraint in CONSTRAINTS if clingo_expresses(constraint)),
    ),
    Peer("rule-engine", "pip", ("rule-engine==5.1.0", _YAML), "rule_engine.json", "rule_engine_driver.py"),
    Peer("regopy", "pip", ("regopy==1.5.2", _YAML), "peers.rego", "rego_driver.py"),
)


def grouped(pairs: Iterable[tuple[str, str]]) -> Verdicts:
    """Return names of violated constraints by file."""
    found: dict[str, set[str]] = {}
    for file, name in pairs:
        found.setdefault(file, set()).add(name)
    return {file: frozenset(names) for file, names in found.items()}


def our_verdicts(answer: Path) -> Verdicts:
    """Return what this engine answered in its CSV; a file that it could not assess is an error."""
    with answer.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if any(row["outcome"] == "error" for row in rows):
        raise ValueError("a file could not be assessed")
    return grouped((r["file"], f"C{int(r['criterion'][4:]):02}") for r in rows if r["outcome"] == "violated")


def _lines(answer: Path) -> Iterable[tuple[str, str]]:
    for line in answer.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield from ((row["file"], name) for name in row["violated"])


def _check_jsonschema(answer: Path) -> Iterable[tuple[str, str]]:
    said = json.loads(answer.read_text("utf-8"))
    if said.get("parse_errors"):
        raise ValueError("a file could not be read")
    return ((error["filename"], re.findall(r"C\d+", error["message"])[0]) for error in said["errors"])


def _spectral(answer: Path) -> Iterable[tuple[str, str]]:
    return ((found["source"], found["code"]) for found in json.loads(answer.read_text("utf-8")))


_READERS: Final = {"check-jsonschema": _check_jsonschema, "Spectral": _spectral}
_OPTIONS: Final = {
    "check-jsonschema": ("--output-format", "json", "--schemafile"),
    "Spectral": ("lint", "--quiet", "--format", "json", "--ruleset"),
}
