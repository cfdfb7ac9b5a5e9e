"""The page of amendments: for chosen texts and targets, the smallest set that reaches them, with patch and harm."""

from __future__ import annotations

from collections.abc import Iterable

from policy_engine.amending.results import Amendments
from policy_engine.reports import amend_markdown


def render(answers: Iterable[Amendments]) -> str:
    """Return the page as Markdown."""
    found = tuple(answers)
    lens = found[0].lens
    lines = [
        "# Amendments",
        "",
        "Made by `python benchmarks/write_pages.py`, with `policy-engine amend`. Each answer is the smallest set of",
        "amendments, by count, with which a text reaches a target. They are drawn from the fixes of criteria that are",
        "violated or partial, or that another amendment would break. clingo proves that no smaller set does, and the",
        "engine judges the amended text again, under this lens and under every other one.",
        "",
        f"Smallest under `{lens.id}` is not best, and is no advice on law: it says what the text would have to say for",
        "this lens to judge it so. What the same amendments cost in another view stands beside them.",
        "",
    ]
    for answer in found:
        lines += amend_markdown.lines(answer)
    return "\n".join(lines).rstrip("\n") + "\n"
