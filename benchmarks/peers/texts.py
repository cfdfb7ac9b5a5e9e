"""The files that all are given: shipped proposals, varied in the same way each time, written as YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml
from corpus_run import synthetic

_LARGEST_WHOLE: Final = 2**53
"""Above it a number is written with an exponent, as in the shipped texts; not every reader takes such long ones."""


def write_texts(folder: Path, count: int) -> list[Path]:
    """Write so many proposals, and return their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, data in enumerate(synthetic(count)):
        file = folder / f"text-{number:06}.yaml"
        file.write_text(as_yaml(data), encoding="utf-8")
        files.append(file)
    return files


def as_yaml(data: dict[str, Any]) -> str:
    """Return a proposal as YAML; its dates stand there without quotes, as the model asks."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(_spelled(data), sort_keys=False, allow_unicode=True, width=120, Dumper=dumper))


def _spelled(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _spelled(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_spelled(inner) for inner in value]
    if isinstance(value, int) and abs(value) > _LARGEST_WHOLE:
        return float(value)
    if key in {"date", "enacted"} and value != "not_addressed" and isinstance(value, str):
        return yaml.safe_load(value)
    return value
