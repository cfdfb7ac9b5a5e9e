"""What is unknown in a text, as JSON: versioned, byte-identical for identical input."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from policy_engine.asking.questions import Question
from policy_engine.reports.json_report import plain
from policy_engine.results import Judgement

SCHEMA: Final = "policy-engine/ask/1"


def render(proposal: str, lens: str, now: Judgement, questions: Sequence[Question], version: str) -> str:
    """Return how a text is judged now, and every question with what each answer would make of it."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "policy-engine", "version": version},
        "proposal": proposal,
        "lens": lens,
        "now": plain(now),
        "questions": [plain(question) for question in questions],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
