"""The page of one criterion."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from policy_engine.explain import described
from policy_engine.program import CompiledCriterion, Program
from policy_engine.rules.conditions import Clause, Clauses


def render(compiled: CompiledCriterion, program: Program) -> str:
    """Return question, definition, conditions in words, rationale, counter-argument, fix, references, examples."""
    criterion = compiled.criterion
    lines = [
        f"{criterion.id} {criterion.title}",
        f"{compiled.principle.name}; {criterion.kind}, {criterion.severity}",
        "",
    ]
    for label, text in (
        ("Question", criterion.question),
        ("Definition", criterion.definition),
        ("Rationale", criterion.rationale),
        ("Critics say", criterion.counter_argument),
        ("Fix", criterion.fix.words),
    ):
        if text:
            lines += [*_labelled(label, text), ""]
    for label, number in (
        ("Applies when", compiled.applies),
        ("Satisfied when", compiled.satisfied),
        ("Violated when", compiled.violated),
    ):
        lines += [label + ":", *_condition(program.conditions[number], program, "  "), ""]
    lines.append("References:")
    for reference in criterion.references:
        link = f" <{reference.url}>" if reference.url else ""
        lines += _labelled(f"  {reference.kind}", f"{reference.source}, {reference.locator}: {reference.says}{link}")
    lines += ["", "Examples:", *(f"  {example.outcome:<15} {example.name}" for example in criterion.examples)]
    return "\n".join(lines) + "\n"


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(f"{label}: {text}", 100, subsequent_indent="    ", break_on_hyphens=False)


def _condition(clauses: Clauses, program: Program, indent: str) -> Iterator[str]:
    if not clauses:
        yield indent + "never"
    for number, clause in enumerate(clauses):
        if number:
            yield indent + "or"
        yield from _clause(clause, program, indent)


def _clause(clause: Clause, program: Program, indent: str) -> Iterator[str]:
    if not clause.patterns and not clause.nones:
        yield indent + "always"
    for pattern in clause.patterns:
        text = described(pattern)
        if pattern.is_fact:
            meaning = program.meanings.get(pattern.type, pattern.type)
            tests = text.partition(" whose ")[2].removeprefix("value ")
            text = f"{pattern.type} {tests} ({meaning})"
        yield from textwrap.wrap("- " + text, 100, initial_indent=indent, subsequent_indent=indent + "  ")
    for none in clause.nones:
        yield indent + "- and none of:"
        yield from _clause(none, program, indent + "    ")
