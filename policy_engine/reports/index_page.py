"""The index of encoded texts: jurisdiction, class, status, how each was read, and how much of a lens that decides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from policy_engine.loading import LoadedProposal
from policy_engine.results import Assessment

_HEAD = "| text | class | status | read | provisions | decided |"
_READ = ("full_text", "excerpt", "secondary", "press")


def render(texts: Sequence[tuple[LoadedProposal, Assessment]], root: str, link: str) -> str:
    """Return the page as Markdown; `root` is the folder of the proposals, and `link` leads from the page to it."""
    lens = texts[0][1].lens
    lines = [
        "# Index of texts",
        "",
        f"Made by `python benchmarks/write_pages.py`. {len(texts)} texts, by jurisdiction. *Read* is the best source",
        "that a file names; each provision that rests on less is marked in the file. *Decided* is the share of what",
        f"applies under `{lens.id}` {lens.version} that the file decides. The date is that of the status.",
    ]
    folder = ""
    for loaded, assessment in texts:
        path = PurePath(loaded.document.file).relative_to(root)
        if str(path.parent) != folder:
            folder = str(path.parent)
            lines += [
                "",
                f"## {folder}",
                "",
                "| text | class | status | read | provisions | decided |",
                "|---|---|---|---|---|---|",
            ]
        proposal = loaded.proposal
        read = min((source.read for source in proposal.sources), key=_READ.index)
        cells = [
            f"[{proposal.title}]({link}/{path.as_posix()})",
            proposal.scope_class,
            f"{proposal.status.stage}, {proposal.status.date}",
            read,
            str(len(proposal.provisions)),
            f"{assessment.coverage:.0%}",
        ]
        lines.append(f"| {cells[0]} | {' | '.join(cell.replace('_', ' ') for cell in cells[1:])} |")
    return "\n".join(lines) + "\n"
