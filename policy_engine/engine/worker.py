"""The worker process: reads one JSON request a line, answers one JSON line; anything unexpected ends it."""

from __future__ import annotations

import gc
import os
import sys
from typing import BinaryIO

import orjson

from policy_engine.engine.driver import Driver
from policy_engine.rules.derivation import ContradictionError


def main() -> None:
    """Serve requests until standard input closes; what C code prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    driver = Driver(orjson.loads(sys.stdin.buffer.readline()))
    # The network stays as it is: the garbage collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    _answer(answers, {"ready": True})
    for line in sys.stdin.buffer:
        try:
            _answer(answers, driver.evaluate(orjson.loads(line)))
        except ContradictionError as error:
            _answer(answers, {"contradiction": str(error)})


def _answer(stream: BinaryIO, message: object) -> None:
    stream.write(orjson.dumps(message) + b"\n")
    stream.flush()


if __name__ == "__main__":
    main()
