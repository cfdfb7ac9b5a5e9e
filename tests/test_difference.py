"""Two texts compared: changes are named, moved outcomes have their movers, and shares are those of the definition."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scoring import LENS, SHIPPED

from policy_engine.difference import TextDifference, diff, diff_lenses
from policy_engine.difference.changes import Delta, deltas, mixed
from policy_engine.difference.mixtures import Mixtures
from policy_engine.errors import EngineError
from policy_engine.loading import LoadedLens, LoadedProposal
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import provision_types
from policy_engine.reference import PlainEvaluator
from policy_engine.results import Outcome, Verdict
from policy_engine.scoring import judge, overall, tally
from policy_engine.situation import situation_of

BY_ID = {loaded.proposal.id: loaded for loaded in SHIPPED}
FRONTIER = BY_ID["us-ny-raise-2025-06"]


def variant(loaded: LoadedProposal, **changes: Any) -> LoadedProposal:
    """Return a proposal with some of its parts replaced."""
    return LoadedProposal(loaded.proposal.model_copy(update=changes), loaded.document)


def with_provision(loaded: LoadedProposal, name: str, **fields: Any) -> LoadedProposal:
    """Return a proposal with fields of one provision replaced."""
    assert name in {p.id for p in loaded.proposal.provisions}
    return variant(
        loaded,
        provisions=tuple(p.model_copy(update=fields) if p.id == name else p for p in loaded.proposal.provisions),
    )


def without(loaded: LoadedProposal, name: str) -> LoadedProposal:
    """Return a proposal without one provision."""
    assert name in {p.id for p in loaded.proposal.provisions}
    return variant(loaded, provisions=tuple(p for p in loaded.proposal.provisions if p.id != name))


def compared(old: LoadedProposal, new: LoadedProposal, lens: LoadedLens = LENS) -> TextDifference:
    return diff(old, new, lens, engine="plain")


def moves(difference: TextDifference) -> dict[str, tuple[Outcome, Outcome]]:
    return {move.criterion: (move.old.outcome, move.new.outcome) for move in difference.moves}


def test_a_safeguard_removed_is_named_with_what_it_moves() -> None:
    difference = compared(FRONTIER, without(FRONTIER, "no-false-statements"))
    (change,) = difference.changes
    assert (change.key, change.kind, change.type) == ("provision no-false-statements", "removed", "truthfulness")
    assert change.location.file.endswith("raise-2025-06.yaml")
    assert change.location.line == FRONTIER.document.position(("provisions", _index("no-false-statements"))).line
    assert moves(difference)["TRN-5"] == (Outcome.SATISFIED, Outcome.VIOLATED)
    move = next(move for move in difference.moves if move.criterion == "TRN-5")
    assert [(mover.change, mover.share) for mover in move.movers] == [("provision no-false-statements", 1.0)]
    (share,) = difference.attribution.shares
    assert share.low == pytest.approx(difference.new.score.low - difference.old.score.low)
    assert share.low < 0


def _index(name: str) -> int:
    return next(at for at, p in enumerate(FRONTIER.proposal.provisions) if p.id == name)


def test_a_number_weakened_is_shown_with_both_values() -> None:
    reports = [p for p in FRONTIER.proposal.provisions if p.type == "incident_report" and p.deadline_hours]
    new = FRONTIER
    for report in reports:
        new = with_provision(new, report.id, deadline_hours=2400.0)
    difference = compared(FRONTIER, new)
    assert {change.kind for change in difference.changes} == {"changed"}
    assert {(f.path, f.new) for change in difference.changes for f in change.fields} == {("deadline_hours", "2,400")}
    assert difference.attribution.low < 0
    assert all(move.new.outcome is Outcome.VIOLATED for move in difference.moves)
    assert {mover.change for move in difference.moves for mover in move.movers} <= {c.key for c in difference.changes}
    assert difference.moves


def test_names_and_order_alone_move_nothing() -> None:
    renamed = tuple(
        p.model_copy(update={"id": f"renamed-{at}"}) for at, p in enumerate(reversed(FRONTIER.proposal.provisions))
    )
    difference = compared(FRONTIER, variant(FRONTIER, provisions=renamed))
    assert len(difference.changes) == len(renamed)
    assert {change.kind for change in difference.changes} == {"renamed"}
    assert {change.old_name for change in difference.changes} == {p.id for p in FRONTIER.proposal.provisions}
    assert difference.moves == ()
    assert difference.attribution.players == 0
    assert (difference.attribution.low, difference.attribution.high) == (0.0, 0.0)
    assert difference.notes == ("Some provisions stand under other ids, and findings name them by these.",)
    backwards = variant(FRONTIER, provisions=tuple(reversed(FRONTIER.proposal.provisions)))
    ordered = compared(FRONTIER, backwards)
    assert (ordered.changes, ordered.moves) == ((), ())
    assert ordered.notes == ("Provisions stand in another order, which no rule reads.",)


def test_the_same_text_differs_in_nothing() -> None:
    difference = compared(FRONTIER, FRONTIER)
    assert (difference.changes, difference.moves, difference.notes) == ((), (), ())
    assert difference.old == difference.new


def test_a_new_id_at_the_same_cite_is_the_same_provision_changed() -> None:
    new = with_provision(FRONTIER, "no-false-statements", id="truth")
    (change,) = compared(FRONTIER, with_provision(new, "truth", confidence="press")).changes
    assert (change.kind, change.name, change.old_name) == ("changed", "truth", "no-false-statements")
    assert ("confidence", "text", "press") in {(f.path, f.old, f.new) for f in change.fields}


def _provision(name: str) -> Any:
    return FRONTIER.proposal.provisions[_index(name)]


def test_a_note_or_cite_alone_moves_nothing_and_says_so() -> None:
    difference = compared(FRONTIER, with_provision(FRONTIER, "no-false-statements", note="Other words.", cite="1"))
    (change,) = difference.changes
    assert not change.read
    assert [f.path for f in change.fields] == ["cite", "note"]
    assert difference.attribution.players == 0


def test_silence_is_spelt_out_and_less_known_only_widens() -> None:
    blind = with_provision(FRONTIER, "no-false-statements", mandatory=None)
    difference = compared(FRONTIER, variant(blind, examined=("disclosure",)))
    by_key = {change.key: change for change in difference.changes}
    assert by_key["provision no-false-statements"].fields[0].new == "not examined"
    assert {(f.path, f.old, f.new) for f in by_key["examined"].fields} == {
        (topic, "examined", "not examined") for topic in provision_types() if topic != "disclosure"
    }
    assert {after for _, after in moves(difference).values()} == {Outcome.UNKNOWN}
    assert difference.attribution.low < 0 < difference.attribution.high
    assert any("one of knowledge" in note for note in difference.notes)
    back = compared(variant(blind, examined=("disclosure",)), FRONTIER)
    assert {before for before, _ in moves(back).values()} == {Outcome.UNKNOWN}
    assert back.attribution.low == pytest.approx(-difference.attribution.low)


def test_an_added_freeze_is_a_veto_and_the_freeze_is_what_moved_it() -> None:
    new = BY_ID["us-federal-hr-1-sec-43201-house"]
    difference = compared(without(new, "moratorium"), new)
    assert difference.new.verdict is Verdict.VETO
    came = set(difference.new.vetoes) - set(difference.old.vetoes)
    assert came == {"VAC-1"}
    for move in difference.moves:
        if move.criterion in came:
            assert [mover.change for mover in move.movers] == ["provision moratorium"]
    # A blocker that is violated comes before everything else.
    assert difference.moves[0].criterion in came


def test_proposals_with_other_ids_and_classes_are_told_apart() -> None:
    old, new = BY_ID["us-tn-sb-1493-introduced"], BY_ID["us-tn-pc-1066-enacted"]
    difference = compared(old, new)
    assert difference.notes[0] == (
        "Two proposals are compared, us-tn-sb-1493-introduced and us-tn-pc-1066-enacted; the second says that it "
        "supersedes us-tn-sb-1493-introduced."
    )
    assert "scores are not to be ranked across classes" in difference.notes[1]
    assert difference.attribution.method == "sampled"
    shares = difference.attribution.shares
    assert math.fsum(share.low for share in shares) == pytest.approx(difference.attribution.low, abs=1e-9)
    assert math.fsum(share.high for share in shares) == pytest.approx(difference.attribution.high, abs=1e-9)


def test_two_like_changes_share_alike() -> None:
    report = _provision("no-false-statements")
    twins = tuple(report.model_copy(update={"id": name}) for name in ("one", "other"))
    bare = without(FRONTIER, "no-false-statements")
    difference = compared(bare, variant(bare, provisions=(*bare.proposal.provisions, *twins)))
    one, other = (s for s in difference.attribution.shares if s.change in {"provision one", "provision other"})
    assert one.low == pytest.approx(other.low)
    assert one.low > 0
    move = next(move for move in difference.moves if move.criterion == "TRN-5")
    assert [round(mover.share, 9) for mover in move.movers] == [0.5, 0.5]


def test_ends_that_are_not_the_texts_stop_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mixtures, "_truths", lambda self, *_: [0] * len(self._lens.program.conditions))
    with pytest.raises(EngineError, match="do not end in the texts"):
        compared(FRONTIER, without(FRONTIER, "no-false-statements"))


def changed_at_random(loaded: LoadedProposal, chance: random.Random) -> LoadedProposal:
    """Return a proposal with one random change of any kind."""
    proposal = loaded.proposal
    provisions = list(proposal.provisions)
    kind = chance.choice(["field", "field", "field", "drop", "add", "examined", "instrument", "statement"])
    if kind == "add" or not provisions:
        donor = chance.choice([other.proposal for other in SHIPPED if other.proposal.provisions])
        added = chance.choice(donor.provisions).model_copy(update={"id": f"added-{chance.randrange(10**6)}"})
        return variant(loaded, provisions=(*provisions, added))
    if kind == "drop":
        provisions.pop(chance.randrange(len(provisions)))
        return variant(loaded, provisions=tuple(provisions))
    if kind == "examined":
        known = set(provision_types()) if proposal.examined == "everything" else set(proposal.examined)
        return variant(loaded, examined=tuple(sorted(known ^ {chance.choice(sorted(provision_types()))})))
    if kind == "instrument":
        enacted = proposal.status.date if proposal.status.enacted is None else None
        status = proposal.status.model_copy(update={"enacted": enacted, "stage": "draft"})
        return variant(loaded, status=status)
    if kind == "statement":
        return variant(loaded, statements=proposal.statements[1:])
    at = chance.randrange(len(provisions))
    provisions[at] = field_changed(provisions[at], chance)
    return variant(loaded, provisions=tuple(provisions))


def field_changed(provision: Any, chance: random.Random) -> Any:
    """Return a provision with one field unknown, flipped, halved or silent."""
    names = sorted(provision.model_fields_set - {"id", "type", "cite", "confidence", "kind", "act", "of"})
    if not names:
        return provision
    name = chance.choice(names)
    value = getattr(provision, name)
    other: Any = None  # what a list, and a part with fields of its own, can become
    if isinstance(value, str):
        other = chance.choice([None, "not_addressed"])
    if isinstance(value, bool):
        other = chance.choice([None, not value, "not_addressed"])
    elif isinstance(value, float):
        other = chance.choice([None, value / 2, value * 10, "not_addressed"])
    return provision.model_copy(update={name: other})


def by_the_definition(old: Proposal, new: Proposal, made: list[Delta]) -> list[tuple[float, float]]:
    """Return the shares of all changes, players or not, from mixtures that are judged whole."""
    values = [
        standing(mixed(old, new, [d for at, d in enumerate(made) if mask >> at & 1])) for mask in range(1 << len(made))
    ]
    found = []
    for player in range(len(made)):
        low = high = 0.0
        for mask, before in enumerate(values):
            if not mask >> player & 1:
                weight = 1 / (len(made) * math.comb(len(made) - 1, mask.bit_count()))
                after = values[mask | 1 << player]
                low, high = low + weight * (after[0] - before[0]), high + weight * (after[1] - before[1])
        found.append((low, high))
    return found


def standing(proposal: Proposal) -> tuple[float, float]:
    truths = PlainEvaluator(LENS.program).infer(situation_of(LENS.program, proposal)).truths
    by_principle: dict[str, list[Any]] = {}
    for compiled in LENS.criteria:
        by_principle.setdefault(compiled.principle.id, []).append(judge(compiled, truths))
    score = overall((1.0, tally(items)) for items in by_principle.values())
    return score.low, score.high


@given(st.sampled_from(range(len(SHIPPED))), st.integers(0, 2**32), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_shares_are_those_of_the_definition(which: int, seed: int, steps: int) -> None:
    old = new = SHIPPED[which]
    chance = random.Random(seed)  # noqa: S311
    for _ in range(steps):
        new = changed_at_random(new, chance)
    made = list(deltas(old, new))
    difference = compared(old, new)
    assert difference.attribution.method == "exact"
    shares = {share.change: (share.low, share.high) for share in difference.attribution.shares}
    for delta, wanted in zip(made, by_the_definition(old.proposal, new.proposal, made), strict=True):
        assert shares[delta.change.key] == pytest.approx(wanted, abs=1e-9), delta.change
    assert math.fsum(low for low, _ in shares.values()) == pytest.approx(difference.attribution.low, abs=1e-9)
    for move in difference.moves:
        assert math.fsum(mover.share for mover in move.movers) == pytest.approx(1.0)


@given(
    st.integers(0, 2**32),
    st.sampled_from(
        [
            ("us-ny-raise-2025-06", "us-ny-raise-chapter-96"),
            ("us-ca-sb-1047-enrolled", "us-ca-sb-53"),
            ("us-tn-sb-1493-introduced", "us-tn-pc-1066-enacted"),
        ]
    ),
)
@settings(max_examples=30, deadline=None)
def test_a_mixture_of_many_changes_is_judged_as_the_evaluator_judges_it(seed: int, pair: tuple[str, str]) -> None:
    old, new = (BY_ID[name] for name in pair)
    mixtures = Mixtures(LENS, old.proposal, new.proposal, deltas(old, new))
    chance = random.Random(seed)  # noqa: S311
    for _ in range(3):
        mask = chance.getrandbits(len(mixtures.players))
        made = [delta for at, delta in enumerate(mixtures.players) if mask >> at & 1]
        score = mixtures.score(mask)
        assert (score.low, score.high) == pytest.approx(standing(mixed(old.proposal, new.proposal, made)))


def test_shares_under_two_lenses_add_up_and_outcomes_say_why() -> None:
    difference = diff_lenses([BY_ID["us-ca-sb-53"]], "article-2026-02", "amodei-2026-06", engine="plain")
    (text,) = difference.texts
    assert {move.criterion for move in text.moves} >= {"ESC-10"}
    why = next(move.why for move in text.moves if move.criterion == "ESC-10")
    assert why[0].startswith("info there, major here; violated when differ. Independent evaluation becomes a core")
    assert math.fsum(s.low for s in text.attribution.shares) == pytest.approx(text.new.score.low - text.old.score.low)
    assert math.fsum(s.high for s in text.attribution.shares) == pytest.approx(
        text.new.score.high - text.old.score.high
    )
    assert {share.change for share in text.attribution.shares} <= {"ESC", "TRN"}


def test_a_cut_off_is_the_reason_where_only_it_differs() -> None:
    difference = diff_lenses([BY_ID["us-ca-sb-1047-enrolled"]], "article-2026-02", "amodei-2026-06", engine="plain")
    why = {move.criterion: move.why for move in difference.texts[0].moves}
    assert [reason.partition(":")[0] for reason in why["TRN-3"]] == [
        "cut-off periodic_report_months",
        "cut-off periodic_report_latest_months",
    ]
    same = diff_lenses([FRONTIER], LENS, LENS, engine="plain")
    assert (same.changes, same.old.only, same.texts[0].moves, same.texts[0].attribution.shares) == ((), (), (), ())
