"""The commands on rule sets."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from policy_engine.cli.faults import CODES, GATE_FAILED, reported, unknown_name
from policy_engine.cli.options import engine_option, rules_option

if TYPE_CHECKING:
    from policy_engine.assessment import EngineChoice


@click.group(epilog=CODES)
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
def rules_test(rules: str | None, engine: EngineChoice | None) -> None:
    """Run the examples of all criteria and facts, lint the rules, and mutate them.

    Fails when an example comes out otherwise, an amendment mends nothing, the lint finds something, or nothing ran.
    """
    from policy_engine.examples import run_examples
    from policy_engine.loading import load_all_rules
    from policy_engine.mutation import mutate_rules
    from policy_engine.rule_lint import lint_rules

    with reported():
        loaded = load_all_rules(rules)
        report = run_examples(loaded, engine or "auto")
        for case in report.failures:
            click.echo(
                f"{case.file}:{case.line}: {case.criterion} '{case.name}': expected {case.expected}, got {case.actual}"
            )
        passed = len(report.cases) - len(report.failures)
        click.echo(f"{report.criteria} criteria, {passed} of {len(report.cases)} examples as they say")
        problems = lint_rules(loaded)
        mutation = mutate_rules(loaded)
        for label, names in (
            ("outcomes that no example reaches", report.unreached_outcomes),
            ("conditions that no example reaches", report.unreached_conditions),
            ("amendments that mend no example", report.unmended),
            ("findings of the rule lint", problems),
            (f"mutants that no example notices, of {mutation.total}", mutation.survivors),
        ):
            click.echo(f"{label}: {len(names)}" + "".join(f"\n  {name}" for name in names))
        click.echo(f"mutation score: {mutation.score:.1%}")
        faults = len(report.failures) + len(report.unmended) + len(problems)
        if faults or not report.cases:
            click.echo(f"{faults} failed" if report.cases else "nothing ran", err=True)
            sys.exit(GATE_FAILED)
