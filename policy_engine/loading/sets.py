"""Sets of proposals: a list of files under one name, accepted wherever proposals are named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from policy_engine.errors import Fault, ProposalError
from policy_engine.loading.files import shipped_directory
from policy_engine.proposals.base import Identifier, Strict
from policy_engine.proposals.model import Words
from policy_engine.rules.resolve import near
from policy_engine.source import load_document
from policy_engine.validation import validated

SUFFIX: Final = ".set.yaml"
PREFIX: Final = "set:"


class ProposalSet(Strict):
    """A list of proposal files, each relative to the file of the set."""

    id: Identifier
    title: Words
    proposals: Annotated[tuple[str, ...], Field(min_length=1, max_length=5000, strict=False)]
    note: Annotated[str, Field(min_length=1, max_length=1500)] | None = Field(
        default=None, description="What belongs to it, and what was left out."
    )


def is_set(path: str) -> bool:
    """Tell whether a path names a set: a file `*.set.yaml`, or `set:NAME` for a shipped one."""
    return path.startswith(PREFIX) or path.endswith(SUFFIX)


def set_names() -> tuple[str, ...]:
    """Return the names of the shipped sets."""
    files = (shipped_directory("patchwork") / "sets").glob(f"*{SUFFIX}")
    return tuple(sorted(file.name.removesuffix(SUFFIX) for file in files))


def files_of_set(path: str) -> tuple[str, ...]:
    """Return the proposal files of a set; raises ProposalError with every fault."""
    if path.startswith(PREFIX):
        name = path.removeprefix(PREFIX)
        if name not in set_names():
            raise ProposalError(Fault(f"there is no shipped set `{name}`", path, hint=near(name, set_names(), "sets")))
        path = str(shipped_directory("patchwork") / "sets" / f"{name}{SUFFIX}")
    document = load_document(path)
    found = validated(ProposalSet, document, ProposalError)
    folder = Path(path).parent
    files = [_plain(folder / name) for name in found.proposals]
    faults = []
    for index, (name, file) in enumerate(zip(found.proposals, files, strict=True)):
        if not file.is_file():
            at = document.position(("proposals", index))
            faults.append(Fault(f"there is no file `{name}`", document.file, at.line, at.column))
        elif files.index(file) < index:
            at = document.position(("proposals", index))
            faults.append(Fault(f"`{name}` is listed twice", document.file, at.line, at.column))
    if faults:
        raise ProposalError(faults)
    return tuple(str(file) for file in files)


def _plain(file: Path) -> Path:
    """Return a path without `..`, so that reports show it as one would write it."""
    parts: list[str] = []
    for part in file.parts:
        if part == ".." and parts and parts[-1] not in {"..", "/"}:
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)
