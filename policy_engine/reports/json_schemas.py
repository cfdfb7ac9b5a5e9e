"""JSON Schemas of the project's files, for editors, and of its report."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from policy_engine.analysis.results import AgreementMap, Comparison
from policy_engine.analysis.sensitivity_results import Sensitivity
from policy_engine.configuration import Settings
from policy_engine.errors import Fault
from policy_engine.gate.baseline import Baseline
from policy_engine.gate.results import GateResult
from policy_engine.gate.waivers import WaiverFile
from policy_engine.proposals.model import Proposal
from policy_engine.reports.analysis_json import COMPARE_SCHEMA, SENSITIVITY_SCHEMA
from policy_engine.reports.json_report import SCHEMA
from policy_engine.results import Assessment
from policy_engine.rules.lens import Lens
from policy_engine.rules.model import RuleSet

_TOOL: Final = {
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
        "compare": _compare,
        "sensitivity": _sensitivity,
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


def _compare() -> dict[str, Any]:
    parts = {"comparison": Comparison, "agreement": AgreementMap}
    return _analysis("Compare", COMPARE_SCHEMA, parts, optional=True)


def _sensitivity() -> dict[str, Any]:
    return _analysis("Sensitivity", SENSITIVITY_SCHEMA, {"sensitivity": Sensitivity}, optional=False)


def _analysis(title: str, schema: str, parts: dict[str, Any], *, optional: bool) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {"schema": {"const": schema}, "tool": _TOOL}
    for name, model in parts.items():
        found = TypeAdapter(model).json_schema(ref_template="#/$defs/{model}")
        definitions |= {**found.pop("$defs", {}), model.__name__: found}
        reference = {"$ref": f"#/$defs/{model.__name__}"}
        properties[name] = {"anyOf": [reference, {"type": "null"}]} if optional else reference
    _close(definitions)
    return {
        "title": title,
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
        "$defs": definitions,
    }


def _close(definitions: dict[str, Any]) -> None:
    """Ask for every field of each model, and for no other."""
    for definition in definitions.values():
        if definition.get("properties"):
            definition["required"] = list(definition["properties"])
            definition["additionalProperties"] = False
