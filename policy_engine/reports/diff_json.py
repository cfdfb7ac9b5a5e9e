"""The JSON of a comparison: versioned, without time or host, byte-identical for identical input."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from policy_engine.reports.input import DifferenceInput
from policy_engine.reports.json_report import plain
from policy_engine.reports.phrases import ON_PAPER
from policy_engine.reports.points import shown

SCHEMA: Final = "policy-engine/diff/1"
_DECIMALS: Final = 2


def render(report: DifferenceInput) -> str:
    """Return the comparison as indented JSON; the shares add up to the difference of the scores as written."""
    texts, lenses = report.texts, report.lenses
    if texts is not None:
        texts = replace(texts, attribution=shown(texts.attribution, texts.old, texts.new, _DECIMALS))
    if lenses is not None:
        read = tuple(
            replace(text, attribution=shown(text.attribution, text.old, text.new, _DECIMALS)) for text in lenses.texts
        )
        lenses = replace(lenses, texts=read)
    document = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": report.version},
        "note": ON_PAPER,
        "texts": plain(texts),
        "lenses": plain(lenses),
        "failures": [plain(fault) for fault in report.failures],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
