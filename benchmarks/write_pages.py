"""Writes the generated pages of docs/ anew.

Run: python benchmarks/write_pages.py. The tests compare the pages with what this would write.
"""

from __future__ import annotations

from pathlib import Path

import reliability

from policy_engine.assessment import Assessor
from policy_engine.loading import DEFAULT_LENS, lens_names, load_all_rules, load_lens, load_proposal
from policy_engine.reports import index_page, reference_page, results_page, time_page
from policy_engine.simulation import load_scenario, simulate
from policy_engine.timeline import build_timeline

ROOT = Path(__file__).parent.parent
RUN_FORWARD = (
    "us/ca/sb-53",
    "us/ny/raise-chapter-96",
    "us/federal/hr-9925-frontier",
    "us/federal/s-2938",
    "us/federal/hr-1-sec-43201-house",
    "private/anthropic/advanced-ai-framework-2026-06",
)
SCENARIOS = ("uplift-not-ruled-out", "incident-with-deaths", "agency-late", "fast-diffusion")


def pages() -> dict[str, str]:
    """Return the text of every generated page, by its file name in docs/."""
    files = sorted((ROOT / "proposals").rglob("*.yaml"), key=lambda file: (file.parent, file))
    proposals = [load_proposal(str(file)) for file in files]
    names = (DEFAULT_LENS, *(name for name in lens_names() if name != DEFAULT_LENS))
    by_lens = {}
    for name in names:
        with Assessor(load_lens(name), "plain") as assessor:
            by_lens[name] = [assessor.assess(proposal) for proposal in proposals]
    texts = list(zip(proposals, by_lens[DEFAULT_LENS], strict=True))
    return {
        "reference.md": reference_page.render(load_all_rules()),
        "results.md": results_page.render(by_lens),
        "proposals.md": index_page.render(texts, str(ROOT / "proposals"), "../proposals"),
        "reliability.md": reliability.render(),
        **time_pages(),
    }


def time_pages() -> dict[str, str]:
    """Return the page of texts run forward, and its pictures."""
    laws = [load_proposal(str(ROOT / "proposals" / f"{name}.yaml")).proposal for name in RUN_FORWARD]
    scenarios = [load_scenario(str(ROOT / "scenarios" / f"{name}.yaml")) for name in SCENARIOS]
    results = [simulate(law, scenario, engine="plain") for scenario in scenarios for law in laws]
    timelines = {
        law.id: build_timeline(law, enacted=law.status.enacted or scenarios[0].enacted, last=scenarios[0].until)
        for law in laws
    }
    pictures = {f"pictures/time-{law}.svg": text for law, text in time_page.pictures_of(results).items()}
    return {"time.md": time_page.render(scenarios, results, timelines, "pictures"), **pictures}


def main() -> None:
    """Write the pages."""
    (ROOT / "docs" / "pictures").mkdir(exist_ok=True)
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
