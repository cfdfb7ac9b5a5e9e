"""Reads the paths given as a JSON list on standard input, in little memory; tells of each, one JSON line at once.

It runs as a process of its own, so that a hang or a crash of the reader is seen from outside.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from pathlib import Path

from policy_engine.errors import PolicyEngineError
from policy_engine.loading import load_proposal

SECONDS = 10
MEMORY = 300_000_000


def limit_memory() -> None:
    """Limit the address space to what is in use once everything is imported, and what an input may add."""
    status = Path("/proc/self/statm")
    if status.exists():
        used = int(status.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def peak_memory() -> int:
    """Return the most that this program used; what `getrusage` tells also counts the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.partition(":")[::2] for line in status.read_text(encoding="ascii").splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def answer(path: str) -> dict[str, object]:
    """Return the faults found in one file, or the name of an error that nobody meant."""
    try:
        load_proposal(path)
    except PolicyEngineError as error:
        return {"faults": [(f.file, f.line, f.column, f.message, f.hint) for f in error.faults], "error": None}
    except Exception as error:  # noqa: BLE001  whatever it is, the test names it
        return {"faults": [], "error": repr(error)}
    return {"faults": [], "error": None}


def main() -> None:
    """Answer for every path; the alarm's default action ends the process, also inside C code."""
    paths = json.load(sys.stdin)
    limit_memory()
    for path in paths:
        signal.alarm(SECONDS)
        told = answer(path)
        signal.alarm(0)
        print(json.dumps({**told, "peak": peak_memory()}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
