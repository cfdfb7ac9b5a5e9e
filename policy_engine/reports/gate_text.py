"""What the gate says, as plain lines: the text report prints them, and other formats take their words from here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from policy_engine.gate.results import Check, GateResult, Standing
from policy_engine.results import Interval

WIDTH: Final = 100


def headline(gate: GateResult) -> str:
    """Return the gate's answer in one line."""
    if gate.passed is None:
        return "Gate: no threshold is set, so that nothing could pass or fail"
    failing = sum(not check.holds for check in gate.checks)
    if gate.passed:
        said = f"passes: all {len(gate.checks)} checks hold"
    else:
        would = "would fail" if gate.mode == "observe" else "FAILS"
        said = f"{would}: {failing} of {len(gate.checks)} checks do not hold"
    return f"Gate ({gate.mode}) {said}"


def baseline_line(standing: Standing) -> str:
    """Return how a proposal stands against the baseline, in one line."""
    if standing.changes is None:
        return f"Baseline: not compared; {standing.no_baseline}"
    counts = ", ".join(f"{standing.count(state)} {state}" for state in ("new", "fixed", "unchanged"))
    return f"Baseline: {counts}"


def waivers_line(standing: Standing) -> str:
    """Return the score before and after waivers, in one line."""
    before, after = shown(standing.score), shown(standing.score_with_waivers)
    return f"Waived: {', '.join(standing.waived)}; score {before}, with waivers {after}"


def standing_lines(standing: Standing) -> list[str]:
    """Return what waivers and the baseline make of a proposal, a line each; nothing where there are neither."""
    said = [waivers_line(standing)] if standing.waived else []
    if standing.changes is not None:
        said.append(baseline_line(standing))
        said += [f"{c.state}: {c.criterion} {c.message}" for c in standing.changes if c.state != "unchanged"]
    return said


def shown(score: Interval) -> str:
    """Return an interval with two decimals, as thresholds are compared."""
    return f"{score.low:.2f} to {score.high:.2f}"


def lines(gate: GateResult) -> Iterator[str]:
    """Yield the section of the gate: the run, each proposal, the waivers, and notes."""
    yield "=" * WIDTH
    yield headline(gate)
    for check in gate.checks:
        if not check.proposal:
            yield from _check(check)
    compared = any(standing.changes is not None for standing in gate.standings)
    for standing in gate.standings:
        own = [check for check in gate.checks if check.proposal == standing.proposal]
        if not (own or standing.waived or compared):
            continue
        yield ""
        yield f"  {standing.proposal}"
        for check in own:
            yield from _check(check)
        if standing.waived:
            yield from wrapped(waivers_line(standing), "    ")
        if compared:
            yield from _against_baseline(standing)
    if gate.waivers:
        yield ""
        yield from _waivers(gate)
    for note in gate.notes:
        yield ""
        yield from wrapped(note, "")
    yield ""


def _check(check: Check) -> Iterator[str]:
    word = "holds" if check.holds else "FAILS"
    yield from wrapped(f"{check.threshold}: {check.message}", "    ", f"{word}  ")
    if check.mend:
        yield from wrapped(check.mend, "           ", "")


def _against_baseline(standing: Standing) -> Iterator[str]:
    yield from wrapped(baseline_line(standing), "    ")
    for change in standing.changes or ():
        if change.state != "unchanged":
            yield from wrapped(f"{change.criterion} {change.message}", "      ", f"{change.state:<5}  ")


def _waivers(gate: GateResult) -> Iterator[str]:
    yield f"Waivers (as of {gate.as_of})"
    for use in gate.waivers:
        yield f"  {use.state:<9}  {use.location.file}:{use.location.line}"
        yield from wrapped(f"{use.message}. Reason: {use.reason} (approved by {use.approver})", "    ")


def wrapped(text: str, indent: str, first: str = "") -> list[str]:
    """Return a paragraph as lines of at most WIDTH columns, the first with words of its own before it."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent + first, subsequent_indent=indent + " " * len(first), break_on_hyphens=False
    )
