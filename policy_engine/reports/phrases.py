"""What several formats say in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from policy_engine.results import Assessment, Evidence, Finding, PrincipleScore, Severity
from policy_engine.scoring import FEWEST_CRITERIA

ON_PAPER: Final = "This judges design on paper, not effect."
SEVERITIES: Final[tuple[Severity, ...]] = ("blocker", "major", "minor", "info")
# A finding can rest on thousands of provisions; where room is short, the first ones and a number say so.
MOST_CITED: Final = 10


def one_line(text: str) -> str:
    """Return text without the line breaks that could pass for lines of the report itself."""
    return " ".join(text.split())


def joined(lines: Iterable[str]) -> str:
    """Return lines as one text; a break inside one of them, from the words of a file, makes no further line."""
    return "\n".join(" ".join(line.splitlines()) for line in lines) + "\n"


def cited(finding: Finding) -> tuple[tuple[Evidence, ...], str]:
    """Return the first places that show a finding, and how many more there are in words."""
    shown = finding.shown_by
    more = len(shown) - MOST_CITED
    return shown[:MOST_CITED], f"and {more} more" if more > 0 else ""


def judged_under(assessment: Assessment) -> str:
    """Return the lens with its version, date and digest."""
    lens, digests = assessment.lens, assessment.digests
    return f"Lens {lens.id} {lens.version} as of {lens.as_of}, digest {digests.lens[:12]}"


def too_little(principle: PrincipleScore) -> str:
    """Return why too little of a principle is known for its score to be told alone, or an empty text."""
    if principle.enough_facts:
        return ""
    if principle.applicable >= FEWEST_CRITERIA:
        return "not enough facts: less than half is decided"
    applies = {0: "no criterion applies", 1: "one criterion applies"}.get(principle.applicable, "two criteria apply")
    return f"not enough facts: {applies}"


def counted(names: Iterable[str]) -> str:
    """Return how often each name occurs, in the order of the first occurrence."""
    every = list(names)
    return ", ".join(f"{every.count(name)} {name.replace('_', ' ')}" for name in dict.fromkeys(every))
