"""Proofs are replayed by a checker of its own; a changed byte in proposal, rules or proof is caught."""

from __future__ import annotations

import ast
import copy
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from policy_engine.assessment import Assessor
from policy_engine.cli.commands import policy_engine
from policy_engine.loading import LoadedLens, load_lens, load_proposal
from policy_engine.proofs.checking import check, read_proof, sealed
from policy_engine.proofs.writing import proof_text

SB_53 = ROOT / "proposals/us/ca/sb-53.yaml"
CHECKER = ROOT / "policy_engine/proofs/checking.py"


def proof_of(lens: LoadedLens, *files: Path) -> dict[str, Any]:
    """Return the proof of files, as it is read back."""
    with Assessor(lens, "plain") as assessor:
        loaded = [load_proposal(str(file)) for file in files]
        text = proof_text(assessor, [(one, assessor.assess(one)) for one in loaded], "test")
    proof = read_proof(text, "proof.json")
    assert proof is not None
    return proof


@pytest.mark.parametrize("name", ["article-2026-02", "precautionary", "civil-rights-and-workers"])
def test_the_checker_agrees_on_every_shipped_proposal(name: str) -> None:
    lens = load_lens(name)
    files = sorted((ROOT / "proposals").rglob("*.yaml"))
    proof = proof_of(lens, *files)
    assert check(proof, lens) == ()
    truths = {step["truth"] for part in proof["proofs"] for step in part["steps"]}
    assert truths == {"true", "false", "unknown"}


def test_the_checker_imports_neither_evaluator_and_is_short() -> None:
    text = CHECKER.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 300
    imported = {node.module or "" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
    evaluators = {
        "policy_engine.engine",
        "policy_engine.reference",
        "policy_engine.assessment",
        "policy_engine.scoring",
    }
    assert not {name for name in imported for bad in evaluators if name == bad or name.startswith(f"{bad}.")}


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each value that is no container."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, key))
    else:
        yield path


def other(value: Any) -> Any:
    """Return another value of the same kind."""
    if value is None or isinstance(value, bool):
        return not value
    return f"{value}x" if isinstance(value, str) else value + 1


def test_any_changed_claim_is_caught_even_when_sealed_anew(lens: LoadedLens) -> None:
    proof = proof_of(lens, SB_53)
    told = 0
    skipped = {("tool",), ("schema",), ("lens", "id"), ("proofs", 0, "proposal", "id")}
    # The names of a condition and of a file are labels; the file is found by it, and everything else is judged.
    paths = [p for p in leaves(proof) if p not in skipped and "of" not in p and p[-1] != "file"]
    for path in random.Random(5).sample(paths, 60):  # noqa: S311
        forged = copy.deepcopy(proof)
        place = forged
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = other(place[path[-1]])
        text = sealed(forged)
        read = read_proof(text, "proof.json")
        assert read is not None
        found: tuple[str, ...]
        try:
            found = check(read, lens)
        except (KeyError, TypeError, ValueError) as error:
            found = (repr(error),)
        assert found, path
        told += 1
    assert told == 60


def run(folder: Path, *arguments: str) -> Result:
    """Run the command in a folder with the plain evaluator."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(policy_engine, [*arguments, "--engine", "plain", "--isolated"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with rules of its own, a bill, and a proof."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shutil.copy(SB_53, tmp_path / "bill.yaml")
    result = run(tmp_path, "evaluate", "bill.yaml", "--rules", "rules", "--proof", "proof.json")
    assert result.exit_code == 0, result.output
    return tmp_path


def test_a_proof_just_written_is_true(folder: Path) -> None:
    result = run(folder, "verify", "proof.json", "--rules", "rules")
    assert result.stdout == "proof.json: true; 1 derivation(s) replayed\n"


def test_a_changed_byte_is_caught(folder: Path) -> None:
    proof = folder / "proof.json"
    written = proof.read_bytes()
    chance = random.Random(3)  # noqa: S311
    for place in [0, 1, len(written) - 1, len(written) - 2, *chance.sample(range(len(written)), 25)]:
        changed = bytearray(written)
        changed[place] ^= 1
        proof.write_bytes(bytes(changed))
        result = run(folder, "verify", "proof.json", "--rules", "rules")
        assert result.exit_code in {1, 3}, place
        assert "Traceback" not in result.output
    proof.write_bytes(written)
    for file, said in (
        (folder / "bill.yaml", "bill.yaml: the file changed after the proof was written"),
        (folder / "rules/vac.yaml", "the rules changed after the proof was written"),
        (folder / "rules/lenses/article-2026-02.yaml", "the lens changed after the proof was written"),
    ):
        original = file.read_text(encoding="utf-8")
        file.write_text(original + "#\n", encoding="utf-8")
        result = run(folder, "verify", "proof.json", "--rules", "rules")
        assert result.exit_code == 1, file
        assert said in result.stdout
        file.write_text(original, encoding="utf-8")
    assert run(folder, "verify", "proof.json", "--rules", "rules").exit_code == 0


def test_standard_input_has_no_proof(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        text = SB_53.read_text(encoding="utf-8")
        result = CliRunner().invoke(
            policy_engine, ["evaluate", "-", "--proof", "p.json", "--engine", "plain"], input=text
        )
    assert result.exit_code == 2
    assert "standard input has none" in result.stderr


def test_a_proof_without_the_shape_of_one_is_not_true(tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text(
        sealed({"schema": "policy-engine/proof/1", "proofs": [3], "lens": {}}), "utf-8"
    )
    result = run(tmp_path, "verify", "proof.json")
    assert result.exit_code == 1
    assert "does not have the shape of one" in result.stdout
    assert json.loads((tmp_path / "proof.json").read_text(encoding="utf-8"))["proofs"] == [3]
