"""The command that asks for what is unknown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli.faults import CODES, reported, unknown_name
from policy_engine.cli.options import config_option, isolated_option, lens_option, rules_option

if TYPE_CHECKING:
    from policy_engine.asking.questions import Inquiry


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
def ask(path: str, answers: tuple[str, ...], most: int, format_name: str, **options: Any) -> None:
    """Say what is unknown in a proposal, the most telling first: the question, where to look, and what answers do."""
    from policy_engine.asking.questions import Inquiry
    from policy_engine.cli.settings import settled
    from policy_engine.loading import load_lens, load_proposal
    from policy_engine.reports import ask_text
    from policy_engine.reports.json_report import plain

    with reported():
        settings = settled(options).settings
        loaded = load_proposal(path)
        inquiry = Inquiry(load_lens(settings.lens, settings.rules), loaded)
        if answers:
            given = _given(answers, inquiry)
            click.echo(ask_text.render_after(given, inquiry.now, inquiry.after(given)), nl=False)
            return
        questions = inquiry.questions()
        if format_name == "json":
            document = {
                "schema": "policy-engine/ask/1",
                "proposal": loaded.proposal.id,
                "lens": settings.lens,
                "now": plain(inquiry.now),
                "questions": plain(questions),
            }
            click.echo(json.dumps(document, ensure_ascii=False, indent=2))
            return
        click.echo(ask_text.render(loaded.proposal.title, inquiry.now, questions, most), nl=False)


def _given(answers: tuple[str, ...], inquiry: Inquiry) -> dict[str, Any]:
    """Return answers by key, each one of those that the question can have; refuse others with the near-miss."""
    from policy_engine.errors import Fault, ProposalError
    from policy_engine.reports.ask_text import shown

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
            values = ", ".join(shown(answer.value) for answer in question.answers)
            raise ProposalError(Fault(error.faults[0].message, hint=f"tried by the tool: {values}")) from error
    return given
