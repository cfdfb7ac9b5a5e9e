"""Asks CLIPS, with the facts that its rules read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import clips
from reading import drive, values


def prepare(rules: str) -> Callable[[Any], Iterable[str]]:
    """Build the rules, which stay for all documents."""
    given = json.loads(rules)
    environment = clips.Environment()
    for rule in given["rules"]:
        environment.build(rule)
    found = environment.find_template("violated")

    def judge(data: Any) -> list[str]:
        environment.reset()
        examined = data["examined"]
        for topic in [examined] if isinstance(examined, str) else examined:
            environment.assert_string(f"(examined {topic})")
        for number, record in enumerate(data.get("provisions", ())):
            environment.assert_string(f"(provision {number} {record['type']})")
        for number, path, value in values(data, given["paths"]):
            environment.assert_string(_fact(number, path, value))
        environment.run()
        return [str(fact["name"]) for fact in found.facts()]

    return judge


def _fact(number: int | str, path: str, value: Any) -> str:
    if isinstance(value, list):
        return f"(words {number} {path} {' '.join(value)})"
    spelled = str(value).lower() if isinstance(value, bool) else str(value)
    return f"(value {number} {path} {spelled})"


if __name__ == "__main__":
    drive(prepare)
