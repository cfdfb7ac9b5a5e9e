"""A finding explained: its outcome, and the proof in plain sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from policy_engine.reports.phrases import one_line
from policy_engine.results import Finding, Outcome, Proof, Proofs

_MARKS = {"true": "yes", "false": "no ", "unknown": "?  "}


def render(finding: Finding, proofs: Proofs) -> str:
    """Return the explanation: the deciding proofs first."""
    applies, satisfied, violated = proofs
    lines = [f"{finding.criterion} {finding.title}", f"Outcome: {finding.outcome.replace('_', ' ')}", ""]
    lines += textwrap.wrap(finding.message, 100)
    lines += ["", "Read top down; `yes` holds, `no` does not hold, `?` is not known."]
    shown = [applies] if finding.outcome is Outcome.NOT_APPLICABLE else [applies, satisfied, violated]
    for proof in shown:
        lines += ["", *_proof(proof, 0)]
    return "\n".join(lines) + "\n"


def _proof(proof: Proof, depth: int) -> Iterator[str]:
    indent = "  " * depth
    mark = f"[{_MARKS[proof.truth]}] "
    yield from textwrap.wrap(
        proof.statement, 100, initial_indent=indent + mark, subsequent_indent=indent + " " * len(mark)
    )
    for place in proof.places:
        where = place.location
        yield f"{indent}{' ' * len(mark)}{one_line(place.cite)}  {where.file}:{where.line}:{where.column}"
    for reason in proof.because:
        yield from _proof(reason, depth + 1)
