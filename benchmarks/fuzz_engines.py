"""Differential fuzzing of durable-rules against the plain evaluator, with random programs and odd proposals.

Run: python benchmarks/fuzz_engines.py SECONDS [SEED]. It ends with the first seed on which they differ or a worker is
lost. `benchmarks/sanitized_engine.py` runs it on a build that ends at the first memory error.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any

from hypothesis import given, seed, settings
from odd_proposals import QUIET, proposals
from random_programs import Maker

from policy_engine.engine.client import DurableEngine
from policy_engine.loading import load_all_rules, load_lens
from policy_engine.proposals.model import Proposal
from policy_engine.reference import PlainEvaluator
from policy_engine.situation import situation_of

SITUATIONS = 25


def random_program(number: int, tried: Counter[str]) -> None:
    """Compare on random situations under one random program."""
    maker = Maker(number)
    program = maker.program()
    plain, durable = PlainEvaluator(program), DurableEngine(program)
    try:
        for _ in range(SITUATIONS):
            situation = maker.situation()
            if durable.infer(situation) != plain.infer(situation):
                raise AssertionError(f"the evaluators differ on a situation of seed {number}")
            tried["situations"] += 1
        if durable.restarts:
            raise AssertionError(f"a worker was lost at seed {number}")
    finally:
        durable.close()
    tried["programs"] += 1


class Shipped:
    """Compares on odd proposals under the shipped rules."""

    def __init__(self, tried: Counter[str]) -> None:
        """Start both evaluators for each lens."""
        programs = [load_lens().program, load_all_rules().program]
        self._pairs = [(program, PlainEvaluator(program), DurableEngine(program)) for program in programs]
        self._tried = tried

    def compare(self, number: int) -> None:
        """Compare on some proposals of a seed."""

        @seed(number)
        @settings(QUIET, max_examples=40)
        @given(proposals())
        def agree(data: dict[str, Any]) -> None:
            proposal = Proposal.model_validate(data)
            for program, plain, durable in self._pairs:
                situation = situation_of(program, proposal)
                if durable.infer(situation) != plain.infer(situation) or durable.restarts:
                    raise AssertionError(f"the evaluators differ, or a worker was lost, at seed {number}")
                self._tried["odd proposals"] += 1

        agree()

    def close(self) -> None:
        """End the engines."""
        for _, _, durable in self._pairs:
            durable.close()


def main() -> None:
    """Fuzz for some time, and print the figures as one line of JSON."""
    end = time.monotonic() + float(sys.argv[1])
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    tried: Counter[str] = Counter()
    shipped = Shipped(tried)
    try:
        while time.monotonic() < end:
            random_program(number, tried)
            if number % 10 == 0:
                shipped.compare(number)
            number += 1
    finally:
        shipped.close()
    print(json.dumps(tried))


if __name__ == "__main__":
    main()
