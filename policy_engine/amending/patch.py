"""Amendments as edits of the file: the new text, with every comment kept, and the difference as a patch."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from policy_engine.amending.changes import Change
from policy_engine.errors import EngineError
from policy_engine.loading import LoadedProposal, proposal_of
from policy_engine.proposals.model import Proposal
from policy_engine.source import Document, Path, parse_source
from policy_engine.source.editing import insert_item, remove_item, set_value

_HEAD = ("id", "type", "cite")
_MARK = "\ufeff"


def amended_text(raw: bytes, changes: Sequence[Change], amended: Proposal) -> str:
    """Return the text of a file with changes made; `amended` is what it must then hold, else EngineError."""
    whole = raw.decode("utf-8")
    mark = _MARK if whole.startswith(_MARK) else ""
    text = whole.removeprefix(_MARK)
    before = [str(given["id"]) for given in _data(text)["provisions"]] if changes else []
    for change in sorted((c for c in set(changes) if c.kind == "set"), key=lambda c: (len(c.path), c)):
        path: Path = ("provisions", before.index(change.provision), *change.path.split("."))
        text = set_value(text, path, change.value, before=("note",))
    struck = {change.provision for change in changes if change.kind == "strike"}
    for place in sorted((before.index(name) for name in struck), reverse=True):
        text = remove_item(text, ("provisions", place))
    for provision in amended.provisions:
        if provision.id not in before:
            text = insert_item(text, ("provisions",), _ordered(provision.model_dump(exclude_unset=True, by_alias=True)))
    if reread(text, "").proposal.model_dump(exclude_unset=True) != amended.model_dump(exclude_unset=True):
        raise EngineError("the edited text does not say what was meant; no amendments are given")
    return mark + text


def reread(text: str, file: str) -> LoadedProposal:
    """Return the proposal that a text holds."""
    return proposal_of(_document(text, file))


def unified(before: str, after: str, file: str) -> str:
    """Return the difference as a patch that `git apply` and `patch -p1` take."""
    name = file.lstrip("/") if file != "<stdin>" else "proposal.yaml"
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _document(text: str, file: str) -> Document:
    return parse_source(text.encode(), file)


def _data(text: str) -> Any:
    return _document(text, "").data


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    head = {key: data[key] for key in _HEAD}
    rest = {key: value for key, value in data.items() if key not in {*_HEAD, "note"}}
    return {**head, **rest, "note": data["note"]}
