"""The reference of criteria, operators, measures, schemas and types, printed from the code and the rule sets."""

from __future__ import annotations

import json
from collections.abc import Iterator

from policy_engine.loading import LoadedLens
from policy_engine.measures import MEASURES
from policy_engine.operators import OPERATORS
from policy_engine.proposals.records import FAMILIES, instrument_facts, members, record_types
from policy_engine.reports.json_schemas import schema_text
from policy_engine.reports.names import SCHEMAS


def render(rules: LoadedLens) -> str:
    """Return the page as Markdown."""
    return "\n".join([*_criteria(rules), *_operators(), *_measures(), *_facts(rules), *_schemas(), *_types()]) + "\n"


def _criteria(rules: LoadedLens) -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Generated from the code and the rule sets; `tests/test_documents.py` keeps it fresh."
    yield ""
    yield "## Criteria"
    yield ""
    yield "| id | kind | severity | question |"
    yield "|---|---|---|---|"
    for compiled in rules.criteria:
        criterion = compiled.criterion
        yield f"| {criterion.id} | {criterion.kind} | {criterion.severity} | {criterion.question} |"
    yield ""


def _operators() -> Iterator[str]:
    yield "## Operators"
    yield ""
    yield "| operator | works on | operand | reads |"
    yield "|---|---|---|---|"
    for row in OPERATORS.values():
        yield f"| `{row.name}` | {', '.join(sorted(row.fields))} | {row.operand} | {row.phrase.format(operand='…')} |"
    yield ""


def _measures() -> Iterator[str]:
    yield "## Measures"
    yield ""
    yield "| measure | gives | needs | meaning |"
    yield "|---|---|---|---|"
    for measure in MEASURES.values():
        yield f"| `{measure.name}` | {measure.kind} | {measure.needs or 'nothing'} | {measure.meaning} |"
    yield ""


def _facts(rules: LoadedLens) -> Iterator[str]:
    yield "## Facts"
    yield ""
    yield "| fact | meaning |"
    yield "|---|---|"
    for name, kind in instrument_facts().items():
        yield f"| `{name}` | {kind.description or 'As the proposal states it.'} |"
    for name, meaning in sorted(rules.program.meanings.items()):
        yield f"| `{name}` | {meaning} |"
    yield ""


def _schemas() -> Iterator[str]:
    yield "## JSON Schemas"
    yield ""
    yield "`policy-engine schema NAME` prints one; `policy_engine/schemas/` holds all."
    yield ""
    yield "| schema | of |"
    yield "|---|---|"
    for name in SCHEMAS:
        schema = json.loads(schema_text(name))
        written = schema["properties"].get("schema", {}).get("const")
        yield f"| `{name}` | {schema.get('description') or f'What is written with `--format json` as `{written}`.'} |"
    yield ""


def _types() -> Iterator[str]:
    yield "## Provision types and families"
    for name, fields in record_types().items():
        yield ""
        family = f" (family of {', '.join(members(name))})" if name in FAMILIES else ""
        yield f"### {name}{family}"
        yield ""
        yield "| field | kind | meaning |"
        yield "|---|---|---|"
        for path, kind in fields.items():
            words = f"{kind.kind}: {', '.join(kind.choices)}" if kind.choices else kind.kind
            yield f"| `{path}` | {words} | {kind.description} |"
