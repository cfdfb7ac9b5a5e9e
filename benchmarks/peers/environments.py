"""Each peer in an environment of its own, under one folder; one that cannot be installed is told with the reason."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peers.table import Peer

_PATIENCE: Final = 600


@dataclass(frozen=True, slots=True)
class Installed:
    """A peer, and the program that starts it; or why there is none."""

    peer: Peer
    program: Path | None
    reason: str = ""


def install(peer: Peer, cache: Path) -> Installed:
    """Return a peer ready to be asked; what an earlier run installed is used again."""
    folder = cache / "-".join([peer.name, *(text.rpartition("=")[2].rpartition("@")[2] for text in peer.requirements)])
    program = _program(peer, folder)
    if (folder / "complete").exists() and program.exists():
        return Installed(peer, program)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        for command in _npm(peer, folder) if peer.kind == "npm" else _pip(peer, folder):
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
            if done.returncode:
                lines = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
                return Installed(peer, None, f"`{Path(command[0]).name}` failed: {lines[-1][:200]}")
    except FileNotFoundError as error:
        return Installed(peer, None, f"there is no `{error.filename}` here")
    except subprocess.TimeoutExpired:
        return Installed(peer, None, f"installing took more than {_PATIENCE} seconds")
    if not program.exists():
        return Installed(peer, None, f"it was installed without `{program.name}`")
    (folder / "complete").touch()
    return Installed(peer, program)


def _program(peer: Peer, folder: Path) -> Path:
    if peer.kind == "npm":
        return folder / "node_modules" / ".bin" / peer.program
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / peer.program


def _pip(peer: Peer, folder: Path) -> tuple[list[str], ...]:
    python = str(_program(peer, folder).with_name("python"))
    if shutil.which("uv"):
        return (
            ["uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)],
            ["uv", "pip", "install", "--quiet", "--python", python, *peer.requirements],
        )
    return (
        [sys.executable, "-m", "venv", str(folder)],
        [python, "-m", "pip", "install", "--quiet", *peer.requirements],
    )


def _npm(peer: Peer, folder: Path) -> tuple[list[str], ...]:
    return (
        ["node", "--version"],
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), *peer.requirements],
    )
