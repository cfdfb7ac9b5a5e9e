"""Files become proposals, lenses and programs; all faults of a file are reported at once."""

from __future__ import annotations

from policy_engine.loading.files import LoadedProposal, load_proposal, proposal_from_yaml, shipped_directory
from policy_engine.loading.json_text import proposal_from_json, read_json, respelled
from policy_engine.loading.lens import DEFAULT_LENS, LoadedLens, load_all_rules, load_lens
from policy_engine.loading.lens_files import lens_names

__all__ = [
    "DEFAULT_LENS",
    "LoadedLens",
    "LoadedProposal",
    "lens_names",
    "load_all_rules",
    "load_lens",
    "load_proposal",
    "proposal_from_json",
    "proposal_from_yaml",
    "read_json",
    "respelled",
    "shipped_directory",
]
