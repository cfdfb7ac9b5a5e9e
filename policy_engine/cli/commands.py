"""The commands and their options; what they do is in the modules that they load when used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from policy_engine import __version__

if TYPE_CHECKING:
    from policy_engine.assessment import EngineChoice
    from policy_engine.errors import Fault
    from policy_engine.loading import LoadedLens

GATE_FAILED: Final = 1
FILE_AT_FAULT: Final = 3
ENGINE_FAILED: Final = 4
SHOWN_COLUMNS: Final = 120
_CODES: Final = "Exit codes: 0 done, 1 gate failed, 2 usage, 3 a proposal or rule file is at fault, 4 engine error."

lens_option = click.option("--lens", default="article-2026-02", show_default=True, help="Lens: a name, or a file.")
rules_option = click.option(
    "--rules", type=click.Path(file_okay=False), help="Directory of rule sets; the shipped ones if left out."
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["auto", "durable", "plain"]),
    default="auto",
    show_default=True,
    help="durable: durable-rules or fail; plain: the evaluator in Python; auto: durable where it can be loaded.",
)


def _version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from policy_engine.engine.client import DURABLE_VERSION, why_unavailable

        reason = why_unavailable()
        engine = f"plain evaluator ({reason})" if reason else f"durable-rules {DURABLE_VERSION}"
        click.echo(f"policy-engine {__version__}, engine: {engine}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=_CODES)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Version and engine."
)
def policy_engine() -> None:
    """Judge proposed AI law: describe a text in YAML, get a scored assessment that cites its sections.

    Start with `policy-engine evaluate proposals/`. Completion for your shell:
    `_POLICY_ENGINE_COMPLETE=bash_source policy-engine` (or zsh_source, fish_source).
    """


@policy_engine.command(epilog=f"Example: policy-engine evaluate draft.yaml --format json. {_CODES}")
@click.argument("paths", nargs=-1, required=True)
@lens_option
@rules_option
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=click.Path(), help="File to write instead of standard output.")
@engine_option
@click.option("--cross-check", is_flag=True, help="Run both evaluators; stop if they ever differ.")
def evaluate(
    paths: tuple[str, ...],
    lens: str,
    rules: str | None,
    format_name: str,
    output: str | None,
    engine: EngineChoice,
    cross_check: bool,
) -> None:
    """Assess proposals: files, directories (every .yaml below), or - for standard input."""
    from policy_engine.cli.evaluation import assess_files, write
    from policy_engine.reports import FORMATS

    with reported():
        report = assess_files(paths, _lens(lens, rules), engine, cross_check=cross_check)
        write(FORMATS[format_name](report), output)
        if report.failures:
            show(report.failures)
            sys.exit(FILE_AT_FAULT)


@policy_engine.command(epilog=f"Example: policy-engine explain VAC-1 draft.yaml. {_CODES}")
@click.argument("criterion")
@click.argument("proposal", required=False)
@lens_option
@rules_option
@engine_option
def explain(criterion: str, proposal: str | None, lens: str, rules: str | None, engine: EngineChoice) -> None:
    """Show the page of CRITERION; with a PROPOSAL, prove its outcome in plain sentences."""
    from policy_engine.assessment import Assessor
    from policy_engine.loading import load_all_rules, load_proposal
    from policy_engine.reports import criterion_page, proof_text

    with reported():
        loaded = _lens(lens, rules) if proposal else load_all_rules(rules)
        known = {compiled.criterion.id: compiled for compiled in loaded.criteria}
        if criterion.upper() not in known:
            unknown_name("criterion", criterion, list(known), "CRITERION")
        compiled = known[criterion.upper()]
        if proposal is None:
            click.echo(criterion_page.render(compiled, loaded.program), nl=False)
            return
        with Assessor(loaded, engine) as assessor:
            finding, proofs = assessor.explain(compiled.criterion.id, load_proposal(proposal))
        click.echo(proof_text.render(finding, proofs), nl=False)


@policy_engine.group(epilog=_CODES)
def rules() -> None:
    """List, show and test rule sets."""


@rules.command("list")
@rules_option
def rules_list(rules: str | None) -> None:
    """List the rule sets with their criteria, and the lenses."""
    from policy_engine.loading import lens_names, load_all_rules

    with reported():
        loaded = load_all_rules(rules)
        for rule_set in loaded.rule_sets:
            click.echo(f"{rule_set.id} {rule_set.version}  {rule_set.title}")
            for criterion in rule_set.criteria:
                click.echo(f"  {criterion.id:<7} {criterion.severity:<8} {criterion.kind:<6} {criterion.title}")
        click.echo(f"lenses: {', '.join(lens_names(rules))}")


@rules.command("show")
@click.argument("name")
@rules_option
def rules_show(name: str, rules: str | None) -> None:
    """Show every criterion of the rule set NAME."""
    from policy_engine.loading import load_all_rules
    from policy_engine.reports import criterion_page

    with reported():
        loaded = load_all_rules(rules)
        known = {rule_set.id: rule_set for rule_set in loaded.rule_sets}
        if name not in known:
            unknown_name("rule set", name, list(known), "NAME")
        ids = {criterion.id for criterion in known[name].criteria}
        pages = [criterion_page.render(c, loaded.program) for c in loaded.criteria if c.criterion.id in ids]
        click.echo(f"{known[name].title} ({name} {known[name].version})\n\n" + "\n\n".join(pages), nl=False)


@rules.command("test")
@rules_option
@engine_option
def rules_test(rules: str | None, engine: EngineChoice) -> None:
    """Run the examples of all criteria; fails when one comes out otherwise, or when nothing ran."""
    from policy_engine.examples import run_examples
    from policy_engine.loading import load_all_rules

    with reported():
        report = run_examples(load_all_rules(rules), engine)
        for case in report.failures:
            click.echo(
                f"{case.file}:{case.line}: {case.criterion} '{case.name}': expected {case.expected}, got {case.actual}"
            )
        passed = len(report.cases) - len(report.failures)
        click.echo(f"{report.criteria} criteria, {passed} of {len(report.cases)} examples as they say")
        for label, names in (
            ("outcomes", report.unreached_outcomes),
            ("conditions", report.unreached_conditions),
        ):
            click.echo(f"{label} that no example reaches: {len(names)}" + "".join(f"\n  {name}" for name in names))
        mends = "".join(f"\n  {name}" for name in report.unmended)
        click.echo(f"amendments that mend no example: {len(report.unmended)}{mends}")
        if report.failures or report.unmended or not report.cases:
            click.echo(
                "nothing ran" if not report.cases else f"{len(report.failures) + len(report.unmended)} failed", err=True
            )
            sys.exit(GATE_FAILED)


@policy_engine.command(epilog="Example: policy-engine schema proposal > proposal.schema.json")
@click.argument("name", type=click.Choice(["proposal", "rules", "lens", "report"]))
def schema(name: str) -> None:
    """Print the JSON Schema of a kind of file, for editors and checks."""
    from policy_engine.reports.json_schemas import schema_text

    click.echo(schema_text(name), nl=False)


@policy_engine.command(epilog="Example: policy-engine new proposal --output draft.yaml")
@click.argument("kind", type=click.Choice(["proposal", "rule-set"]))
@click.option("--output", type=click.Path(dir_okay=False), help="File to write; an existing one is not overwritten.")
def new(kind: str, output: str | None) -> None:
    """Print a commented scaffold that validates."""
    text = (Path(__file__).parent.parent / "scaffold" / f"{kind}.yaml").read_text(encoding="utf-8")
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with Path(output).open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise click.UsageError(f"cannot write {output}: {error.strerror}") from error


def _lens(name: str, rules: str | None) -> LoadedLens:
    from policy_engine.loading import load_lens

    return load_lens(name, rules)


def unknown_name(what: str, name: str, known: list[str], argument: str) -> NoReturn:
    """Refuse a name with the nearest known ones."""
    from policy_engine.rules.resolve import near

    raise click.BadParameter(
        f"there is no {what} `{name}`; {near(name.upper() if what == 'criterion' else name, known)}",
        param_hint=argument,
    )


@contextmanager
def reported() -> Iterator[None]:
    """Turn the project's errors into text and exit codes."""
    from policy_engine.errors import EngineError, PolicyEngineError

    try:
        yield
    except PolicyEngineError as error:
        show(error.faults)
        sys.exit(ENGINE_FAILED if isinstance(error, EngineError) else FILE_AT_FAULT)


def show(faults: tuple[Fault, ...]) -> None:
    """Print faults to standard error, each with the line that it is about."""
    for fault in faults:
        click.echo(click.style("error: ", fg="red") + str(fault).partition("\n")[0], err=True)
        line = _line_of(fault)
        if line:
            caret = f"\n    | {' ' * (max(fault.column, 1) - 1)}^" if fault.column <= SHOWN_COLUMNS else ""
            click.echo(f"    | {line}{caret}", err=True)
        if fault.hint:
            click.echo(f"  hint: {fault.hint}", err=True)


def _line_of(fault: Fault) -> str:
    if not fault.line or fault.file in {"", "<stdin>"}:
        return ""
    try:
        with Path(fault.file).open(encoding="utf-8", errors="replace") as stream:
            for number, line in enumerate(stream, start=1):
                if number == fault.line:
                    # What a terminal would obey is shown as a mark.
                    return "".join(c if c.isprintable() else "\ufffd" for c in line.rstrip()[:SHOWN_COLUMNS])
    except OSError:
        return ""
    return ""
