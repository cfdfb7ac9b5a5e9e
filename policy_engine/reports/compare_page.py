"""The page of a comparison: class by class, ranks in shares of the draws, what holds and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy_engine.analysis.results import ClassComparison, Comparison, Pair, Share, Standing
from policy_engine.reports.analysis_words import aggregation, completions, interval, percent, share, verdict, weights
from policy_engine.reports.page import Bar, Block, Bullets, Heading, Page, Paragraph, Plot, Table

MOST_PAIRS: Final = 12
LARGEST_MATRIX: Final = 20
_LEGEND: Final = ("first", "second", "third", "lower")


def page(comparison: Comparison) -> Page:
    """Return the page."""
    method, lens = comparison.method, comparison.lens
    blocks: list[Block] = [
        Paragraph(
            f"Lens {lens.id} {lens.version} as of {lens.as_of}, digest {comparison.lens_digest[:12]}. "
            f"{method.draws:,} draws, seed {method.seed}. In each draw {weights(method)}; every unknown or contested "
            f"fact takes one of the values that the rules tell apart, each equally likely; the score is "
            f"{aggregation(method)}. Shares are of these draws. ± is a 95 % bound of the error of drawing, and says "
            "nothing on whether such weights or facts are likely."
        ),
        Paragraph(
            "Ranks go by score alone. A veto is not averaged away: its share stands beside the ranks. Classes are "
            "never compared with each other."
        ),
    ]
    for compared in comparison.classes:
        blocks += _class(compared, method.draws)
    if comparison.failures:
        blocks.append(Bullets("Files at fault, not compared:", tuple(str(fault) for fault in comparison.failures)))
    if not comparison.classes:
        blocks.append(Paragraph("Nothing was compared."))
    return Page(f"Comparison under the lens {lens.id}", tuple(blocks))


def _class(compared: ClassComparison, draws: int) -> Iterator[Block]:
    names = _names(compared)
    count = len(compared.standings)
    left_out = ", ".join(proposal.id for proposal in compared.left_out)
    yield Heading(f"{compared.scope_class.replace('_', ' ')} ({count} proposal{'s' if count != 1 else ''})")
    if left_out:
        yield Paragraph(f"Left out, because too little of what is asked is decided: {left_out}.")
    if not count:
        return
    yield _standings(compared, names)
    if not all(standing.enough_facts for standing in compared.standings):
        yield Paragraph(
            "Where not enough facts are known (less than half is decided), the ranks show what the draws make of "
            "silence, not what the text says. Such texts stand after the others, whatever their mean rank; "
            "--least-decided 50 leaves them out."
        )
    if count == 1:
        yield Paragraph("There is nothing in this class to compare it with.")
    else:
        yield _plot(compared, names)
        if count <= LARGEST_MATRIX:
            yield _matrix(compared, names)
        yield from _what_holds(compared, names, draws)
    yield Bullets(
        "What is unknown, and how it was completed:",
        tuple(f"{names[s.proposal.file]}: {completions(s.completions)}." for s in compared.standings),
    )


def _names(compared: ClassComparison) -> dict[str, str]:
    """Return a name for each file: its id, with the print where two share it."""
    ids = [s.proposal.id for s in compared.standings]
    return {
        s.proposal.file: s.proposal.id if ids.count(s.proposal.id) == 1 else f"{s.proposal.id} ({s.proposal.file})"
        for s in compared.standings
    }


def _standings(compared: ClassComparison, names: dict[str, str]) -> Table:
    rows = []
    for standing in compared.standings:
        groups = grouped(standing.ranks)
        mean = "no rank" if standing.mean_rank is None else f"{standing.mean_rank:.1f}"
        cells = [share(standing.ranks[0]), *(percent(value) for value in groups[1:])]
        rows.append((*_head(standing, names), *cells, mean, _vetoed(standing)))
    head = ("proposal", "verdict", "score", "decided", "first", "second", "third", "lower", "mean rank", "vetoed")
    return Table("Share of draws at each rank (proposals that tie share their ranks):", head, tuple(rows))


def _head(standing: Standing, names: dict[str, str]) -> tuple[str, str, str, str]:
    mark = "" if standing.enough_facts else " [not enough facts]"
    decided = f"{standing.coverage:.0f} %"
    return names[standing.proposal.file] + mark, verdict(standing.verdict), interval(standing.score), decided


def _vetoed(standing: Standing) -> str:
    return "always" if standing.verdict == "veto" else share(standing.vetoed)


def grouped(ranks: tuple[Share, ...]) -> tuple[float, float, float, float]:
    """Return the shares of first, second, third and every lower rank."""
    values = [found.value for found in ranks]
    first, second, third = ([*values, 0.0, 0.0, 0.0])[:3]
    return first, second, third, sum(values[3:])


def _plot(compared: ClassComparison, names: dict[str, str]) -> Plot:
    bars = tuple(Bar(names[s.proposal.file], grouped(s.ranks)) for s in compared.standings)
    top = compared.standings[0]
    told = (
        f"Stacked bars, one for each of {len(bars)} proposals: shares of the draws in which it ranks first, second, "
        f"third or lower. {names[top.proposal.file]} stands first, and ranks first in "
        f"{percent(top.ranks[0].value)}."
    )
    title = f"Ranks within {compared.scope_class.replace('_', ' ')}, in per cent of the draws"
    return Plot(title, told, _LEGEND, bars)


def _matrix(compared: ClassComparison, names: dict[str, str]) -> Table:
    above: dict[tuple[str, str], float] = {}
    for pair in compared.pairs:
        above[pair.first, pair.second] = pair.first_above.value
        above[pair.second, pair.first] = pair.second_above.value
    files = [s.proposal.file for s in compared.standings]
    rows = [
        (f"{place}. {names[one]}", *("·" if one == other else _whole(above[one, other]) for other in files))
        for place, one in enumerate(files, start=1)
    ]
    head = ("above →", *(f"{place}." for place in range(1, len(files) + 1)))
    return Table(
        "Pairwise winning index: per cent of draws in which the row scores above the column:", head, tuple(rows)
    )


def _whole(value: float) -> str:
    """Return a share as a whole number; only 0 and 100 that are exact are written so."""
    if 0 < value < 0.5:
        return "<1"
    return ">99" if 99.5 <= value < 100 - 1e-9 else f"{value:.0f}"


def _what_holds(compared: ClassComparison, names: dict[str, str], draws: int) -> Iterator[Block]:
    place = {s.proposal.file: number for number, s in enumerate(compared.standings)}
    always = [(p.always, _other(p, p.always), p) for p in compared.pairs if p.always]
    always.sort(key=lambda row: (place[row[0]], place[row[1]]))
    if always:
        told = tuple(f"{names[one]} is never below {names[other]} {_basis(pair)}." for one, other, pair in always)
        yield Bullets(f"What holds in all {draws:,} draws:", told)
    else:
        yield Paragraph(f"No proposal stands at or above another in all {draws:,} draws.")
    dominant = [(p.dominant, _other(p, p.dominant)) for p in compared.pairs if p.dominant]
    dominant.sort(key=lambda row: (place[row[0]], place[row[1]]))
    if dominant:
        title = "What holds under the weights of the lens, whatever the unknown facts are (the intervals do not cross):"
        yield Bullets(title, tuple(f"{names[one]} dominates {names[other]}." for one, other in dominant))
    open_pairs = [p for p in compared.pairs if p.first_above.value > 0 and p.second_above.value > 0]
    open_pairs.sort(key=lambda p: (round(abs(p.first_above.value - p.second_above.value), 1), p.first, p.second))
    if open_pairs:
        more = f" (the {MOST_PAIRS} closest of {len(open_pairs)})" if len(open_pairs) > MOST_PAIRS else ""
        yield Bullets(f"What does not hold{more}:", tuple(_parting(p, names) for p in open_pairs[:MOST_PAIRS]))


def _basis(pair: Pair) -> str:
    """Return what supports that one proposal is never below the other."""
    if pair.basis == "every_principle":
        return "in any principle, so whatever the weights, the aggregation and the unknown facts are"
    unseen = pair.second_above if pair.always == pair.first else pair.first_above
    return f"in the draws made; that it is in up to {unseen.error:.2f} % of all that could be made is not ruled out"


def _other(pair: Pair, one: str) -> str:
    return pair.second if one == pair.first else pair.first


def _parting(pair: Pair, names: dict[str, str]) -> str:
    """Return the pair in words, with that one first which is more often above."""
    shares = {pair.first: pair.first_above, pair.second: pair.second_above}
    one = pair.first if pair.first_above.value >= pair.second_above.value else pair.second
    other = _other(pair, one)
    tie = f", level in {percent(pair.tied.value)}" if pair.tied.value > 0 else ""
    return f"{names[one]} above {names[other]} in {share(shares[one])}, below in {percent(shares[other].value)}{tie}."
