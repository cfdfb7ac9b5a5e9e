"""The commands that run a text forward in time."""

from __future__ import annotations

import datetime
from typing import Any

import click

from policy_engine.cli.faults import CODES, reported
from policy_engine.cli.options import enacted_option, output_option, rule_delay_option
from policy_engine.reports.names import STAGES_FORMATS, TIMELINE_FORMATS


def day_of(given: datetime.datetime | None) -> datetime.date | None:
    """Return the day that an option named."""
    return given.date() if given else None


@click.command(
    epilog=f"Example: policy-engine timeline draft.yaml --enacted 2027-01-01 --format svg > law.svg. {CODES}"
)
@click.argument("path")
@enacted_option
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day shown; else that of enactment.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day shown; else past the last known one.")
@rule_delay_option
@click.option(
    "--lead-days", type=click.IntRange(0, 36500), default=30, show_default=True, help="Days a duty should leave."
)
@click.option("--format", "format_name", type=click.Choice(list(TIMELINE_FORMATS)), default="text", show_default=True)
@output_option
def timeline(path: str, format_name: str, output: str | None, **options: Any) -> None:
    """Show which provisions of PATH have force on any day, what is displaced, and where nothing binds.

    Days that the text leaves open are intervals. Three checks: transparency binds before stronger measures, nothing is
    displaced without a duty in its place, and duties leave time to prepare.
    """
    from policy_engine.cli.evaluation import write
    from policy_engine.loading import load_proposal
    from policy_engine.reports import render_timeline
    from policy_engine.timeline import build_timeline

    first, last = day_of(options["first"]), day_of(options["last"])
    if first and last and last <= first:
        raise click.BadParameter(f"{last} is not after {first}", param_hint="--to")
    with reported():
        built = build_timeline(
            load_proposal(path).proposal,
            enacted=day_of(options["enacted"]),
            first=first,
            last=last,
            rule_delay=options["rule_delay"],
            lead_days=options["lead_days"],
        )
        write(render_timeline(format_name, built), output)


@click.command(epilog=f"Example: policy-engine stages draft.yaml --format mermaid. {CODES}")
@click.argument("path")
@click.option("--format", "format_name", type=click.Choice(list(STAGES_FORMATS)), default="text", show_default=True)
@output_option
def stages(path: str, format_name: str, output: str | None) -> None:
    """Draw the stages of PATH: what sets a measure off, who must act, what ends it, each with its section.

    Dashed arrows (in text: may) are what the text leaves open.
    """
    from policy_engine.cli.evaluation import write
    from policy_engine.loading import load_proposal
    from policy_engine.reports import render_stages
    from policy_engine.stages import stages_of

    with reported():
        proposal = load_proposal(path).proposal
        write(render_stages(format_name, proposal.title, stages_of(proposal)), output)
