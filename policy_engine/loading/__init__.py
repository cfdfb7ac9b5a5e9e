"""Files become proposals, lenses and programs; all faults of a file are reported at once."""

from __future__ import annotations

from policy_engine.loading.files import (
    LoadedProposal,
    load_proposal,
    proposal_from_yaml,
    proposal_of,
    shipped_directory,
)
from policy_engine.loading.json_text import proposal_from_json, read_json, respelled
from policy_engine.loading.lens import (
    DEFAULT_LENS,
    LoadedLens,
    load_all_rules,
    load_lens,
    load_rules_with,
    program_with,
)
from policy_engine.loading.lens_files import lens_names
from policy_engine.loading.sets import files_of_set, is_set, set_names

__all__ = [
    "DEFAULT_LENS",
    "LoadedLens",
    "LoadedProposal",
    "files_of_set",
    "is_set",
    "lens_names",
    "load_all_rules",
    "load_lens",
    "load_proposal",
    "load_rules_with",
    "program_with",
    "proposal_from_json",
    "proposal_from_yaml",
    "proposal_of",
    "read_json",
    "respelled",
    "set_names",
    "shipped_directory",
]
