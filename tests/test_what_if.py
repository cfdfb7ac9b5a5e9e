"""A variant is judged as a fresh evaluation of it would be, whatever was changed."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace
from typing import Any

import pytest
from conftest import ROOT, proposal
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from policy_engine.assessment import Assessor, evaluate
from policy_engine.errors import ProposalError
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens, load_proposal
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import FieldType, provision_types, record_types
from policy_engine.results import Assessment, Judgement
from policy_engine.variants import VariantError
from policy_engine.what_if import Variants, WhatIf

FILES = sorted((ROOT / "proposals").rglob("*.yaml"))
LENSES = ("article-2026-02", "article-2026-02-dynamic", "civil-rights-and-workers")


@pytest.fixture(scope="module")
def judges() -> dict[str, WhatIf]:
    """Return what judges variants under three lenses."""
    return {name: WhatIf(load_lens(name)) for name in LENSES}


def drawn(field: FieldType, chance: random.Random) -> Any:
    """Return a value that a field of this type may have, a silence, or nothing."""
    values: list[Any] = {
        "flag": [True, False],
        "number": [0.0, 1.0, 24.0, 365.0, 1e26],
        "choice": list(field.choices),
        "text": ["words"],
        "list": [tuple(chance.sample(field.choices, min(2, len(field.choices)))), ()],
    }[field.kind]
    return chance.choice([*values, "not_addressed", "contested", None])


def edit(text: Proposal, chance: random.Random) -> dict[str, dict[str, Any] | None]:
    """Return one or several changes of a proposal."""
    changes: dict[str, dict[str, Any] | None] = {}
    for number in range(chance.randint(1, 3)):
        kind = chance.choice(["set", "set", "set", "strike", "add"]) if text.provisions else "add"
        if kind == "add":
            name = chance.choice(list(provision_types()))
            fields = {path: drawn(f, chance) for path, f in chance.sample(sorted(record_types()[name].items()), 2)}
            changes[f"added-{number}"] = {"type": name, "cite": "sec. 99", **fields}
        else:
            chosen = chance.choice(text.provisions)
            paths = sorted(record_types()[chosen.type].items())
            path, field = chance.choice(paths)
            changes[chosen.id] = None if kind == "strike" else {path: drawn(field, chance)}
    return changes


def applied(text: Proposal, changes: dict[str, dict[str, Any] | None], examined: list[str]) -> Proposal:
    """Return the changed proposal, made independently of the code under test."""
    data = text.model_dump(exclude_unset=True, by_alias=True)
    provisions = {provision["id"]: provision for provision in data.get("provisions", ())}
    for name, fields in changes.items():
        if fields is None:
            del provisions[name]
            continue
        target = provisions.setdefault(name, {"id": name})
        for path, value in fields.items():
            place = target
            *steps, last = path.split(".")
            for step in steps:
                if not isinstance(place.get(step), dict):
                    place[step] = {}
                place = place[step]
            if value is None:
                place.pop(last, None)
            else:
                place[last] = value
    data["provisions"] = list(provisions.values())
    if data["examined"] != "everything":
        data["examined"] = [*data["examined"], *examined]
    return Proposal.model_validate(data)


@settings(max_examples=250, deadline=None)
@given(which=st.sampled_from(range(len(FILES))), seed=st.integers(0, 2**32), lens=st.sampled_from(LENSES))
def test_a_variant_is_judged_as_if_evaluated_afresh(
    which: int, seed: int, lens: str, judges: dict[str, WhatIf]
) -> None:
    chance = random.Random(seed)  # noqa: S311
    text = load_proposal(str(FILES[which])).proposal
    changes = edit(text, chance)
    examined = chance.sample(list(provision_types()), chance.choice([0, 0, 2]))
    variants = Variants(judges[lens], text)
    try:
        expected = judges[lens].judge(applied(text, changes, examined))
    except ValidationError:
        with pytest.raises(VariantError):
            variants.judge(changes, examined, {})
        return
    assert variants.judge(changes, examined, {}) == expected
    assert variants.judge({}, (), {}) == judges[lens].judge(text), "the base is as it was"


def judgement_of(assessment: Assessment) -> Judgement:
    """Return what a fresh assessment judged."""
    outcomes = {finding.criterion: finding.outcome for finding in assessment.findings}
    return Judgement(outcomes, assessment.score, assessment.coverage, assessment.verdict)


def same(one: Judgement, other: Judgement) -> bool:
    """Compare, whatever the order of the criteria."""
    return dict(one.outcomes) == dict(other.outcomes) and (one.score, one.coverage, one.verdict) == (
        other.score,
        other.coverage,
        other.verdict,
    )


@pytest.mark.durable
def test_what_if_agrees_with_the_engine(lens: LoadedLens) -> None:
    with Assessor(lens, "durable") as assessor:
        for file in FILES[::9]:
            loaded = load_proposal(str(file))
            assessment = assessor.assess(loaded)
            assert same(assessment.what_if(), judgement_of(assessment))
            changes = edit(loaded.proposal, random.Random(1))  # noqa: S311
            try:
                changed = applied(loaded.proposal, changes, [])
            except ValidationError:
                continue
            fresh = assessor.assess(LoadedProposal(changed, loaded.document))
            assert same(assessment.what_if(changes), judgement_of(fresh))


def test_facts_and_topics_can_be_taken_as_known(lens: LoadedLens) -> None:
    assessment = evaluate(str(ROOT / "proposals/us/ca/sb-53.yaml"), lens, engine="plain")
    assert assessment.what_if(facts={"vac.scope_match": "broader"}).verdict == "veto"
    assert assessment.what_if(facts={"vac.scope_match": "matched"}).verdict == "mixed"
    bare = proposal(examined=("preemption",))
    text = LoadedProposal(bare, load_proposal(str(FILES[0])).document)
    with Assessor(lens, "plain") as assessor:
        open_text = assessor.assess(text)
    narrower = open_text.what_if(examined=[name for name in provision_types() if name != "preemption"])
    assert narrower.coverage > open_text.coverage


def test_what_cannot_be_is_refused(lens: LoadedLens) -> None:
    assessment = evaluate(str(ROOT / "proposals/us/ca/sb-53.yaml"), lens, engine="plain")
    for changes, said in (
        ({"incident-report-15d": {"deadline_hour": 24.0}}, "the variant is no proposal: deadline_hour"),
        ({"incident-report-15": None}, "there is no provision `incident-report-15` to strike"),
        ({"new": {"type": "licence", "cite": "x"}}, "`licence` is not a provision type"),
        ({"new": {"type": "approval"}}, "the variant is no proposal: cite"),
        ({"incident-report-15d": {"begins.date": datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)}}, "begins"),
    ):
        with pytest.raises(ProposalError, match=said):
            assessment.what_if(changes)  # type: ignore[arg-type]
    with pytest.raises(ProposalError, match="`licence` is not a provision type"):
        assessment.what_if(examined=["licence"])
    with pytest.raises(ProposalError, match=r"`vac\.scope` is not a stated or measured fact"):
        assessment.what_if(facts={"vac.scope": "broader"})
    with pytest.raises(ValueError, match="made in another process"):
        replace(assessment, basis=None).what_if({})
