"""Asks the ZEN engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import zen
from reading import drive


def prepare(rules: str) -> Callable[[Any], Iterable[str]]:
    """Make the decision, which stays for all documents."""
    decision = zen.ZenEngine().create_decision(rules)

    def judge(data: Any) -> list[str]:
        answer = decision.evaluate({"provisions": [], **data})["result"]
        return [name for name, value in answer.items() if value is True]

    return judge


if __name__ == "__main__":
    drive(prepare)
