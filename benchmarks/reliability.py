"""How far two encodings of one text, made independently, agree; part of docs/reliability.md.

The second encodings lie in tests/second_reading/, each under the file name of the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import krippendorff

from policy_engine.assessment import Assessor
from policy_engine.loading import LoadedLens, LoadedProposal, load_all_rules, load_proposal
from policy_engine.results import Assessment
from policy_engine.situation import situation_of

ROOT = Path(__file__).parent.parent
SECOND = ROOT / "tests/second_reading"
_WEAK_BELOW = 0.67
# Alpha before any first file was mended, over all outcomes and where the criterion applies in both.
_FIRST_MEASURED = ("0.86", "0.92")


def pairs() -> list[tuple[LoadedProposal, LoadedProposal]]:
    """Return first and second encoding of each text that has two."""
    shipped = {file.name: file for file in (ROOT / "proposals").rglob("*.yaml")}
    seconds = sorted(SECOND.glob("*.yaml"))
    return [(load_proposal(str(shipped[file.name])), load_proposal(str(file))) for file in seconds]


def render() -> str:
    """Return the page as Markdown."""
    rules = load_all_rules()
    found = pairs()
    with Assessor(rules, "plain") as assessor:
        assessed = [(assessor.assess(one), assessor.assess(other)) for one, other in found]
        facts = [(_facts(assessor, rules, one), _facts(assessor, rules, other)) for one, other in found]
    lines = [
        "# Reliability of the encodings",
        "",
        f"{len(found)} texts were encoded a second time by other readers, who had the text, the list of fields and the",
        "definitions of the gates, and no sight of the first file or any result. Both encodings are kept, the second",
        "as it was written, in `tests/second_reading/`. What is compared is what the engine makes of them:",
        "the value of every fact that any rule set reads, and the outcome of every criterion of every rule set.",
        "Made by `python benchmarks/write_pages.py`.",
        "",
        "| text | facts that agree | outcomes that agree | alpha of outcomes |",
        "|---|---|---|---|",
    ]
    for (one, _), values, outcomes in zip(found, facts, assessed, strict=True):
        same = sum(a == b for a, b in _side_by_side(*values))
        total = len(values[0])
        two = _outcomes(*outcomes)
        equal = sum(a == b for a, b in two)
        agreed = f"{equal} of {len(two)} ({equal / len(two):.0%})"
        lines.append(f"| {one.proposal.title} | {same} of {total} | {agreed} | {_alpha(two)} |")
    every = [pair for outcomes in assessed for pair in _outcomes(*outcomes)]
    applicable = [pair for pair in every if "not_applicable" not in pair]
    lines += [
        "",
        f"Krippendorff's alpha (nominal) over all outcomes: {_alpha(every)}; where the criterion applies in both:",
        f"{_alpha(applicable)}. Before any file was mended, under the rule sets of that day:",
        f"{_FIRST_MEASURED[0]} and {_FIRST_MEASURED[1]}.",
        f"Values under {_WEAK_BELOW} are weak, and negative ones worse than chance.",
        "",
        "## Disagreements",
        "",
        "Each was resolved by the section: where the second reading was right, the first file was mended; what careful",
        "readers may see both ways is `contested` there, and the score treats it as unknown.",
        "",
        *(SECOND / "resolutions.md").read_text(encoding="utf-8").splitlines(),
        "",
        "What is left after that, criterion by criterion. Fields that the format gained after the second readings are",
        "unknown there, which alone makes the differences on LIB-3:",
        "",
        "| text | criterion | first | second |",
        "|---|---|---|---|",
    ]
    for (one, _), outcomes in zip(found, assessed, strict=True):
        lines += [f"| `{one.proposal.id}` | {name} | {a} | {b} |" for name, a, b in _differences(*outcomes)]
    lines += [
        "",
        "## Read again against the text",
        "",
        "Nine first files were held against the sections by a reader who saw the file, so that this is a proofreading",
        "and no second encoding. A field is one value of a provision, its cite and its note apart. What was wrong was",
        "mended; fields left unread before, and types of provision added since, are not counted.",
        "",
        *(SECOND / "audit.md").read_text(encoding="utf-8").splitlines(),
    ]
    return "\n".join(lines) + "\n"


def _facts(assessor: Assessor, rules: LoadedLens, loaded: LoadedProposal) -> dict[str, str]:
    found = assessor.infer(situation_of(rules.program, loaded.proposal)).facts
    return {name: str(value) for name, value in found.items()}


def _side_by_side(one: dict[str, str], other: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((value, other[name]) for name, value in one.items())


def _outcomes(one: Assessment, other: Assessment) -> list[tuple[str, str]]:
    second = {finding.criterion: finding.outcome.value for finding in other.findings}
    return [(finding.outcome.value, second[finding.criterion]) for finding in one.findings]


def _differences(one: Assessment, other: Assessment) -> Iterator[tuple[str, str, str]]:
    second = {finding.criterion: finding.outcome.value for finding in other.findings}
    for finding in one.findings:
        if finding.outcome.value != second[finding.criterion]:
            first, after = (word.replace("_", " ") for word in (finding.outcome.value, second[finding.criterion]))
            yield finding.criterion, first, after


def _alpha(two: list[tuple[str, str]]) -> str:
    words = sorted({word for pair in two for word in pair})
    if len(words) < 2:
        return "1.00"
    data = [[words.index(pair[reader]) for pair in two] for reader in (0, 1)]
    return f"{krippendorff.alpha(reliability_data=data, level_of_measurement='nominal'):.2f}"
