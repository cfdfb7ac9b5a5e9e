"""The worker process: reads one JSON request a line, answers one JSON line; anything unexpected ends it."""

from __future__ import annotations

import json
import os
import sys
from typing import BinaryIO

from policy_engine.engine.driver import Driver
from policy_engine.rules.derivation import ContradictionError


def main() -> None:
    """Serve requests until standard input closes; what C code prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    driver = Driver(json.loads(sys.stdin.buffer.readline()))
    _answer(answers, {"ready": True})
    for line in sys.stdin.buffer:
        try:
            _answer(answers, driver.evaluate(json.loads(line)))
        except ContradictionError as error:
            _answer(answers, {"contradiction": str(error)})


def _answer(stream: BinaryIO, message: object) -> None:
    stream.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    stream.flush()


if __name__ == "__main__":
    main()
