"""Memory of this process and of the engine's process over many assessments.

Run: python benchmarks/soak.py [COUNT], on Linux. The figures stand in docs/performance.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

from policy_engine.compiler import Program
from policy_engine.engine.client import DurableEngine
from policy_engine.loading import load_lens, load_proposal
from policy_engine.situation import situation_of

ROOT = Path(__file__).parent.parent


def resident_megabytes(process: int | str) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    program: Program = load_lens().program
    files = sorted((ROOT / "proposals").rglob("*.yaml"))
    situations = [situation_of(program, load_proposal(str(file)).proposal) for file in files]
    engine = DurableEngine(program)
    for number in range(count + 1):
        engine.infer(situations[number % len(situations)])
        if number % (count // 5) == 0:
            worker = engine.worker_process
            print(
                f"{number}: {resident_megabytes('self'):.1f} MB here, {resident_megabytes(worker):.1f} MB in the worker"
            )
    engine.close()


if __name__ == "__main__":
    main()
