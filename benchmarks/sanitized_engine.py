"""Builds durable-rules with AddressSanitizer, in an environment of its own, and fuzzes it against the plain evaluator.

Run: python benchmarks/sanitized_engine.py SECONDS [SEED [FOLDER]]. Needs gcc with libasan, and the package index. Any
memory error in the C code ends a worker, is kept in FOLDER and makes the run fail. Figures go to robustness.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from robustness import record

from policy_engine.engine.client import DURABLE_VERSION

ROOT = Path(__file__).parent.parent
BENCHMARKS = Path(__file__).parent
NEEDED = ("annotated-types", "click", "hypothesis", "Jinja2", "numpy", "orjson", "pydantic", "PyYAML", "setuptools")
SANITIZER = "-fsanitize=address"
# The interpreter leaks on purpose. A report ends the worker; memory of Python is watched too, not pooled.
OPTIONS = "detect_leaks=0:halt_on_error=1:abort_on_error=1:detect_stack_use_after_return=1"


def built(folder: Path) -> Path:
    """Return the Python of an environment with the sanitized build; it is kept from run to run."""
    environment = folder / "environment"
    python = environment / "bin/python"
    if not python.exists():
        venv.create(environment, with_pip=True)
        pip = (str(python), "-m", "pip", "install", "--quiet")
        subprocess.run([*pip, *NEEDED], check=True)
        compilers = {"CC": f"gcc {SANITIZER} -fno-omit-frame-pointer -g -O1", "LDSHARED": f"gcc -shared {SANITIZER}"}
        from_source = ("--no-binary", "durable-rules", "--no-cache-dir", "--no-deps")
        command = [*pip, *from_source, f"durable-rules=={DURABLE_VERSION}"]
        subprocess.run(command, check=True, env={**os.environ, **compilers})
    return python


def library() -> str:
    """Return the path of the sanitizer's library; raises where the compiler has none."""
    said = subprocess.run(["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True)  # noqa: S607
    found = Path(said.stdout.strip())
    if not found.is_absolute():
        raise SystemExit("gcc has no libasan here")
    return str(found.resolve())


def watched(python: Path, reports: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a script with the sanitizer loaded into it and its workers."""
    environment = {
        **os.environ,
        "ASAN_OPTIONS": f"{OPTIONS}:log_path={reports / 'report'}",
        "LD_PRELOAD": library(),
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{BENCHMARKS}",
    }
    command = [str(python), "-W", "ignore", *arguments]
    return subprocess.run(command, check=False, env=environment, stdout=subprocess.PIPE, text=True)


# A known error, which the build must report, else the run would show nothing: a join on `id` reads what was freed.
KNOWN = """
from durable import engine


class Quiet(engine.Host):
    def _run(self):
        pass


def act(c):
    pass


joined = {"$and": [{"t": "x"}, {"covers": {"o": "id"}}]}
host = Quiet()
host.set_rulesets({"r": {"j": {"all": [{"o": {"t": "o"}}, {"x": joined}], "run": act}}})
host.assert_fact("r", {"sid": 1, "id": "A1", "t": "o"})
host.assert_fact("r", {"sid": 1, "id": "A2", "t": "x", "covers": "A1"})
"""


def main() -> None:
    """Build, see that the build reports a known error, fuzz, and record."""
    seconds = sys.argv[1]
    start = sys.argv[2] if len(sys.argv) > 2 else "0"
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    python = built(folder)
    for name in ("known", "found"):
        (folder / name).mkdir(exist_ok=True)
    watched(python, folder / "known", ["-c", KNOWN])
    if not list((folder / "known").iterdir()):
        raise SystemExit("the build does not report a memory error that is known; the run would show nothing")
    run = watched(python, folder / "found", [str(BENCHMARKS / "fuzz_engines.py"), seconds, start])
    reports = sorted(path.name for path in (folder / "found").iterdir())
    print(run.stdout, reports)
    if run.returncode or reports:
        raise SystemExit(f"see {folder / 'found'}")
    figures = json.loads(run.stdout.splitlines()[-1])
    record("sanitized_engine", {"seconds": float(seconds), "seed": int(start), "memory_errors": 0, **figures})


if __name__ == "__main__":
    main()
