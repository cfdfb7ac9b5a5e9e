"""JSON Schemas of the project's files, for editors, and of its report."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from policy_engine.configuration import Settings
from policy_engine.errors import Fault
from policy_engine.gate.baseline import Baseline
from policy_engine.gate.results import GateResult
from policy_engine.gate.waivers import WaiverFile
from policy_engine.proposals.model import Proposal
from policy_engine.reports.json_report import SCHEMA
from policy_engine.results import Assessment
from policy_engine.rules.lens import Lens
from policy_engine.rules.model import RuleSet


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
    }
    schema = {"$schema": GenerateJsonSchema.schema_dialect, **make[name]()}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _report() -> dict[str, Any]:
    assessment = TypeAdapter(Assessment).json_schema(ref_template="#/$defs/{model}")
    gate = TypeAdapter(GateResult).json_schema(ref_template="#/$defs/{model}")
    fault = TypeAdapter(Fault).json_schema(ref_template="#/$defs/{model}")
    definitions = {**assessment.pop("$defs", {}), **gate.pop("$defs", {})}
    definitions |= {"Assessment": assessment, "Fault": fault, "GateResult": gate}
    for definition in definitions.values():
        if definition.get("properties"):
            definition["required"] = list(definition["properties"])
            definition["additionalProperties"] = False
    return {
        "title": "Report",
        "type": "object",
        "required": ["schema", "tool", "note", "assessments", "failures", "gate"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": SCHEMA},
            "tool": {
                "type": "object",
                "required": ["name", "version"],
                "properties": {"name": {"const": "policy-engine"}, "version": {"type": "string"}},
            },
            "note": {"type": "string"},
            "assessments": {"type": "array", "items": {"$ref": "#/$defs/Assessment"}},
            "failures": {"type": "array", "items": {"$ref": "#/$defs/Fault"}},
            "gate": {"anyOf": [{"$ref": "#/$defs/GateResult"}, {"type": "null"}]},
        },
        "$defs": definitions,
    }
