"""Asks jsonschema-rs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import jsonschema_rs
from reading import drive


def prepare(rules: str) -> Callable[[Any], Iterable[str]]:
    """Compile the schema; a message names the constraint as the property that is required."""
    validator = jsonschema_rs.validator_for(json.loads(rules))
    return lambda data: [re.findall(r'"(C\d+)"', error.message)[0] for error in validator.iter_errors(data)]


if __name__ == "__main__":
    drive(prepare)
