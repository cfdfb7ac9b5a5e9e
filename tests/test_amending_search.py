"""The search against brute force on random cases, and what it rests on: bounds, dependence, order of amendments."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, replace
from typing import Any

import pytest
from conftest import ROOT

from policy_engine.amending.candidates import Candidates, candidates_of, costs_of
from policy_engine.amending.changes import Change, conflict
from policy_engine.amending.problem import MENDED, Problem, Result, problem_of
from policy_engine.amending.search import STEP, Limits, Search, Smallest, Unproved, Unreachable
from policy_engine.amending.targets import target_of
from policy_engine.loading import LoadedLens, lens_names, load_all_rules, load_lens, load_proposal
from policy_engine.proposals.model import Proposal
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Outcome
from policy_engine.rules.lens import Bands
from policy_engine.scoring import judge, overall, tally
from policy_engine.situation import situation_of

pytest.importorskip("clingo")

FILES = sorted((ROOT / "proposals").rglob("*.yaml"))
LENSES = {name: load_lens(name) for name in lens_names()}
MOST_CANDIDATES = 6


@dataclass(frozen=True)
class Case:
    """A random text, lens and target, with a few amendments to choose from."""

    problem: Problem
    every: dict[frozenset[int], Result]


def smaller_lens(lens: LoadedLens, chance: random.Random) -> LoadedLens:
    """Return a lens that asks some of the criteria, with bands of its own."""
    kept = chance.sample(lens.criteria, min(len(lens.criteria), chance.randint(4, 14)))
    program = replace(lens.program, criteria=tuple(c for c in lens.criteria if c in kept)).pruned()
    mixed = chance.choice([20.0, 40.0, 50.0])
    return replace(lens, program=program, bands=Bands(mixed=mixed, meets=mixed + 30))


def smaller_proposal(proposal: Proposal, chance: random.Random) -> Proposal:
    """Return some provisions of a text, with fields left out and perhaps topics not read."""
    provisions: list[dict[str, Any]] = []
    for given in chance.sample(proposal.provisions, min(len(proposal.provisions), chance.randint(1, 6))):
        data = given.model_dump(exclude_unset=True, by_alias=True)
        needed = {name for name, info in type(given).model_fields.items() if info.is_required()}
        dropped = {key for key in data if key not in needed and chance.random() < 0.1}
        provisions.append({key: value for key, value in data.items() if key not in dropped})
    data = proposal.model_dump(exclude_unset=True, by_alias=True)
    examined = "everything" if chance.random() < 0.7 else proposal.examined
    return Proposal.model_validate({**data, "provisions": provisions, "examined": examined})


def outcomes(lens: LoadedLens, proposal: Proposal) -> dict[str, Outcome]:
    """Return the outcome of each criterion."""
    truths = PlainEvaluator(lens.program).infer(situation_of(lens.program, proposal)).truths
    return {compiled.criterion.id: judge(compiled, truths).outcome for compiled in lens.criteria}


def brute_result(lens: LoadedLens, problem: Problem, proposal: Proposal) -> Result:
    """Evaluate one text without anything that the search uses but the target."""
    truths = PlainEvaluator(lens.program).infer(situation_of(lens.program, proposal)).truths
    judged = tuple(judge(compiled, truths) for compiled in lens.criteria)
    groups: dict[str, list[Any]] = {}
    for compiled, item in zip(lens.criteria, judged, strict=True):
        groups.setdefault(compiled.principle.id, []).append(item)
    low = overall((lens.lens.weights.get(name, 1.0), tally(items)) for name, items in groups.items()).low
    return Result(judged, low, problem.target.reached(judged, low))


def few(candidates: Candidates, chance: random.Random) -> Candidates:
    """Return a few of the candidates, numbered anew."""
    kept = sorted(
        chance.sample(candidates.chosen_from, min(len(candidates.chosen_from), chance.randint(1, MOST_CANDIDATES))),
        key=lambda candidate: candidate.number,
    )
    new = {candidate.number: place for place, candidate in enumerate(kept)}
    conflicts = tuple((new[a], new[b]) for a, b in candidates.conflicts if a in new and b in new)
    return Candidates(tuple(replace(c, number=new[c.number]) for c in kept), conflicts, candidates.left_out)


def case_of(seed: int) -> Case | None:
    """Return a random case, or none where no amendment is offered."""
    chance = random.Random(seed)  # noqa: S311
    lens = smaller_lens(LENSES[chance.choice(sorted(LENSES))], chance)
    proposal = smaller_proposal(load_proposal(str(chance.choice(FILES))).proposal, chance)
    words = chance.choice(["meets", "mixed", "no-veto", f"score={chance.randint(5, 95)}"])
    costs = costs_of([f"{kind}={chance.randint(1, 3)}" for kind in ("strike", "add", "set")], ())
    protected = [p.id for p in proposal.provisions if chance.random() < 0.1]
    target = target_of(words, lens.bands)
    found = problem_of(lens, proposal, outcomes(lens, proposal), target, protected=protected, costs=costs).candidates
    if not found.chosen_from:
        return None
    problem = Problem(lens, proposal, few(found, chance), target.on(outcomes(lens, proposal)))
    numbers = range(len(problem.candidates.chosen_from))
    every = {}
    for size in range(len(numbers) + 1):
        for some in itertools.combinations(numbers, size):
            if not any(a in some and b in some for a, b in problem.candidates.conflicts):
                every[frozenset(some)] = brute_result(lens, problem, problem.text(some))
    return Case(problem, every)


def check(case: Case) -> str:
    """Compare the search with brute force; return what kind of case it was."""
    problem = case.problem
    cost = {s: sum(problem.candidates.chosen_from[n].cost for n in s) for s in case.every}
    reaching = [s for s, result in case.every.items() if result.reached]
    found = Search(problem, Limits(listed=100)).run(every=True)
    assert not isinstance(found, Unproved)
    if not reaching:
        assert isinstance(found, Unreachable)
        if problem.target.low is not None:
            assert found.best_proved
            highest = max(result.low for result in case.every.values())
            assert case.every[found.best].low <= highest < case.every[found.best].low + STEP
        return "unreachable"
    assert isinstance(found, Smallest)
    least = min(cost[s] for s in reaching)
    assert found.cost == least
    assert found.complete
    assert set(found.selections) == {s for s in reaching if cost[s] == least}
    assert len(found.selections) == len(set(found.selections))
    return "already" if not found.selections[0] else "reached"


@pytest.mark.slow
def test_brute_force_agrees_on_500_random_cases() -> None:
    kinds: dict[str, int] = {"unreachable": 0, "already": 0, "reached": 0}
    sizes: set[int] = set()
    for seed in itertools.count():
        case = case_of(seed)
        if case is None:
            continue
        kind = check(case)
        kinds[kind] += 1
        sizes.add(len(case.problem.candidates.chosen_from))
        if sum(kinds.values()) == 500:
            break
    assert min(kinds.values()) >= 25, kinds
    assert max(sizes) == MOST_CANDIDATES


@pytest.fixture(scope="module", params=["us/federal/hr-1-sec-43201-house.yaml", "us/tx/hb-149-enrolled.yaml"])
def whole(request: pytest.FixtureRequest) -> Problem:
    """Return the problem of a whole text under the default lens."""
    lens = LENSES["article-2026-02"]
    proposal = load_proposal(str(ROOT / "proposals" / request.param)).proposal
    return problem_of(lens, proposal, outcomes(lens, proposal), target_of("mixed", lens.bands))


def selections(problem: Problem, count: int) -> list[frozenset[int]]:
    """Return random sets of amendments without conflicts."""
    chance = random.Random(7)  # noqa: S311
    found = []
    for _ in range(count):
        chosen: set[int] = set()
        for candidate in chance.sample(problem.candidates.chosen_from, len(problem.candidates.chosen_from)):
            clash = any({candidate.number, other} in map(set, problem.candidates.conflicts) for other in chosen)
            if chance.random() < 0.3 and not clash:
                chosen.add(candidate.number)
        found.append(frozenset(chosen))
    return found


def test_bounds_hold_for_every_choice_and_are_exact_with_nothing_open(whole: Problem) -> None:
    chance = random.Random(3)  # noqa: S311
    narrow = 0
    for selection in selections(whole, 12):
        actual = whole.labels(selection)
        for compiled in whole.lens.criteria:
            name = compiled.criterion.id
            relevant = whole.relevant[name]
            assert whole.possible(compiled, selection & relevant, frozenset()) == {actual[name]}
            open_ones = frozenset(number for number in relevant if chance.random() < 0.4)
            possible = whole.possible(compiled, (selection & relevant) - open_ones, open_ones)
            assert actual[name] in possible
            narrow += len(possible) == 1 and bool(open_ones)
    assert narrow > 20


def test_what_is_not_relevant_moves_nothing(whole: Problem) -> None:
    for selection in selections(whole, 25):
        result = {item.criterion: item.outcome for item in whole.result(selection).judged}
        for compiled in whole.lens.criteria:
            name = compiled.criterion.id
            alone = whole.result(selection & whole.relevant[name])
            assert next(item.outcome for item in alone.judged if item.criterion == name) is result[name], name


def test_measures_look_at_no_more_than_their_row_says(whole: Problem) -> None:
    moved = 0
    before = situation_of(whole.lens.program, whole.changer.proposal).known
    for candidate in whole.candidates.chosen_from:
        after = situation_of(whole.lens.program, whole.text({candidate.number})).known
        for fact, (_, movers) in whole._measures.items():
            if after[fact] != before[fact]:
                moved += 1
                assert candidate.number in movers, (fact, candidate.words)
    assert moved


def test_the_order_of_amendments_does_not_matter(whole: Problem) -> None:
    chance = random.Random(5)  # noqa: S311

    def shown(proposal: Proposal) -> list[str]:
        return sorted(repr(p.model_dump(exclude={"id", "note"}, exclude_unset=True)) for p in proposal.provisions)

    for selection in selections(whole, 15):
        changes: list[Change] = list(whole.changes(selection))
        expected = shown(whole.changer.apply(changes))
        for _ in range(3):
            chance.shuffle(changes)
            assert shown(whole.changer.apply(changes)) == expected


def test_limits_give_no_answer_as_proved(whole: Problem) -> None:
    found = Search(whole, Limits(evaluations=1)).run(every=False)
    assert isinstance(found, Unproved)
    assert found.found is not None
    assert whole.result(found.found).reached
    cost = sum(whole.candidates.chosen_from[n].cost for n in found.found)
    proved = Search(whole, Limits()).run(every=False)
    assert isinstance(proved, Smallest)
    assert found.at_least <= proved.cost <= cost


def test_an_amendment_that_two_criteria_carry_counts_once() -> None:
    lens = load_all_rules()
    proposal = load_proposal(str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")).proposal
    bad = [c for c in lens.criteria if outcomes(lens, proposal)[c.criterion.id] in MENDED]
    found = candidates_of(proposal, bad, (), costs_of(["LAB-1=5", "VAC-1=3"], ["LAB-1", "VAC-1"]))
    keys = [frozenset(candidate.changes) for candidate in found.chosen_from]
    assert len(keys) == len(set(keys))
    (strike,) = [c for c in found.chosen_from if [change.kind for change in c.changes] == ["strike"]]
    assert {"VAC-1", "LAB-1"} <= set(strike.criteria)
    assert strike.cost == 3, "the lowest cost among the criteria that carry it"


def test_two_values_for_one_field_exclude_each_other_and_striking_prevails() -> None:
    begins = Change("set", "a", "begins", "{days:0.0}", {"days": 0.0})
    later = Change("set", "a", "begins.days", "9.0", 9.0)
    same = Change("set", "a", "begins.days", "0.0", 0.0)
    assert conflict([begins], [later])
    assert conflict([later], [same])
    assert not conflict([begins], [same])
    assert not conflict([begins], [replace(later, provision="b")])
    assert not conflict([begins], [Change("strike", "a", "", "", None)])


def test_what_an_amendment_may_break_another_may_mend() -> None:
    lens = LENSES["article-2026-02"]
    proposal = load_proposal(str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")).proposal
    before = outcomes(lens, proposal)
    assert before["VAC-2"] is Outcome.NOT_APPLICABLE
    problem = problem_of(lens, proposal, before, target_of("no-veto", lens.bands), costs=costs_of(["strike=9"], ()))
    found = Search(problem, Limits()).run(every=False)
    assert isinstance(found, Smallest)
    chosen = [problem.candidates.chosen_from[number] for number in sorted(found.selections[0])]
    assert found.cost == 3
    assert [c.words for c in chosen if "VAC-2" in c.criteria] == [
        "Displace only what conflicts with a duty of this text."
    ]
    assert not any(change.kind == "strike" for c in chosen for change in c.changes)
