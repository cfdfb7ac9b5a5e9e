"""The answers worth trying: for each unknown thing, one value from every range that the rules tell apart."""

from __future__ import annotations

from typing import Any, Final

from policy_engine.completion.readings import Reading, Readings, field_path
from policy_engine.completion.values import classes_for, classes_of_fact
from policy_engine.missing import Missing
from policy_engine.program import Program
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import FieldType, provision_types, record_types

NONE, SOME = "none", "some"
Classes = tuple[tuple[Any, ...], ...]
_UNREAD: Final = Reading()


def field_of(provision_type: str, path: str) -> tuple[str, FieldType]:
    """Return the field that a path belongs to: a word of a list belongs to the list."""
    fields = record_types()[provision_type]
    while path not in fields:
        path = path.rpartition(".")[0]
    return path, fields[path]


def field_answers(readings: Readings, proposal: Proposal, missing: Missing) -> Classes:
    """Return values of a field of a provision, as YAML would give them; of lists, single words, all of them and none.

    Values that the rules treat alike stand together.
    """
    provision_type = proposal.provisions[missing.provision].type
    path, field = field_of(provision_type, missing.name)
    reading = readings.provisions.get(provision_type, {}).get(field_path(provision_type, path)[0], _UNREAD)
    found = classes_for(provision_type, path, reading)
    if field.kind != "list":
        return found
    words = [alike[0] for alike in found]
    single = [(word,) for word in words if len(word) == 1]
    return tuple(dict.fromkeys((*single, (max(words, key=len),), ((),))))


def required_choice(topic: str) -> str:
    """Return the field of closed words that every provision of a type has to give, or an empty string."""
    fields = record_types()[topic]
    model = provision_types()[topic]
    needed = [name for name, info in model.model_fields.items() if info.is_required() and name in fields]
    return needed[0] if needed else ""


def topic_answers(topic: str) -> Classes:
    """Return `none`, and `some`; where a provision of the type needs a kind, each kind instead of `some`."""
    needed = required_choice(topic)
    words = (NONE, *record_types()[topic][needed].choices) if needed else (NONE, SOME)
    return tuple((word,) for word in words)


def fact_answers(program: Program, readings: Readings, fact: str) -> Classes:
    """Return values of a fact; values that the rules treat alike stand together."""
    return classes_of_fact(program.fact_types[fact], readings.facts.get(fact, _UNREAD))
