"""From a file, a lens and a target to the smallest amendments, judged again by the engine, as patches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policy_engine.amending.candidates import Candidate, costs_of
from policy_engine.amending.changes import Change
from policy_engine.amending.lenses import standing, under_other_lenses, worse_criteria
from policy_engine.amending.patch import amended_text, reread, unified
from policy_engine.amending.problem import MENDED, Selection, problem_of
from policy_engine.amending.reasons import Reasons
from policy_engine.amending.results import AmendmentMade, Amendments, AmendmentSet, Mended, Status, Touched, UnderLens
from policy_engine.amending.search import Found, Limits, Search, Smallest, Unproved, Unreachable
from policy_engine.amending.solver import require_clingo
from policy_engine.amending.targets import target_of
from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.errors import EngineError
from policy_engine.loading import DEFAULT_LENS, LoadedLens, LoadedProposal, load_lens, proposal_of
from policy_engine.results import Assessment, Location, Outcome
from policy_engine.source import parse_source, read_source
from policy_engine.source.files import name_of
from policy_engine.source.rendering import inline


def amend(
    file: str,
    lens: LoadedLens | str | None = None,
    *,
    target: str = "meets",
    costs: Sequence[str] = (),
    protect: Sequence[str] = (),
    every: bool = False,
    engine: EngineChoice = "auto",
    rules: str | None = None,
    limits: Limits | None = None,
) -> Amendments:
    """Return the smallest set of amendments (with `every`, all of them) with which a proposal file reaches a target.

    `target`: `meets`, `mixed`, `no-veto` or `score=NN`. `costs`: `CRITERION=N` or `strike|add|set=N`. `protect`:
    provisions that may not change. `rules`: the directory whose other lenses judge the amendments too. Needs clingo.
    """
    require_clingo()
    chosen = lens if isinstance(lens, LoadedLens) else load_lens(lens or DEFAULT_LENS, rules)
    raw = read_source(file)
    loaded = proposal_of(parse_source(raw, name_of(file)))
    with Assessor(chosen, engine) as assessor:
        return _Amending(assessor, raw, loaded, target, costs, protect, limits or Limits()).answer(rules, every=every)


class _Amending:
    """The work on one file."""

    def __init__(
        self,
        assessor: Assessor,
        raw: bytes,
        loaded: LoadedProposal,
        target: str,
        costs: Sequence[str],
        protect: Sequence[str],
        limits: Limits,
    ) -> None:
        lens = assessor.lens
        self._assessor, self._raw, self._loaded, self._protect = assessor, raw, loaded, tuple(protect)
        self._engine: EngineChoice = "durable" if assessor.worker_process else "plain"
        self._target = target_of(target, lens.bands)
        given = costs_of(costs, [compiled.criterion.id for compiled in lens.criteria])
        self._before = assessor.assess(loaded)
        self._outcomes = {finding.criterion: finding.outcome for finding in self._before.findings}
        self._problem = problem_of(lens, loaded.proposal, self._outcomes, self._target, protected=protect, costs=given)
        self._limits = limits

    def answer(self, rules: str | None, *, every: bool) -> Amendments:
        """Search, and put what was found into words, places and patches."""
        found = Search(self._problem, self._limits).run(every=every)
        selections = _selections(found)
        texts = [self._text(selection) for selection in selections]
        files = [reread(text.removeprefix("\ufeff"), self._loaded.document.file) for text in texts]
        others = under_other_lenses(self._loaded, files, self._before.lens.id, rules, self._engine)
        parts = zip(selections, texts, files, others, strict=True)
        sets = tuple(self._set(selection, text, file, other) for selection, text, file, other in parts)
        missed = found if isinstance(found, Unreachable) else None
        scored = missed is not None and self._target.low is not None
        reasons = Reasons(self._problem, self._before)
        best = self._problem.result(missed.best) if missed and scored else None
        return Amendments(
            proposal=self._before.proposal,
            lens=self._before.lens,
            digests=self._before.digests,
            target=self._target.words,
            meaning=self._target.meaning,
            status=_status(found),
            before=standing(self._before),
            candidates=len(self._problem.candidates.chosen_from),
            unknown=tuple(f.criterion for f in self._before.findings if f.outcome is Outcome.UNKNOWN),
            protected=self._protect,
            sets=sets,
            complete=isinstance(found, Smallest) and found.complete,
            at_least=found.at_least if isinstance(found, Unproved) else sum(s.cost for s in sets[:1]),
            hindrances=reasons.hindrances(missed.cores, best) if missed else (),
            best_low=best.low if best else None,
            best_proved=missed.best_proved if missed else False,
            weights=reasons.weights(missed.best) if missed and scored else (),
            texts=tuple(texts),
        )

    def _text(self, selection: Selection) -> str:
        return amended_text(self._raw, self._problem.changes(selection), self._problem.text(selection))

    def _set(
        self, selection: Selection, text: str, amended: LoadedProposal, others: tuple[UnderLens, ...]
    ) -> AmendmentSet:
        """Judge a set with the engine, which must confirm what the search found."""
        after = self._assessor.assess(amended)
        outcomes = {finding.criterion: finding.outcome for finding in after.findings}
        for item in self._problem.result(selection).judged:
            if outcomes[item.criterion] is not item.outcome:
                raise EngineError(f"the engine and the search disagree on {item.criterion}; no amendments are given")
        chosen = [self._problem.candidates.chosen_from[number] for number in sorted(selection)]
        return AmendmentSet(
            amendments=tuple(self._made(candidate, after) for candidate in chosen),
            cost=sum(candidate.cost for candidate in chosen),
            after=standing(after),
            worse=worse_criteria(self._before, after),
            patch=unified(self._raw.decode("utf-8"), text, self._loaded.document.file),
            other_lenses=others,
        )

    def _made(self, candidate: Candidate, after: Assessment) -> AmendmentMade:
        findings = {finding.criterion: finding for finding in after.findings}
        mends = tuple(
            Mended(name, findings[name].title, findings[name].severity, self._outcomes[name], findings[name].outcome)
            for name in candidate.criteria
            if self._outcomes[name] in MENDED or findings[name].outcome is not self._outcomes[name]
        )
        return AmendmentMade(candidate.words, mends, tuple(map(self._touched, candidate.changes)), candidate.cost)

    def _touched(self, change: Change) -> Touched:
        document = self._loaded.document
        if change.kind == "add":
            at = document.key_position(("provisions",))
            place = Location(document.file, at.line, at.column)
            shown = {key: value for key, value in change.value.items() if key not in {"type", "cite"}}
            return Touched("add", "", change.value["type"], change.value["cite"], "", "", inline(shown), place)
        index = next(i for i, p in enumerate(self._loaded.proposal.provisions) if p.id == change.provision)
        provision = self._loaded.proposal.provisions[index]
        path = ("provisions", index, *(change.path.split(".") if change.path else ()))
        at = document.position(path)
        place = Location(document.file, at.line, at.column)
        before = after = ""
        if change.kind == "set":
            before, after = _shown(document.data, path), inline(change.value)
        return Touched(change.kind, provision.id, provision.type, provision.cite, change.path, before, after, place)


def _shown(data: Any, path: tuple[str | int, ...]) -> str:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return inline(data)


def _selections(found: Found) -> tuple[Selection, ...]:
    if isinstance(found, Smallest):
        return tuple(selection for selection in found.selections if selection)
    if isinstance(found, Unproved):
        return (found.found,) if found.found else ()
    return ()


def _status(found: Found) -> Status:
    if isinstance(found, Unreachable):
        return "unreachable"
    if isinstance(found, Unproved):
        return "not_proved"
    return "reached" if any(found.selections) else "already"
