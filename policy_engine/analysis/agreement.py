"""The agreement map: proposals under several lenses, with where the views agree and who dissents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from policy_engine.analysis.results import Agreement, AgreementMap, PrincipleView, View
from policy_engine.batch import AssessmentJob, assess_all
from policy_engine.errors import Fault
from policy_engine.loading import load_lens
from policy_engine.results import Assessment, Interval, Verdict
from policy_engine.rules.lens import Bands

_Kind = Literal["all_agree", "one_dissents", "split", "too_few"]


def agreement_map(files: Sequence[str], job: AssessmentJob, lenses: Sequence[str], jobs: int = 1) -> AgreementMap:
    """Assess files under each lens and set the verdicts side by side; rows are sorted by class and id."""
    loaded = [load_lens(name, job.rules) for name in lenses]
    names = [lens.lens.id for lens in loaded]
    by_file: dict[str, dict[str, Assessment]] = {}
    failures: dict[Fault, None] = {}
    for name, lens in zip(lenses, names, strict=True):
        for result in assess_all(files, replace(job, lens=name), jobs):
            failures.update(dict.fromkeys(result.faults))
            if result.assessment is not None:
                by_file.setdefault(result.file, {})[lens] = result.assessment
    bands = {lens.lens.id: lens.bands for lens in loaded}
    rows = [row_of(found, bands) for found in by_file.values() if set(found) == set(names)]
    rows.sort(key=lambda row: (row.proposal.scope_class, row.proposal.id, row.proposal.print, row.proposal.file))
    related = tuple((lens.lens.id, lens.lens.extends) for lens in loaded if lens.lens.extends in names)
    kept = tuple((lens, base) for lens, base in related if base is not None)
    return AgreementMap(tuple(lens.summary for lens in loaded), kept, tuple(rows), tuple(failures))


def row_of(assessments: Mapping[str, Assessment], bands: Mapping[str, Bands]) -> Agreement:
    """Return one row from the assessments of one proposal under each lens."""
    views = tuple(View(lens, a.verdict, a.score) for lens, a in assessments.items())
    kind, dissents = agreement_of(views)
    decided = sum(view.verdict is not Verdict.UNDETERMINED for view in views)
    proposal = next(iter(assessments.values())).proposal
    return Agreement(proposal, views, kind, dissents, decided, _principles(assessments, bands))


def agreement_of(views: Iterable[View]) -> tuple[_Kind, str | None]:
    """Return how far the lenses that reach a verdict agree, and the lens that alone dissents."""
    decided = [view for view in views if view.verdict is not Verdict.UNDETERMINED]
    if len(decided) < 2:
        return "too_few", None
    counts = Counter(view.verdict for view in decided)
    if len(counts) == 1:
        return "all_agree", None
    (_, most), *_ = counts.most_common(1)
    if most == len(decided) - 1 and most >= 2:
        common = counts.most_common(1)[0][0]
        return "one_dissents", next(view.lens for view in decided if view.verdict is not common)
    return "split", None


def _principles(assessments: Mapping[str, Assessment], bands: Mapping[str, Bands]) -> tuple[PrincipleView, ...]:
    """Return the principles that several lenses ask and on which their bands differ."""
    found: dict[str, dict[str, str]] = {}
    for lens, assessment in assessments.items():
        for principle in assessment.principles:
            found.setdefault(principle.id, {})[lens] = _band(principle.score, bands[lens])
    return tuple(
        PrincipleView(name, tuple(by_lens.items()))
        for name, by_lens in found.items()
        if len(by_lens) > 1 and len(set(by_lens.values())) > 1
    )


def _band(score: Interval | None, bands: Bands) -> str:
    if score is None:
        return "not_applicable"
    low, high = (
        "meets" if bound >= bands.meets else "mixed" if bound >= bands.mixed else "does_not_meet"
        for bound in (score.low, score.high)
    )
    return low if low == high else "undetermined"
