"""Coverage-guided fuzzing (atheris) of loader, JSON loader, rule compiler and report writers.

Run: python benchmarks/fuzz_coverage.py TARGET SECONDS [FOLDER]; TARGET is yaml, json, rules or reports. Needs
`pip install atheris`. An input that ends in anything but one of the project's own errors, or a report that its reader
cannot read, stops the run, and atheris writes the input to the working folder. The figures go to robustness.json.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris
from robustness import record

with atheris.instrument_imports(include=["policy_engine"]):
    from report_readers import HOLDS

    from policy_engine.assessment import Assessor
    from policy_engine.errors import PolicyEngineError
    from policy_engine.loading import load_lens, proposal_from_json, proposal_from_yaml, read_json, respelled
    from policy_engine.reports import render
    from policy_engine.reports.input import ReportInput
    from policy_engine.reports.names import FORMATS

ROOT = Path(__file__).parent.parent
SMALL = (ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml").read_bytes()
RULES = (ROOT / "policy_engine/scaffold/rule-set.yaml").read_bytes()
COUNTS = {"executions": 0, "accepted": 0}


def accepted(call: Callable[[], object]) -> bool:
    """Tell whether a call succeeds; the project's own errors are answers too, all others are findings."""
    COUNTS["executions"] += 1
    try:
        call()
    except PolicyEngineError as error:
        str(error)
        return False
    COUNTS["accepted"] += 1
    return True


def yaml(data: bytes) -> None:
    """Read YAML as a proposal."""
    accepted(lambda: proposal_from_yaml(data, "fuzz"))


def json_text(data: bytes) -> None:
    """Read JSON as a proposal."""
    try:
        raw = respelled(read_json(data.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        COUNTS["executions"] += 1
        return
    accepted(lambda: proposal_from_json(raw, "fuzz"))


class Rules:
    """Compiles a rule set, in a folder of its own, under a lens that names it alone."""

    def __init__(self, folder: Path) -> None:
        """Write the lens."""
        self._folder = folder
        lens = (
            "id: fuzz\ntitle: Fuzz\nas_of: 2026-01-01\nversion: 1.0.0\nauthor: nobody\n"
            "description: For fuzzing.\nrule_sets: [sample]\n"
        )
        (folder / "lenses").mkdir(exist_ok=True)
        (folder / "lenses/fuzz.yaml").write_text(lens, encoding="utf-8")

    def __call__(self, data: bytes) -> None:
        """Compile, and judge a text by whatever compiles."""
        (self._folder / "sample.yaml").write_bytes(data)
        loaded: list[Any] = []
        if accepted(lambda: loaded.append(load_lens("fuzz", str(self._folder)))):
            with Assessor(loaded[0], "plain") as assessor:
                accepted(lambda: assessor.assess(proposal_from_yaml(SMALL, "small")))


class Reports:
    """Writes every report of whatever is a proposal, and reads it again with the reader of its format."""

    def __init__(self) -> None:
        """Make the assessor."""
        self._assessor = Assessor(load_lens(str(ROOT / "benchmarks/five_principles.yaml")), "plain")
        self._criteria = {c.criterion.id: c.criterion for c in self._assessor.lens.criteria}

    def __call__(self, data: bytes) -> None:
        """Write and read again."""
        made: list[Any] = []

        def assess() -> None:
            loaded = proposal_from_yaml(data, "fuzz.yaml")
            made.append((loaded, *self._assessor.assess_and_prove(loaded)))

        if not accepted(assess):
            return
        loaded, assessment, proofs = made[0]
        lines = {"fuzz.yaml": loaded.document.lines}
        trees = {("fuzz.yaml", name): found for name, found in proofs.items()}
        bands = self._assessor.lens.bands
        report = ReportInput((assessment,), (), lines, "0", self._criteria, bands, trees, None)
        for name in FORMATS:
            HOLDS[name](render(name, report))


def main() -> None:
    """Fuzz one target for some time."""
    target, seconds = sys.argv[1], int(sys.argv[2])
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp())
    corpus = folder / target
    corpus.mkdir(parents=True, exist_ok=True)
    rules = folder / "compiled"
    rules.mkdir(exist_ok=True)
    if target in {"yaml", "reports"}:
        for file in [*(ROOT / "tests/hostile").glob("*.yaml"), *(ROOT / "proposals").rglob("*.yaml")]:
            (corpus / file.name).write_bytes(file.read_bytes())
    elif target == "json":
        proposal = proposal_from_yaml(SMALL, "small").proposal
        (corpus / "small.json").write_text(proposal.model_dump_json(exclude_unset=True, by_alias=True), "utf-8")
    else:
        (corpus / "sample.yaml").write_bytes(RULES)
    made = {"yaml": lambda: yaml, "json": lambda: json_text, "rules": lambda: Rules(rules), "reports": Reports}
    run = made[target]()

    def once(data: bytes) -> None:
        run(data)
        # libFuzzer ends the process by itself, so that nothing could be told after the last input.
        if COUNTS["executions"] % 500 == 0:
            record(f"coverage {target}", {"seconds": seconds, **COUNTS})

    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            "-max_len=20000",
            "-timeout=30",
            "-print_final_stats=1",
            str(corpus),
        ],
        once,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
