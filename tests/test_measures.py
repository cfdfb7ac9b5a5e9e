"""Each measure by itself: its value, the provisions that it was read from, and what keeps it unknown."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from conftest import proposal

from policy_engine.measures import MEASURES
from policy_engine.measures.base import Measured, select, truth_of_tests
from policy_engine.measures.displacement import covers
from policy_engine.measures.starts import days_until
from policy_engine.operators import NOT_ADDRESSED, Truth
from policy_engine.proposals.base import Begins
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import records
from policy_engine.rules.conditions import Test as Check

NO_ONE_IN_DOUBT = {"mandatory": True, "persons": ["developers"]}


def law(*provisions: dict[str, Any], **changes: Any) -> Proposal:
    """Return a text with provisions, each with an id and a cite of its own."""
    named = [{"id": f"p{number}", "cite": f"sec. {number}", **fields} for number, fields in enumerate(provisions)]
    return proposal(provisions=named, **changes)


def review(**fields: Any) -> dict[str, Any]:
    return {"type": "review", **fields}


def duty(**fields: Any) -> dict[str, Any]:
    return {"type": "disclosure", "kind": "system_card", **NO_ONE_IN_DOUBT, **fields}


def bar(**fields: Any) -> dict[str, Any]:
    return {"type": "preemption", "mechanism": "bars", **fields}


def measured(
    name: str, text: Proposal, record_type: str = "", field: str = "", *tests: Check, fields: tuple[str, ...] = ()
) -> Measured:
    """Return what a measure finds in a text."""
    return MEASURES[name].compute(text, select(text, records(text), record_type, field, tests, fields))


def months(name: str, *values: Any, **changes: Any) -> Measured:
    text = law(*(review(interval_months=value) for value in values), **changes)
    return measured(name, text, "review", "interval_months")


def test_smallest_and_largest() -> None:
    assert months("smallest", 6.0, 3.0, 12.0, 3.0) == Measured(3.0, (1, 3))
    assert months("largest", 6.0, 12.0, 3.0, 12.0) == Measured(12.0, (1, 3))
    assert months("smallest", 6.0, "not_addressed") == Measured(6.0, (0,))
    assert months("largest", 6.0, "not_addressed") == Measured(NOT_ADDRESSED, (0, 1))
    assert months("smallest", "not_addressed", "not_addressed") == Measured(NOT_ADDRESSED, (0, 1))
    assert months("largest", "not_addressed") == Measured(NOT_ADDRESSED, (0,))
    for name in ("smallest", "largest"):
        assert months(name) == Measured(NOT_ADDRESSED, ())
        assert months(name, 6.0, None) == Measured(None, (0, 1))
        assert months(name, 6.0, "contested") == Measured(None, (0, 1))
        assert months(name, 6.0, examined=("sunset",)) == Measured(None, (0,))


def test_only_what_passes_the_tests_counts_and_what_may_pass_leaves_it_open() -> None:
    public = Check("published", "equals", True)
    told, silent, unread = (review(interval_months=n, published=p) for n, p in ((6.0, True), (3.0, False), (1.0, None)))
    assert measured("smallest", law(silent, told), "review", "interval_months", public) == Measured(6.0, (1,))
    assert measured("smallest", law(unread, told), "review", "interval_months", public) == Measured(None, (1,))
    assert measured("count", law(silent, told, told), "review", "", public) == Measured(2.0, (1, 2))
    assert measured("count", law(unread), "review", "", public) == Measured(None, ())
    assert measured("count", law(), "review") == Measured(0.0, ())
    assert measured("count", law(told, examined=()), "review") == Measured(None, (0,))


def test_tests_on_a_record_are_a_kleene_conjunction() -> None:
    tests = [Check("a", "equals", True), Check("b", "at_least", 2.0)]
    assert truth_of_tests(tests, {"a": True, "b": 2.0}) is Truth.TRUE
    assert truth_of_tests(tests, {"a": True}) is Truth.UNKNOWN
    assert truth_of_tests(tests, {"b": 1.0}) is Truth.FALSE
    assert truth_of_tests(tests, {"b": 2.0}) is Truth.UNKNOWN
    assert truth_of_tests((), {}) is Truth.TRUE


def test_a_selection_without_a_type_is_the_whole_text() -> None:
    chosen = select(law(examined=()), (), "", "", ())
    assert (chosen.examined, chosen.complete, chosen.places, chosen.fields, chosen.field) == (True, True, (), (), "")


GIVEN = ("interval_months", "by", "published")


@pytest.mark.parametrize(
    ("provisions", "changes", "value"),
    [
        ([review(interval_months=6.0, by="agency", published=True)], {}, 3.0),
        ([review(interval_months=6.0, by="not_addressed", published=False)], {}, 1.0),
        ([review(interval_months=6.0, by="agency"), review(published=True)], {}, 3.0),
        ([review(interval_months=6.0, by="agency")], {}, None),
        ([review(interval_months=6.0, by="agency", published=False), review()], {}, None),
        ([review(interval_months=6.0, by="agency", published=True)], {"examined": ()}, 3.0),
        ([review(interval_months=6.0, by="agency", published=False)], {"examined": ()}, None),
        ([], {}, 0.0),
        ([], {"examined": ()}, None),
    ],
)
def test_fields_given(provisions: list[dict[str, Any]], changes: dict[str, Any], value: float | None) -> None:
    found = measured("fields_given", law(*provisions, **changes), "review", fields=GIVEN)
    assert found == Measured(value, tuple(range(len(provisions))))


def test_distinct_words() -> None:
    def words(*lists: Any, **changes: Any) -> Measured:
        text = law(*(duty(subjects=found) for found in lists), **changes)
        return measured("distinct_words", text, "disclosure", "subjects")

    assert words(["chips", "compute"], ["compute", "ai_models"]) == Measured(3.0, (0, 1))
    assert words(["chips"], None) == Measured(None, (0, 1))
    assert words(None, ["chips"]) == Measured(None, (0, 1))
    assert words(["chips"], examined=("sunset",)) == Measured(None, (0,))
    assert words() == Measured(0.0, ())


DAY = datetime.date(2027, 3, 1)


@pytest.mark.parametrize(
    ("begins", "enacted", "days"),
    [
        (None, DAY, None),
        (Begins(), DAY, None),
        (Begins(days_after_enactment=90.0), None, 90.0),
        (Begins(days_after_enactment=90.0, rule_due_days="not_addressed"), None, 90.0),
        (Begins(rule_due_days="not_addressed"), None, NOT_ADDRESSED),
        (Begins(rule_due_days=180.0, days_after_rule=30.0), None, 210.0),
        (Begins(rule_due_days=180.0), None, None),
        (Begins(rule_due_days=180.0, days_after_rule="not_addressed"), None, None),
        (Begins(rule_due_days="contested"), None, None),
        (Begins(date=datetime.date(2027, 3, 31)), DAY, 30.0),
        (Begins(date=datetime.date(2027, 2, 1)), DAY, 0.0),
        (Begins(date=datetime.date(2027, 3, 31)), None, None),
        (Begins(date="not_addressed"), DAY, None),
        (Begins(date="contested"), DAY, None),
    ],
)
def test_days_until_it_binds(begins: Begins | None, enacted: datetime.date | None, days: Any) -> None:
    status = {"stage": "enacted", "date": DAY, "enacted": enacted}
    assert days_until(begins, proposal(status=status)) == days


def starting(name: str, *begins: Any, **changes: Any) -> Measured:
    return measured(name, law(*(duty(begins=found) for found in begins), **changes), "disclosure")


def after(days: float) -> dict[str, float]:
    return {"days_after_enactment": days}


def test_the_first_and_the_last_start_in_months() -> None:
    assert starting("earliest_start_months", after(365.0), after(30.0), after(30.0)) == Measured(0.99, (1, 2))
    assert starting("latest_start_months", after(30.0), after(730.5), after(730.5)) == Measured(24.0, (1, 2))
    never = {"rule_due_days": "not_addressed"}
    assert starting("earliest_start_months", never, after(30.0)) == Measured(0.99, (1,))
    assert starting("latest_start_months", never, after(30.0)) == Measured(NOT_ADDRESSED, (0, 1))
    for name in ("earliest_start_months", "latest_start_months"):
        assert starting(name) == Measured(NOT_ADDRESSED, ())
        assert starting(name, never) == Measured(NOT_ADDRESSED, (0,))
        assert starting(name, after(30.0), None) == Measured(None, (0, 1))
        assert starting(name, after(30.0), examined=("sunset",)) == Measured(None, (0,))
        text = law(review())
        assert measured(name, text, "review") == Measured(None, (0,)), "a review has no start"


def test_what_covers_what() -> None:
    assert covers(["ai_systems"], ["frontier_models", "chatbots"])
    assert covers(["any"], ["anything"])
    assert covers(["chips"], ["chips"])
    assert covers([], [])
    assert not covers(["frontier_models"], ["ai_systems"])
    assert not covers(["ai_models"], ["frontier_models", "chips"])


ALL = {"subjects": ["ai_models"], "persons": ["developers"], "activities": ["training"]}


def displaced(**fields: Any) -> dict[str, Any]:
    return bar(displaces={"level": "state", "reach": "listed_matters", "matters": ["transparency"], **ALL, **fields})


def scope(*provisions: dict[str, Any], **changes: Any) -> Measured:
    return measured("displacement_scope", law(*provisions, **changes))


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({}, "matched"),
        ({"subjects": ["ai_systems"]}, "broader"),
        ({"persons": ["any_person"]}, "broader"),
        ({"activities": ["training", "use"]}, "broader"),
        ({"matters": ["transparency", "liability"]}, "broader"),
        ({"subjects": ["frontier_models"]}, "narrower"),
        ({"reach": "field"}, "field"),
        ({"reach": "conflict_only"}, "narrower"),
        ({"reach": "future_law_only"}, "matched"),
        ({"reach": "contested"}, None),
        ({"reach": None}, None),
        ({"subjects": None}, None),
        ({"subjects": None, "persons": ["any_person"]}, "broader"),
    ],
)
def test_what_is_displaced_against_what_replaces_it(change: dict[str, Any], value: str | None) -> None:
    places = (0,) if value is None else (0, 1)
    assert scope(displaced(**change), duty(**ALL)) == Measured(value, places)


def test_the_widest_displacement_counts() -> None:
    narrow, broad = displaced(subjects=["frontier_models"]), displaced(subjects=["ai_systems"])
    assert scope(narrow, broad, duty(**ALL)) == Measured("broader", (0, 1, 2))
    assert scope(broad, narrow, duty(**ALL)) == Measured("broader", (0, 1, 2))
    assert scope(displaced(reach="field"), broad, duty(**ALL)).value == "field"


@pytest.mark.parametrize(
    "doubtful",
    [
        (bar(displaces=None), duty(**ALL)),
        (displaced() | {"mechanism": None}, duty(**ALL)),
        (displaced() | {"mechanism": "contested"}, duty(**ALL)),
        (displaced(), duty(**ALL, mandatory=None)),
        (displaced(), duty(**ALL, mandatory="contested")),
        (displaced(), duty(**ALL) | {"persons": None}),
        (displaced(), duty(**ALL) | {"activities": None}),
    ],
)
def test_a_doubt_about_displacement_or_duty_leaves_it_open(doubtful: tuple[dict[str, Any], ...]) -> None:
    assert scope(*doubtful) == Measured(None, (0,))


def test_nothing_displaced_has_no_scope() -> None:
    assert scope(duty(**ALL)) == Measured(None, ())
    for mechanism in ("funding_condition", "shields_liability", "declares_only"):
        assert scope(displaced() | {"mechanism": mechanism}, duty(**ALL)) == Measured(None, ())
    assert scope(displaced() | {"mechanism": "suspends"}, duty(**ALL)).value == "matched"
    everything = ("disclosure", "preemption")
    assert scope(displaced(), duty(**ALL), examined=everything) == Measured(None, (0,)), "other duties were not read"


def test_a_voluntary_duty_and_one_of_the_government_replace_nothing() -> None:
    own = duty(**ALL) | {"persons": ["government_bodies"]}
    assert scope(displaced(), duty(**ALL, mandatory=False)) == Measured("broader", (0,))
    assert scope(displaced(), own) == Measured("broader", (0,))
    assert scope(displaced(), own, duty(**ALL)) == Measured("matched", (0, 2))
    shared = duty(**ALL) | {"persons": ["government_bodies", "developers"]}
    assert scope(displaced(), shared) == Measured("narrower", (0, 1))


def gap(*provisions: dict[str, Any], **changes: Any) -> Measured:
    return measured("displacement_gap_days", law(*provisions, **changes))


def test_days_between_displacement_and_the_last_main_duty() -> None:
    soon, later = bar(begins=after(0.0)), bar(begins=after(60.0))
    assert gap(soon, duty(begins=after(180.0)), duty(begins=after(90.0))) == Measured(180.0, (0, 1, 2))
    assert gap(later, duty(begins=after(90.0))) == Measured(30.0, (0, 1))
    assert gap(later, soon, duty(begins=after(90.0))) == Measured(90.0, (0, 1, 2))
    assert gap(later, duty(begins=after(30.0))) == Measured(0.0, (0, 1))
    registration = {"type": "registration", **NO_ONE_IN_DOUBT, "begins": after(400.0)}
    assert gap(soon, duty(begins=after(90.0)), registration) == Measured(90.0, (0, 1)), "no main duty"
    assert gap(soon, registration) == Measured(400.0, (0, 1)), "where there is no other"


def test_a_gap_is_open_where_a_start_is() -> None:
    soon, never = bar(begins=after(0.0)), {"rule_due_days": "not_addressed"}
    assert gap(soon) == Measured(None, (0,))
    assert gap(duty(begins=after(1.0))) == Measured(None, (0,))
    assert gap(soon, duty(begins=never)) == Measured(NOT_ADDRESSED, (0, 1))
    assert gap(soon, duty(begins=never), duty(begins=None)) == Measured(None, (0, 1, 2))
    assert gap(bar(begins=None), duty(begins=after(1.0))) == Measured(None, (0, 1))
    assert gap(bar(begins=never), duty(begins=after(1.0))) == Measured(None, (0, 1))
    assert gap(soon, duty(begins=after(1.0)), examined=("preemption",)) == Measured(None, (0, 1))


def fine(**fields: Any) -> dict[str, Any]:
    return {"type": "penalty", **fields}


def gravest(*sanctions: dict[str, Any], **changes: Any) -> Measured:
    return measured("gravest_state_of_mind", law(*sanctions, **changes))


def test_the_gravest_sanction() -> None:
    civil = fine(kind="civil", maximum_usd=1e6, state_of_mind="negligence")
    crime = fine(kind="criminal", maximum_usd=1e3, state_of_mind="intent")
    suit = {"type": "liability", "state_of_mind": "strict"}
    assert gravest() == Measured("none", ())
    assert gravest(examined=()) == Measured(None, ())
    assert gravest(civil, examined=()) == Measured(None, (0,))
    assert gravest(suit) == Measured("strict", (0,))
    assert gravest(suit, civil) == Measured("negligence", (1,)), "a fine before liability"
    assert gravest(civil, crime, suit) == Measured("intent", (1,)), "a crime before a fine"
    assert gravest(civil, fine(kind=None, state_of_mind="strict")) == Measured(None, (0, 1))
    assert gravest(civil, fine(kind="contested", state_of_mind="strict")) == Measured(None, (0, 1))
    assert gravest(civil, fine(kind="not_addressed", maximum_usd=2e6, state_of_mind="knowing")).value == "knowing"
    assert gravest(civil, fine(kind="administrative", maximum_usd=2e6, state_of_mind="knowing")).value == "knowing"


def test_among_equals_the_least_state_of_mind_counts() -> None:
    one, other = (fine(kind="civil", maximum_usd=1e6, state_of_mind=state) for state in ("knowing", "negligence"))
    smaller = fine(kind="civil", maximum_usd=1e5, state_of_mind="strict")
    assert gravest(one, other, smaller) == Measured("negligence", (0, 1))
    assert gravest(one, fine(kind="civil", maximum_usd=1e6, state_of_mind="not_addressed")) == Measured(
        "strict", (0, 1)
    )
    assert gravest(one, fine(kind="civil", maximum_usd=1e6)) == Measured(None, (0, 1))
    assert gravest(one, fine(kind="civil", maximum_usd=1e6, state_of_mind="contested")) == Measured(None, (0, 1))
    silent = fine(kind="civil", maximum_usd="not_addressed", state_of_mind="strict")
    assert gravest(one, silent) == Measured("knowing", (0,)), "no amount ranks lowest"
    unread = fine(kind="civil", state_of_mind="knowing")
    assert gravest(one, unread) == Measured("knowing", (0, 1)), "whichever is the graver"
    assert gravest(unread, other) == Measured(None, (0, 1))
    assert gravest(unread, unread) == Measured("knowing", (0, 1)), "no amount is known"
    cent = fine(kind="civil", maximum_usd=0.5, state_of_mind="knowing")
    assert gravest(silent, cent) == Measured("knowing", (1,)), "any amount ranks before none"


def test_suits_rank_below_fines_and_alike_among_themselves() -> None:
    strict, knowing = ({"type": "liability", "state_of_mind": state} for state in ("strict", "knowing"))
    assert gravest(knowing, strict) == Measured("strict", (0, 1))
    silent = fine(kind="civil", maximum_usd="not_addressed", state_of_mind="knowing")
    assert gravest(strict, silent) == Measured("knowing", (1,))
    kindless = fine(kind=None, maximum_usd=1.0, state_of_mind="strict")
    assert gravest(fine(kind="civil", maximum_usd=9.0, state_of_mind="knowing"), kindless) == Measured(None, (0, 1))
