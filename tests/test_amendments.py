"""Amendments change what they name, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import proposal
from pydantic import ValidationError

from policy_engine.amendments import amended, resolve_amendment
from policy_engine.proposals.model import Proposal
from policy_engine.rules.model import Amendment

FREEZE = {"id": "freeze", "cite": "s. 1", "type": "preemption", "mechanism": "bars", "displaces": {"level": "state"}}
FINE = {"id": "fine", "cite": "s. 2", "type": "penalty", "kind": "civil"}


def make(given: Proposal, *edits: dict[str, Any]) -> Proposal:
    """Return a proposal with edits made."""
    amendment = Amendment.model_validate({"words": "A change.", "edits": edits})
    resolved, problems = resolve_amendment(amendment, {}, ())
    assert problems == []
    return amended(given, resolved)


def test_strike_takes_out_what_matches_only() -> None:
    after = make(proposal(provisions=[FREEZE, FINE]), {"strike": {"provision": "preemption", "mechanism": "bars"}})
    assert [p.id for p in after.provisions] == ["fine"]
    kept = make(proposal(provisions=[FREEZE, FINE]), {"strike": {"provision": "preemption", "mechanism": "suspends"}})
    assert [p.id for p in kept.provisions] == ["freeze", "fine"]


def test_set_reaches_a_nested_field_and_keeps_its_neighbours() -> None:
    edit = {"where": {"provision": "preemption"}, "set": {"displaces.reach": "listed_matters", "duration_years": 3}}
    changed: Any = make(proposal(provisions=[FREEZE, FINE]), edit).provisions[0]
    assert (changed.displaces.level, changed.displaces.reach) == ("state", "listed_matters")
    assert changed.duration_years == 3
    assert changed.mechanism == "bars"


def test_add_finds_a_free_name() -> None:
    added = {"add": {"type": "penalty", "kind": "civil", "maximum_usd": 5}}
    after = make(proposal(provisions=[FREEZE]), added, added)
    assert [p.id for p in after.provisions] == ["freeze", "new-penalty", "new-penalty-2"]
    assert after.provisions[1].cite == "new section"


def test_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValidationError):
        make(proposal(provisions=[FINE]), {"where": {"provision": "penalty"}, "set": {"maximum_usd": "much"}})


def test_a_pattern_that_does_not_exist_is_told_with_the_near_miss() -> None:
    amendment = Amendment.model_validate({"words": "A change.", "edits": [{"strike": {"provision": "preemtion"}}]})
    (problem,) = resolve_amendment(amendment, {}, ("fix",))[1]
    assert problem.message == "`preemtion` is not a provision type"
    assert problem.hint.startswith("did you mean `preemption`")
    assert problem.path == ("fix", "edits", 0, "strike")


@pytest.mark.parametrize(
    "edit", [{}, {"set": {"a": 1}}, {"strike": {"provision": "penalty"}, "add": {"type": "penalty"}}]
)
def test_an_edit_is_one_step(edit: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Amendment.model_validate({"words": "A change.", "edits": [edit]})
