"""Shares of a game: they add up, equals are treated alike, and what is sampled lies within its bound."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.difference.shapley import MOST_PLAYERS, MOST_WORK, Vector, exact, sampled, shapley
from policy_engine.reports.points import adding_up


class Game:
    """A random game: a value for each coalition, made when first asked for."""

    def __init__(self, seed: int, players: int) -> None:
        chance = random.Random(seed)  # noqa: S311
        self.values = [chance.choice([0.0, 0.0, 1.0, chance.uniform(-10, 10)]) for _ in range(1 << players)]

    def __call__(self, mask: int) -> Vector:
        return self.values[mask], -2.0 * self.values[mask]


def over_all_orders(players: int, game: Game) -> list[float]:
    """Return the mean steps over all orders, by the definition."""
    found = [0.0] * players
    orders = list(permutations(range(players)))
    for order in orders:
        mask = 0
        for player in order:
            found[player] += game.values[mask | 1 << player] - game.values[mask]
            mask |= 1 << player
    return [total / len(orders) for total in found]


@given(st.integers(0, 2**32), st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_exact_shares_are_the_mean_over_all_orders(seed: int, players: int) -> None:
    game = Game(seed, players)
    result = exact(players, game)
    assert [share[0] for share in result.shares] == pytest.approx(over_all_orders(players, game), abs=1e-9)
    assert [share[1] for share in result.shares] == pytest.approx([-2 * share[0] for share in result.shares], abs=1e-9)
    assert sum(share[0] for share in result.shares) == pytest.approx(game.values[-1] - game.values[0], abs=1e-9)
    assert result.permutations == 0
    assert all(error == (0.0, 0.0) for error in result.errors)


def test_a_player_that_moves_nothing_gets_nothing_and_equals_get_the_same() -> None:
    def value(mask: int) -> Vector:
        return (6.0 if mask & 0b011 == 0b011 else 0.0,)

    result = exact(3, value)
    assert result.shares == ((3.0,), (3.0,), (0.0,))
    assert result.moved == ((True,), (True,), (False,))


def test_steps_that_cancel_are_moves_without_a_share() -> None:
    def value(mask: int) -> Vector:
        return (float(mask == 0b01) - float(mask == 0b10),)

    result = exact(2, value)
    assert result.shares == ((1.0,), (-1.0,))
    assert sum(share[0] for share in result.shares) == 0.0


@pytest.mark.parametrize("players", [5, 9])
def test_what_is_sampled_lies_within_its_bound_and_adds_up(players: int) -> None:
    held = total = 0
    for seed in range(30):
        game = Game(seed, players)
        truth, guess = exact(players, game), sampled(players, game, 60)
        assert guess.permutations == 120
        assert sum(share[0] for share in guess.shares) == pytest.approx(game.values[-1] - game.values[0], abs=1e-9)
        for real, made, error in zip(truth.shares, guess.shares, guess.errors, strict=True):
            total += 1
            held += abs(real[0] - made[0]) <= error[0]
            assert error[0] > 0
    assert held / total >= 0.95


def test_sampling_is_the_same_each_time_and_the_bound_narrows() -> None:
    game = Game(1, 8)
    assert sampled(8, game, 40) == sampled(8, game, 40)
    few, many = sampled(8, game, 40), sampled(8, game, 640)
    assert max(error[0] for error in many.errors) < max(error[0] for error in few.errors) / 2


def test_a_step_that_no_order_showed_stays_within_the_bound() -> None:
    def value(mask: int) -> Vector:
        return (10.0 * (mask & 1) + (5.0 if mask == 0b1000_0000_0000 else 0.0),)

    result = sampled(12, value, 40)
    assert result.shares[0][0] == pytest.approx(10.0, abs=0.5)
    assert result.errors[0][0] >= 3 / 80 * 10.0


def test_few_players_are_exact_and_many_are_sampled() -> None:
    assert shapley(MOST_PLAYERS, lambda mask: (float(mask & 1),), MOST_WORK).permutations == 0
    assert shapley(MOST_PLAYERS, lambda mask: (float(mask & 1),), MOST_WORK + 1).permutations > 0
    assert shapley(MOST_PLAYERS + 1, lambda mask: (float(mask & 1),), 1).permutations > 0
    assert shapley(0, lambda _: (1.0,), 1).shares == ()


@given(st.lists(st.floats(-50, 50), max_size=12), st.integers(1, 2))
def test_figures_as_shown_add_up(parts: list[float], decimals: int) -> None:
    total = round(sum(parts), decimals)
    made = adding_up(parts, total, decimals)
    assert sum(round(part * 10**decimals) for part in made) == round(total * 10**decimals) or not any(parts)
    assert all(abs(one - other) <= 10**-decimals + 1e-9 for one, other in zip(parts, made, strict=True))
    assert all(other == 0 for one, other in zip(parts, made, strict=True) if one == 0)
