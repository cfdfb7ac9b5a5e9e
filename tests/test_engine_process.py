"""The engine process is replaced when it crashes or hangs, and says so; guards that the compiler relies on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT

from policy_engine.assessment import Assessor
from policy_engine.engine.client import DurableEngine, why_unavailable
from policy_engine.engine.network import build_network
from policy_engine.engine.shards import (
    FACTS_PER_SHARD,
    PATTERNS_PER_TYPE,
    PENDING_ON_TOKEN,
    RULES_PER_SHARD,
    Compiled,
    shards,
)
from policy_engine.engine.tokens import encoded
from policy_engine.errors import EngineError
from policy_engine.loading import LoadedLens, load_proposal
from policy_engine.program import Program
from policy_engine.reference import PlainEvaluator
from policy_engine.situation import situation_of

pytestmark = [
    pytest.mark.durable,
    pytest.mark.skipif(bool(why_unavailable()), reason="durable-rules cannot be loaded here"),
]
FRONTIER = str(ROOT / "proposals/us/federal/hr-9925-frontier.yaml")


def test_a_killed_worker_costs_one_retry_and_no_verdict(lens: LoadedLens) -> None:
    situation = situation_of(lens.program, load_proposal(FRONTIER).proposal)
    engine = DurableEngine(lens.program)
    try:
        before = engine.infer(situation)
        os.kill(engine.worker_process, signal.SIGKILL)
        assert engine.infer(situation) == before == PlainEvaluator(lens.program).infer(situation)
        assert engine.restarts == 1
    finally:
        engine.close()


def test_a_hanging_worker_ends_in_an_engine_error(lens: LoadedLens) -> None:
    situation = situation_of(lens.program, load_proposal(FRONTIER).proposal)
    engine = DurableEngine(lens.program, answer_seconds=0.0001)
    try:
        with pytest.raises(EngineError, match="failed twice"):
            engine.infer(situation)
        assert engine.restarts == 2
    finally:
        engine.close()


def test_every_rule_begins_with_its_token_and_negates_last(lens: LoadedLens) -> None:
    for stage in build_network(lens.program).stages:
        for shard in stage:
            for rule in shard.rules.values():
                names = [name for pattern in rule["all"] for name in pattern]
                assert names[0] == "go"
                negated = [name.endswith("$not") for name in names]
                assert negated == sorted(negated)


def test_shards_stay_within_the_limits(lens: LoadedLens) -> None:
    for stage in build_network(lens.program).stages:
        for shard in stage:
            assert len(shard.rules) <= RULES_PER_SHARD
            guards = [
                str(body) for rule in shard.rules.values() for pattern in rule["all"][1:] for body in pattern.values()
            ]
            for name in shard.types:
                assert sum(f"'{name}'" in guard.split(",")[0] for guard in guards) <= PATTERNS_PER_TYPE


def test_conditions_on_the_token_stay_within_the_limit(lens: LoadedLens) -> None:
    for shard in (shard for stage in build_network(lens.program).stages for shard in stage):
        tokens = [rule["all"][0]["go"] for rule in shard.rules.values()]
        alternatives = [
            sum(len(part["$or"]) for part in token.get("$and", []) if "$or" in part) or 1 for token in tokens
        ]
        assert sum(alternatives) <= PENDING_ON_TOKEN < 64


def test_each_limit_of_a_shard_opens_another() -> None:
    def rule(number: int, *, types: str = "", facts: int = 0, pending: int = 1) -> tuple[Compiled, ...]:
        names = frozenset(f"test.fact{number}.{fact}" for fact in range(facts))
        return (Compiled({}, f"r{number}", 0, Counter(types.split()), names, (), pending),)

    def packed(*groups: tuple[Compiled, ...]) -> list[int]:
        return [len(shard.rules) for shard in shards(groups, 0)]

    assert packed(*(rule(number) for number in range(RULES_PER_SHARD + 1))) == [RULES_PER_SHARD, 1]
    assert packed(rule(0, types="duty " * 30), rule(1, types="duty " * 10), rule(2, types="duty")) == [2, 1]
    assert packed(rule(0, facts=FACTS_PER_SHARD - 1), rule(1, facts=1), rule(2, facts=1)) == [2, 1]
    assert packed(rule(0, pending=PENDING_ON_TOKEN - 1), rule(1, pending=1), rule(2, pending=1)) == [2, 1]


def test_a_shard_is_left_out_only_where_none_of_its_rules_can_fire(lens: LoadedLens) -> None:
    wanted = 0
    for shard in (shard for stage in build_network(lens.program).stages for shard in stage):
        helpers = {rule for rule in shard.rules if "~" in rule}
        for rule in (shard.rules[name] for name in set(shard.rules) - helpers if shard.wants):
            wanted += 1
            positive = [
                body
                for pattern in rule["all"][1:]
                for name, body in pattern.items()
                if not name.endswith("$not") and body["$and"][0] in ({"_t": shard.wants}, {"_p": shard.wants})
            ]
            assert positive
    assert wanted


def test_numbers_that_durable_rules_cannot_parse_keep_their_order() -> None:
    numbers = [0.0, 0.0001, 72.0, 9.9e12, 1e13, 1e16, 1e25, 1e26, 1e40]
    squeezed = [encoded(number) for number in numbers]
    assert squeezed == sorted(squeezed)
    assert len(set(squeezed)) == len(numbers)
    assert all("e" not in repr(number) for number in squeezed)


def test_cross_check_of_all_shipped_proposals(lens: LoadedLens) -> None:
    with Assessor(lens, "durable", cross_check=True) as assessor:
        for file in sorted((ROOT / "proposals").rglob("*.yaml")):
            assert assessor.assess(load_proposal(str(file))).digests.engine.endswith("cross-checked")


def test_an_empty_program_is_no_error() -> None:
    program = Program((), (), (), (), (), (), {}, {}, {})
    engine = DurableEngine(program)
    try:
        situation = situation_of(program, load_proposal(FRONTIER).proposal)
        assert engine.infer(situation).truths == ()
    finally:
        engine.close()


def test_nothing_in_the_working_folder_is_run(tmp_path: Path) -> None:
    for name in ("policy_engine", "orjson", "durable"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('a stranger was run')\n", encoding="utf-8")
    (tmp_path / "bill.yaml").write_text(
        (ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    result = subprocess.run(
        [sys.executable, "-P", "-m", "policy_engine", "evaluate", "bill.yaml", "--engine", "durable"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert "Verdict: VETO" in result.stdout
