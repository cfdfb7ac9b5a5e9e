"""What a command runs with: configuration files, and over them the options given on the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from policy_engine.configuration import Configuration


def configured(flags: Mapping[str, Any], config: str | None = None, *, isolated: bool = False) -> Configuration:
    """Return the configuration; `flags` are dotted keys, of which None and () were not given."""
    from policy_engine.configuration import find_files, load_configuration

    here = Path.cwd()
    if isolated and config:
        raise click.UsageError("--isolated uses no configuration file, and --config names one")
    files = () if isolated else (Path(config),) if config else find_files(here)
    given = {key: value for key, value in flags.items() if value not in (None, ())}
    return load_configuration(files, given, here)


def settled(options: Mapping[str, Any], paths: tuple[str, ...] = ()) -> Configuration:
    """Return the configuration of a command from its options, by the names that they have in Python."""
    flags = {key: options.get(key) for key in ("lens", "rules", "engine", "jobs", "baseline", "waivers")}
    flags |= {"format": options.get("formats"), "paths": paths, **gate_flags(options.get("gate_keys", ()))}
    isolated = bool(options.get("isolated"))
    found = configured(flags, options.get("config"), isolated=isolated)
    if options.get("context"):
        from policy_engine.loading import DEFAULT_LENS
        from policy_engine.patchwork.context import CONTEXT_LENS

        if found.settings.lens == DEFAULT_LENS and not options.get("lens"):
            return configured({**flags, "lens": CONTEXT_LENS}, options.get("config"), isolated=isolated)
    return found


def gate_flags(keys: tuple[str, ...]) -> dict[str, Any]:
    """Return `KEY=VALUE` options of the gate as dotted keys; a value is read as in the configuration file."""
    found: dict[str, Any] = {}
    for text in keys:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"`{text}` is not KEY=VALUE, as in no_veto=true", param_hint="--gate")
        try:
            found[f"gate.{key}"] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            found[f"gate.{key}"] = value
    return found
