"""A lens with everything that it brings in becomes a program; all faults are reported at once."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.compiler import RuleProblem, compile_program
from policy_engine.errors import Fault, RuleError
from policy_engine.loading.files import shipped_directory
from policy_engine.loading.lens_files import merged_lens
from policy_engine.loading.rule_set_files import applied, load_rule_sets, scenarios_of
from policy_engine.program import CompiledCriterion, Program
from policy_engine.results import LensSummary
from policy_engine.rules.lens import Bands, Lens
from policy_engine.rules.model import Parameter, RuleSet
from policy_engine.source import Document

if TYPE_CHECKING:
    from policy_engine.runs.scenario import ScenarioFile

DEFAULT_LENS = "article-2026-02"


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
    scenarios: Mapping[str, ScenarioFile] = field(default_factory=dict, repr=False)

    @property
    def summary(self) -> LensSummary:
        """Under which rules, as of when, as reports tell it."""
        lens = self.lens
        return LensSummary(lens.id, lens.title, lens.version, lens.as_of.isoformat(), lens.author)

    @property
    def criteria(self) -> tuple[CompiledCriterion, ...]:
        """The criteria that the lens asks, in the order of the report."""
        return self.program.criteria


def load_lens(name: str = DEFAULT_LENS, rules: str | None = None) -> LoadedLens:
    """Load a lens by name, or by the path of its file, with its rule sets from a directory; all faults at once."""
    folder = Path(rules) if rules else shipped_directory("rules")
    if not folder.is_dir():
        raise RuleError(Fault("there is no such directory of rules", str(folder)))
    lens, lens_documents = merged_lens(name, folder, ())
    if not lens.rule_sets:
        raise RuleError(Fault("the lens names no rule sets", lens_documents[0].file))
    return _compiled(lens, lens_documents, folder, whole=False)


def load_all_rules(rules: str | None = None) -> LoadedLens:
    """Load every rule set of a directory as it stands, without any lens's choices; for checking the rules."""
    folder = Path(rules) if rules else shipped_directory("rules")
    names = tuple(sorted(file.stem for file in folder.glob("*.yaml")))
    if not names:
        raise RuleError(Fault("there are no rule sets in this directory", str(folder)))
    return _as_they_stand(folder, names)


def load_rules_with(criterion: str, rules: str | None = None) -> LoadedLens:
    """Load the rule set that has a criterion, as it stands, with what it uses; all of them where it is not found so.

    A rule set usually bears the name of its principle, and so of its criteria.
    """
    folder = Path(rules) if rules else shipped_directory("rules")
    name = criterion.partition("-")[0].lower()
    if name.isalpha() and (folder / f"{name}.yaml").is_file():
        try:
            found = _as_they_stand(folder, (name,))
        except RuleError:  # it may read others without saying so
            return load_all_rules(rules)
        if any(compiled.criterion.id == criterion.upper() for compiled in found.criteria):
            return found
    return load_all_rules(rules)


def _as_they_stand(folder: Path, names: tuple[str, ...]) -> LoadedLens:
    """Load rule sets without any lens's choices."""
    lens = Lens(
        id="all-rules",
        title="Every rule set as it stands",
        as_of=datetime.date(2026, 2, 14),
        version="1.0.0",
        author="nobody",
        description="Not a view: every criterion of the directory, for checks on the rules themselves.",
        rule_sets=names,
    )
    return _compiled(lens, [Document(str(folder), (), {}, {}, {}, "")], folder, whole=True)


def parameters(loaded: LoadedLens) -> dict[str, Parameter]:
    """Return the parameters of a lens's rule sets with the values that hold under it."""
    overrides = loaded.lens.parameters
    return {
        p.name: p.model_copy(update={"value": overrides[p.name].value}) if p.name in overrides else p
        for rule_set in loaded.rule_sets
        for p in rule_set.parameters
    }


def _compiled(lens: Lens, lens_documents: list[Document], folder: Path, *, whole: bool) -> LoadedLens:
    documents, rule_sets = load_rule_sets(lens, folder, lens_documents[0])
    parameters, criteria, faults = applied(lens, rule_sets, documents, lens_documents[0])
    scenarios = scenarios_of(rule_sets, folder)
    program, problems = compile_program(rule_sets, criteria, parameters, scenarios)
    faults += [_fault_of(problem, documents) for problem in problems]
    if faults or program is None:
        raise RuleError(faults)
    return LoadedLens(
        lens,
        lens.bands or Bands(),
        rule_sets,
        program if whole else program.pruned(),
        documents,
        _digest(document.digest for document in lens_documents),
        _digest((*(documents[rule_set.id].digest for rule_set in rule_sets), *(s.digest for s in scenarios.values()))),
        scenarios,
    )


def program_with(loaded: LoadedLens, parameter: str, value: float) -> Program:
    """Return the program of a lens with another value for one parameter; only criteria that it can reach are in it."""
    values = {p.name: p.value for rule_set in loaded.rule_sets for p in rule_set.parameters}
    values |= {name: override.value for name, override in loaded.lens.parameters.items()} | {parameter: value}
    owner = next(r.id for r in loaded.rule_sets if any(p.name == parameter for p in r.parameters))
    reached = {r.id for r in loaded.rule_sets if owner in {r.id, *_used(loaded, r)}}
    needed = reached | {name for r in loaded.rule_sets if r.id in reached for name in _used(loaded, r)}
    everything = {r.id for r in loaded.rule_sets}
    # A rule set that reads others without saying so compiles only beside all of them.
    for chosen, asked in ((needed, reached), (everything, everything)):
        rule_sets = tuple(r for r in loaded.rule_sets if r.id in chosen)
        owners = {r.principle.id: r.id for r in rule_sets if r.principle and r.id in asked}
        criteria = tuple((owners[c.principle.id], c.criterion) for c in loaded.criteria if c.principle.id in owners)
        program, _ = compile_program(rule_sets, criteria, values, loaded.scenarios)
        if program is not None:
            return program.pruned()
    raise AssertionError("the lens compiled with its own value, so that it compiles with another one")


def _used(loaded: LoadedLens, rule_set: RuleSet) -> frozenset[str]:
    """Return the rule sets that one uses, directly or through others."""
    by_id = {r.id: r for r in loaded.rule_sets}
    found: set[str] = set()
    wanted = list(rule_set.uses)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += by_id[name].uses
    return frozenset(found)


def _fault_of(problem: RuleProblem, documents: Mapping[str, Document]) -> Fault:
    document = documents[problem.rule_set]
    at = document.key_position(problem.problem.path)
    return Fault(problem.problem.message, document.file, at.line, at.column, problem.problem.hint)


def _digest(digests: Iterable[str]) -> str:
    return hashlib.sha256("".join(digests).encode()).hexdigest()
