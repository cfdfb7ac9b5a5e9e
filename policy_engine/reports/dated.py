"""Results with days in them as JSON data."""

from __future__ import annotations

import datetime
from typing import Any

from policy_engine.reports.json_report import plain


def dated(value: Any) -> Any:
    """Return a result as JSON data; days are written in ISO 8601."""
    return _days(plain(value))


def _days(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _days(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_days(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value
