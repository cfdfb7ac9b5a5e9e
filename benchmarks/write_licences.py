"""Write docs/licences.md: the licence of every package that the development lock pins, as the package states it.

Run: python benchmarks/write_licences.py, in an environment with the lock installed.
"""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def pinned() -> tuple[str, ...]:
    """Return the names that the lock pins, each once."""
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    return tuple(dict.fromkeys(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)))


def shipped() -> frozenset[str]:
    """Return the names that an installation brings along, with its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return frozenset(re.split(r"[<>=;\[ ]", text)[0].lower() for group in groups for text in group)


def licence_of(name: str) -> str:
    """Return the licence that a package states."""
    try:
        found = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed on the system that wrote this page"
    stated = found.get("License-Expression") or ""
    classifiers = [text.rpartition(" :: ")[2] for text in found.get_all("Classifier") or () if "License ::" in text]
    old = (found.get("License") or "").strip().splitlines()
    return stated or ", ".join(classifiers) or (old[0][:60] if old else "not stated")


def page() -> str:
    """Return the page."""
    lines = [
        "# Licences of the packages used",
        "",
        "Written by `benchmarks/write_licences.py` from what each package states; policy_engine itself is under MIT.",
        "Those marked *used* come with an installation or one of its extras, all others serve development alone.",
        "",
        "| package | used | licence |",
        "|---|---|---|",
    ]
    used = shipped()
    for name in pinned():
        lines.append(f"| {name} | {'used' if name.lower() in used else ''} | {licence_of(name)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "docs/licences.md").write_text(page(), encoding="utf-8")
