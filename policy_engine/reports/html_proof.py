"""A proof as a tree of HTML that unfolds without a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

from policy_engine.results import Proof, Proofs

# No colours of outcomes: that a ground of violation holds is no good news.
_MARKS: Final = {"true": ("yes", "holds"), "false": ("no", "soft"), "unknown": ("?", "unknown")}
# A text can hold hundreds of provisions of one type; the first ones show what was looked at.
MOST_REASONS: Final = 12


def visible(text: str) -> str:
    """Return text without what would turn or hide its neighbours; escaping is another matter."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def proof_tree(proofs: Proofs, key: str, lines: int) -> Markup:
    """Return the three proofs of a finding; places link to the lines `key` + `l` + number, up to the last one."""
    tree = _Tree(key, lines)
    items = "".join(part for proof in proofs for part in tree.node(proof, folded=False))
    # Every statement is escaped where it is written.
    return Markup(f'<ul class="proof">{items}</ul>')  # noqa: S704


class _Tree:
    """Writes nodes; what was shown above in the same finding is not shown again."""

    def __init__(self, key: str, lines: int) -> None:
        self._key = key
        self._lines = lines
        self._seen: set[Proof] = set()

    def node(self, proof: Proof, *, folded: bool) -> Iterator[str]:
        mark, style = _MARKS[proof.truth]
        head = f'<b class="{style}">{mark}</b> {escape(visible(proof.statement))}'
        places = "".join(self._places(proof))
        if not proof.because:
            yield f"<li>{head}{places}</li>"
        elif proof in self._seen:
            yield f"<li>{head}{places} <i>(shown above)</i></li>"
        else:
            self._seen.add(proof)
            yield f"<li><details{'' if folded else ' open'}><summary>{head}</summary>{places}<ul>"
            yield from self._reasons(proof)
            yield "</ul></details></li>"

    def _reasons(self, proof: Proof) -> Iterator[str]:
        for reason in proof.because[:MOST_REASONS]:
            yield from self.node(reason, folded=True)
        more = len(proof.because) - MOST_REASONS
        if more > 0:
            yield f"<li><i>and {more} more</i></li>"

    def _places(self, proof: Proof) -> Iterator[str]:
        for place in proof.places[:MOST_REASONS]:
            line = place.location.line
            cite = "" if place.cite in proof.statement else f"{escape(visible(place.cite))}, "
            where = f'<a href="#{self._key}l{line}">line {line}</a>' if line <= self._lines else f"line {line}"
            yield f" ({cite}{where})"
