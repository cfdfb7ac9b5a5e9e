"""All peers and this engine on the same files: what each took, by turns, and whether their verdicts agree."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from peers import our_rules, rules_files
from peers.constraints import CONSTRAINTS
from peers.environments import Installed, install
from peers.processes import Contender, by_turns, ratios, row_of
from peers.table import PEERS, Peer, Verdicts, our_verdicts
from peers.texts import write_texts
from policy_engine.engine.client import why_unavailable

Say = Callable[[str], None]
OURS: Final = "policy-engine, 30 constraints, plain"
OURS_DURABLE: Final = "policy-engine, 30 constraints, durable-rules"
BULK: Final = "policy-engine corpus run, default lens, plain"
BULK_TWO: Final = "policy-engine corpus run, default lens, plain, --jobs 2"
EVALUATE: Final = "policy-engine evaluate, default lens, plain, --jobs 2"
_MOST_SECONDS: Final = 60.0
_SHOWN: Final = 20
# Both tools end with 1 where a constraint is violated.
_TOOL_CODES: Final = frozenset({0, 1})


@dataclass(frozen=True, slots=True)
class Work:
    """What all are given: the files, one by one and in a list, and the folder with rules and answers."""

    folder: Path
    files: tuple[Path, ...]
    texts: Path
    listing: Path

    @property
    def rules(self) -> Path:
        """The folder of the rules."""
        return self.folder / "rules"

    def answer(self, name: str) -> Path:
        """Return the file for an answer."""
        return self.folder / "answers" / f"{name.replace(' ', '-').replace(',', '')}.out"


def work_in(folder: Path, count: int) -> Work:
    """Write rules and texts."""
    texts = folder / f"texts-{count}"
    files = tuple(write_texts(texts, count))
    rules_files.write(folder / "rules")
    (folder / "answers").mkdir(exist_ok=True)
    listing = folder / f"files-{count}"
    listing.write_text("\n".join(map(str, files)) + "\n", encoding="utf-8")
    return Work(folder, files, texts, listing)


def installed_peers(cache: Path, say: Say) -> list[Installed]:
    """Install every peer, or find it installed; say of each how that went."""
    found = []
    for peer in PEERS:
        found.append(install(peer, cache))
        say(f"{peer.name}: " + (f"not installed: {found[-1].reason}" if found[-1].program is None else "installed"))
    return found


def engine_command(*arguments: object) -> list[str]:
    """Return a command of this engine, run by the Python that runs this."""
    return [sys.executable, "-m", "policy_engine", *map(str, arguments)]


def peer_contender(peer: Peer, program: Path, work: Work) -> Contender:
    """Return the run of a peer on all files."""
    output = work.answer(peer.name)
    # A driver writes its answer; a tool prints it.
    answer = output if peer.is_tool else output.with_suffix(".printed")
    command = peer.command(program, work.rules, work.listing, output)
    return Contender(peer.name, command, answer, _TOOL_CODES if peer.is_tool else frozenset({0}))


def our_contenders(work: Work) -> list[Contender]:
    """Return our runs on all files: the same constraints, and the default lens in the ways meant for many files."""
    same = ("--isolated", "--rules", work.rules / "ours", "--lens", our_rules.LENS, "--format", "csv")
    plain = engine_command("evaluate", *same, "--engine", "plain", work.texts)
    found = [Contender(OURS, plain, work.answer(OURS))]
    if not why_unavailable():
        durable = engine_command("evaluate", *same, "--engine", "durable", work.texts)
        found.append(Contender(OURS_DURABLE, durable, work.answer(OURS_DURABLE)))
    for name, jobs in ((BULK, 1), (BULK_TWO, 2)):
        result = work.folder / f"corpus-{jobs}"
        options = ("--isolated", "--engine", "plain", "--jobs", jobs, "--out", result)
        command = engine_command("corpus", "run", *options, work.texts)
        before = partial(shutil.rmtree, result, ignore_errors=True)
        found.append(Contender(name, command, work.answer(name), before=before))
    command = engine_command("evaluate", "--isolated", "--engine", "plain", "--jobs", 2, "--format", "csv", work.texts)
    return [*found, Contender(EVALUATE, command, work.answer(EVALUATE))]


def differences(ours: Verdicts, theirs: Verdicts, files: Sequence[str], names: frozenset[str]) -> list[str]:
    """Return where two answers differ, for the constraints that both can say."""
    nothing: frozenset[str] = frozenset()
    return [
        f"{Path(file).name} {name}: {'violated' if name in ours.get(file, nothing) else 'not violated'} here, "
        f"{'violated' if name in theirs.get(file, nothing) else 'not violated'} there"
        for file in files
        for name in sorted((ours.get(file, nothing) ^ theirs.get(file, nothing)) & names)
    ]


def measured(peers: Sequence[Installed], work: Work, rounds: int, say: Say) -> dict[str, Any]:
    """Run all by turns, compare their verdicts, and return the record."""
    ready = [(one.peer, peer_contender(one.peer, one.program, work)) for one in peers if one.program is not None]
    contenders = [*our_contenders(work), *(contender for _, contender in ready)]
    taken = by_turns(contenders, rounds, _MOST_SECONDS, say)
    files = [str(file) for file in work.files]
    ours = our_verdicts(work.answer(OURS))
    answers: list[tuple[str, frozenset[str], Verdicts]] = [
        (peer.name, peer.expresses, peer.verdicts(work.answer(peer.name))) for peer, _ in ready
    ]
    if OURS_DURABLE in taken:
        everything = frozenset(constraint.name for constraint in CONSTRAINTS)
        answers.append((OURS_DURABLE, everything, our_verdicts(work.answer(OURS_DURABLE))))
    agreement = {}
    for name, names, theirs in answers:
        found = differences(ours, theirs, files, names)
        for line in found[:_SHOWN]:
            say(f"DISAGREEMENT with {name}: {line}")
        agreement[name] = {"compared": len(files) * len(names), "constraints": len(names), "different": len(found)}
    own = [name for name in taken if name.startswith("policy-engine")]
    return {
        "files": len(files),
        "most": _MOST_SECONDS,
        "megabytes": round(sum(file.stat().st_size for file in work.files) / 1e6, 1),
        "violated": sum(len(names) for names in ours.values()),
        "not_installed": {one.peer.name: one.reason for one in peers if one.program is None},
        "packages": {one.peer.name: one.peer.requirements[0] for one in peers},
        "taken": {name: row_of(runs) for name, runs in taken.items()},
        "ratios": {name: {peer.name: ratios(taken[name], taken[peer.name]) for peer, _ in ready} for name in own},
        "agreement": agreement,
    }
