"""A timeline as Markdown: checks and spans as tables."""

from __future__ import annotations

from policy_engine.reports.markdown_text import inert
from policy_engine.timeline.model import Timeline


def render(timeline: Timeline) -> str:
    """Return the timeline as Markdown."""
    lines = [f"# {inert(timeline.title)}", "", f"{timeline.first} to {timeline.last}.", ""]
    lines += [f"- {inert(text)}" for text in timeline.assumptions]
    lines += ["", "| check | outcome | why | sections |", "|---|---|---|---|"]
    for check in timeline.checks:
        cites = inert("; ".join(check.cites))
        lines.append(f"| {check.question} | {check.outcome.replace('_', ' ')} | {inert(check.reason)} | {cites} |")
    lines += ["", "| section | what | from | because | until |", "|---|---|---|---|---|"]
    for span in timeline.spans:
        ends = "no end" if span.ends is None else f"{span.ends} ({span.ends_because})"
        what = f"{span.kind}: {span.provision}"
        cells = (span.cite, what, str(span.starts.moment), span.starts.because, ends)
        lines.append("| " + " | ".join(inert(cell) for cell in cells) + " |")
    if timeline.marks:
        lines += ["", "| due | when | section |", "|---|---|---|"]
        lines += [f"| {inert(mark.what)} | {mark.due} | {inert(mark.cite)} |" for mark in timeline.marks]
    return "\n".join([*lines, ""])
