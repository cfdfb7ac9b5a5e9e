"""How many full assessments a second, how memory grows, and how time grows with provisions.

Run: python benchmarks/throughput.py [COUNT [LENS]]. The figures stand in docs/performance.md.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from policy_engine.assessment import Assessor
from policy_engine.engine.client import why_unavailable
from policy_engine.loading import LoadedProposal, load_lens, load_proposal

ROOT = Path(__file__).parent.parent


def memory_megabytes() -> float:
    """Return the largest memory of this process and of its worker so far."""
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(own, children) / 1024


def processor_seconds(worker: int) -> tuple[float, float]:
    """Return the processor time of this process, and of its worker where the system tells (Linux)."""
    schedule = Path(f"/proc/{worker}/schedstat")
    spent = int(schedule.read_text(encoding="ascii").split()[0]) / 1e9 if worker and schedule.exists() else 0.0
    return time.process_time(), spent


def widened(loaded: LoadedProposal, count: int) -> LoadedProposal:
    """Return the proposal with its provisions repeated, under new names, up to a count."""
    base = [provision for provision in loaded.proposal.provisions if provision.type != "preemption"]
    many = [base[n % len(base)].model_copy(update={"id": f"p{n}"}) for n in range(count)]
    return LoadedProposal(loaded.proposal.model_copy(update={"provisions": tuple(many)}), loaded.document)


def rounds_of(
    assessor: Assessor, texts: Sequence[LoadedProposal], count: int, rounds: int = 5
) -> tuple[list[float], list[tuple[float, float]]]:
    """Assess so many texts in each round; return rates, and processor milliseconds of each, here and in the engine."""
    rates, spent = [], []
    for _ in range(rounds):
        own, engines = processor_seconds(assessor.worker_process)
        start = time.perf_counter()
        for number in range(count):
            assessor.assess(texts[number % len(texts)])
        rates.append(count / (time.perf_counter() - start))
        own_now, engines_now = processor_seconds(assessor.worker_process)
        spent.append(((own_now - own) / count * 1000, (engines_now - engines) / count * 1000))
    return rates, spent


def shipped_texts() -> list[LoadedProposal]:
    """Return all shipped proposals."""
    return [load_proposal(str(file)) for file in sorted((ROOT / "proposals").rglob("*.yaml"))]


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    lens = load_lens(*sys.argv[2:3])
    shipped = shipped_texts()
    for engine in ("plain", "durable"):
        if engine == "durable" and why_unavailable():
            continue
        with Assessor(lens, engine) as assessor:
            rates, spent = rounds_of(assessor, shipped, count)
            print(f"{engine}: {statistics.median(rates):.0f} assessments/s (median of 5 x {count})")
            own_least, engines_least = min(spent, key=sum)
            print(f"  processor time of each: {own_least:.2f} ms here, {engines_least:.2f} ms in the engine's process")
            print(f"  memory so far {memory_megabytes():.0f} MB")
            for size in (5, 50, 500):
                proposal = widened(shipped[0], size)
                start = time.perf_counter()
                for _ in range(5):
                    assessor.assess(proposal)
                print(f"  {size} provisions: {(time.perf_counter() - start) / 5 * 1000:.1f} ms")


if __name__ == "__main__":
    main()
