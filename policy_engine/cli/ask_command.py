"""The command that asks for what is unknown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_engine import __version__
from policy_engine.cli.faults import CODES, reported, unknown_name
from policy_engine.cli.options import config_option, isolated_option, lens_option, rules_option

if TYPE_CHECKING:
    from policy_engine.asking.questions import Inquiry, Question
    from policy_engine.loading import LoadedLens, LoadedProposal


@click.command(epilog=f"Example: policy-engine ask draft.yaml --answer local-preemption.construed=narrowly. {CODES}")
@click.argument("path")
@lens_option
@rules_option
@config_option
@isolated_option
@click.option(
    "--answer", "answers", multiple=True, metavar="KEY=VALUE", help="Try an answer, and show what it would do."
)
@click.option("--most", type=click.IntRange(1), default=10, show_default=True, help="How many questions to show.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--interactive", is_flag=True, help="Walk through the questions, and write the answers into the file.")
def ask(path: str, answers: tuple[str, ...], most: int, format_name: str, *, interactive: bool, **options: Any) -> None:
    """Say what is unknown in a proposal, the most telling first: the question, where to look, and what answers do."""
    from policy_engine.asking.questions import Inquiry
    from policy_engine.cli.settings import settled
    from policy_engine.loading import load_lens, load_proposal
    from policy_engine.reports import ask_json, ask_text

    if interactive and (path == "-" or path.startswith("git:")):
        raise click.UsageError("--interactive writes into a file, and this is none")
    with reported():
        settings = settled(options).settings
        lens, loaded = load_lens(settings.lens, settings.rules), load_proposal(path)
        inquiry = Inquiry(lens, loaded)
        if interactive:
            _walk(path, lens)
            return
        if answers:
            given = _given(answers, inquiry)
            click.echo(ask_text.render_after(given, inquiry.now, inquiry.after(given)), nl=False)
            return
        questions = inquiry.questions()
        if format_name == "json":
            made = ask_json.render(loaded.proposal.id, lens.lens.id, inquiry.now, questions, __version__)
            click.echo(made, nl=False)
            return
        click.echo(ask_text.render(loaded.proposal.title, inquiry.now, questions, most), nl=False)


def _walk(path: str, lens: LoadedLens) -> None:
    """Ask one question after another, each on the file as the last answer left it."""
    from policy_engine.asking.questions import Inquiry
    from policy_engine.loading import load_proposal
    from policy_engine.reports import ask_text

    skipped: set[str] = set()
    while True:
        loaded = load_proposal(path)
        inquiry = Inquiry(lens, loaded)
        left = [q for q in inquiry.questions() if q.kind != "measure" and q.key not in skipped]
        click.echo(ask_text.render_now(inquiry.now, len(left)))
        if not left:
            return
        question = left[0]
        click.echo(ask_text.render_question(question))
        text = click.prompt("Answer (s: skip, q: quit)", default="s", show_default=False).strip()
        if text == "q":
            return
        if text == "s" or not _answered(path, inquiry, loaded, question, text):
            skipped.add(question.key)


def _answered(path: str, inquiry: Inquiry, loaded: LoadedProposal, question: Question, text: str) -> bool:
    """Write an answer into the file; tell what is wrong with it, and ask again, until it is one or is skipped."""
    from policy_engine.asking.answers import NONE
    from policy_engine.asking.writing import with_answer
    from policy_engine.cli.evaluation import write
    from policy_engine.errors import ProposalError

    while text != "s":
        try:
            value = inquiry.read(question.key, text)
            break
        except ProposalError as error:
            click.echo(error.faults[0].message, err=True)
            text = click.prompt("Answer (s: skip)", default="s", show_default=False).strip()
    else:
        return False
    if question.kind == "topic" and value != NONE:
        click.echo(f"Code each {question.key} provision in the file, and add {question.key} to `examined` yourself.")
        return False
    cite = click.prompt("Section that says so") if question.kind == "statement" else ""
    before = Path(path).read_text(encoding="utf-8")
    write(with_answer(before, loaded, question, value, cite), path)
    click.echo(f"{path}: written\n")
    return True


def _given(answers: tuple[str, ...], inquiry: Inquiry) -> dict[str, Any]:
    """Return answers by key, each one of those that the question can have; refuse others with the near-miss."""
    from policy_engine.errors import Fault, ProposalError
    from policy_engine.reports.ask_text import words_tried

    given: dict[str, Any] = {}
    for text in answers:
        key, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"`{text}` is not KEY=VALUE", param_hint="--answer")
        question = inquiry.question(key)
        if question is None:
            unknown_name("unknown fact", key, list(inquiry.keys()), "--answer")
        try:
            given[key] = inquiry.read(key, value)
        except ProposalError as error:
            values = ", ".join(words_tried(question.answers))
            raise ProposalError(Fault(error.faults[0].message, hint=f"tried by the tool: {values}")) from error
    return given
