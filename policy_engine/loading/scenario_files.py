"""Scenario files become scenarios, read as strictly as proposals; all faults of a file are reported at once."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from policy_engine.errors import Fault, SourceError
from policy_engine.loading.files import shipped_directory
from policy_engine.runs.faults import scenario_faults
from policy_engine.runs.scenario import Scenario, ScenarioFile
from policy_engine.source import Document, load_document
from policy_engine.validation import validated


def load_scenario(file: str) -> Scenario:
    """Read one scenario file; raises SourceError with every fault."""
    document = load_document(file)
    return scenario_of(document)


def scenario_of(document: Document) -> Scenario:
    """Return the scenario that a document holds; raises SourceError with every fault."""
    scenario = validated(Scenario, document, SourceError)
    faults = [_placed(document, path, message, hint) for path, message, hint in scenario_faults(scenario)]
    if faults:
        raise SourceError(faults)
    return scenario


def named_scenarios(wanted: Collection[str], own: Path) -> dict[str, ScenarioFile]:
    """Return the scenarios that are wanted, by id: those of a directory before the shipped ones."""
    found: dict[str, ScenarioFile] = {}
    for folder in (shipped_directory("scenarios"), own):
        for file in sorted(folder.glob("*.yaml")):
            if file.stem in wanted:
                document = load_document(str(file))
                found[file.stem] = ScenarioFile(scenario_of(document), document.digest)
    return dict(sorted(found.items()))


def scenario_files(folder: str | None = None) -> tuple[str, ...]:
    """Return the scenario files of a directory (default: the shipped ones)."""
    directory = Path(folder) if folder else shipped_directory("scenarios")
    return tuple(str(file) for file in sorted(directory.glob("*.yaml")))


def _placed(document: Document, path: tuple[str | int, ...], message: str, hint: str) -> Fault:
    at = document.position(path)
    return Fault(message, document.file, at.line, at.column, hint)
