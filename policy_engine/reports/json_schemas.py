"""JSON Schemas of the project's files, for editors, and of its reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, make_dataclass
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from policy_engine.amending.results import Amendments
from policy_engine.analysis.results import AgreementMap, Comparison
from policy_engine.analysis.sensitivity_results import Sensitivity
from policy_engine.asking.questions import Question
from policy_engine.configuration import Settings
from policy_engine.difference.model import LensDifference, TextDifference
from policy_engine.errors import Fault
from policy_engine.gate.baseline import Baseline
from policy_engine.gate.results import GateResult
from policy_engine.gate.waivers import WaiverFile
from policy_engine.loading.sets import ProposalSet
from policy_engine.patchwork.actors import Actor
from policy_engine.patchwork.index import Index
from policy_engine.proposals.model import Proposal
from policy_engine.reports import (
    amend_json,
    analysis_json,
    ask_json,
    compliance_json,
    conformance_json,
    diff_json,
    json_report,
    patchwork_json,
)
from policy_engine.reports.input import Law
from policy_engine.reports.patchwork_tables import Table
from policy_engine.results import Assessment, Judgement
from policy_engine.rules.lens import Lens
from policy_engine.rules.model import RuleSet
from policy_engine.runs.scenario import Scenario
from policy_engine.simulation.assumptions import Assumptions

_TEXT: Final = {"type": "string"}
_TEXT_OR_NULL: Final = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def schema_text(name: str) -> str:
    """Return the schema of a kind of file as JSON."""
    make: dict[str, Callable[[], dict[str, Any]]] = {
        "proposal": lambda: TypeAdapter(Proposal).json_schema(),
        "rules": lambda: TypeAdapter(RuleSet).json_schema(),
        "lens": lambda: TypeAdapter(Lens).json_schema(),
        "report": _report,
        "diff": _diff,
        "waivers": lambda: TypeAdapter(WaiverFile).json_schema(),
        "baseline": lambda: TypeAdapter(Baseline).json_schema(),
        "compare": _compare,
        "sensitivity": _sensitivity,
        "actor": lambda: TypeAdapter(Actor).json_schema(),
        "set": lambda: TypeAdapter(ProposalSet).json_schema(),
        "scenario": lambda: TypeAdapter(Scenario).json_schema(),
        "assumptions": lambda: TypeAdapter(Assumptions).json_schema(),
        "configuration": lambda: TypeAdapter(Settings).json_schema(),
        "amend": _amend,
        "ask": _ask,
        "patchwork": _patchwork,
        "conform": _conform,
        "comply": _comply,
    }
    schema = {"$schema": GenerateJsonSchema.schema_dialect, **make[name]()}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _report() -> dict[str, Any]:
    parts = {
        "note": {"type": "string"},
        "assessments": {"type": "array", "items": {"$ref": "#/$defs/Assessment"}},
        "failures": {"type": "array", "items": {"$ref": "#/$defs/Fault"}},
        "gate": {"anyOf": [{"$ref": "#/$defs/GateResult"}, {"type": "null"}]},
    }
    document = _document("Report", json_report.SCHEMA, parts, Assessment, GateResult, Fault, Law)
    # There only where the texts were judged among other laws.
    document["properties"]["context"] = _list_of(Law)
    return document


def _diff() -> dict[str, Any]:
    parts = {
        "note": {"type": "string"},
        "texts": {"anyOf": [{"$ref": "#/$defs/TextDifference"}, {"type": "null"}]},
        "lenses": {"anyOf": [{"$ref": "#/$defs/LensDifference"}, {"type": "null"}]},
        "failures": {"type": "array", "items": {"$ref": "#/$defs/Fault"}},
    }
    return _document("Difference", diff_json.SCHEMA, parts, TextDifference, LensDifference, Fault)


def _document(title: str, schema: str, parts: dict[str, Any], *models: type) -> dict[str, Any]:
    """Return the schema of a report: its version, the tool, and its parts, which are made of the models."""
    inner: dict[str, Any] = {}
    whole: dict[str, Any] = {}
    for model in models:
        made = TypeAdapter(_reported(model)).json_schema(ref_template="#/$defs/{model}")
        inner |= made.pop("$defs", {})
        whole[model.__name__] = made
    definitions = {**inner, **dict(sorted(whole.items()))}
    for definition in definitions.values():
        if definition.get("properties"):
            definition["required"] = list(definition["properties"])
            definition["additionalProperties"] = False
    return {
        "title": title,
        "type": "object",
        "required": ["schema", "tool", *parts],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": schema},
            "tool": {
                "type": "object",
                "required": ["name", "version"],
                "properties": {"name": {"const": "policy-engine"}, "version": {"type": "string"}},
            },
            **parts,
        },
        "$defs": definitions,
    }


def _reported(model: type) -> type:
    """Return a result type without the fields that no report shows, of which pydantic knows nothing."""
    if all(field.metadata.get("reported", True) for field in fields(model)):
        return model
    hints = get_type_hints(model)
    kept = [(field.name, hints[field.name]) for field in fields(model) if field.metadata.get("reported", True)]
    made = make_dataclass(model.__name__, kept)
    made.__doc__ = model.__doc__
    return made


def _compare() -> dict[str, Any]:
    parts = {
        "comparison": {"anyOf": [{"$ref": "#/$defs/Comparison"}, {"type": "null"}]},
        "agreement": {"anyOf": [{"$ref": "#/$defs/AgreementMap"}, {"type": "null"}]},
    }
    return _document("Compare", analysis_json.COMPARE_SCHEMA, parts, Comparison, AgreementMap)


def _sensitivity() -> dict[str, Any]:
    parts = {"sensitivity": {"$ref": "#/$defs/Sensitivity"}}
    return _document("Sensitivity", analysis_json.SENSITIVITY_SCHEMA, parts, Sensitivity)


def _amend() -> dict[str, Any]:
    parts = {"amend": {"$ref": "#/$defs/Amendments"}}
    return _document("Amendments", amend_json.SCHEMA, parts, Amendments)


def _ask() -> dict[str, Any]:
    parts = {
        "proposal": _TEXT,
        "lens": _TEXT,
        "now": {"$ref": "#/$defs/Judgement"},
        "questions": _list_of(Question),
    }
    return _document("Inquiry", ask_json.SCHEMA, parts, Judgement, Question)


def _patchwork() -> dict[str, Any]:
    parts = {
        "note": _TEXT,
        "as_of": _TEXT_OR_NULL,
        "texts": _list_of(patchwork_json.TextShown),
        "index": {"$ref": "#/$defs/Index"},
        "tables": _list_of(Table),
        "displacement": {"anyOf": [{"$ref": "#/$defs/DisplacementShown"}, {"type": "null"}]},
        "failures": _list_of(Fault),
    }
    models = (patchwork_json.TextShown, Index, Table, patchwork_json.DisplacementShown, Fault)
    document = _document("Patchwork", patchwork_json.SCHEMA, parts, *models)
    # Computed from the others.
    index = document["$defs"]["Index"]
    index["properties"]["arithmetic"] = _TEXT
    index["required"].append("arithmetic")
    return document


def _conform() -> dict[str, Any]:
    departures = _list_of(conformance_json.DepartureShown)
    parts = {
        "text": _TEXT,
        "baseline": _TEXT,
        "departures": departures,
        "amendment": {"anyOf": [{"$ref": "#/$defs/AmendmentDrafted"}, {"type": "null"}]},
        "remaining": departures,
    }
    models = (conformance_json.DepartureShown, conformance_json.AmendmentDrafted)
    return _document("Conformance", conformance_json.SCHEMA, parts, *models)


def _comply() -> dict[str, Any]:
    parts = {
        "note": _TEXT,
        "actor": _TEXT,
        "as_of": {"type": "string", "format": "date"},
        "actions": _list_of(compliance_json.ActionDue),
        "core": _list_of(compliance_json.Demand),
        "conditional": {"type": "array", "items": _TEXT},
    }
    return _document("Compliance", compliance_json.SCHEMA, parts, compliance_json.ActionDue, compliance_json.Demand)


def _list_of(model: type) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{model.__name__}"}}
