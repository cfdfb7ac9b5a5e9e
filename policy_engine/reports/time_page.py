"""The page of texts run forward: the same scenarios for each, a picture, and a paragraph to check against sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policy_engine.reports.markdown_text import inert
from policy_engine.reports.simulation_markdown import TABLE_HEAD, table_row
from policy_engine.reports.simulation_svg import render as picture
from policy_engine.reports.simulation_words import answer_words, range_words
from policy_engine.reports.text_report import interval
from policy_engine.results import Assessment, Outcome
from policy_engine.runs.results import Answer
from policy_engine.simulation import LawResult, Matrix, Scenario
from policy_engine.timeline import Timeline

SIMULATED_PRINCIPLE: Final = "DYN"
_MOST_CITES: Final = 4
_TOLD: Final = frozenset({Outcome.VIOLATED, Outcome.PARTIAL, Outcome.UNKNOWN})
_JUDGED: Final = """The criteria of `rules/dyn.yaml` are put to runs, and a lens that extends the default one asks them.
Here nothing is taken for granted that a file does not give: a size of a threshold that it leaves out is unknown, and so
may the outcome be. What applies and is not satisfied is told below the table."""
_INTRODUCTION: Final = """# Texts run forward

Six texts, each by itself, through the same four scenarios. This page is written by `python benchmarks/write_pages.py`;
`policy-engine simulate PATH --scenario FILE` gives each run in full, day by day. It runs texts on paper against
invented days. It does not say what a risk is worth, what a court would hold, or what anybody will do.

How to read it. *A duty binds*: some framework, system card, risk report, incident report, evaluation or security duty
of the text reaches the developer of the scenario and bears on the risk. *A measure holds*: a stop order, bar or
approval on the merits is in force against it. Days count from the day on which the risk emerges, whether or not anybody
knows. Where a text leaves a day or a decision open, the count lies between two numbers, of which the second may be
*never*. Exposure is days without such a duty times the weight that the scenario gives the risk, unrestrained is the
same without such a measure; both compare texts within one scenario and nothing else. Texts that are not enacted are
taken to be enacted on the first day of the scenario. A size that a file does not give for a threshold is taken not to
be asked for.
"""


def render(
    scenarios: Sequence[Scenario],
    results: Sequence[LawResult],
    timelines: Mapping[str, Timeline],
    judged: Sequence[Assessment],
    pictures: str,
) -> str:
    """Return the page; `judged` are the texts under the lens that runs them, `pictures` the folder of the pictures."""
    lines = [_INTRODUCTION, *_questions(scenarios), *_tables(scenarios, results), *_judged(judged)]
    for law in timelines:
        lines += _law([result for result in results if result.law == law], scenarios, timelines[law], pictures)
    return "\n".join(lines)


def pictures_of(results: Sequence[LawResult]) -> dict[str, str]:
    """Return the picture of each law, by its id: its runs below each other."""
    laws = dict.fromkeys(result.law for result in results)
    return {law: picture(Matrix((), tuple(r for r in results if r.law == law))) for law in laws}


def _questions(scenarios: Sequence[Scenario]) -> Iterator[str]:
    yield "## The scenarios"
    yield ""
    for scenario in scenarios:
        yield f"- **{inert(scenario.title)}** (`scenarios/{scenario.id}.yaml`). {inert(scenario.question)}"
    yield ""


def _tables(scenarios: Sequence[Scenario], results: Sequence[LawResult]) -> Iterator[str]:
    for scenario in scenarios:
        yield f"### {inert(scenario.title)}"
        yield ""
        yield from TABLE_HEAD
        yield from (table_row(result) for result in results if result.scenario == scenario.id)
        yield ""


def _judged(judged: Sequence[Assessment]) -> Iterator[str]:
    """Yield what the criteria say that are put to runs, each with its question."""
    lens = judged[0].lens
    asked = [f for f in judged[0].findings if f.principle == SIMULATED_PRINCIPLE]
    asked.sort(key=lambda finding: finding.criterion)
    yield f"## Judged by what the runs show: `{lens.id}`"
    yield ""
    yield _JUDGED
    yield ""
    yield from (f"- **{finding.criterion}** {inert(finding.title)}." for finding in asked)
    yield ""
    yield f"| law | {' | '.join(finding.criterion for finding in asked)} | interval |"
    yield f"|---|{'---|' * (len(asked) + 1)}"
    for each in judged:
        outcomes = {finding.criterion: finding.outcome.replace("_", " ") for finding in each.findings}
        cells = [outcomes[finding.criterion] for finding in asked]
        yield f"| {inert(each.proposal.title)} | {' | '.join(cells)} | {interval(each.score)} |"
    yield ""
    for each in judged:
        told = [f for f in each.findings if f.principle == SIMULATED_PRINCIPLE and f.outcome in _TOLD]
        for finding in sorted(told, key=lambda found: found.criterion):
            name = f"{inert(each.proposal.title)}, {finding.criterion}"
            yield f"- *{name}* **{finding.outcome}**: {inert(finding.message)}"
    yield ""


def _law(
    results: Sequence[LawResult], scenarios: Sequence[Scenario], timeline: Timeline, pictures: str
) -> Iterator[str]:
    titles = {scenario.id: scenario.title for scenario in scenarios}
    yield f"## {inert(timeline.title)}"
    yield ""
    yield f"![Risk, duties and measures in the four scenarios]({pictures}/time-{timeline.id}.svg)"
    yield ""
    for number, result in enumerate(results):
        sentences = " ".join(inert(sentence) for sentence in _sentences(result))
        yield f"{'' if number == 0 else ' '}*{inert(titles[result.scenario])}.* {sentences}".strip()
    yield ""
    yield "Order in time, with enactment as in the scenarios:"
    yield ""
    for check in timeline.checks:
        yield f"- {check.question} **{check.outcome.replace('_', ' ')}**: {inert(check.reason)}"
    yield ""


def _sentences(result: LawResult) -> Iterator[str]:
    for episode in result.episodes:
        duty = _answered(episode.duty, "A duty binds", "No duty ever binds")
        measure = _answered(episode.measure, "a measure holds", "no measure ever holds")
        yield f"{duty}, and {measure}."
    if result.exposure.high:
        share = range_words(result.exposure)
        yield f"Of {result.risk_days:g} weighted days of risk, {share} are without an applicable duty."
    if result.displaced_exposure.high:
        yield f"While the text displaces other law, {range_words(result.displaced_exposure)} are."
    if result.outliving_days.high:
        yield f"Measures outlive the risk by {range_words(result.outliving_days, 'days')}."
    if result.hanging:
        cites = "; ".join(dict.fromkeys(found.cite for found in result.hanging))
        word = "is" if all(found.sure for found in result.hanging) else "may be"
        yield f"On the last day a decision {word} still awaited ({cites})."


def _answered(found: Answer, some: str, none: str) -> str:
    if found.days.low is None:
        return none
    cites = "; ".join(found.cites[:_MOST_CITES])
    more = len(found.cites) - _MOST_CITES
    told = f" ({cites}{f'; and {more} more' if more > 0 else ''})" if cites else ""
    return f"{some} {answer_words(found)}{told}"
