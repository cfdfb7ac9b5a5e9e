"""Applies the amendments of a rule set to a proposal: add a provision, strike those that match, set their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from policy_engine.measures.base import truth_of_tests
from policy_engine.operators import Truth
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import FieldType, record_types, records, with_value
from policy_engine.rules.conditions import Test
from policy_engine.rules.model import Amendment, Edit
from policy_engine.rules.resolve import Path, Problem, Resolver, near

_NEW_SECTION = "new section"


@dataclass(frozen=True, slots=True)
class ResolvedEdit:
    """An edit whose pattern was checked: the record type and tests that say which provisions it concerns."""

    edit: Edit
    record_type: str
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class ResolvedAmendment:
    """An amendment ready to be applied."""

    words: str
    edits: tuple[ResolvedEdit, ...]


def resolve_amendment(
    amendment: Amendment, parameters: Mapping[str, float], path: Path
) -> tuple[ResolvedAmendment, list[Problem]]:
    """Return the amendment with its patterns checked against the provision types, and what is wrong with them."""
    facts: Mapping[str, FieldType] = {}
    resolver = Resolver(facts, parameters)
    edits = []
    for index, edit in enumerate(amendment.edits):
        key, pattern = ("strike", edit.strike) if edit.strike is not None else ("where", edit.where)
        here = (*path, "edits", index)
        record_type: str = ""
        tests: tuple[Test, ...] = ()
        if pattern is not None:
            record_type, tests = _pattern(resolver, dict(pattern), (*here, key))
        elif edit.add is not None and edit.add.get("type") not in record_types():
            hint = near(str(edit.add.get("type")), record_types(), "provision types")
            resolver.complain((*here, "add"), f"`{edit.add.get('type')}` is not a provision type", hint)
        edits.append(ResolvedEdit(edit, record_type, tests))
    return ResolvedAmendment(amendment.words, tuple(edits)), resolver.problems


def _pattern(resolver: Resolver, pattern: dict[str, Any], path: Path) -> tuple[str, tuple[Test, ...]]:
    record_type = str(pattern.pop("provision", ""))
    if record_type not in record_types():
        hint = near(record_type, record_types(), "provision types and families")
        resolver.complain(path, f"`{record_type}` is not a provision type", hint)
        return "", ()
    return record_type, resolver.resolve_tests(record_type, pattern, path)


def amended(proposal: Proposal, amendment: ResolvedAmendment) -> Proposal:
    """Return the proposal with an amendment made; pydantic's ValidationError if the result is no proposal."""
    changed = proposal
    for resolved in amendment.edits:
        provisions: list[dict[str, Any]] = [
            provision.model_dump(exclude_unset=True, by_alias=True) for provision in changed.provisions
        ]
        concerned = _concerned(changed, resolved)
        if resolved.edit.add is not None:
            provisions.append(_added(resolved.edit.add, {str(p["id"]) for p in provisions}))
        elif resolved.edit.strike is not None:
            provisions = [given for index, given in enumerate(provisions) if index not in concerned]
        for path, value in (resolved.edit.set_fields or {}).items():
            for index in concerned:
                provisions[index] = with_value(provisions[index], path, value)
        data = {**changed.model_dump(exclude_unset=True, by_alias=True), "provisions": provisions}
        changed = Proposal.model_validate(data)
    return changed


def _concerned(proposal: Proposal, resolved: ResolvedEdit) -> frozenset[int]:
    """Return the provisions that a pattern matches for certain, or may match: both would have to be mended."""
    return frozenset(
        record.provision
        for record in records(proposal)
        if record.type == resolved.record_type and truth_of_tests(resolved.tests, record.values) is not Truth.FALSE
    )


def _added(given: Mapping[str, Any], taken: Iterable[str]) -> dict[str, Any]:
    names = set(taken)
    base = f"new-{str(given['type']).replace('_', '-')}"
    name = next(n for n in (base, *(f"{base}-{number}" for number in range(2, 2002))) if n not in names)
    return {"id": name, "cite": _NEW_SECTION, **given}
