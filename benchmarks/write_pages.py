"""Writes the generated pages of docs/ anew.

Run: python benchmarks/write_pages.py. The tests compare the pages with what this would write.
"""

from __future__ import annotations

from pathlib import Path

import reliability

from policy_engine.assessment import Assessor
from policy_engine.loading import DEFAULT_LENS, lens_names, load_all_rules, load_lens, load_proposal
from policy_engine.reports import reference_page, results_page

ROOT = Path(__file__).parent.parent


def results() -> str:
    """Return the page of results, with file names that do not depend on where this runs."""
    files = sorted((ROOT / "proposals").rglob("*.yaml"))
    proposals = [load_proposal(str(file)) for file in files]
    names = (DEFAULT_LENS, *(name for name in lens_names() if name != DEFAULT_LENS))
    by_lens = {}
    for name in names:
        with Assessor(load_lens(name), "plain") as assessor:
            by_lens[name] = [assessor.assess(proposal) for proposal in proposals]
    return results_page.render(by_lens)


def pages() -> dict[str, str]:
    """Return the text of every generated page, by its file name in docs/."""
    return {
        "reference.md": reference_page.render(load_all_rules()),
        "results.md": results(),
        "reliability.md": reliability.render(),
    }


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
