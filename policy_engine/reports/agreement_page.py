"""The page of an agreement map: verdicts under several lenses in one table, and who dissents."""

from __future__ import annotations

from policy_engine.analysis.results import Agreement, AgreementMap
from policy_engine.reports.analysis_words import verdict
from policy_engine.reports.page import Block, Bullets, Page, Paragraph, Table


def page(found: AgreementMap) -> Page:
    """Return the page."""
    lenses = [lens.id for lens in found.lenses]
    blocks: list[Block] = [
        Paragraph(
            "Each lens reaches its own verdict by its own rules; numbers are never compared across lenses, so only the "
            "bands stand here. A lens whose verdict is undetermined neither agrees nor dissents. 'all agree': every "
            "lens that reaches a verdict, and at least two do, reaches the same one. 'NAME dissents': all but that "
            "one, and at least two, reach the same. 'split': neither. 'too few': fewer than two lenses reach a verdict."
        )
    ]
    if found.related:
        pairs = "; ".join(f"{lens} extends {base}" for lens, base in found.related)
        blocks.append(Paragraph(f"These lenses are not independent views, and agree by descent: {pairs}."))
    head = ("proposal", "class", *lenses, "agreement")
    rows = tuple(_row(row) for row in found.rows)
    blocks.append(Table("Verdict under each lens:", head, rows))
    counts = {kind: sum(row.agreement == kind for row in found.rows) for kind in _KINDS}
    told = ", ".join(f"{_KINDS[kind]} {count}" for kind, count in counts.items())
    blocks.append(Paragraph(f"Of {len(found.rows)} proposals: {told}."))
    parted = [f"{row.proposal.id}: {_principles(row)}." for row in found.rows if row.principles]
    if parted:
        blocks.append(Bullets("Principles that several lenses ask and on which their bands differ:", tuple(parted)))
    if found.failures:
        blocks.append(Bullets("Files at fault, not compared:", tuple(str(fault) for fault in found.failures)))
    return Page(f"Agreement of {len(lenses)} lenses", tuple(blocks))


_KINDS = {"all_agree": "all agree", "one_dissents": "one dissents", "split": "split", "too_few": "too few"}


def _row(row: Agreement) -> tuple[str, ...]:
    told = f"{row.dissents} dissents" if row.dissents else _KINDS[row.agreement]
    counted = f"{told} ({row.decided} of {len(row.views)} decide)"
    scope = row.proposal.scope_class.replace("_", " ")
    return (row.proposal.id, scope, *(verdict(view.verdict) for view in row.views), counted)


def _principles(row: Agreement) -> str:
    return "; ".join(
        f"{p.principle} " + ", ".join(f"{verdict(band)} under {lens}" for lens, band in p.bands) for p in row.principles
    )
