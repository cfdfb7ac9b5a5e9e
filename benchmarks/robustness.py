"""The record of what was done to the tool and what came out, and the page that is written from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parent / "robustness.json"


def recorded() -> dict[str, Any]:
    """Return the figures of the last run of each attack."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    return found


def record(attack: str, figures: dict[str, Any]) -> None:
    """Keep the figures of a run in place of those of the last one."""
    text = json.dumps({**recorded(), attack: figures}, indent=2, sort_keys=True)
    RECORD.write_text(text + "\n", encoding="utf-8")
