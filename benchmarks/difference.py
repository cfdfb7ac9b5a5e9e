"""How long a comparison takes, by the number of changes, and what its error bounds are when it samples.

Run: python benchmarks/difference.py. The figures stand in docs/performance.md.
"""

from __future__ import annotations

import time
from pathlib import Path

from policy_engine.assessment import Assessor
from policy_engine.difference import TextDifference, diff
from policy_engine.difference.lenses import LensComparer
from policy_engine.loading import LoadedProposal, load_lens, load_proposal

ROOT = Path(__file__).parent.parent
LENS = load_lens()


def shortened(loaded: LoadedProposal, count: int) -> LoadedProposal:
    """Return the proposal without its first provisions: as many changes."""
    return LoadedProposal(
        loaded.proposal.model_copy(update={"provisions": loaded.proposal.provisions[count:]}), loaded.document
    )


def timed(name: str, old: LoadedProposal, new: LoadedProposal) -> None:
    """Compare two texts and print what it took."""
    start = time.perf_counter()
    made: TextDifference = diff(old, new, LENS)
    seconds = time.perf_counter() - start
    attribution = made.attribution
    largest = max((max(s.low_error, s.high_error) for s in attribution.shares), default=0.0)
    orders = f", {attribution.permutations} orders, largest bound ±{largest:.2f}" if attribution.permutations else ""
    words = f"{len(made.changes)} changes, {attribution.players} that can move an outcome: {attribution.method}{orders}"
    print(f"{name}: {words}: {seconds:.2f} s")


def main() -> None:
    """Measure and print."""
    frontier = load_proposal(str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml"))
    for count in (1, 8, 12, 16, 40):
        timed(f"hr-9925-frontier without {count}", frontier, shortened(frontier, count))
    for old, new in (
        ("us/tx/hb-149-earlier-print", "us/tx/hb-149-enrolled"),
        ("us/tn/sb-1493-introduced", "us/tn/pc-1066-enacted"),
        ("us/ny/raise-2025-06", "us/ny/raise-chapter-96"),
        ("us/ca/sb-1047-enrolled", "us/ca/sb-53"),
    ):
        timed(f"{old} to {new}", *(load_proposal(str(ROOT / f"proposals/{name}.yaml")) for name in (old, new)))
    texts = [load_proposal(str(file)) for file in sorted((ROOT / "proposals").rglob("*.yaml"))]
    for other in ("amodei-2026-06", "precautionary"):
        start = time.perf_counter()
        with LensComparer(LENS, load_lens(other)) as comparer:
            players = max(comparer.compare(text).attribution.players for text in texts)
        seconds = time.perf_counter() - start
        print(f"{len(texts)} texts under {LENS.lens.id} and {other} (up to {players} principles): {seconds:.1f} s")
    with Assessor(LENS) as assessor:
        start = time.perf_counter()
        for text in texts:
            assessor.assess(text)
        print(f"for comparison, {len(texts)} assessments: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
