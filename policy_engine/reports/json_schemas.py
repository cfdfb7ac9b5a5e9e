"""JSON Schemas of the project's files, for editors, and of its report."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from policy_engine.amending.results import Amendments
from policy_engine.configuration import Settings
from policy_engine.errors import Fault
from policy_engine.gate.baseline import Baseline
from policy_engine.gate.results import GateResult
from policy_engine.gate.waivers import WaiverFile
from policy_engine.proposals.model import Proposal
from policy_engine.reports import amend_json
from policy_engine.reports.json_report import SCHEMA
from policy_engine.results import Assessment
from policy_engine.rules.lens import Lens
from policy_engine.rules.model import RuleSet

_TOOL: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["name", "version"],
    "properties": {"name": {"const": "policy-engine"}, "version": {"type": "string"}},
}


def schema_text(name: str) -> str:
    """Return the schema of a kind of file as JSON."""
    make: dict[str, Callable[[], dict[str, Any]]] = {
        "proposal": lambda: TypeAdapter(Proposal).json_schema(),
        "rules": lambda: TypeAdapter(RuleSet).json_schema(),
        "lens": lambda: TypeAdapter(Lens).json_schema(),
        "report": _report,
        "waivers": lambda: TypeAdapter(WaiverFile).json_schema(),
        "baseline": lambda: TypeAdapter(Baseline).json_schema(),
        "configuration": lambda: TypeAdapter(Settings).json_schema(),
        "amend": _amend,
    }
    schema = {"$schema": GenerateJsonSchema.schema_dialect, **make[name]()}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _report() -> dict[str, Any]:
    assessment = TypeAdapter(Assessment).json_schema(ref_template="#/$defs/{model}")
    gate = TypeAdapter(GateResult).json_schema(ref_template="#/$defs/{model}")
    fault = TypeAdapter(Fault).json_schema(ref_template="#/$defs/{model}")
    definitions = {**assessment.pop("$defs", {}), **gate.pop("$defs", {})}
    definitions |= {"Assessment": assessment, "Fault": fault, "GateResult": gate}
    _close(definitions)
    return {
        "title": "Report",
        "type": "object",
        "required": ["schema", "tool", "assessments", "failures", "gate"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": SCHEMA},
            "tool": _TOOL,
            "assessments": {"type": "array", "items": {"$ref": "#/$defs/Assessment"}},
            "failures": {"type": "array", "items": {"$ref": "#/$defs/Fault"}},
            "gate": {"anyOf": [{"$ref": "#/$defs/GateResult"}, {"type": "null"}]},
        },
        "$defs": definitions,
    }


def _amend() -> dict[str, Any]:
    answer = TypeAdapter(Amendments).json_schema(ref_template="#/$defs/{model}")
    definitions = {**answer.pop("$defs", {}), "Amendments": answer}
    del answer["properties"][amend_json.NOT_REPORTED]
    _close(definitions)
    return {
        "title": "Amendments",
        "type": "object",
        "required": ["schema", "tool", "amend"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": amend_json.SCHEMA},
            "tool": _TOOL,
            "amend": {"$ref": "#/$defs/Amendments"},
        },
        "$defs": definitions,
    }


def _close(definitions: dict[str, dict[str, Any]]) -> None:
    """Let every object have exactly the keys that it lists."""
    for definition in definitions.values():
        if definition.get("properties"):
            definition["required"] = list(definition["properties"])
            definition["additionalProperties"] = False
