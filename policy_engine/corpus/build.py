"""Which policy_engine runs: its version, and a digest of its code, so that two machines can tell whether they agree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import policy_engine


@dataclass(frozen=True, slots=True)
class Build:
    """A version, and the digest of the code that bears it; without code where it could not be told."""

    version: str
    code: str

    def __str__(self) -> str:
        """Return both in words."""
        return f"policy_engine {self.version} (code {self.code[:12] or 'of an older kind'})"


@cache
def own_build() -> Build:
    """Return the build of this process."""
    package = Path(policy_engine.__file__).parent
    found = hashlib.sha256()
    for file in sorted(package.rglob("*.py"), key=lambda file: file.relative_to(package).parts):
        found.update(f"{'/'.join(file.relative_to(package).parts)}\0".encode())
        found.update(file.read_bytes() + b"\0")
    return Build(policy_engine.__version__, found.hexdigest())
