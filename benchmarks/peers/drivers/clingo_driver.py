"""Asks clingo: a fresh control for each document, as its programs are grounded with their facts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import clingo
from reading import drive, values

_LARGEST = 2**31 - 1


def prepare(rules: str) -> Callable[[Any], Iterable[str]]:
    """Keep the program, which is grounded anew for each document."""
    given = json.loads(rules)

    def judge(data: Any) -> list[str]:
        control = clingo.Control(["--warn=none"])
        control.add("base", [], given["program"] + " ".join(_facts(data, given["paths"])))
        control.ground([("base", [])])
        with control.solve(yield_=True) as handle:
            model = handle.model()
            return [str(symbol.arguments[0]).upper() for symbol in model.symbols(shown=True)]

    return judge


def _facts(data: Any, paths: dict[str, list[str]]) -> Iterator[str]:
    examined = data["examined"]
    for topic in [examined] if isinstance(examined, str) else examined:
        yield f'examined("{topic}").'
    for number, record in enumerate(data.get("provisions", ())):
        yield f'provision({number},"{record["type"]}").'
    for number, path, value in values(data, paths):
        at = f'"{number}"' if isinstance(number, str) else number
        yield f'stated({at},"{path}").'
        for word in value if isinstance(value, list) else ():
            yield f'word({at},"{path}","{word}").'
        if isinstance(value, (bool, str)):
            yield f'value({at},"{path}","{str(value).lower() if isinstance(value, bool) else value}").'
        elif isinstance(value, (int, float)) and float(value).is_integer() and abs(value) <= _LARGEST:
            yield f'value({at},"{path}",number({int(value)})).'


if __name__ == "__main__":
    drive(prepare)
