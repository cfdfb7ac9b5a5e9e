"""Writes an answer into the text of a proposal; comments and layout stay."""

from __future__ import annotations

from typing import Any

from policy_engine.asking.questions import Question
from policy_engine.loading import LoadedProposal
from policy_engine.source.editing import insert_item, set_value


def with_answer(text: str, loaded: LoadedProposal, question: Question, value: Any, cite: str = "") -> str:
    """Return the text with the answer; a statement needs the section that it rests on.

    Only `none` can be written of a type of provision: what there is has to be coded by its reader. Raises SourceError
    where the text would not hold what was meant.
    """
    if question.kind == "topic":
        return insert_item(text, ("examined",), question.key)
    if question.kind == "statement":
        return insert_item(text, ("statements",), {"fact": question.key, "value": _plain(value), "cite": cite})
    name, _, path = question.key.partition(".")
    places = {provision.id: index for index, provision in enumerate(loaded.proposal.provisions)}
    return set_value(text, ("provisions", places[name], *path.split(".")), _plain(value))


def _plain(value: Any) -> Any:
    """Return a value as YAML would give it: lists for tuples, whole numbers without a point."""
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
