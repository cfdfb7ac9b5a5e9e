"""The page of results: every proposal under every lens; profile first, vetoes second, interval last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from policy_engine.reports.text_report import interval
from policy_engine.results import Assessment, Outcome

_SEVERITIES = ("blocker", "major", "minor", "info")


def render(by_lens: Mapping[str, Sequence[Assessment]]) -> str:
    """Return the page as Markdown; the first lens is the one that the others are compared with."""
    first, *others = by_lens
    lines = [
        "# Results",
        "",
        "Made by `python benchmarks/write_pages.py`; `tests/test_documents.py` keeps it fresh. Every proposal in",
        "`proposals/` under every lens. A row gives the profile by principle, then the vetoes, then the interval. Rows",
        "stand in the order of the files; there is no ranking, and scores compare only within a class and a lens. An",
        "interval of 0 to 100 says that nothing was read that could decide.",
    ]
    for name in by_lens:
        lines += ["", f"## {name}", "", *_lens(by_lens[name])]
    lines += ["", "## Where the views part", "", *_reversals(by_lens[first], {name: by_lens[name] for name in others})]
    return "\n".join(lines) + "\n"


def _lens(assessments: Sequence[Assessment]) -> Iterator[str]:
    lens = assessments[0].lens
    yield f"{lens.title}, as of {lens.as_of}, version {lens.version}."
    for scope in sorted({a.proposal.scope_class for a in assessments}):
        inside = [a for a in assessments if a.proposal.scope_class == scope]
        principles = [p.id for p in inside[0].principles]
        yield ""
        yield f"### {scope.replace('_', ' ')}"
        yield ""
        yield f"| proposal | {' | '.join(principles)} | vetoes | verdict | interval | decided |"
        yield "|---|" + "---|" * (len(principles) + 4)
        for a in inside:
            cells = ["–" if p.score is None else _short(p.score.low, p.score.high) for p in a.principles]
            vetoes = ", ".join(finding.criterion for finding in a.vetoes) or "–"
            verdict = a.verdict.value.replace("_", " ")
            row = [f"`{a.proposal.id}`", *cells, vetoes, verdict, interval(a.score), f"{a.coverage:.0%}"]
            yield f"| {' | '.join(row)} |"


def _short(low: float, high: float) -> str:
    one, other = f"{low:.0f}", f"{high:.0f}"
    return one if one == other else f"{one}–{other}"


def _reversals(base: Sequence[Assessment], others: Mapping[str, Sequence[Assessment]]) -> Iterator[str]:
    yield f"Pairs within a class that stand clearly one way under `{base[0].lens.id}` and clearly the other way under"
    yield "another view: every point of one interval lies above every point of the other."
    count = 0
    for name, assessments in others.items():
        after = {a.proposal.id: a for a in assessments}
        for one, other in permutations(base, 2):
            if one.proposal.scope_class != other.proposal.scope_class or one.score.low <= other.score.high:
                continue
            here, there = after[one.proposal.id], after[other.proposal.id]
            if here.score.high < there.score.low:
                count += 1
                yield ""
                yield f"- `{name}` puts `{there.proposal.id}` above `{here.proposal.id}`: {_reason(here, there)}"
    if not count:
        yield ""
        yield "There is no such pair."


def _reason(lower: Assessment, higher: Assessment) -> str:
    """Return in one sentence what the lower one misses that the higher one meets."""
    met = {f.criterion for f in higher.findings if f.outcome in {Outcome.SATISFIED, Outcome.NOT_APPLICABLE}}
    missed = [f for f in lower.findings if f.outcome is Outcome.VIOLATED and f.criterion in met]
    worst = sorted(missed, key=lambda f: _SEVERITIES.index(f.severity))[:3]
    if not worst:
        return "the first asks more of its own kind of text, and misses more of it."
    said = "; ".join(f"{f.title[:1].lower()}{f.title[1:]} ({f.criterion})" for f in worst)
    return f"the latter misses what the former meets or need not meet: {said}."
