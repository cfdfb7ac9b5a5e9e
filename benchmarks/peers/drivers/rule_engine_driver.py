"""Asks rule-engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import rule_engine
from reading import drive


def prepare(rules: str) -> Callable[[Any], Iterable[str]]:
    """Compile the expressions, which stay for all documents; what is not there is null."""
    context = rule_engine.Context(resolver=rule_engine.resolve_item, default_value=None)
    # A type that does not occur is an empty list.
    given = json.loads(rules)
    compiled = {name: rule_engine.Rule(text, context=context) for name, text in given["rules"].items()}

    def judge(data: Any) -> list[str]:
        whole = {**data, **{name: [] for name in given["types"]}}
        for record in data.get("provisions", ()):
            if record["type"] in given["types"]:
                whole[record["type"]].append(record)
        return [name for name, rule in compiled.items() if rule.matches(whole)]

    return judge


if __name__ == "__main__":
    drive(prepare)
