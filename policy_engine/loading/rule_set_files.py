"""Rule set files, what they use, and what a lens makes of their criteria and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from policy_engine.errors import Fault, PolicyEngineError, RuleError
from policy_engine.loading.remembered import load_rule_document
from policy_engine.rules.lens import CriterionOverride, Lens
from policy_engine.rules.model import Criterion, RuleSet
from policy_engine.rules.resolve import near
from policy_engine.source import Document, Path
from policy_engine.validation import validated

if TYPE_CHECKING:
    from policy_engine.runs.scenario import ScenarioFile


def load_rule_sets(
    lens: Lens, folder: FilePath, lens_document: Document
) -> tuple[dict[str, Document], tuple[RuleSet, ...]]:
    """Return the rule sets that a lens names and those that they use, with their documents."""
    documents: dict[str, Document] = {}
    loaded: list[RuleSet] = []
    faults: list[Fault] = []
    known = [file.stem for file in folder.glob("*.yaml")]
    wanted: list[tuple[str, Document, Path]] = [
        (name, lens_document, ("rule_sets", index)) for index, name in enumerate(lens.rule_sets)
    ]
    for name, asking, path in wanted:
        file = folder / f"{name}.yaml"
        if not file.is_file():
            at = asking.position(path)
            hint = near(name, known, "rule sets")
            faults.append(Fault(f"there is no rule set `{name}`", asking.file, at.line, at.column, hint))
            continue
        try:
            document = load_rule_document(str(file))
            rule_set = validated(RuleSet, document, RuleError)
            if rule_set.id != name:
                at = document.position(("id",))
                message = f"the rule set `{rule_set.id}` stands in a file called `{name}`"
                faults.append(Fault(message, document.file, at.line, at.column, f"write `id: {name}`"))
            documents[rule_set.id] = document
            loaded.append(rule_set)
            # The list grows while it is read: what a rule set uses is loaded after it, once.
            asked = {name for name, _, _ in wanted}
            wanted += [(n, document, ("uses", i)) for i, n in enumerate(rule_set.uses) if n not in asked]
        except PolicyEngineError as error:
            faults += error.faults
    if faults:
        raise RuleError(faults)
    return documents, tuple(loaded)


def scenarios_of(rule_sets: tuple[RuleSet, ...], folder: FilePath) -> dict[str, ScenarioFile]:
    """Return the scenarios that measures may name, if any does: the directory's own before shipped ones."""
    if not any(measure.scenario for rule_set in rule_sets for measure in rule_set.measures):
        return {}
    from policy_engine.loading.scenario_files import named_scenarios

    wanted = {measure.scenario for rule_set in rule_sets for measure in rule_set.measures}
    return named_scenarios({name for name in wanted if name}, folder / "scenarios")


def applied(
    lens: Lens, rule_sets: tuple[RuleSet, ...], documents: Mapping[str, Document], lens_document: Document
) -> tuple[dict[str, float], tuple[tuple[str, Criterion], ...], list[Fault]]:
    """Return parameters and criteria with the lens's overrides, and the overrides that change nothing."""
    parameters = {parameter.name: parameter.value for rule_set in rule_sets for parameter in rule_set.parameters}
    own = [rule_set for rule_set in rule_sets if rule_set.id in lens.rule_sets]
    ids = [criterion.id for rule_set in own for criterion in rule_set.criteria]
    principles = [rule_set.principle.id for rule_set in own if rule_set.principle]
    faults = _parameters_twice(rule_sets, documents)
    for key, used, known in (
        ("parameters", lens.parameters, parameters),
        ("overrides", lens.overrides, ids),
        ("weights", lens.weights, principles),
        ("exclude", lens.exclude, ids),
        ("include", lens.include, ids),
    ):
        for name in used:
            if name not in known:
                at = (
                    lens_document.key_position((key, name))
                    if isinstance(used, dict)
                    else lens_document.position((key,))
                )
                message = f"`{name}` in `{key}` exists in no rule set of the lens"
                faults.append(Fault(message, lens_document.file, at.line, at.column, near(name, known)))
    faults += _twice(ids, rule_sets, documents)
    parameters.update({name: override.value for name, override in lens.parameters.items()})
    criteria = tuple(
        (rule_set.id, _overridden(criterion, lens.overrides.get(criterion.id)))
        for rule_set in own
        for criterion in rule_set.criteria
        if criterion.id not in lens.exclude
    )
    return parameters, criteria, faults


def _parameters_twice(rule_sets: tuple[RuleSet, ...], documents: Mapping[str, Document]) -> list[Fault]:
    faults = []
    seen: dict[str, str] = {}
    for rule_set in rule_sets:
        for index, parameter in enumerate(rule_set.parameters):
            if parameter.name in seen:
                at = documents[rule_set.id].position(("parameters", index, "name"))
                message = f"the parameter `{parameter.name}` is already given by rule set {seen[parameter.name]}"
                faults.append(Fault(message, documents[rule_set.id].file, at.line, at.column))
            seen[parameter.name] = rule_set.id
    return faults


def _twice(ids: list[str], rule_sets: tuple[RuleSet, ...], documents: Mapping[str, Document]) -> list[Fault]:
    faults = []
    for rule_set in rule_sets:
        for index, criterion in enumerate(rule_set.criteria):
            if ids.count(criterion.id) > 1:
                at = documents[rule_set.id].position(("criteria", index, "id"))
                message = f"the criterion `{criterion.id}` stands more than once"
                faults.append(Fault(message, documents[rule_set.id].file, at.line, at.column))
    return faults


def _overridden(criterion: Criterion, override: CriterionOverride | None) -> Criterion:
    if override is None:
        return criterion
    fields = ("severity", "applies_when", "satisfied_when", "violated_when")
    changes = {name: getattr(override, name) for name in fields if getattr(override, name) is not None}
    return criterion.model_copy(update=changes)
