"""Measures the search for amendments: every shipped text to a target under a lens.

Run: python benchmarks/amendments.py [target] [lens]
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from policy_engine.amending.problem import problem_of
from policy_engine.amending.search import Limits, Search
from policy_engine.amending.targets import target_of
from policy_engine.assessment import Assessor
from policy_engine.loading import load_lens, load_proposal

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Search, and print what was found and the processor time that it took."""
    target = sys.argv[1] if len(sys.argv) > 1 else "mixed"
    lens = load_lens(*sys.argv[2:3])
    kinds: dict[str, int] = {}
    times: list[float] = []
    with Assessor(lens, "plain") as assessor:
        for file in sorted((ROOT / "proposals").rglob("*.yaml")):
            loaded = load_proposal(str(file))
            outcomes = {finding.criterion: finding.outcome for finding in assessor.assess(loaded).findings}
            start = time.process_time()
            problem = problem_of(lens, loaded.proposal, outcomes, target_of(target, lens.bands))
            found = Search(problem, Limits()).run(every=False)
            times.append(time.process_time() - start)
            kind = type(found).__name__.lower()
            kinds[kind] = kinds.get(kind, 0) + 1
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"{target} under {lens.lens.id}: {len(times)} texts: {counts}")
    print(f"processor time: {sum(times):.1f} s, median {statistics.median(times):.2f} s, longest {max(times):.1f} s")


if __name__ == "__main__":
    main()
