"""Lens files, each folded into what it extends."""

from __future__ import annotations

from pathlib import Path

from policy_engine.errors import Fault, RuleError
from policy_engine.loading.files import shipped_directory
from policy_engine.loading.remembered import load_rule_document
from policy_engine.rules.lens import CriterionOverride, Lens
from policy_engine.rules.resolve import near
from policy_engine.source import Document
from policy_engine.validation import validated


def lens_names(rules: str | None = None) -> tuple[str, ...]:
    """Return the names of the lenses in a rules directory (default: the shipped one)."""
    folder = Path(rules) if rules else shipped_directory("rules")
    return tuple(sorted(file.stem for file in (folder / "lenses").glob("*.yaml")))


def merged_lens(name: str, folder: Path, above: tuple[str, ...]) -> tuple[Lens, list[Document]]:
    """Return a lens with what it extends folded in, and its documents, its own first."""
    by_path = name.endswith((".yaml", ".yml"))
    file = Path(name) if by_path else folder / "lenses" / f"{name}.yaml"
    if not by_path and not file.is_file():
        hint = near(name, lens_names(str(folder)), "lenses")
        raise RuleError(Fault(f"there is no lens `{name}`", str(folder / "lenses"), hint=hint))
    document = load_rule_document(str(file))
    lens = validated(Lens, document, RuleError)
    if lens.id in above:
        raise RuleError(Fault(f"the lens extends itself: {' → '.join((*above, lens.id))}", document.file))
    if lens.extends is None:
        return lens, [document]
    base, documents = merged_lens(lens.extends, folder, (*above, lens.id))
    overrides = dict(base.overrides)
    for criterion, override in lens.overrides.items():
        before = overrides.get(criterion)
        overrides[criterion] = _merged_override(before, override) if before else override
    included = set(lens.include)
    merged = lens.model_copy(
        update={
            "rule_sets": tuple(dict.fromkeys((*base.rule_sets, *lens.rule_sets))),
            "weights": {**base.weights, **lens.weights},
            "exclude": tuple(name for name in dict.fromkeys((*base.exclude, *lens.exclude)) if name not in included),
            "overrides": overrides,
            "parameters": {**base.parameters, **lens.parameters},
            "bands": lens.bands or base.bands,
        }
    )
    return merged, [document, *documents]


def _merged_override(before: CriterionOverride, after: CriterionOverride) -> CriterionOverride:
    changes = {name: getattr(after, name) for name in after.model_fields_set if getattr(after, name) is not None}
    return before.model_copy(update=changes)
