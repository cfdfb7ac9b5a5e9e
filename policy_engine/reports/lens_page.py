"""The page of a lens, and the difference between two."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from policy_engine.difference.lens_changes import lens_changes, only_in
from policy_engine.difference.model import LensChange
from policy_engine.loading import LoadedLens
from policy_engine.loading.lens import parameters
from policy_engine.rules.model import Criterion, Parameter


def render(loaded: LoadedLens) -> str:
    """Return what the lens asks: principles with weights, criteria, cut-offs with their origin, overrides."""
    lens = loaded.lens
    lines = [f"{lens.id} {lens.version}: {lens.title}", f"As of {lens.as_of}, by {lens.author}.", ""]
    lines += [*textwrap.wrap(lens.description, 100), ""]
    lines.append(f"Bands: mixed from {loaded.bands.mixed:g}, meets from {loaded.bands.meets:g} of 100.")
    for name, criteria in _by_principle(loaded).items():
        principle = next(c.principle for c in loaded.criteria if c.principle.id == name)
        lines += ["", f"{name}  {principle.name} (weight {lens.weights.get(name, 1.0):g})"]
        lines += [f"  {c.id:<7} {c.severity:<8} {c.kind:<6} {c.title}" for c in criteria]
    lines += ["", "Cut-offs"]
    lines += [line for parameter in parameters(loaded).values() for line in _parameter(parameter, loaded)]
    if lens.exclude:
        lines += ["", f"Left out: {', '.join(lens.exclude)}."]
    for criterion, override in lens.overrides.items():
        lines += ["", *textwrap.wrap(f"{criterion} is changed: {override.reason}", 100)]
    return "\n".join(lines) + "\n"


def _parameter(parameter: Parameter, loaded: LoadedLens) -> Iterator[str]:
    override = loaded.lens.parameters.get(parameter.name)
    why = f"set by the lens: {override.reason}" if override else f"{parameter.origin}: {parameter.source}"
    text = f"{parameter.name}: {parameter.value:g} {parameter.unit} ({why})"
    if parameter.plausible:
        text += (
            f" Plausible from {parameter.plausible.low:g} to {parameter.plausible.high:g}: {parameter.plausible.reason}"
        )
    yield from textwrap.wrap(text, 100, initial_indent="  ", subsequent_indent="    ")


def _by_principle(loaded: LoadedLens) -> dict[str, list[Criterion]]:
    found: dict[str, list[Criterion]] = {}
    for compiled in loaded.criteria:
        found.setdefault(compiled.principle.id, []).append(compiled.criterion)
    return found


def render_difference(one: LoadedLens, other: LoadedLens) -> str:
    """Return what differs between two lenses: criteria, severities, conditions, cut-offs, weights, bands; and why."""
    lines = [f"{one.lens.id} (as of {one.lens.as_of}) against {other.lens.id} (as of {other.lens.as_of})"]
    for lens, only in ((one, only_in(one, other)), (other, only_in(other, one))):
        if only:
            lines += ["", *textwrap.wrap(f"Only {lens.lens.id} asks: {', '.join(only)}.", 100)]
    for change in lens_changes(one, other):
        lines += ["", *textwrap.wrap(change_in_words(change), 100)]
    if len(lines) == 1:
        lines += ["", "They ask the same in the same way."]
    return "\n".join(lines) + "\n"


def change_in_words(change: LensChange) -> str:
    """Return one difference of two lenses as a sentence, with the reason that a lens gives."""
    head = {
        "rule set": f"Rule set {change.name}",
        "criterion": f"{change.name} {change.title}",
        "cut-off": f"Cut-off {change.name}",
        "weight": f"Weight of {change.name}",
        "bands": "Bands",
    }[change.subject]
    return f"{head}: {change.words}. {change.reason}".rstrip()
