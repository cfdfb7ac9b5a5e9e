"""Asks regopy, the Rego interpreter in C++."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import regopy
from reading import drive


def prepare(rules: str) -> Callable[[Any], Iterable[str]]:
    """Load the module, which stays for all documents."""
    interpreter = regopy.Interpreter()
    interpreter.add_module("peers", rules)

    def judge(data: Any) -> list[str]:
        interpreter.set_input({"provisions": [], **data})
        answer = json.loads(str(interpreter.query("data.peers.violated")))
        return list(answer["expressions"][0])

    return judge


if __name__ == "__main__":
    drive(prepare)
