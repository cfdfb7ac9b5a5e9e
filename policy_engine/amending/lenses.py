"""The same amendments under every other lens: what they move there, and whom they harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from policy_engine.amending.results import Moved, Standing, UnderLens
from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.loading import LoadedProposal, lens_names, load_lens
from policy_engine.results import Assessment, Outcome, Verdict

_RANKS: Final[Mapping[Outcome, int]] = {
    Outcome.VIOLATED: 0,
    Outcome.PARTIAL: 1,
    Outcome.UNKNOWN: 2,
    Outcome.SATISFIED: 3,
    Outcome.NOT_APPLICABLE: 3,
}
_BANDS: Final = (Verdict.VETO, Verdict.DOES_NOT_MEET, Verdict.UNDETERMINED, Verdict.MIXED, Verdict.MEETS)


def standing(assessment: Assessment) -> Standing:
    """Return verdict, score and vetoes."""
    return Standing(assessment.verdict, assessment.score, tuple(f.criterion for f in assessment.vetoes))


def worse_criteria(before: Assessment, after: Assessment) -> tuple[Moved, ...]:
    """Return the criteria whose outcome is worse after; satisfied and not applicable are alike."""
    outcomes = {finding.criterion: finding.outcome for finding in before.findings}
    return tuple(
        Moved(f.criterion, f.title, f.severity, outcomes[f.criterion], f.outcome)
        for f in after.findings
        if _RANKS[f.outcome] < _RANKS[outcomes[f.criterion]]
    )


def under_lens(before: Assessment, after: Assessment) -> UnderLens:
    """Compare two assessments under one lens."""
    had = {finding.criterion for finding in before.vetoes}
    return UnderLens(
        lens=after.lens,
        before=standing(before),
        after=standing(after),
        verdict_falls=_BANDS.index(after.verdict) < _BANDS.index(before.verdict),
        new_vetoes=tuple(f.criterion for f in after.vetoes if f.criterion not in had),
        worse=worse_criteria(before, after),
    )


def under_other_lenses(
    before: LoadedProposal, after: Sequence[LoadedProposal], own: str, rules: str | None, engine: EngineChoice
) -> tuple[tuple[UnderLens, ...], ...]:
    """Return, for each amended text, how it stands under every lens of the directory but its own."""
    found: list[list[UnderLens]] = [[] for _ in after]
    for name in lens_names(rules):
        if name == own:
            continue
        with Assessor(load_lens(name, rules), engine) as assessor:
            first = assessor.assess(before)
            for place, text in enumerate(after):
                found[place].append(under_lens(first, assessor.assess(text)))
    return tuple(map(tuple, found))
