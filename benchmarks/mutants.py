"""Mutation testing of the core modules (mutmut), and the figures of it.

Run: nox --session mutants [-- NAME…]; NAME limits the run, as in `policy_engine.scoring*`. Modules and tests are those
of `[tool.mutmut]` in pyproject.toml: tests that take seconds are left out, so that each mutant meets quick ones only.
A mutant of what runs when a module is imported survives unless a test calls it again: mutmut has imported it before.
The mutants lie in mutants/; what survived is listed there by `mutmut results`, and shown by `mutmut show NAME`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from robustness import record

FOLDER = Path("mutants")


def counted() -> dict[str, dict[str, int]]:
    """Return how many mutants of each module were made, killed, and survived."""
    found: dict[str, dict[str, int]] = {}
    for file in sorted(FOLDER.rglob("*.py.meta")):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].values()
        tried = Counter(_outcome(code) for code in codes if code is not None)
        if tried:
            module = file.relative_to(FOLDER).as_posix().removesuffix(".meta")
            found[module] = {"mutants": tried.total(), **tried}
    return found


def _outcome(code: int) -> str:
    """Return what the exit code of the tests says of a mutant; one whose tests hang is found too."""
    from mutmut.stats import status_by_exit_code

    status = str(status_by_exit_code[code])
    return "killed" if status in {"killed", "timeout"} else status.replace("no tests", "untested")


def main() -> None:
    """Run, print and record."""
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "2", *sys.argv[1:]], check=False)
    found = counted()
    for module, tried in found.items():
        print(f"{module}: {tried.get('killed', 0)} of {tried['mutants']} killed, {tried}")
    total = sum(tried["mutants"] for tried in found.values())
    killed = sum(tried.get("killed", 0) for tried in found.values())
    print(f"{killed} of {total} killed: {killed / total:.1%}")
    record("mutants", {"modules": found})


if __name__ == "__main__":
    main()
