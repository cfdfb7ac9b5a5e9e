"""Configuration: found in `pyproject.toml` or `policy-engine.toml`, layered, each value with where it came from."""

from policy_engine.configuration.layers import (
    BUILT_IN,
    Configuration,
    find_files,
    leaves,
    load_configuration,
    thresholds_from,
)
from policy_engine.configuration.settings import Settings

__all__ = ["BUILT_IN", "Configuration", "Settings", "find_files", "leaves", "load_configuration", "thresholds_from"]
