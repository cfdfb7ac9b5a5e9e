"""How much faster a variant is judged than evaluated afresh: every field of a proposal of fifty provisions, one by one.

Run: python benchmarks/what_if.py [COUNT]. The figures stand in docs/performance.md.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from policy_engine.assessment import Assessor
from policy_engine.engine.client import why_unavailable
from policy_engine.loading import LoadedProposal, load_lens, load_proposal

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Change each stated field of each provision to unknown, by turns with a fresh evaluation, and print the ratios."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    loaded = load_proposal(str(ROOT / "proposals/us/ca/sb-53.yaml"))
    base = loaded.proposal.provisions
    many = tuple(base[n % len(base)].model_copy(update={"id": f"p{n}"}) for n in range(count))
    big = LoadedProposal(loaded.proposal.model_copy(update={"provisions": many}), loaded.document)
    with Assessor(load_lens(), "plain" if why_unavailable() else "durable") as assessor:
        assessment = assessor.assess(big)
        assessment.what_if()
        ratios, strikes = [], []
        for provision in many:
            start = time.perf_counter()
            assessor.assess(big)
            fresh = time.perf_counter() - start
            optional = {name for name, info in type(provision).model_fields.items() if not info.is_required()}
            for field in sorted(provision.model_fields_set & optional - {"note", "confidence", "tags"}):
                start = time.perf_counter()
                assessment.what_if({provision.id: {field: None}})
                ratios.append(fresh / (time.perf_counter() - start))
            start = time.perf_counter()
            assessment.what_if({provision.id: None})
            strikes.append(fresh / (time.perf_counter() - start))
        for what, found in (("one field of one provision", ratios), ("one provision struck", strikes)):
            low, middle, high = statistics.quantiles(found, n=4)
            print(f"{what}: {middle:.0f} times as fast as a fresh evaluation, quartiles {low:.0f} and {high:.0f}")
            print(
                f"  {len(found)} variants of {count} provisions, least {min(found):.0f}; engine {assessor.engine_name}"
            )


if __name__ == "__main__":
    main()
