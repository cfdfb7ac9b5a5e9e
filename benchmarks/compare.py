"""How long 10,000 draws over the shipped proposals take, and what it takes to assess and complete them before.

Run: python benchmarks/compare.py [DRAWS [COMPLETIONS]]. The figures stand in docs/performance.md.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path

from policy_engine.analysis.comparison import compare
from policy_engine.analysis.completions import Bank, bank_of
from policy_engine.analysis.results import Method
from policy_engine.assessment import Assessor
from policy_engine.loading import load_lens, load_proposal
from policy_engine.results import Assessment

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure and print."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    method = Method(draws, 0, "both", (), most)
    lens = load_lens()
    shipped = [load_proposal(str(file)) for file in sorted((ROOT / "proposals").rglob("*.yaml"))]
    with Assessor(lens, "plain") as assessor:
        start = time.perf_counter()
        assessments = [assessor.assess(loaded) for loaded in shipped]
        print(f"{len(shipped)} proposals assessed in {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    banks = [bank_of(lens, p, a, most, method.seed) for p, a in zip(shipped, assessments, strict=True)]
    count = sum(len(bank.scores) for bank in banks)
    print(f"{count} completions of their unknown facts evaluated in {time.perf_counter() - start:.2f} s")
    pairs = list(zip(assessments, banks, strict=True))
    report(f"{draws:,} draws over them, in their classes", pairs, method)
    one_class = [
        (dataclasses.replace(a, proposal=dataclasses.replace(a.proposal, scope_class="all")), b) for a, b in pairs
    ]
    report(f"{draws:,} draws, as if they were one class", one_class, method)


def report(what: str, pairs: list[tuple[Assessment, Bank]], method: Method) -> None:
    """Print the best of three times."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        compare(pairs, method)
        times.append(time.perf_counter() - start)
    print(f"{what}: {min(times):.2f} s")


if __name__ == "__main__":
    main()
