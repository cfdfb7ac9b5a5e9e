"""The questions about a proposal as text: what to read next, where, and what each answer would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policy_engine.asking.questions import Answer, Question
from policy_engine.reports.gate_text import wrapped
from policy_engine.reports.text_report import VERDICTS, interval
from policy_engine.results import Judgement


def render(title: str, now: Judgement, questions: Sequence[Question], most: int) -> str:
    """Return the questions, the one that narrows the interval most first; of many, the first `most`."""
    lines = [*wrapped(title, "", "Text: "), f"Now:  {VERDICTS[now.verdict]}; {interval(now.score)} of 100", ""]
    if not questions:
        lines.append("Nothing that this lens asks is unknown.")
    for number, question in enumerate(questions[:most], start=1):
        lines += [*_question(number, question), ""]
    if len(questions) > most:
        lines.append(f"… and {len(questions) - most} more (--most {len(questions)} shows all)")
    if questions:
        lines += wrapped(
            "The answers tried are one from each range that the rules tell apart. The average over them orders the "
            "questions; it is no forecast of what the text says.",
            "",
        )
    return "\n".join(lines) + "\n"


def render_now(now: Judgement, left: int) -> str:
    """Return where a proposal stands, and how many questions are left."""
    return f"Now: {VERDICTS[now.verdict]}; {interval(now.score)} of 100; {left} question(s) left"


def render_question(question: Question) -> str:
    """Return one question with what each answer would do."""
    return "\n".join(_question(1, question))


def _question(number: int, question: Question) -> Iterator[str]:
    yield from wrapped(question.text, "", f"{number}. ")
    place = question.location
    yield from wrapped(f"{question.key}, {place.file}:{place.line}; look in {question.look_in}", "   ")
    yield from wrapped(f"decides {', '.join(question.criteria)}", "   ")
    yield f"   {worth(question)}"
    for answers in _alike(question.answers):
        values = ", ".join(words_tried(answers))
        verdict = VERDICTS[answers[0].verdict].partition(":")[0]
        yield from wrapped(f"{values} → {interval(answers[0].score)}, {verdict}", "     ")
    if question.kind == "measure":
        yield from wrapped("It is computed; to answer it, code the provisions that it is computed from.", "   ")


def words_tried(answers: Sequence[Answer]) -> Iterator[str]:
    """Yield the values of answers with the words that the rules treat alike; of alike numbers one."""
    for answer in answers:
        yield shown(answer.value)
        yield from (shown(value) for value in answer.alike if not isinstance(value, float))


def worth(question: Question) -> str:
    """Return how much narrower the interval becomes, in words."""
    if not question.answers:
        return "no value can be tried"
    if question.most <= 0:
        return "narrows the interval by nothing alone; it counts together with others"
    if round(question.least, 1) == round(question.most, 1):
        said = f"narrows the interval by {question.most:.1f} points"
    else:
        said = f"narrows the interval by {question.narrowing:.1f} points on the average"
        said += f" ({question.least:.1f} to {question.most:.1f})"
    if question.settles:
        said += f"; can make the verdict {' or '.join(v.value.replace('_', ' ') for v in question.settles)}"
    return said


def shown(value: Any) -> str:
    """Return a value as YAML would give it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(str(item) for item in value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _alike(answers: Sequence[Answer]) -> list[list[Answer]]:
    """Return the answers in groups that come to the same score and verdict."""
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((interval(answer.score), answer.verdict), []).append(answer)
    return list(groups.values())


def render_after(given: Mapping[str, Any], now: Judgement, after: Judgement) -> str:
    """Return what answers would make of score, verdict and outcomes."""
    lines = [f"With {', '.join(f'{key} = {shown(value)}' for key, value in given.items())}:"]
    lines.append(f"  {VERDICTS[now.verdict]}; {interval(now.score)} of 100")
    lines.append(f"  → {VERDICTS[after.verdict]}; {interval(after.score)} of 100")
    for criterion, outcome in after.outcomes.items():
        if outcome is not now.outcomes[criterion]:
            moved = f"{now.outcomes[criterion].value} → {outcome.value}".replace("_", " ")
            lines.append(f"    {criterion} {moved}")
    return "\n".join(lines) + "\n"
