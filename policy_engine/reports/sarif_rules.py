"""A criterion as a rule of SARIF, with help in plain text and in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from policy_engine.reports.markdown_text import inert
from policy_engine.rules.model import Criterion, Severity

LEVELS: Final[dict[Severity, str]] = {"blocker": "error", "major": "error", "minor": "warning", "info": "note"}
_PROBLEMS: Final = {"error": "error", "warning": "warning", "note": "recommendation"}
# GitHub cuts longer ones.
_LONGEST_NAME: Final = 255
_LONGEST_DESCRIPTION: Final = 1024
_LEGAL: Final = ":/?#[]@!$&'()*+,;=%-._~"
_PLAIN_URL: Final = re.compile(r"https?://[^\s<>()\[\]]+\Z")


def rule(criterion: Criterion) -> dict[str, Any]:
    """Return the rule."""
    url = next((r.url for r in criterion.references if r.url), None)
    level = LEVELS[criterion.severity]
    described: dict[str, Any] = {
        "id": criterion.id,
        "name": criterion.title[:_LONGEST_NAME],
        "shortDescription": {"text": criterion.title[:_LONGEST_DESCRIPTION]},
        "fullDescription": {"text": criterion.question[:_LONGEST_DESCRIPTION]},
        "help": {"text": "\n\n".join(_text(criterion)), "markdown": "\n".join(_markdown(criterion)) + "\n"},
        "defaultConfiguration": {"level": level},
        "properties": {
            "severity": criterion.severity,
            "kind": criterion.kind,
            "tags": ["policy", criterion.kind, criterion.severity],
            "problem.severity": _PROBLEMS[level],
        },
    }
    return {**described, "helpUri": quote(url, safe=_LEGAL)} if url else described


def _parts(criterion: Criterion) -> Iterator[tuple[str, str]]:
    for label, text in (
        ("Definition", criterion.definition),
        ("Rationale", criterion.rationale),
        ("A critic says", criterion.counter_argument),
        ("Fix", criterion.fix.words),
    ):
        if text:
            yield label, text


def _text(criterion: Criterion) -> Iterator[str]:
    yield criterion.question
    yield from (f"{label}: {text}" for label, text in _parts(criterion))
    yield from (f"{r.source}, {r.locator}: {r.says}" for r in criterion.references)


def _markdown(criterion: Criterion) -> Iterator[str]:
    yield from (f"**{inert(criterion.question)}**", "")
    for label, text in _parts(criterion):
        yield from (f"**{label}.** {inert(text)}", "")
    yield from ("**Sources**", "")
    for reference in criterion.references:
        link = f" <{reference.url}>" if reference.url and _PLAIN_URL.match(reference.url) else ""
        yield f"- {inert(f'{reference.source}, {reference.locator}: {reference.says}')}{link}"
