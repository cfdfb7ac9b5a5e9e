"""Who and what a law covers: sizes against thresholds, persons and subjects against duties, risks against measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, get_args

from policy_engine.operators import Truth
from policy_engine.proposals.base import Provision
from policy_engine.proposals.containment import covers
from policy_engine.proposals.federalism import Preemption
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined
from policy_engine.proposals.safety import Evaluation, Safeguard
from policy_engine.proposals.scope import AMOUNTS, CoverageThreshold
from policy_engine.proposals.transparency import Disclosure
from policy_engine.proposals.vocabulary import Danger
from policy_engine.runs.scenario import Actor
from policy_engine.stages import Machine

SIZES: Final = ("training_compute_flop", "training_cost_usd", "annual_revenue_usd", "research_spend_usd")
# Duties that bear on catastrophic risk from models; a notice to users or a register does not.
_MATTERS: Final = frozenset({"incident_reporting", "evaluation", "security", "approval"})
_DISCLOSURES: Final = frozenset({"safety_framework", "system_card", "risk_report", "technical_documentation"})
_BESIDE: Final = frozenset({"record_keeping", "officer", "age_verification", "crisis_protocol"})
"""Safeguards that hold no risk back."""
_DISPLACED: Final = _MATTERS | {"transparency", "any"}
"""The matters of other law whose displacement takes such duties away."""
_GENERAL: Final = frozenset({"any_person"})
_DANGERS: Final = frozenset(get_args(Danger))
Sizes = Mapping[str, float | None]


class Coverage:
    """What a law covers at given sizes of model and developer.

    `strict`: what the file does not give is unknown. Else a size that it does not give is taken not to be asked for,
    and risks and matters that it does not list are taken not to limit anything.
    """

    def __init__(self, proposal: Proposal, actor: Actor, *, strict: bool = False) -> None:
        """Sort the thresholds."""
        found = [p for p in proposal.provisions if isinstance(p, CoverageThreshold)]
        self._models = [p for p in found if p.of == "model"]
        self._developers = [p for p in found if p.of == "developer"]
        self._examined = is_examined(proposal, "coverage_threshold")
        # Where a threshold may be missing, or what it is of, whoever is covered may not be, and the reverse.
        self._doubtful = strict and (not self._examined or any(p.of in {None, "contested"} for p in found))
        self._roles = frozenset(actor.roles)
        self._subjects = actor.subjects
        self._strict = strict
        self._sizes: dict[str, float | None] = {}
        self._reached: dict[str, Truth] = {}

    def model(self, sizes: Sizes) -> Truth:
        """Return whether a model of that size is covered; without a test of size, every model is."""
        if self._doubtful:
            return Truth.UNKNOWN
        if not self._models:
            return Truth.TRUE if self._examined else Truth.UNKNOWN
        return max(self._passes(threshold, sizes) for threshold in self._models)

    def _class(self, name: str, sizes: Sizes) -> Truth:
        if "developers" not in self._roles:
            return Truth.TRUE if name in self._roles else Truth.FALSE
        named = [p for p in self._developers if p.persons is not None and name in p.persons]
        unnamed = [p for p in self._developers if p.persons is None]
        wide = self._within(name, [*named, *unnamed], sizes)
        if not self._strict or not unnamed:
            return wide
        narrow = self._within(name, named, sizes)
        return wide if wide is narrow else Truth.UNKNOWN

    def _within(self, name: str, own: Sequence[CoverageThreshold], sizes: Sizes) -> Truth:
        truth = self.model(sizes)
        if own:
            return min(truth, max(self._passes(threshold, sizes) for threshold in own))
        return truth if name == "frontier_developers" else min(truth, Truth.UNKNOWN)

    def _passes(self, threshold: CoverageThreshold, sizes: Sizes) -> Truth:
        """Return whether all tests that a threshold gives are passed; one without any test tells nothing."""
        truths = []
        for name in AMOUNTS:
            limit = getattr(threshold, name)
            if isinstance(limit, float):
                size = sizes.get(name)
                truths.append(Truth.UNKNOWN if size is None else Truth(2 * (size > limit)))
            elif self._strict and limit != "not_addressed":
                truths.append(Truth.UNKNOWN)
        return min(truths, default=Truth.UNKNOWN)

    def reached(self, provision: Preemption) -> Truth:
        """Return whether displacement reaches law on the actor's subjects that would bear on a catastrophic risk."""
        displaced = provision.displaces
        unsaid = Truth.UNKNOWN if self._strict else Truth.TRUE
        subjects = None if displaced is None else displaced.subjects
        matters = None if displaced is None else displaced.matters
        what = unsaid if subjects is None else _any(Truth(2 * self._touches(name)) for name in subjects)
        kinds = unsaid if matters is None else Truth(2 * bool(_DISPLACED & set(matters)))
        return min(what, kinds)

    def _touches(self, name: str) -> bool:
        return any(covers((name,), (own,)) or covers((own,), (name,)) for own in self._subjects)

    def bears_on(self, provision: Provision, risk: str) -> Truth:
        """Return whether a duty bears on a catastrophic risk from models."""
        if self._strict and isinstance(provision, Evaluation) and provision.risks is None:
            return min(bears_on(provision, risk), Truth.UNKNOWN)
        return bears_on(provision, risk)

    def person(self, name: str, sizes: Sizes) -> Truth:
        """Return whether the actor is one of a class of persons."""
        if name in {"frontier_developers", "large_frontier_developers"}:
            return self._class(name, sizes)
        if name in self._roles or name in _GENERAL:
            return Truth.TRUE
        return Truth.UNKNOWN if name == "deployers" and "developers" in self._roles else Truth.FALSE

    def applies(self, provision: Provision, sizes: Sizes) -> Truth:
        """Return whether a provision reaches the actor and its model; one that names neither reaches all covered."""
        if sizes != self._sizes:
            # Kept for one size of the actor only, so that a long stream costs no memory.
            self._sizes, self._reached = dict(sizes), {}
        if provision.id not in self._reached:
            self._reached[provision.id] = self._applies(provision, sizes)
        return self._reached[provision.id]

    def _applies(self, provision: Provision, sizes: Sizes) -> Truth:
        if "persons" not in type(provision).model_fields:
            return self.model(sizes)
        persons = getattr(provision, "persons", None)
        subjects = getattr(provision, "subjects", None)
        who = Truth.UNKNOWN if persons is None else _any(self.person(name, sizes) for name in persons)
        what = Truth.UNKNOWN if subjects is None else _any(self._subject(name, sizes) for name in subjects)
        return min(who, what)

    def _subject(self, name: str, sizes: Sizes) -> Truth:
        if not any(covers((name,), (own,)) for own in self._subjects):
            return Truth.FALSE
        return self.model(sizes) if name == "frontier_models" else Truth.TRUE


def bears_on(provision: Provision, risk: str) -> Truth:
    """Return whether a duty bears on a catastrophic risk from models."""
    if isinstance(provision, Disclosure):
        return Truth.TRUE if provision.kind in _DISCLOSURES else Truth.FALSE
    if isinstance(provision, Safeguard) and provision.kind in _BESIDE:
        return Truth.FALSE
    if getattr(provision, "matter", None) not in _MATTERS:
        return Truth.FALSE
    if isinstance(provision, Evaluation) and provision.risks:
        return answers(provision.risks, risk)
    return Truth.TRUE


def answers(risks: Sequence[str] | None, risk: str) -> Truth:
    """Return whether a list of risks has one; a list that is not there leaves it open."""
    if risks is None:
        return Truth.UNKNOWN
    return Truth.TRUE if risk in risks else Truth.FALSE


def about_catastrophe(machine: Machine) -> Truth:
    """Return whether a measure is about risks of catastrophe; a power or approval whose grounds are open is as well."""
    if machine.risks is None:
        return Truth.UNKNOWN
    open_grounds = not machine.risks and machine.kind != "restriction"
    return Truth(2 * (open_grounds or bool(_DANGERS & set(machine.risks))))


def _any(truths: Iterable[Truth]) -> Truth:
    return max(truths, default=Truth.FALSE)
