"""In what two lenses differ, and which of it a criterion reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policy_engine.difference.model import LensChange
from policy_engine.loading import LoadedLens
from policy_engine.loading.lens import parameters
from policy_engine.rules.model import Criterion

_CONDITIONS = ("applies_when", "satisfied_when", "violated_when")


def lens_changes(one: LoadedLens, other: LoadedLens) -> tuple[LensChange, ...]:
    """Return what both lenses have and put differently: rule sets, criteria, cut-offs, weights, bands; and why."""
    return (
        *_rule_sets(one, other),
        *_criteria(one, other),
        *_parameters(one, other),
        *_weights(one, other),
        *_bands(one, other),
    )


def only_in(one: LoadedLens, other: LoadedLens) -> tuple[str, ...]:
    """Return the criteria that the first lens asks and the second does not."""
    asked = {compiled.criterion.id for compiled in other.criteria}
    return tuple(c.criterion.id for c in one.criteria if c.criterion.id not in asked)


def _rule_sets(one: LoadedLens, other: LoadedLens) -> Iterator[LensChange]:
    theirs = {rule_set.id: rule_set for rule_set in other.rule_sets}
    for mine in one.rule_sets:
        if mine.id in theirs and one.documents[mine.id].digest != other.documents[mine.id].digest:
            words = f"its file differs (version {mine.version} there, {theirs[mine.id].version} here)"
            yield LensChange("rule set", mine.id, mine.title, words, "")


def _criteria(one: LoadedLens, other: LoadedLens) -> Iterator[LensChange]:
    before, after = ({c.criterion.id: c.criterion for c in lens.criteria} for lens in (one, other))
    for name in before:
        if name in after:
            said = _said(before[name], after[name])
            if said:
                given = [lens.lens.overrides[name].reason for lens in (one, other) if name in lens.lens.overrides]
                reason = " ".join(dict.fromkeys(given))
                yield LensChange("criterion", name, before[name].title, "; ".join(said), reason)


def _said(before: Criterion, after: Criterion) -> list[str]:
    said = []
    if before.severity != after.severity:
        said.append(f"{before.severity} there, {after.severity} here")
    changed = [key.replace("_", " ") for key in _CONDITIONS if getattr(before, key) != getattr(after, key)]
    return [*said, f"{' and '.join(changed)} differ"] if changed else said


def _parameters(one: LoadedLens, other: LoadedLens) -> Iterator[LensChange]:
    before, after = parameters(one), parameters(other)
    for name in before:
        if name in after and before[name].value != after[name].value:
            reasons = [lens.lens.parameters[name].reason for lens in (one, other) if name in lens.lens.parameters]
            values = f"{before[name].value:g} there, {after[name].value:g} {after[name].unit} here"
            yield LensChange("cut-off", name, "", values, " ".join(reasons))


def _weights(one: LoadedLens, other: LoadedLens) -> Iterator[LensChange]:
    shared = {c.principle.id for c in one.criteria} & {c.principle.id for c in other.criteria}
    for name in sorted(shared):
        weights = one.lens.weights.get(name, 1.0), other.lens.weights.get(name, 1.0)
        if weights[0] != weights[1]:
            yield LensChange("weight", name, "", f"{weights[0]:g} there, {weights[1]:g} here", "")


def _bands(one: LoadedLens, other: LoadedLens) -> Iterator[LensChange]:
    if one.bands != other.bands:
        bands = [f"{lens.bands.mixed:g} and {lens.bands.meets:g}" for lens in (one, other)]
        yield LensChange("bands", "bands", "", f"{bands[0]} there, {bands[1]} here", "")


class Reasons:
    """Says why a criterion may come out differently under two lenses."""

    def __init__(self, one: LoadedLens, other: LoadedLens, changes: tuple[LensChange, ...]) -> None:
        """Index the rules by the facts that they give."""
        self._criteria = {c.criterion.id: c.criterion for c in one.criteria}
        self._theirs = {c.criterion.id: c.criterion for c in other.criteria}
        self._changes = changes
        self._one, self._other = _givers(one), _givers(other)

    def why(self, criterion: str) -> tuple[str, ...]:
        """Return the conditions and cut-offs that differ, else what is left: facts that are given otherwise."""
        mine, theirs = self._criteria[criterion], self._theirs[criterion]
        facts, cutoffs = _read(mine, self._one)
        more, others = _read(theirs, self._other)
        said = []
        for change in self._changes:
            if change.subject == "criterion" and change.name == criterion and "differ" in change.words:
                said.append(f"{change.words}. {change.reason}".strip())
            if change.subject == "cut-off" and change.name in cutoffs | others:
                said.append(f"cut-off {change.name}: {change.words}. {change.reason}".strip())
        differ = sorted(fact for fact in facts | more if self._one.get(fact) != self._other.get(fact))
        if differ:
            said.append(f"the rules give {', '.join(differ)} otherwise")
        return tuple(said)


def _givers(lens: LoadedLens) -> dict[str, Any]:
    """Return what each fact that a rule gives is made from, as plain data."""
    measures = {entry.fact: entry for rule_set in lens.rule_sets for entry in rule_set.measures}
    derived = {entry.fact: entry for rule_set in lens.rule_sets for entry in rule_set.derive}
    words = {"examples", "meaning", "meaning_when_false", "meaning_when_silent"}
    return {f: e.model_dump(exclude=words, by_alias=True) for f, e in (*measures.items(), *derived.items())}


def _read(criterion: Criterion, givers: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Return the facts and the cut-offs that a criterion reads, directly or through other facts."""
    facts: set[str] = set()
    cutoffs: set[str] = set()
    wanted: list[Any] = [criterion.model_dump(include=set(_CONDITIONS), by_alias=True)]
    while wanted:
        for key, word in _words(wanted.pop()):
            if key == "parameter":
                cutoffs.add(word)
            elif key == "fact" and word not in facts:
                facts.add(word)
                wanted.append(givers.get(word))
    return facts, cutoffs


def _words(data: Any) -> Iterator[tuple[str, str]]:
    """Yield every key of nested data that has a word as value."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if isinstance(value, str):
                yield str(key), value
            yield from _words(value)
    elif isinstance(data, tuple | list):
        for item in data:
            yield from _words(item)
