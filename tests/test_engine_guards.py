"""Each guard around durable-rules carries weight: without it, something crashes or comes out wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import pytest
from conftest import ROOT
from engine_ablation import ABLATIONS
from engine_crashes import matching, network

from policy_engine.engine.client import DurableEngine, network_message, why_unavailable
from policy_engine.engine.encoding import Encoder
from policy_engine.engine.network import build_network
from policy_engine.errors import EngineError, PolicyEngineError
from policy_engine.loading import LoadedLens
from policy_engine.operators import NOT_ADDRESSED
from policy_engine.program import Program
from policy_engine.proposals.records import FieldType, Record
from policy_engine.reference import PlainEvaluator
from policy_engine.rules.conditions import ALWAYS, NEVER, Clause, FieldOf, Pattern, Test
from policy_engine.rules.derivation import Derivable
from policy_engine.situation import Situation

pytestmark = [
    pytest.mark.durable,
    pytest.mark.skipif(bool(why_unavailable()), reason="durable-rules cannot be loaded here"),
]
NUMBER = FieldType("number")
GOLDEN = ROOT / "tests/golden/network.json"


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the tests in a process of its own."""
    command = [sys.executable, str(ROOT / "tests" / script), *arguments]
    # Memory that was freed or never set holds a pattern, so that a crash does not depend on luck.
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "benchmarks"))),
        "MALLOC_PERTURB_": "165",
    }
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


def test_with_every_guard_nothing_is_wrong() -> None:
    assert run("engine_ablation.py", "none", "12").stdout == "wrong: 0\n"


@pytest.mark.parametrize("guard", [name for name in ABLATIONS if name != "none"])
def test_without_the_guard_something_is_wrong(guard: str) -> None:
    ran = run("engine_ablation.py", guard, "12")
    assert "ModuleNotFoundError" not in ran.stderr
    assert ran.returncode != 0 or ran.stdout != "wrong: 0\n"


@pytest.mark.parametrize(
    ("case", "seen"),
    [
        ("without_sentinel", "crash"),
        ("with_sentinel", "went through"),
        ("same_identity", "noticed: durable-rules took two facts for one"),
        ("large_shard", "crash"),
        ("many_pending", "crash"),
    ],
)
def test_what_durable_rules_does_without_its_guards(case: str, seen: str) -> None:
    ran = run("engine_crashes.py", case)
    assert (ran.stdout or "crash") == seen
    assert (ran.returncode == 0) is (seen == "went through")


def test_a_number_that_durable_rules_cannot_parse_gives_no_answer() -> None:
    """It drops the whole batch and leaves the session to chance: the sentinel is missed, or the process dies."""
    ran = run("engine_crashes.py", "exponent")
    assert ran.returncode != 0
    assert ran.stdout in {"", "noticed: durable-rules lost facts: 0 of 1 sentinels came back"}


def test_the_driver_starts_no_thread() -> None:
    from policy_engine.engine.driver import Driver

    before = threading.active_count()
    Driver(network(matching(1)))
    assert threading.active_count() == before


def test_every_conjunction_is_in_the_order_that_durable_rules_reads_right(lens: LoadedLens) -> None:
    """Guard, constants, inequality joins, equality joins, an equality that always holds, alternatives."""
    joins = 0
    for stage in (*build_network(lens.program).stages, *build_network(small_program()).stages):
        for rule in (rule for shard in stage for rule in shard.rules.values()):
            for parts in (body["$and"] for p in rule["all"] for body in p.values() if "$and" in body):
                assert set(parts[0]) <= {"_t", "_p"}
                plain = [part for part in parts if "$or" not in part]
                assert parts[: len(plain)] == plain, "alternatives stand last"
                if any(isinstance(value, dict) and "$" not in key for p in plain[1:] for key, value in p.items()):
                    joins += 1
                    assert plain[-1] == {"k": {"go": "k"}}
    assert joins


def test_texts_that_durable_rules_would_misorder_are_refused() -> None:
    program = small_program()
    encoder = Encoder(build_network(program), program.fact_types)
    for text in ("", " leading", "x" * 9000):
        record = Record("preemption", {"construed": text}, 0)
        for situation in (
            Situation((record,), frozenset(), {}, {}),
            Situation((), frozenset(), {"instrument.level": text}, {}),
        ):
            with pytest.raises(PolicyEngineError, match="empty, too long, or begins with a blank"):
                encoder.encode(situation)


def test_a_fact_that_stands_twice_in_one_conjunction_is_refused() -> None:
    """One fact fills one pattern; tests on the token would take both."""
    twice = tuple(Pattern(name, "instrument.level", (), is_fact=True) for name in ("a", "b"))
    for clause in (Clause(twice), Clause(twice[:1], (Clause(twice[1:]),))):
        with pytest.raises(EngineError, match=r"`instrument\.level` stands twice"):
            build_network(Program(((clause,),), (0,), (), (), (), (), {}, {}, {}))


def test_a_clause_over_the_limits_is_refused_and_one_within_them_runs() -> None:
    facts = [f"test.fact{number}" for number in range(20)]

    def engine(count: int, operator: str) -> DurableEngine:
        tests = (Test("value", operator, 1.0),)
        clause = Clause(tuple(Pattern(fact, fact, tests, is_fact=True) for fact in facts[:count]))
        return DurableEngine(Program(((clause,),), (0,), (), (), (), (), {}, {}, dict.fromkeys(facts, NUMBER)))

    with pytest.raises(EngineError, match="a clause needs 16 patterns"):
        engine(16, "equals")
    with pytest.raises(EngineError, match="a clause needs 15 alternatives"):
        engine(15, "equals")
    largest = engine(14, "is_not")
    try:
        for value in (0.0, 1.0, None, NOT_ADDRESSED):
            situation = Situation((), frozenset(), {**dict.fromkeys(facts, 0.0), facts[13]: value}, {})
            assert largest.infer(situation).truths == ({0.0: 2, 1.0: 0, None: 1, NOT_ADDRESSED: 2}[value],)
    finally:
        largest.close()


def test_a_derived_fact_without_any_case_that_can_hold_is_decided_all_the_same() -> None:
    """Its stratum has no rule, so that no rule set is made for it."""
    derived = ((1, Derivable("test.never", ((True, 1),), ordered=True, otherwise=False)),)
    program = Program((ALWAYS, NEVER), (0, 1), (), (), derived, (), {}, {}, {"test.never": FieldType("flag")})
    situation = Situation((), frozenset(), {}, {})
    engine = DurableEngine(program)
    try:
        assert engine.infer(situation) == PlainEvaluator(program).infer(situation)
        assert engine.infer(situation).facts == {"test.never": False}
    finally:
        engine.close()


def small_program() -> Program:
    """Return a condition with a fact, a join, a negation, a list and a known difference, and one about a fact alone."""
    level = Pattern("f", "instrument.level", (Test("value", "in", ("state", "federal")),), is_fact=True)
    clause = Clause(
        (
            Pattern(
                "p",
                "preemption",
                (Test("mechanism", "in", ("bars", "suspends")), Test("construed", "is_not", "narrowly")),
            ),
            Pattern("d", "duty", (Test("subjects", "contains_any", ("chips", "compute")),)),
            level,
        ),
        (Clause((Pattern("r", "review", (Test("of", "differs_from", FieldOf("p", "construed")),)),)),),
    )
    return Program(((clause,), (Clause((level,)),)), (0, 0), (), (), (), (), {}, {}, {})


def test_the_compiled_network_is_as_recorded() -> None:
    program = small_program()
    made = json.dumps(network_message(program, build_network(program)), indent=1, sort_keys=True) + "\n"
    assert made == GOLDEN.read_text(encoding="utf-8"), "the encoding of conditions changed: review it, then record it"
