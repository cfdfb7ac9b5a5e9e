"""The results of a run in words that several formats share."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.runs.results import Answer, Episode, Hanging, LawResult, Range


def range_words(found: Range, unit: str = "") -> str:
    """Return a number, or the two that it lies between."""
    low, high = found.low or 0, found.high
    after = f" {unit}" if unit else ""
    if high is None:
        return f"{low:g}{after} or more"
    return f"{low:g}{after}" if low == high else f"{low:g} to {high:g}{after}"


def answer_words(found: Answer) -> str:
    """Return how long an answer took."""
    low, high = found.days.low, found.days.high
    if low is None:
        return "never"
    if high is None:
        return f"perhaps {'from the first day' if low == 0 else f'after {low:g} days'}, perhaps never"
    if low == high:
        return "from the first day" if low == 0 else f"after {low:g} days"
    return f"after {low:g} to {high:g} days"


def answer_cell(found: Answer) -> str:
    """Return the same, short, for a table."""
    low, high = found.days.low, found.days.high
    if low is None:
        return "never"
    last = "never" if high is None else f"{high:g}"
    return last if low == high else f"{low:g} … {last}"


def episode_lines(episode: Episode) -> Iterator[str]:
    """Yield an episode as sentences."""
    risk = episode.risk.replace("_", " ")
    ends = f"to {episode.ended}" if episode.ended else "to the end"
    known = f"known on {episode.known}" if episode.known else "never known to the authority"
    yield f"{risk}, weight {episode.severity:g}, from {episode.emerged} {ends}; {known}"
    for what, found in (("A duty binds", episode.duty), ("A measure holds", episode.measure)):
        cites = f" ({'; '.join(found.cites)})" if found.cites else ""
        yield f"{what}: {answer_words(found)}{cites}."


def hanging_words(found: Hanging) -> str:
    """Return a decision that hangs."""
    may = "" if found.sure else "perhaps "
    limit = f"; the text allows {found.days_allowed:g} days" if found.days_allowed else "; the text sets no time"
    return f"{found.cite} ({found.provision}): {may}undecided since {found.since}{limit}"


def totals(result: LawResult) -> tuple[tuple[str, str], ...]:
    """Return the totals with their names."""
    return (
        ("Risk, days × weight", f"{result.risk_days:g}"),
        ("Exposure: no applicable duty binds", range_words(result.exposure)),
        ("Unrestrained: no measure holds", range_words(result.unrestrained)),
        ("Exposure while other law is displaced", range_words(result.displaced_exposure)),
        ("Days of measures without a risk, before any", range_words(result.false_alarm_days)),
        ("Days of measures that outlive the risk", range_words(result.outliving_days)),
    )
