"""Compares two texts under one lens: what changed, which outcomes moved, and where the points come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.difference.changes import deltas
from policy_engine.difference.mixtures import Mixtures
from policy_engine.difference.model import Attribution, Change, Method, Move, Mover, Share, Side, TextDifference
from policy_engine.difference.shapley import Result, Vector, shapley
from policy_engine.errors import EngineError
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens, load_proposal
from policy_engine.results import SEVERITY_WEIGHTS, Assessment, Finding, Interval, Outcome

# How bad an outcome is; what does not apply is no better and no worse than what is satisfied.
_RANKS: Final = {
    Outcome.VIOLATED: 0,
    Outcome.PARTIAL: 1,
    Outcome.UNKNOWN: 2,
    Outcome.SATISFIED: 3,
    Outcome.NOT_APPLICABLE: 3,
}
_TOLERANCE: Final = 1e-6


def diff(
    old: LoadedProposal | str,
    new: LoadedProposal | str,
    lens: LoadedLens | str | None = None,
    *,
    engine: EngineChoice = "auto",
) -> TextDifference:
    """Compare two texts (or proposal files, or `git:REF:path`) under a lens (default: `article-2026-02`)."""
    before, after = (load_proposal(text) if isinstance(text, str) else text for text in (old, new))
    chosen = lens if isinstance(lens, LoadedLens) else load_lens(*([lens] if lens else []))
    with Assessor(chosen, engine) as assessor:
        one, other = assessor.assess(before), assessor.assess(after)
    made = deltas(before, after)
    mixtures = Mixtures(chosen, before.proposal, after.proposal, made)
    names = [compiled.criterion.id for compiled in chosen.criteria]
    findings = [{finding.criterion: finding for finding in end.findings} for end in (one, other)]
    outcomes = [[own[name].outcome for name in names] for own in findings]
    _check(mixtures, zip((one.score, other.score), outcomes, strict=True))
    moved = [at for at, name in enumerate(names) if findings[0][name].outcome is not findings[1][name].outcome]
    pairs = [(findings[0][names[at]], findings[1][names[at]]) for at in moved]
    result = shapley(len(mixtures.players), _value(mixtures, moved, pairs), mixtures.work)
    players = [delta.change for delta in mixtures.players]
    changes = tuple(delta.change for delta in made)
    moves = [_move(*pair, _movers(players, result, 2 + at)) for at, pair in enumerate(pairs)]
    return TextDifference(
        one.lens,
        one.digests.lens,
        one.digests.rules,
        one.digests.engine,
        side(one),
        side(other),
        tuple(_notes(before, after, changes)),
        changes,
        tuple(sorted(moves, key=_worst_first)),
        attribution(one.score, other.score, [change.key for change in players], [c.key for c in changes], result),
    )


def side(assessment: Assessment) -> Side:
    """Return one end of a comparison."""
    return Side(
        assessment.proposal,
        assessment.verdict,
        assessment.score,
        assessment.coverage,
        tuple(finding.criterion for finding in assessment.vetoes),
        assessment.digests.proposal,
    )


def attribution(old: Interval, new: Interval, players: list[str], named: list[str], result: Result) -> Attribution:
    """Return the shares of everything named, largest first; what is no player has none."""
    found = {
        name: Share(name, share[0], share[1], error[0], error[1])
        for name, share, error in zip(players, result.shares, result.errors, strict=True)
    }
    shares = [found.get(name, Share(name, 0.0, 0.0, 0.0, 0.0)) for name in named]
    shares.sort(key=lambda share: -abs(share.low) - abs(share.high))
    method: Method = "sampled" if result.permutations else "exact"
    return Attribution(method, len(players), result.permutations, new.low - old.low, new.high - old.high, tuple(shares))


def _check(mixtures: Mixtures, ends: Iterable[tuple[Interval, list[Outcome]]]) -> None:
    """Stop if the mixtures with no and with every change are not the two texts as the engine judged them."""
    for mask, (score, outcomes) in zip((0, (1 << len(mixtures.players)) - 1), ends, strict=True):
        made = mixtures.score(mask)
        same = abs(made.low - score.low) < _TOLERANCE and abs(made.high - score.high) < _TOLERANCE
        if not same or list(mixtures.outcomes(mask, range(len(outcomes)))) != outcomes:
            raise EngineError("the mixtures of the two texts do not end in the texts; no share is given")


def _value(mixtures: Mixtures, moved: list[int], pairs: list[tuple[Finding, Finding]]) -> Callable[[int], Vector]:
    """Return what a mixture is worth: both bounds, and how far each moved outcome has come: 0 old, 1 new, else half."""
    ends = [{before.outcome: 0.0, after.outcome: 1.0} for before, after in pairs]

    def value(mask: int) -> Vector:
        score = mixtures.score(mask)
        outcomes = mixtures.outcomes(mask, moved)
        return (score.low, score.high, *(end.get(o, 0.5) for end, o in zip(ends, outcomes, strict=True)))

    return value


def _movers(players: list[Change], result: Result, place: int) -> tuple[Mover, ...]:
    found = [
        Mover(change.key, share[place])
        for change, share, moved in zip(players, result.shares, result.moved, strict=True)
        if moved[place]
    ]
    return tuple(sorted(found, key=lambda mover: -mover.share))


def _move(old: Finding, new: Finding, movers: tuple[Mover, ...]) -> Move:
    return Move(new.criterion, new.title, new.principle, new.severity, old, new, movers)


def _worst_first(move: Move) -> tuple[int, float, int]:
    before, after = _RANKS[move.old.outcome], _RANKS[move.new.outcome]
    direction = (after > before) - (after < before)
    return direction, -SEVERITY_WEIGHTS[move.severity], after


def _notes(old: LoadedProposal, new: LoadedProposal, changes: tuple[Change, ...]) -> Iterator[str]:
    before, after = old.proposal, new.proposal
    if before.id != after.id:
        linked = f"; the second says that it supersedes {before.id}" if after.version.supersedes == before.id else ""
        yield f"Two proposals are compared, {before.id} and {after.id}{linked}."
    if before.scope_class != after.scope_class:
        classes = f"{before.scope_class.replace('_', ' ')} and {after.scope_class.replace('_', ' ')}"
        yield f"Their scope classes differ ({classes}): scores are not to be ranked across classes."
    if any(change.subject == "examined" for change in changes):
        yield "What was read differs too, so that a part of the difference is one of knowledge and not of the text."
    if any(change.name != change.old_name for change in changes):
        yield "Some provisions stand under other ids, and findings name them by these."
    kept = [provision.id for provision in after.provisions]
    shared = [p.id for p in before.provisions if p.id in set(kept)]
    if shared != [name for name in kept if name in set(shared)]:
        yield "Provisions stand in another order, which no rule reads."
