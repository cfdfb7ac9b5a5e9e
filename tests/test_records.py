"""Provisions as flat records, what is known beforehand of a proposal, and how truths decide a derived fact."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from conftest import proposal

from policy_engine.errors import ProposalError
from policy_engine.loading import load_all_rules
from policy_engine.operators import NOT_ADDRESSED
from policy_engine.proposals import records as model_records
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import (
    FAMILIES,
    FieldType,
    Record,
    instrument_facts,
    instrument_values,
    is_examined,
    members,
    provision_types,
    record_types,
    records,
)
from policy_engine.rules.derivation import ContradictionError, Derivable, decide
from policy_engine.situation import Situation, StatementError, checked_statement, situation_of


@pytest.fixture(autouse=True)
def _without_what_is_kept() -> None:
    """Make every test read the model itself; under mutation testing, what was kept is that of the unchanged code."""
    for kept in (provision_types, members, record_types, instrument_facts, model_records._paths, model_records._layout):
        kept.cache_clear()


def law(*provisions: dict[str, Any], **changes: Any) -> Proposal:
    named = [{"id": f"p{number}", "cite": f"sec. {number}", **fields} for number, fields in enumerate(provisions)]
    return proposal(provisions=named, **changes)


BAR = {
    "type": "preemption",
    "mechanism": "bars",
    "duration_years": 10.0,
    "construed": "not_addressed",
    "strength_condition": "contested",
    "begins": {"date": datetime.date(2027, 1, 2), "days_after_rule": "not_addressed"},
    "displaces": {"level": "state", "subjects": ["chips"]},
    "confidence": "press",
    "note": "A note.",
    "tags": ["a tag"],
}


def test_a_provision_becomes_values_by_path() -> None:
    (found,) = records(law(BAR))
    assert (found.type, found.provision) == ("preemption", 0)
    words = {path: value for path, value in found.values.items() if path.startswith("displaces.subjects.")}
    assert {path for path, value in words.items() if value is True} == {"displaces.subjects.chips"}
    assert len(words) == len(record_types()["preemption"]["displaces.subjects"].choices)
    assert {path: value for path, value in found.values.items() if path not in words} == {
        "confidence": "press",
        "mechanism": "bars",
        "duration_years": 10.0,
        "construed": NOT_ADDRESSED,
        "begins.date": "2027-01-02",
        "begins.days_after_rule": NOT_ADDRESSED,
        "displaces.level": "state",
        "displaces.subjects": ("chips",),
    }


def test_a_member_of_a_family_is_a_record_of_the_family_too() -> None:
    approval = {"type": "approval", "mandatory": True, "held_by": "agency", "every_covered_model": True}
    review = {"type": "review", "published": True}
    found = records(law(review, {**approval, "stops": ["use"]}))
    assert [(r.type, r.provision) for r in found] == [("review", 0), ("approval", 1), ("duty", 1), ("gate", 1)]
    own, duty, gate = found[1:]
    assert own.values["every_covered_model"] is True
    assert "type" not in own.values
    assert duty.values == {"type": "approval", "confidence": "text", "mandatory": True}
    assert {name: value for name, value in gate.values.items() if not name.startswith("stops.")} == {
        "type": "approval",
        "confidence": "text",
        "held_by": "agency",
        "stops": ("use",),
    }
    assert gate.values["stops.use"] is True
    assert gate.values["stops.training"] is False


def test_the_types_and_families() -> None:
    assert list(provision_types()) == sorted(provision_types())
    assert len(provision_types()) == 42
    assert provision_types()["review"].__name__ == "Review"
    assert members("review") == ("review",)
    assert members("gate") == ("approval", "stop_power")
    assert members("sanction") == ("liability", "penalty")
    types = record_types()
    assert set(types) == {*provision_types(), *FAMILIES}
    assert types["sanction"]["type"] == FieldType("choice", ("liability", "penalty"), "Provision type.")
    penalty = types["penalty"]
    assert penalty["maximum_usd"] == FieldType("number", (), "Highest amount for one breach.")
    assert penalty["per_day"] == FieldType("flag", (), "The amount runs per day.")
    assert penalty["kind"] == FieldType("choice", ("civil", "criminal", "administrative"), "Its kind.")
    assert penalty["enforced_by"].kind == "list"
    assert "agency" in penalty["enforced_by"].choices
    assert types["incident_report"]["recipient"] == FieldType("text", (), "Authority that receives it.")
    assert types["preemption"]["begins.date"] == FieldType("text", (), "Calendar date from which it binds.")
    assert not {"id", "cite", "note", "tags", "type"} & set(penalty)


def test_what_was_examined() -> None:
    assert is_examined(law(), "duty")
    some = law(examined=("approval", "review"))
    assert is_examined(some, "review")
    assert not is_examined(some, "sunset")
    assert not is_examined(some, "gate"), "a family is examined where all of it is"
    assert is_examined(law(examined=("approval", "stop_power")), "gate")


def test_facts_of_the_instrument() -> None:
    assert instrument_values(law()) == {
        "instrument.level": "federal",
        "instrument.country": "US",
        "instrument.stage": "draft",
    }
    facts = instrument_facts()
    assert set(facts) == set(instrument_values(law()))
    assert facts["instrument.country"] == FieldType("text", (), "ISO 3166 code of the country.")
    assert "state" in facts["instrument.level"].choices
    assert "enacted" in facts["instrument.stage"].choices


def test_a_situation_knows_measures_statements_and_what_is_unseen() -> None:
    program = load_all_rules().program
    text = law(BAR, {"type": "approval"}, examined=("preemption",))
    situation = situation_of(program, text)
    assert situation.records == records(text)
    assert situation.by_type == {"preemption": (0,), "approval": (1,), "duty": (2,), "gate": (3,)}
    assert situation.unseen == {name for name in record_types() if name != "preemption"}
    assert set(situation.known) == {*instrument_values(text), *(m.fact for m in program.measures), *program.statements}
    assert set(situation.sources) == {m.fact for m in program.measures}
    assert all(situation.known[fact] is None for fact in program.statements)
    shown = [m for m in program.measures if m.record_type == "preemption" and m.measure == "count" and not m.tests]
    for measure in shown:
        assert situation.known[measure.fact] == 1.0
        assert situation.sources[measure.fact] == (0,)


def test_a_statement_is_checked_against_its_kind() -> None:
    program = load_all_rules().program
    fact = next(f for f in program.statements if program.fact_types[f].kind == "flag")
    stated = {"fact": fact, "cite": "sec. 9"}
    other = {"fact": "nobody.reads_it", "value": 3.0, "cite": "sec. 8"}
    known = situation_of(program, law(statements=[other, {**stated, "value": True}])).known
    assert known[fact] is True
    assert "nobody.reads_it" not in known
    with pytest.raises(StatementError) as raised:
        situation_of(program, law(statements=[other, {**stated, "value": "yes"}]))
    assert raised.value.index == 1
    (fault,) = raised.value.faults
    assert fault.message == f"the statement `{fact}` takes true or false, found 'yes'"
    assert fault.hint == "leave the statement out where it is not known, or careful readers differ"


@pytest.mark.parametrize(
    ("value", "kind", "takes"),
    [
        (1.0, FieldType("flag"), "true or false"),
        ("x", FieldType("number"), "a number"),
        ("z", FieldType("choice", ("x", "y")), "x, y"),
        (True, FieldType("choice", ("x", "y")), "x, y"),
    ],
)
def test_a_statement_of_the_wrong_kind(value: Any, kind: FieldType, takes: str) -> None:
    with pytest.raises(ProposalError) as raised:
        checked_statement("a.b", value, kind)
    assert raised.value.faults[0].message == f"the statement `a.b` takes {takes}, found {value!r}"


@pytest.mark.parametrize(
    ("value", "kind"),
    [(False, FieldType("flag")), (2.0, FieldType("number")), ("y", FieldType("choice", ("x", "y")))],
)
def test_a_statement_of_the_right_kind(value: Any, kind: FieldType) -> None:
    assert checked_statement("a.b", value, kind) == value


def test_records_are_found_by_their_type() -> None:
    found = tuple(Record(name, {}, number) for number, name in enumerate(("a", "b", "a")))
    assert Situation(found, frozenset(), {}, {}).by_type == {"a": (0, 2), "b": (1,)}


@pytest.mark.parametrize(
    ("ordered", "otherwise", "truths", "value"),
    [
        (False, None, (2, 0), "first"),
        (False, None, (0, 2), "second"),
        (False, "other", (0, 0), None),
        (False, None, (2, 1), "first"),
        (False, None, (1, 1), None),
        (True, None, (2, 2), "first"),
        (True, None, (1, 2), None),
        (True, None, (0, 2), "second"),
        (True, None, (0, 1), None),
        (True, "other", (0, 0), "other"),
        (True, None, (0, 0), None),
    ],
)
def test_cases_decide_a_fact(ordered: Any, otherwise: str | None, truths: tuple[int, ...], value: str | None) -> None:
    derivable = Derivable("a.b", (("first", 0), ("second", 1)), ordered=ordered, otherwise=otherwise)
    assert decide(derivable, truths) == value


def test_two_values_shown_at_once_contradict_each_other() -> None:
    with pytest.raises(ContradictionError, match=r"a\.b"):
        decide(Derivable("a.b", (("first", 0), ("second", 1)), ordered=False), (2, 2))
