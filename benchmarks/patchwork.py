"""Measures the analysis of sets of synthetic texts, and how the time grows with their number.

Run: python benchmarks/patchwork.py [texts] [provisions]. Files are read from disk, as the command reads them; a federal
text that displaces them all is applied, and an actor's duties are listed.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from policy_engine import __version__
from policy_engine.loading import load_proposal
from policy_engine.patchwork import load_actor, patchwork
from policy_engine.reports import render_patchwork
from policy_engine.reports.input import PatchworkInput

_PERSONS = ("large_frontier_developers", "frontier_developers", "developers", "deployers", "compute_providers")
_SUBJECTS = ("frontier_models", "general_purpose_models", "ai_systems", "chatbots", "high_risk_systems", "compute")


def provision(number: int, chance: random.Random) -> dict[str, object]:
    """Return a provision of a kind that many texts share."""
    common = {
        "id": f"p{number}",
        "cite": f"sec. {number}",
        "mandatory": True,
        "persons": [chance.choice(_PERSONS)],
        "subjects": [chance.choice(_SUBJECTS)],
        "activities": [chance.choice(("any", "deployment", "use"))],
        "begins": {"days_after_enactment": chance.choice((0, 90, 365))},
    }
    kinds: tuple[dict[str, object], ...] = (
        {
            "type": "incident_report",
            "incident": chance.choice(("critical_safety_incident", "any_malfunction")),
            "deadline_hours": chance.choice((24, 72, 360)),
            "recipient": f"Bureau {chance.randrange(40)}",
        },
        {
            "type": "disclosure",
            "kind": chance.choice(("safety_framework", "system_card", "risk_report")),
            "interval_months": chance.choice((3, 6, 12)),
        },
        {"type": "evaluation", "of": chance.choice(("model_capability", "compliance")), "verifier": "third_party"},
        {"type": "safeguard", "kind": chance.choice(("record_keeping", "human_oversight"))},
        {"type": "individual_right", "rights": [chance.choice(("notice", "data_deletion", "appeal"))]},
        {"type": "whistleblower_protection", "protects_employees": True},
    )
    return {**common, **chance.choice(kinds)}


def texts(folder: Path, count: int, provisions: int) -> Iterator[str]:
    """Write synthetic texts, and yield their paths."""
    chance = random.Random(7)  # noqa: S311
    for number in range(count):
        data = {
            "id": f"text-{number}",
            "title": f"Text {number}",
            "jurisdiction": {"country": "US", "subdivision": f"US-{number % 50}", "level": "state"},
            "status": {"stage": "draft", "date": "@DAY@"},
            "version": {"print": "draft"},
            "scope_class": "frontier_duties",
            "sources": [{"url": "https://example.org", "read": "full_text"}],
            "how_to_check": "Synthetic.",
            "examined": "everything",
            "provisions": [provision(n, chance) for n in range(provisions)],
        }
        file = folder / f"text-{number}.yaml"
        written = yaml.dump(data, sort_keys=False, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
        file.write_text(written.replace("'@DAY@'", "2026-01-01"), encoding="utf-8")
        yield str(file)


def measured(count: int, provisions: int) -> str:
    """Return a row with times and memory for one size."""
    with tempfile.TemporaryDirectory() as name:
        files = list(texts(Path(name), count, provisions))
        begun = time.perf_counter()
        loaded = [load_proposal(file) for file in files]
        read = time.perf_counter()
        federal = load_proposal(str(Path(__file__).parent.parent / "proposals/us/federal/hr-1-sec-43201-house.yaml"))
        found = patchwork(loaded, actors=[load_actor("frontier-developer")], federal=federal)
        analysed = time.perf_counter()
        sizes = [
            len(render_patchwork(format_name, PatchworkInput(found, (), __version__)))
            for format_name in ("json", "svg")
        ]
        done = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    duties = sum(len(instrument.obligations) for instrument in found.instruments)
    return (
        f"{count} texts, {duties} duties: read {read - begun:.1f} s, analysed {analysed - read:.1f} s, JSON and SVG "
        f"{done - analysed:.1f} s ({sum(sizes) / 1e6:.0f} MB), whole {done - begun:.1f} s, {memory:.0f} MiB at most"
    )


def main() -> None:
    """Measure an eighth, a quarter, a half and the whole of the size asked for."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    provisions = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    for part in (8, 4, 2, 1):
        print(measured(max(count // part, 1), provisions))


if __name__ == "__main__":
    main()
