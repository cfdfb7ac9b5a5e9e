"""Files become proposals, lenses and programs; all faults of a file are reported at once."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Literal

from policy_engine.compiler import CompiledCriterion, Program, RuleProblem, compile_program
from policy_engine.errors import Fault, PolicyEngineError, ProposalError, RuleError
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import provision_types
from policy_engine.rules.model import Bands, Criterion, CriterionOverride, Lens, RuleSet
from policy_engine.rules.resolve import near
from policy_engine.source import Document, Path, load_document
from policy_engine.validation import validated

DEFAULT_LENS = "article-2026-02"


@dataclass(frozen=True, slots=True)
class LoadedProposal:
    """A proposal with the document that it was read from."""

    proposal: Proposal
    document: Document


@dataclass(frozen=True, slots=True)
class LoadedLens:
    """A lens with everything it brings in, compiled."""

    lens: Lens
    bands: Bands
    rule_sets: tuple[RuleSet, ...]
    program: Program
    documents: Mapping[str, Document] = field(repr=False)
    digest: str
    rules_digest: str

    @property
    def criteria(self) -> tuple[CompiledCriterion, ...]:
        """The criteria that the lens asks, in the order of the report."""
        return self.program.criteria


def shipped_directory(kind: Literal["rules", "proposals", "scenarios"]) -> FilePath:
    """Return the directory of the data shipped with the package."""
    package = FilePath(__file__).parent
    inside = package / "data" / kind
    return inside if inside.is_dir() else package.parent / kind


def load_proposal(file: str) -> LoadedProposal:
    """Read one proposal file (`-`: standard input); raises SourceError or ProposalError with every fault."""
    document = load_document(file)
    proposal = validated(Proposal, document, ProposalError)
    faults = []
    for index, topic in enumerate(proposal.examined if proposal.examined != "everything" else ()):
        if topic not in provision_types():
            at = document.position(("examined", index))
            hint = near(topic, provision_types(), "topics")
            faults.append(Fault(f"`{topic}` is not a topic", document.file, at.line, at.column, hint))
    if faults:
        raise ProposalError(faults)
    return LoadedProposal(proposal, document)


def lens_names(rules: str | None = None) -> tuple[str, ...]:
    """Return the names of the lenses in a rules directory (default: the shipped one)."""
    folder = FilePath(rules) if rules else shipped_directory("rules")
    return tuple(sorted(file.stem for file in (folder / "lenses").glob("*.yaml")))


def load_lens(name: str = DEFAULT_LENS, rules: str | None = None) -> LoadedLens:
    """Load a lens by name, or by the path of its file, with its rule sets from a directory; all faults at once."""
    folder = FilePath(rules) if rules else shipped_directory("rules")
    if not folder.is_dir():
        raise RuleError(Fault("there is no such directory of rules", str(folder)))
    lens, lens_documents = _merged_lens(name, folder, ())
    if not lens.rule_sets:
        raise RuleError(Fault("the lens names no rule sets", lens_documents[0].file))
    return _compiled(lens, lens_documents, folder)


def load_all_rules(rules: str | None = None) -> LoadedLens:
    """Load every rule set of a directory as it stands, without any lens's choices; for checking the rules."""
    folder = FilePath(rules) if rules else shipped_directory("rules")
    names = tuple(sorted(file.stem for file in folder.glob("*.yaml")))
    if not names:
        raise RuleError(Fault("there are no rule sets in this directory", str(folder)))
    lens = Lens(
        id="all-rules",
        title="Every rule set as it stands",
        as_of=datetime.date(2026, 2, 14),
        version="1.0.0",
        author="nobody",
        description="Not a view: every criterion of the directory, for checks on the rules themselves.",
        rule_sets=names,
    )
    return _compiled(lens, [Document(str(folder), (), {}, {}, {}, "")], folder)


def _compiled(lens: Lens, lens_documents: list[Document], folder: FilePath) -> LoadedLens:
    documents, rule_sets = _rule_sets(lens, folder, lens_documents[0])
    parameters, criteria, faults = _applied(lens, rule_sets, documents, lens_documents[0])
    program, problems = compile_program(rule_sets, criteria, parameters)
    faults += [_fault_of(problem, documents) for problem in problems]
    if faults or program is None:
        raise RuleError(faults)
    return LoadedLens(
        lens,
        lens.bands or Bands(),
        rule_sets,
        program,
        documents,
        _digest(document.digest for document in lens_documents),
        _digest(documents[rule_set.id].digest for rule_set in rule_sets),
    )


def _merged_lens(name: str, folder: FilePath, above: tuple[str, ...]) -> tuple[Lens, list[Document]]:
    """Return a lens with what it extends folded in, and its documents, its own first."""
    by_path = name.endswith((".yaml", ".yml"))
    file = FilePath(name) if by_path else folder / "lenses" / f"{name}.yaml"
    if not by_path and not file.is_file():
        hint = near(name, lens_names(str(folder)), "lenses")
        raise RuleError(Fault(f"there is no lens `{name}`", str(folder / "lenses"), hint=hint))
    document = load_document(str(file))
    lens = validated(Lens, document, RuleError)
    if lens.id in above:
        raise RuleError(Fault(f"the lens extends itself: {' → '.join((*above, lens.id))}", document.file))
    if lens.extends is None:
        return lens, [document]
    base, documents = _merged_lens(lens.extends, folder, (*above, lens.id))
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


def _rule_sets(
    lens: Lens, folder: FilePath, lens_document: Document
) -> tuple[dict[str, Document], tuple[RuleSet, ...]]:
    documents: dict[str, Document] = {}
    loaded: list[RuleSet] = []
    faults: list[Fault] = []
    known = [file.stem for file in folder.glob("*.yaml")]
    for index, name in enumerate(lens.rule_sets):
        file = folder / f"{name}.yaml"
        if not file.is_file():
            at = lens_document.position(("rule_sets", index))
            hint = near(name, known, "rule sets")
            faults.append(Fault(f"there is no rule set `{name}`", lens_document.file, at.line, at.column, hint))
            continue
        try:
            document = load_document(str(file))
            rule_set = validated(RuleSet, document, RuleError)
            documents[rule_set.id] = document
            loaded.append(rule_set)
        except PolicyEngineError as error:
            faults += error.faults
    if faults:
        raise RuleError(faults)
    return documents, tuple(loaded)


def _applied(
    lens: Lens, rule_sets: tuple[RuleSet, ...], documents: Mapping[str, Document], lens_document: Document
) -> tuple[dict[str, float], tuple[tuple[str, Criterion], ...], list[Fault]]:
    """Return parameters and criteria with the lens's overrides, and the overrides that change nothing."""
    parameters = {parameter.name: parameter.value for rule_set in rule_sets for parameter in rule_set.parameters}
    ids = [criterion.id for rule_set in rule_sets for criterion in rule_set.criteria]
    principles = [rule_set.principle.id for rule_set in rule_sets if rule_set.principle]
    faults = []
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
        for rule_set in rule_sets
        for criterion in rule_set.criteria
        if criterion.id not in lens.exclude
    )
    return parameters, criteria, faults


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


def _fault_of(problem: RuleProblem, documents: Mapping[str, Document]) -> Fault:
    document = documents[problem.rule_set]
    path: Path = problem.problem.path
    at = document.key_position(path)
    return Fault(problem.problem.message, document.file, at.line, at.column, problem.problem.hint)


def _digest(digests: Iterable[str]) -> str:
    return hashlib.sha256("".join(digests).encode()).hexdigest()
