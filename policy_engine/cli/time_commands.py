"""The commands that run a text forward in time."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli.faults import CODES, reported
from policy_engine.cli.options import enacted_option, engine_option, output_option, rule_delay_option
from policy_engine.reports.names import SAMPLE_FORMATS, SIMULATION_FORMATS, STAGES_FORMATS, TIMELINE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.simulation import LawResult, Matrix
    from policy_engine.simulation.stepping import EngineChoice


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


@click.command(epilog=f"Example: policy-engine simulate draft.yaml --scenario scenarios/fast-uplift.yaml. {CODES}")
@click.argument("paths", nargs=-1, required=True)
@click.option("--scenario", "scenario_names", multiple=True, type=click.Path(), help="Scenario file; several are run.")
@click.option("--all", "run_all", is_flag=True, help="Run every shipped scenario: a matrix of laws and scenarios.")
@click.option("--events", type=click.Path(allow_dash=True), help="JSON Lines of further events; - for standard input.")
@enacted_option
@engine_option
@click.option("--format", "format_name", type=click.Choice(list(SIMULATION_FORMATS)), default="text", show_default=True)
@output_option
def simulate(paths: tuple[str, ...], format_name: str, output: str | None, **options: Any) -> None:
    """Run the texts in PATHS through a scenario: what binds when, how long risks wait, what hangs or outlives them.

    Durations are intervals where a text leaves days or decisions open. --events reads events one at a time, in memory
    that does not grow with their number.
    """
    from policy_engine.cli.evaluation import write
    from policy_engine.reports import render_simulation

    if options["run_all"] == bool(options["scenario_names"]):
        raise click.UsageError("give --scenario FILE, or --all for every shipped scenario")
    if options["events"] and (options["run_all"] or len(options["scenario_names"]) > 1):
        raise click.UsageError("--events goes with one scenario")
    with reported():
        write(render_simulation(format_name, _simulated(paths, options)), output)


def _simulated(paths: tuple[str, ...], options: dict[str, Any]) -> Matrix:
    """Run every text through every scenario; whatever is wrong with any file is told, and nothing is run."""
    from policy_engine.cli.evaluation import found_files
    from policy_engine.errors import Fault, PolicyEngineError, SourceError
    from policy_engine.loading import load_proposal
    from policy_engine.simulation import Matrix, load_scenario, scenario_files, simulate_stream

    failures: list[Fault] = []
    proposals, scenarios = [], []
    for path in found_files(paths, failures):
        try:
            proposals.append(load_proposal(path).proposal)
        except PolicyEngineError as error:
            failures += error.faults
    for name in scenario_files() if options["run_all"] else options["scenario_names"]:
        try:
            scenario = load_scenario(name)
            if scenario.by_default or not options["run_all"]:
                scenarios.append(scenario)
        except PolicyEngineError as error:
            failures += error.faults
    if failures:
        raise SourceError(failures)
    results: list[LawResult] = []
    engine: EngineChoice = options["engine"] or "auto"
    for scenario in scenarios:
        stream, name = _events(options["events"]), _events_name(options["events"])
        day = day_of(options["enacted"])
        results += simulate_stream(proposals, scenario, stream, enacted=day, engine=engine, file=name)
    return Matrix(tuple((scenario.id, scenario.question) for scenario in scenarios), tuple(results))


def _events_name(path: str | None) -> str:
    return "<stdin>" if path == "-" else path or "<events>"


def _events(path: str | None) -> Iterator[Any]:
    """Yield the events of a stream as they are read."""
    from policy_engine.errors import Fault, SourceError
    from policy_engine.simulation import read_happenings

    if path is None:
        return
    if path == "-":
        yield from read_happenings(sys.stdin.buffer, "<stdin>")
        return
    try:
        with Path(path).open("rb") as stream:
            yield from read_happenings(stream, path)
    except OSError as error:
        raise SourceError(Fault(f"the events cannot be read: {error.strerror}", path)) from error


@click.command(epilog=f"Example: policy-engine futures draft.yaml --runs 10000 --seed 1. {CODES}")
@click.argument("paths", nargs=-1, required=True)
@click.option("--assumptions", type=click.Path(), help="File of distributions; those of the tool if left out.")
@click.option("--runs", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True, help="Futures sampled.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same futures.")
@click.option("--format", "format_name", type=click.Choice(list(SAMPLE_FORMATS)), default="text", show_default=True)
@output_option
def futures(paths: tuple[str, ...], format_name: str, output: str | None, **options: Any) -> None:
    """Sample futures for the texts in PATHS: how long a risk waits for a duty and a measure, as quantiles.

    Growth of ability, detection, rule-making and decisions are distributions (extra [analysis], for numpy).
    """
    from policy_engine.cli.evaluation import found_files, write
    from policy_engine.errors import Fault, SourceError
    from policy_engine.loading import load_proposal
    from policy_engine.reports import render_samples
    from policy_engine.simulation.assumptions import load_assumptions
    from policy_engine.simulation.sampling import sample

    with reported():
        failures: list[Fault] = []
        files = found_files(paths, failures)
        if failures:
            raise SourceError(failures)
        assumptions = load_assumptions(options["assumptions"])
        proposals = [load_proposal(file).proposal for file in files]
        samples = tuple(sample(proposal, assumptions, options["runs"], options["seed"]) for proposal in proposals)
        write(render_samples(format_name, assumptions, samples), output)
