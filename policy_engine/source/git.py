"""`git:REF:path` becomes the bytes of a file as it stands in a commit, without a checkout."""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from policy_engine.errors import Fault, SourceError
from policy_engine.source.limits import LARGEST_FILE, TOO_LARGE

PREFIX: Final = "git:"
_SECONDS: Final = 60
_SHOWN: Final = 3


def is_git(path: str) -> bool:
    """Tell whether a path names a file in a commit; `./git:…` is a file of that name."""
    return path.startswith(PREFIX)


def read_git(path: str, shown: str) -> bytes:
    """Return the bytes, if they are within the cap; `shown` is the name that faults give."""
    reference, colon, inside = path.removeprefix(PREFIX).partition(":")
    shape = "write git:REF:path, for example git:main:drafts/bill.yaml"
    if not colon or not reference or not inside:
        raise SourceError(Fault("this names no file in a commit", shown, hint=shape))
    if reference.startswith("-") or any(sign in path for sign in "\0\n\r"):
        raise SourceError(Fault("this is no name of a commit", shown, hint=shape))
    git = shutil.which("git")
    if git is None:
        raise SourceError(Fault("git is not installed, so nothing can be read from a commit", shown))
    return _Repository(git, shown).read(reference, inside)


@dataclass(frozen=True, slots=True)
class _Repository:
    """The repository around the current directory, asked for one file."""

    git: str
    shown: str

    def read(self, reference: str, inside: str) -> bytes:
        if self._run("rev-parse", "--git-dir") is None:
            raise self._fault("the current directory is in no git repository", "run it inside the repository")
        if self._run("rev-parse", "--verify", "--quiet", f"{reference}^{{tree}}") is None:
            known = self._words("for-each-ref", "--format=%(refname:short)", separator="\n")
            hint = _nearest(reference, known) or "`git branch --all` lists names; a shallow clone lacks commits"
            raise self._fault(f"there is no commit `{reference}`", hint)
        found = self._run("rev-parse", "--verify", "--quiet", f"{reference}:{inside}")
        if found is None:
            known = self._words("ls-tree", "-r", "-z", "--name-only", "--full-tree", reference, separator="\0")
            hint = _nearest(inside, known) or "paths start at the root of the repository; `./x` starts here"
            raise self._fault(f"there is no file `{inside}` in `{reference}`", hint)
        return self._blob(found.decode("ascii").strip())

    def _blob(self, name: str) -> bytes:
        if self._run("cat-file", "-t", name) != b"blob\n":
            raise self._fault("this is a directory", "give a YAML file")
        size = self._run("cat-file", "-s", name)
        if size is not None and int(size) > LARGEST_FILE:
            raise self._fault(TOO_LARGE, "split it")
        raw = self._run("cat-file", "blob", name)
        if raw is None:
            raise self._fault("git cannot read this file", "check the repository with `git fsck`")
        return raw

    def _words(self, *arguments: str, separator: str) -> list[str]:
        said = (self._run(*arguments) or b"").decode("utf-8", errors="replace")
        return [word for word in said.split(separator) if word]

    def _run(self, *arguments: str) -> bytes | None:
        """Return what git says, or None where it refuses."""
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
        try:
            done = subprocess.run(
                [self.git, *arguments], capture_output=True, check=False, timeout=_SECONDS, env=environment
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise self._fault(f"git cannot be run: {error}", "") from error
        return done.stdout if done.returncode == 0 else None

    def _fault(self, message: str, hint: str) -> SourceError:
        return SourceError(Fault(message, self.shown, hint=hint))


def _nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint with the names with the same last part as a word, else the nearest to it."""
    names = sorted(set(known))
    last = word.rpartition("/")[2]
    close = [name for name in names if name.rpartition("/")[2] == last]
    close = close or difflib.get_close_matches(word, names, n=_SHOWN, cutoff=0.6)
    return "did you mean " + " or ".join(f"`{name}`" for name in close[:_SHOWN]) + "?" if close else ""
