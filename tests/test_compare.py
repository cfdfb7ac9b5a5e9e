"""Ranks, winning indices and dominance: against exact integrals, an independent library, and properties."""

from __future__ import annotations

import itertools
import math
import random
from pathlib import Path

import numpy as np
import pytest
from comparing import BILLS, bill, written
from hypothesis import given, settings
from hypothesis import strategies as st
from pymcdm.methods import WPM, WSM

from policy_engine.analysis.comparison import compare_files, dominates, in_every_principle
from policy_engine.analysis.completions import Bank
from policy_engine.analysis.draws import FLOOR, Draws, chosen_completions, draws_of, scores_of, stream
from policy_engine.analysis.ranking import Estimator, rank_shares
from policy_engine.analysis.results import Comparison, Completions, Method, WeightRange
from policy_engine.assessment import Assessor
from policy_engine.batch import AssessmentJob
from policy_engine.errors import RuleError
from policy_engine.loading import load_lens, load_proposal

METHOD = Method(10_000, 0, "both", (), 40)


def bank(*completions: tuple[float, ...]) -> Bank:
    """Return a bank that holds every completion."""
    told = Completions("exhaustive", len(completions), 1, 0, (), (), 0)
    return Bank(np.array(completions), np.zeros(len(completions), dtype=bool), told)


def method(**changes: object) -> Method:
    """Return the method with changes."""
    values = {name: getattr(METHOD, name) for name in Method.__slots__} | changes
    return Method(**values)


def drawn(banks: list[Bank], draws: Draws) -> np.ndarray:
    """Return the scores, draw × proposal."""
    return np.stack(
        [scores_of(b, chosen_completions(b, draws, stream(0, str(n))), draws) for n, b in enumerate(banks)], axis=1
    )


def ranks(banks: list[Bank], how: Method, weights: tuple[float, ...] = (1.0, 1.0)) -> list[list[float]]:
    """Return rank acceptabilities in per cent."""
    draws = draws_of(how, [f"P{n}" for n in range(len(weights))], weights)
    found = rank_shares(drawn(banks, draws), Estimator(draws.batch, draws.count))
    return [[share.value for share in shares] for shares in found]


def near(found: list[list[float]], exact: list[list[float]], points: float = 1.0) -> bool:
    """Tell whether each share lies near the exact one."""
    return bool(np.allclose(found, exact, atol=points))


def unchanged(column: np.ndarray, *, cost: bool) -> np.ndarray:
    """Return a column as it is: scores are on one scale already, and more is better."""
    assert not cost
    return column


THREE = [bank((100.0, 0.0)), bank((0.0, 100.0)), bank((60.0, 60.0))]


def test_rank_acceptability_matches_the_exact_integral() -> None:
    # With weight w, even on 0 to 1: A = 100 w, B = 100 (1 - w), C = 60.
    exact = [[40, 10, 50], [40, 10, 50], [20, 80, 0]]
    assert near(ranks(THREE, method(aggregation="arithmetic")), exact)


def test_geometric_rank_acceptability_matches_the_exact_integral() -> None:
    # On 1 to 100: A = 100^w beats C = 60.4 where w > ln 60.4 / ln 100.
    beyond = 100 * (1 - math.log(60.4) / math.log(100))
    exact = [[beyond, 50 - beyond, 50], [beyond, 50 - beyond, 50], [100 - 2 * beyond, 2 * beyond, 0]]
    assert near(ranks(THREE, method(aggregation="geometric")), exact)


def test_both_aggregations_take_half_of_the_draws_each() -> None:
    plain, logged, both = (ranks(THREE, method(aggregation=name)) for name in ("arithmetic", "geometric", "both"))
    assert near(both, ((np.array(plain) + np.array(logged)) / 2).tolist())


def test_unknown_facts_are_drawn_evenly_and_independently() -> None:
    # Two of four joint completions put the first above, one below, one ties and is shared.
    banks = [bank((80.0,), (40.0,)), bank((60.0,), (40.0,))]
    assert near(ranks(banks, METHOD, (1.0,)), [[62.5, 37.5], [37.5, 62.5]])


def test_ranges_of_weights_are_kept_and_others_have_the_weight_of_the_lens() -> None:
    ranged = method(weights=(WeightRange("P0", 2.0, 4.0),), aggregation="arithmetic")
    draws = draws_of(ranged, ["P0", "P1", "P2"], (1.0, 5.0, 0.0))
    assert draws.weights[:, 0].min() >= 2.0
    assert draws.weights[:, 0].max() <= 4.0
    assert abs(draws.weights[:, 0].mean() - 3.0) < 0.02
    assert set(draws.weights[:, 1]) == {5.0}
    assert set(draws.weights[:, 2]) == {0.0}
    # 100 w / (w + 1) over w even on 2 to 4, against 75: above where w > 3.
    other = method(weights=(WeightRange("P0", 2.0, 4.0),), aggregation="arithmetic")
    assert near(ranks([bank((100.0, 0.0)), bank((75.0, 75.0))], other), [[50, 50], [50, 50]])


def test_uniform_weights_are_a_dirichlet() -> None:
    draws = draws_of(METHOD, ["A", "B", "C", "D"], (1.0,) * 4)
    shares = draws.weights / draws.weights.sum(axis=1, keepdims=True)
    # Each share of a uniform Dirichlet over n is Beta(1, n - 1).
    assert np.allclose(shares.mean(axis=0), 1 / 4, atol=0.01)
    assert np.allclose(shares.var(axis=0), 3 / (16 * 5), atol=0.002)


def test_a_principle_without_weight_in_the_lens_never_counts() -> None:
    draws = draws_of(METHOD, ["A", "B"], (1.0, 0.0))
    assert np.allclose(drawn([bank((30.0, 90.0))], draws)[:, 0], 30.0)


def test_where_nothing_counts_there_is_no_rank() -> None:
    found = ranks([bank((math.nan, math.nan)), bank((50.0, 50.0))], METHOD)
    assert found == [[0.0, 0.0], [100.0, 0.0]]


def test_a_principle_that_does_not_count_leaves_the_mean() -> None:
    draws = draws_of(METHOD, ["A", "B"], (1.0, 1.0))
    assert np.allclose(drawn([bank((70.0, math.nan))], draws)[:, 0], 70.0)


@given(st.lists(st.lists(st.floats(0, 100), min_size=3, max_size=3), min_size=2, max_size=5))
@settings(max_examples=25, deadline=None)
def test_scores_agree_with_pymcdm(matrix: list[list[float]]) -> None:
    banks = [bank(tuple(row)) for row in matrix]
    for name, oracle in (("arithmetic", WSM), ("geometric", WPM)):
        draws = draws_of(method(draws=100, aggregation=name), ["A", "B", "C"], (1.0,) * 3)
        scores = drawn(banks, draws)
        values = np.array(matrix) if name == "arithmetic" else FLOOR + np.array(matrix) * (100 - FLOOR) / 100
        for draw in range(0, 100, 20):
            weights = draws.weights[draw] / draws.weights[draw].sum()
            theirs = oracle(normalization_function=unchanged)(values, weights, np.ones(3), validation=False)
            theirs = theirs if name == "arithmetic" else (theirs - FLOOR) * 100 / (100 - FLOOR)
            assert np.allclose(scores[draw], theirs, atol=1e-6)


def test_ranks_and_the_absence_of_one_add_up_to_all_draws() -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    banks = [bank(*(tuple(row) for row in np.round(generator.random((4, 3)), 1) * 100)) for _ in range(6)]
    found = np.array(ranks(banks, METHOD, (1.0,) * 3))
    assert np.allclose(found.sum(axis=0), 100)
    assert np.allclose(found.sum(axis=1), 100)


def test_the_stated_error_covers_the_truth() -> None:
    covered = 0
    for seed in range(40):
        draws = draws_of(method(seed=seed, draws=1000, aggregation="arithmetic"), ["A", "B"], (1.0, 1.0))
        share = rank_shares(drawn(THREE, draws), Estimator(draws.batch, 1000))[0][0]
        covered += abs(share.value - 40) <= share.error
    assert covered >= 34


def test_the_error_grows_where_few_completions_were_sampled() -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    rows = tuple((float(value),) for value in generator.random(40) * 100)
    told = Completions("sampled", 40, 1, 0, (), (), 0)
    few = Bank(np.array(rows), np.zeros(40, dtype=bool), told)
    draws = draws_of(METHOD, ["A"], (1.0,))
    share = rank_shares(drawn([few, bank((50.0,))], draws), Estimator(draws.batch, 40))[0][0]
    assert share.error > 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with small rules and bills."""
    return written(tmp_path_factory.mktemp("compare"))


def compared(folder: Path, names: list[str], how: Method = METHOD, lens: str = "small", jobs: int = 1) -> Comparison:
    """Compare bills of the folder."""
    files = [str(folder / f"{name}.yaml") for name in names]
    return compare_files(files, AssessmentJob(lens, str(folder / "rules"), "plain"), how, jobs)


def test_the_order_of_paths_and_other_classes_change_nothing(folder: Path) -> None:
    names = list(BILLS)
    first = compared(folder, names)
    for order in itertools.islice(itertools.permutations(names), 0, 24, 5):
        assert compared(folder, list(order)) == first
    alone = compared(folder, ["full", "open", "late"])
    assert [c for c in first.classes if c.scope_class == "frontier_duties"] == list(alone.classes)


def test_a_seed_gives_the_same_and_another_seed_another_result(folder: Path) -> None:
    names = ["open", "late"]
    assert compared(folder, names) == compared(folder, names)
    assert compared(folder, names, method(seed=1)) != compared(folder, names)


def test_classes_are_never_mixed(folder: Path) -> None:
    found = compared(folder, list(BILLS))
    assert [c.scope_class for c in found.classes] == ["export", "frontier_duties"]
    export, frontier = found.classes
    assert [s.proposal.id for s in export.standings] == ["elsewhere"]
    assert export.pairs == ()
    assert export.standings[0].ranks[0].value == 100
    assert all(len(s.ranks) == 3 for s in frontier.standings)


def test_what_holds_is_found_and_explained(folder: Path) -> None:
    frontier = compared(folder, ["full", "late"]).classes[0]
    (pair,) = frontier.pairs
    # TWN is 50 for both, CLK 100 against 0, STP 100 against at most 90: in every principle.
    assert frontier.standings[0].proposal.id == "full"
    assert pair.always == frontier.standings[0].proposal.file
    assert pair.basis == "every_principle"
    assert pair.dominant == pair.always


def test_a_contested_blocker_is_a_veto_in_one_of_its_readings(folder: Path) -> None:
    standing = next(s for s in compared(folder, ["late"]).classes[0].standings)
    # Three readings: true satisfies, false vetoes, silence is partial.
    assert standing.completions.contested == ("published of p3",)
    assert standing.completions.kind == "exhaustive"
    assert standing.completions.count == 3
    assert abs(standing.vetoed.value - 100 / 3) < 1.5


def test_criteria_on_one_fact_move_together(folder: Path) -> None:
    standing = compared(folder, ["open"], lens="twin").classes[0].standings[0]
    assert (standing.score.low, standing.score.high) == (0.0, 100.0)
    lens = load_lens("twin", str(folder / "rules"))
    from policy_engine.analysis.completions import bank_of

    loaded = load_proposal(str(folder / "open.yaml"))
    with Assessor(lens, "plain") as assessor:
        completions = bank_of(lens, loaded, assessor.assess(loaded), 40, 0)
    assert set(completions.scores[:, 0]) == {50.0}


def test_weights_of_principles_that_the_lens_does_not_ask_are_refused(folder: Path) -> None:
    with pytest.raises(RuleError, match="asks no principle `TWM`") as caught:
        compared(folder, ["full"], method(weights=(WeightRange("TWM", 1, 2),)))
    assert "did you mean `TWN`?" in caught.value.faults[0].hint


def test_dominance_is_transitive_and_never_mutual(folder: Path) -> None:
    generator = random.Random(5)  # noqa: S311
    made = folder / "made"
    made.mkdir(exist_ok=True)
    lens = load_lens("small", str(folder / "rules"))
    found = []
    with Assessor(lens, "plain") as assessor:
        for number in range(24):
            options = [
                f"type: incident_report, deadline_hours: {generator.choice([24, 90, 'contested'])}",
                f"type: review, published: {generator.choice(['true', 'contested', 'not_addressed'])}",
                f"type: sunset, years: {generator.choice([1, 3, 'contested'])}",
            ]
            file = made / f"b{number}.yaml"
            file.write_text(bill(f"b{number}", *generator.sample(options, generator.randint(1, 3))), encoding="utf-8")
            found.append(assessor.assess(load_proposal(str(file))))
    for relation in (dominates, in_every_principle):
        pairs = {(a.proposal.id, b.proposal.id) for a, b in itertools.permutations(found, 2) if relation(a, b)}
        assert pairs
        assert not {(b, a) for a, b in pairs} & pairs
        for (a, b), (c, d) in itertools.product(pairs, pairs):
            if b == c:
                assert (a, d) in pairs
        assert not any(relation(a, a) for a in found)
