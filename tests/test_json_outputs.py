"""What `ask`, `patchwork`, `conform` and `comply` write as JSON holds to their schemas, which refuse anything else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from conftest import ROOT
from jsonschema import Draft202012Validator
from test_compliance import BAN, small_lab

from policy_engine import __version__
from policy_engine.cli.commands import policy_engine
from policy_engine.reports import compliance_json
from policy_engine.reports.json_schemas import schema_text

SB_53 = str(ROOT / "proposals/us/ca/sb-53.yaml")
SB_1047 = str(ROOT / "proposals/us/ca/sb-1047-enrolled.yaml")
RAISE = str(ROOT / "proposals/us/ny/raise-chapter-96.yaml")
FRONTIER = str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml")
MORATORIUM = str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")
SET = "set:us-frontier-2026"


def written(*arguments: str, code: int = 0) -> Any:
    """Return what a command writes as JSON."""
    result = CliRunner().invoke(policy_engine, [*arguments, "--format", "json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def valid(name: str, document: Any) -> None:
    """Hold a document against a schema, and the schema against what a schema may be."""
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, format_checker=jsonschema.FormatChecker())
    assert list(document) == schema["required"]
    assert document["tool"] == {"name": "policy-engine", "version": __version__}


@pytest.mark.parametrize("file", [SB_53, FRONTIER, MORATORIUM, SB_1047])
def test_ask(file: str) -> None:
    document = written("ask", file, "--isolated")
    valid("ask", document)
    assert document["lens"] == "article-2026-02"
    assert document["questions"]
    assert {question["kind"] for question in document["questions"]} <= {"field", "topic", "statement", "measure"}


@pytest.mark.parametrize(
    "arguments",
    [
        (SB_53,),
        (SET,),
        (SET, "--actor", "frontier-developer", "--actor", "small-lab", "--as-of", "2027-01-01"),
        (SET, "--with", MORATORIUM),
        (SET, "--with", FRONTIER),
    ],
)
def test_patchwork(arguments: tuple[str, ...]) -> None:
    document = written("patchwork", *arguments)
    valid("patchwork", document)
    assert (document["displacement"] is None) == ("--with" not in arguments)
    if "--with" in arguments:
        assert any(fate["substitute"] or fate["unprotected"] for fate in document["displacement"]["fates"])


def test_patchwork_with_a_fault(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: bad\n", encoding="utf-8")
    document = written("patchwork", SB_53, str(tmp_path / "bad.yaml"), code=3)
    valid("patchwork", document)
    assert document["failures"]


@pytest.mark.parametrize("pair", [(SB_1047, SB_53), (SB_53, RAISE), (RAISE, FRONTIER), (MORATORIUM, SB_53)])
def test_conform(pair: tuple[str, str]) -> None:
    document = written("conform", pair[0], "--to", pair[1])
    valid("conform", document)
    assert document["departures"]
    assert {tuple(edit) for edit in document["amendment"]["edits"]} <= {("add",), ("strike",), ("where", "set")}


@pytest.mark.parametrize("actor", ["frontier-developer", "small-lab", "hospital"])
def test_comply(actor: str) -> None:
    document = written("comply", SET, "--actor", actor, "--as-of", "2027-01-01")
    valid("comply", document)
    assert document["core"] == []
    assert all(duty["text"] and duty["cite"] for action in document["actions"] for duty in action["duties"])
    if actor == "frontier-developer":
        assert len(document["actions"]) > 5


def test_comply_with_a_core(tmp_path: Path) -> None:
    document = json.loads(compliance_json.render(small_lab(tmp_path, BAN), __version__))
    valid("comply", document)
    assert [demand["section"] for demand in document["core"]] == ["law sec. 1", None]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", ("ask", SB_53, "--isolated")),
        ("patchwork", ("patchwork", SB_53, RAISE, "--with", MORATORIUM)),
        ("conform", ("conform", SB_1047, "--to", SB_53)),
        ("comply", ("comply", SET, "--actor", "frontier-developer", "--as-of", "2027-01-01")),
    ],
)
def test_a_schema_refuses_what_lacks_a_field_or_has_another(name: str, arguments: tuple[str, ...]) -> None:
    document = written(*arguments)
    validator = Draft202012Validator(json.loads(schema_text(name)))
    tried = 0
    for changed in _damaged(document):
        assert not validator.is_valid(changed)
        tried += 1
    assert tried > 10


def _damaged(document: Any) -> Iterator[Any]:
    """Yield the document without one of its own fields in turn, and the same for the first item of each list."""
    for path in _objects(document, ()):
        for key in _at(document, path):
            damaged = copy.deepcopy(document)
            del _at(damaged, path)[key]
            yield damaged
        damaged = copy.deepcopy(document)
        _at(damaged, path)["praise"] = "good"
        if path != ("tool",):
            yield damaged


def _objects(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield where the objects are that have a fixed set of fields."""
    if isinstance(value, dict):
        yield path
        for key, inner in value.items():
            if key not in {"outcomes", "terms", "families", "value"}:
                yield from _objects(inner, (*path, key))
    elif isinstance(value, list) and value and not (path and path[-1] == "edits"):
        yield from _objects(value[0], (*path, 0))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value
