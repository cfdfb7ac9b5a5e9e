"""Writes the generated pages of docs/ anew.

Run: python benchmarks/write_pages.py. The tests compare the pages with what this would write.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import performance_page
import reliability
import robustness

from policy_engine.amending import amend
from policy_engine.assessment import Assessor
from policy_engine.loading import DEFAULT_LENS, files_of_set, lens_names, load_all_rules, load_lens, load_proposal
from policy_engine.patchwork import load_actor, patchwork
from policy_engine.patchwork.context import CONTEXT_LENS
from policy_engine.reports import amendments_page, index_page, patchwork_page, reference_page, results_page, time_page
from policy_engine.simulation import load_scenario, simulate
from policy_engine.timeline import build_timeline

ROOT = Path(__file__).parent.parent
AMENDED = (
    ("us/federal/hr-1-sec-43201-house.yaml", "no-veto"),
    ("us/federal/hr-1-sec-43201-house.yaml", "mixed"),
    ("us/tn/sb-1493-introduced.yaml", "no-veto"),
    ("us/tn/sb-1493-introduced.yaml", "mixed"),
    ("us/tx/hb-149-earlier-print.yaml", "meets"),
)
"""The texts and targets on the page of amendments."""
DISPLACING = (
    "us/federal/hr-1-sec-43201-house",
    "us/federal/hr-5388",
    "us/federal/hr-9925-frontier",
    "private/anthropic/advanced-ai-framework-2026-06",
)
RUN_FORWARD = (
    "us/ca/sb-53",
    "us/ny/raise-chapter-96",
    "us/federal/hr-9925-frontier",
    "us/federal/s-2938",
    "us/federal/hr-1-sec-43201-house",
    "private/anthropic/advanced-ai-framework-2026-06",
)
DYNAMIC_LENS = "article-2026-02-dynamic"
SCENARIOS = ("uplift-not-ruled-out", "incident-with-deaths", "agency-late", "fast-diffusion")


def pages() -> dict[str, str]:
    """Return the text of every generated page, by its file name in docs/."""
    files = sorted((ROOT / "proposals").rglob("*.yaml"), key=lambda file: (file.parent, file))
    proposals = [load_proposal(str(file)) for file in files]
    # Without a set of laws the lens in context has nothing to read that the default lens does not have.
    names = (DEFAULT_LENS, *(name for name in lens_names() if name not in {DEFAULT_LENS, CONTEXT_LENS}))
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
        "robustness.md": robustness.render(),
        "amendments.md": amendments(),
        "patchwork.md": patchwork_pages(),
        "performance.md": performance_page.render(json.loads((ROOT / "docs/performance.json").read_text("utf-8"))),
        **time_pages(),
    }


def amendments() -> str:
    """Return the page of amendments; its patches name files from the root of the project."""
    with contextlib.chdir(ROOT):
        answers = [amend(f"proposals/{file}", target=target, engine="plain") for file, target in AMENDED]
    return amendments_page.render(answers)


def patchwork_pages() -> str:
    """Return the page on the frontier statutes, with paths as one would write them in this project."""
    texts = [load_proposal(file) for file in files_of_set("set:us-frontier-2026")]
    over = [load_proposal(str(ROOT / "proposals" / f"{name}.yaml")) for name in DISPLACING]
    alone = patchwork(texts, actors=[load_actor("frontier-developer"), load_actor("small-lab")])
    return patchwork_page.render(alone, [patchwork(texts, federal=federal) for federal in over])


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
    files = [load_proposal(str(ROOT / "proposals" / f"{name}.yaml")) for name in RUN_FORWARD]
    with Assessor(load_lens(DYNAMIC_LENS), "plain") as assessor:
        judged = [assessor.assess(file) for file in files]
    return {"time.md": time_page.render(scenarios, results, timelines, judged, "pictures"), **pictures}


def main() -> None:
    """Write the pages."""
    (ROOT / "docs" / "pictures").mkdir(exist_ok=True)
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
