"""A proposal as JSON becomes the same proposal as its YAML would; what could be misread is refused alike."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from pydantic import ValidationError

from policy_engine.errors import Fault, ProposalError, SourceError
from policy_engine.loading.files import LoadedProposal, with_known_topics
from policy_engine.proposals.model import Proposal
from policy_engine.source import Document, Path, Position
from policy_engine.source.hidden import first_hidden, without_hidden
from policy_engine.source.limits import DEEPEST, LARGEST_FILE, LONGEST_TEXT, MOST_NODES, shortened
from policy_engine.source.scalars import objection_to_text
from policy_engine.validation import faults_of

_NOWHERE: Final[Mapping[Path, Position]] = {(): Position(0, 0)}


def read_json(text: str | bytes) -> Any:
    """Return JSON as data; ValueError where a key stands twice or a number is none."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def respelled(data: Any) -> bytes:
    """Return data read from JSON in one spelling, texts in normal form; ValueError where it cannot be written."""
    spelled = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    # No mark of JSON joins with an accent after it, so that the whole may be done at once.
    spelled = unicodedata.normalize("NFC", spelled)
    hidden = first_hidden(spelled)
    if hidden:
        raise ValueError(f"hidden character {hidden}")
    return spelled.encode("utf-8")


def proposal_from_json(raw: bytes, name: str) -> LoadedProposal:
    """Return the proposal that JSON in one spelling holds; raises SourceError or ProposalError with every fault.

    Dates are texts, as JSON has no others. Places are paths in the data: its lines are nobody's.
    """
    if len(raw) > LARGEST_FILE:
        raise SourceError(Fault(f"the proposal is larger than {LARGEST_FILE:,} bytes", name, hint="split it"))
    data = _data_of(raw)
    # JSON escapes controls, so that they are seen only once it is read.
    if b"\\" in raw or not _is_plain(data):
        _refuse_odd(data, name)
    digest = hashlib.sha256(raw).hexdigest()
    try:
        proposal = Proposal.model_validate_json(raw)
    except ValidationError as found:
        raise ProposalError(_faults(json.loads(raw), name, found)) from None
    return with_known_topics(proposal, Document(name, (), data, _NOWHERE, {}, digest))


def _data_of(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        # It takes less deeply nested data, and no numbers past its own.
        return json.loads(raw)


def _is_plain(data: Any) -> bool:
    """Whether all is within the limits, no text between blanks; asked level by level, as it is of every proposal."""
    level, count = [data], 0
    for _ in range(DEEPEST + 1):
        count += len(level)
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            elif isinstance(value, str) and (len(value) > LONGEST_TEXT or value.strip() != value):
                return False
        if not inner:
            return count <= MOST_NODES
        level = inner
    return False


def _refuse_odd(data: Any, name: str) -> None:
    for count, (path, value) in enumerate(_nodes(data, ()), start=1):
        if count > MOST_NODES:
            raise SourceError(Fault(f"there are more than {MOST_NODES:,} values", name, hint="split it"))
        if len(path) > DEEPEST:
            raise SourceError(Fault(f"values are nested more than {DEEPEST} deep", name))
        for text in (value, *path[-1:]):
            objection = objection_to_text(text, '"') if isinstance(text, str) else None
            if objection:
                raise SourceError(Fault(f"{_shown(path)}: {objection.message}", name, hint=objection.hint))


def _faults(data: Any, name: str, found: ValidationError) -> list[Fault]:
    """Return the faults, each with its path in the data where a file would have a line."""
    paths = [path for path, _ in _nodes(data, ())]
    places = {path: Position(number, 1) for number, path in enumerate(paths, start=1)}
    faults = faults_of(Proposal, Document(name, (), data, places, {}, ""), found.errors(include_url=False))
    return [
        Fault(f"{_dotted(paths[f.line - 1])}: {f.message}" if paths[f.line - 1] else f.message, name, hint=f.hint)
        for f in faults
    ]


def _nodes(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _nodes(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _nodes(inner, (*path, index))


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _shown(path: Path) -> str:
    return shortened(without_hidden(_dotted(path)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key `{twice}` stands twice")
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")
