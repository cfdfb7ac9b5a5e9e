"""The page of a lens, and the difference between two."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from policy_engine.loading import LoadedLens
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


def parameters(loaded: LoadedLens) -> dict[str, Parameter]:
    """Return the parameters of a lens's rule sets with the values that hold under it."""
    overrides = loaded.lens.parameters
    return {
        p.name: p.model_copy(update={"value": overrides[p.name].value}) if p.name in overrides else p
        for rule_set in loaded.rule_sets
        for p in rule_set.parameters
    }


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
    before, after = ({c.criterion.id: c.criterion for c in lens.criteria} for lens in (one, other))
    for lens, mine, theirs in ((one, before, after), (other, after, before)):
        only = [name for name in mine if name not in theirs]
        if only:
            lines += ["", *textwrap.wrap(f"Only {lens.lens.id} asks: {', '.join(only)}.", 100)]
    for name in before:
        if name in after:
            lines += _changes(before[name], after[name], one, other)
    lines += _numbers(one, other)
    if len(lines) == 1:
        lines += ["", "They ask the same in the same way."]
    return "\n".join(lines) + "\n"


def _changes(before: Criterion, after: Criterion, one: LoadedLens, other: LoadedLens) -> Iterator[str]:
    said = []
    if before.severity != after.severity:
        said.append(f"{before.severity} there, {after.severity} here")
    keys = ("applies_when", "satisfied_when", "violated_when")
    changed = [key.replace("_", " ") for key in keys if getattr(before, key) != getattr(after, key)]
    if changed:
        said.append(f"{' and '.join(changed)} differ")
    if said:
        reasons = [lens.lens.overrides[before.id].reason for lens in (one, other) if before.id in lens.lens.overrides]
        text = f"{before.id} {before.title}: {'; '.join(said)}. {' '.join(dict.fromkeys(reasons))}"
        yield from ("", *textwrap.wrap(text, 100))


def _numbers(one: LoadedLens, other: LoadedLens) -> Iterator[str]:
    before, after = parameters(one), parameters(other)
    for name in before:
        if name in after and before[name].value != after[name].value:
            reasons = [lens.lens.parameters[name].reason for lens in (one, other) if name in lens.lens.parameters]
            values = f"{before[name].value:g} there, {after[name].value:g} {after[name].unit} here"
            yield ""
            yield from textwrap.wrap(f"Cut-off {name}: {values}. {' '.join(reasons)}", 100)
    shared = {c.principle.id for c in one.criteria} & {c.principle.id for c in other.criteria}
    for name in sorted(shared):
        weights = one.lens.weights.get(name, 1.0), other.lens.weights.get(name, 1.0)
        if weights[0] != weights[1]:
            yield from ("", f"Weight of {name}: {weights[0]:g} there, {weights[1]:g} here.")
    if one.bands != other.bands:
        bands = [f"{lens.bands.mixed:g} and {lens.bands.meets:g}" for lens in (one, other)]
        yield from ("", f"Bands: {bands[0]} there, {bands[1]} here.")
