"""Memory of this process and of the engine's process over many assessments.

Run: python benchmarks/soak.py [COUNT [LENS]], on Linux. The figures stand in docs/performance.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

from policy_engine.assessment import Assessor
from policy_engine.loading import load_lens, load_proposal

ROOT = Path(__file__).parent.parent


def resident_megabytes(process: int | str) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    files = sorted((ROOT / "proposals").rglob("*.yaml"))
    proposals = [load_proposal(str(file)) for file in files]
    with Assessor(load_lens(*sys.argv[2:3]), "durable") as assessor:
        for number in range(count + 1):
            assessor.assess(proposals[number % len(proposals)])
            if number % max(count // 5, 1) == 0:
                worker = assessor.worker_process
                here, there = resident_megabytes("self"), resident_megabytes(worker)
                print(f"{number}: {here:.1f} MB here, {there:.1f} MB in the worker")


if __name__ == "__main__":
    main()
