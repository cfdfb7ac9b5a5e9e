"""From a proposal to the state machines of its triggers, stop powers, approvals and restrictions."""

from __future__ import annotations

from typing import Final

from policy_engine.operators import Truth
from policy_engine.proposals.base import Gate
from policy_engine.proposals.control import Approval, EscalationTrigger, Restriction, StopPower
from policy_engine.proposals.model import Proposal
from policy_engine.stages.drafting import Draft, Grounds
from policy_engine.stages.machine import Machine
from policy_engine.timeline.starts import truth_of

_OPENS_POWER: Final = frozenset({"stop_power", "emergency_order"})
_APPROVAL: Final = frozenset({"approval"})
_BAR: Final = frozenset({"bar"})
_OPENS_OTHERS: Final = _OPENS_POWER | _APPROVAL


def stages_of(proposal: Proposal) -> tuple[Machine, ...]:
    """Return one machine for each measure of the text, in its order."""
    triggers = [p for p in proposal.provisions if isinstance(p, EscalationTrigger)]
    unsaid = tuple(t for t in triggers if _unsaid(t.switches_on))

    def opened(provision: Gate | Restriction, doubt: str | None, switches: frozenset[str]) -> Grounds:
        return Grounds(tuple(t for t in triggers if t.switches_on in switches), provision.risks, doubt, unsaid)

    found: list[Machine] = []
    for provision in proposal.provisions:
        if isinstance(provision, EscalationTrigger):
            found.append(_trigger(provision))
        elif isinstance(provision, StopPower):
            found.append(_power(provision, opened(provision, provision.if_risk_cannot_be_ruled_out, _OPENS_POWER)))
        elif isinstance(provision, Approval):
            found.append(_approval(provision, opened(provision, provision.if_risk_cannot_be_ruled_out, _APPROVAL)))
        elif isinstance(provision, Restriction) and provision.is_precondition is not True:
            bars = [t for t in triggers if t.switches_on == "bar"]
            doubt = bars[0].if_risk_cannot_be_ruled_out if bars else None
            found.append(_restriction(provision, opened(provision, doubt, _BAR)))
    return tuple(found)


def _unsaid(value: object) -> bool:
    """Return whether a field was not examined, or careful readers differ on it."""
    return value is None or value == "contested"


def _trigger(provision: EscalationTrigger) -> Machine:
    draft = Draft(provision.id, provision.cite, "trigger", provision.risks)
    draft.begins("ready")
    grounds = Grounds((provision,), provision.risks, provision.if_risk_cannot_be_ruled_out)
    statute = truth_of(provision.needs_new_statute)
    if statute is not Truth.FALSE:
        because = "the next stage needs a new statute"
        draft.on_grounds("ready", "awaits_statute", grounds, because, sure=statute is Truth.TRUE)
    if statute is Truth.TRUE:
        draft.leave_with_law(("ready", "awaits_statute"))
        return draft.machine(holding=(), waiting=("awaits_statute",))
    # Where the file does not say what it switches on, it may be a power that has a machine of its own.
    sure = statute is Truth.FALSE and not _unsaid(provision.switches_on)
    _binds(provision, draft, grounds, sure=sure)
    draft.clears("active", provision.risks, truth_of(provision.ends_when_risk_clears))
    draft.leave_with_law(("ready", "awaits_statute", "open", "active"))
    statutes = ("awaits_statute",) if statute is Truth.UNKNOWN else ()
    if provision.switches_on in _OPENS_OTHERS:
        # What it switches on has a machine of its own, which would otherwise be counted twice.
        return draft.machine(holding=(), waiting=statutes)
    return draft.machine(holding=("active",), waiting=("open", *statutes))


def _binds(provision: EscalationTrigger, draft: Draft, grounds: Grounds, *, sure: bool) -> None:
    """Let the next stage bind: without an order, by one, or when the time for one has run."""
    at_once = truth_of(provision.self_executing)
    if provision.response_days == 0:
        at_once = Truth.TRUE
    elif _unsaid(provision.response_days):
        at_once = max(at_once, Truth.UNKNOWN)
    if at_once is not Truth.FALSE:
        draft.on_grounds("ready", "active", grounds, "it binds without an order", sure=sure and at_once is Truth.TRUE)
    if at_once is Truth.TRUE and sure:
        return
    draft.on_grounds("ready", "open", grounds, "the ground is there; somebody must act", sure=sure)
    draft.add("open", "authority_acts", "active", "the authority acts")
    draft.add("open", "authority_declines", "ready", "the authority declines")
    if isinstance(provision.response_days, float) and provision.response_days > 0:
        draft.clock("open", provision.response_days, "active", "outer limit of the response")
    elif _unsaid(provision.response_days):
        draft.unsaid("open", "active", "the outer limit of the response is not known")
    draft.clears("open", provision.risks, max(truth_of(provision.ends_when_risk_clears), Truth.UNKNOWN))


def _power(provision: StopPower, grounds: Grounds) -> Machine:
    draft = Draft(provision.id, provision.cite, "power", provision.risks)
    draft.begins("ready")
    draft.on_grounds("ready", "open", grounds, "the ground is there; the holder may decide")
    _ordered(provision, draft)
    draft.add("open", "authority_declines", "ready", "the holder declines")
    if isinstance(provision.response_days, float):
        draft.clock("open", provision.response_days, "active", "outer limit from the ground to a binding order")
    elif isinstance(provision.decision_days, float):
        draft.limit("open", provision.decision_days, "the time to decide runs out, and the text says no more")
    if _unsaid(provision.response_days):
        draft.unsaid("open", "active", "the outer limit from the ground to a binding order is not known")
    # What falls with its ground once ordered is not ordered without it.
    draft.clears("open", provision.risks, max(truth_of(provision.ends_when_risk_clears), Truth.UNKNOWN))
    draft.add("active", "authority_declines", "ready", "the holder withdraws the order")
    _lapses(provision, draft)
    draft.clears("active", provision.risks, truth_of(provision.ends_when_risk_clears))
    draft.leave_with_law(("ready", "open", "noticed", "active"))
    return draft.machine(holding=("active",), waiting=("open",))


def _ordered(provision: StopPower, draft: Draft) -> None:
    """Let the holder order, at once or after a notice."""
    notice, emergency = provision.notice_days, truth_of(provision.emergency)
    ahead = isinstance(notice, float) and notice > 0
    if emergency is not Truth.TRUE and (ahead or _unsaid(notice)):
        sure = ahead and emergency is Truth.FALSE
        words = f"the order is announced {notice:g} days ahead" if isinstance(notice, float) else "it may need a notice"
        draft.add("open", "authority_acts", "noticed", words, sure=sure)
        if isinstance(notice, float):
            draft.clock("noticed", notice, "active", "the notice has run")
        else:
            draft.unsaid("noticed", "active", "how long a notice runs is not known")
        if sure:
            return
    draft.add("open", "authority_acts", "active", "the holder orders")


def _lapses(provision: StopPower, draft: Draft) -> None:
    """Let an order run out, unless its holder may renew it and does."""
    renewable = truth_of(provision.renewable_by_holder)
    if renewable is not Truth.FALSE:
        draft.add("active", "order_renewed", "active", "the holder renews", sure=renewable is Truth.TRUE)
    if isinstance(provision.order_days, float):
        if renewable is not Truth.FALSE:
            draft.add("active", "clock_runs_out", "active", "the holder may renew", sure=False)
        draft.clock("active", provision.order_days, "ready", f"an order lasts {provision.order_days:g} days")
    elif provision.order_days != "not_addressed":
        draft.add("active", "may_lapse", "ready", "how long an order lasts is not known", sure=False)


def _approval(provision: Approval, grounds: Grounds) -> Machine:
    draft = Draft(provision.id, provision.cite, "approval", provision.risks)
    every = truth_of(provision.every_covered_model)
    if every is not Truth.FALSE:
        draft.begins("required", sure=every is Truth.TRUE)
    if every is not Truth.TRUE:
        draft.begins("ready")
        draft.on_grounds("ready", "required", grounds, "approval is needed from now on")
    merits = truth_of(provision.on_the_merits)
    if merits is not Truth.TRUE:
        draft.add("required", "release_sought", "granted", "taking part is enough", sure=merits is Truth.FALSE)
    if merits is not Truth.FALSE:
        draft.add("required", "release_sought", "decision", "a decision is asked for")
        draft.add("granted", "release_sought", "decision", "the next model needs its own")
        draft.add("decision", "authority_acts", "granted", "it is granted")
        draft.add("decision", "authority_declines", "required", "it is refused")
        _inaction(provision, draft)
    cleared = truth_of(provision.ends_when_risk_clears)
    draft.clears("required", provision.risks, cleared)
    draft.leave_with_law(("ready", "required", "decision", "granted"), back=_back("required", every))
    # Where taking part is enough, nobody is restrained on the merits.
    holding = () if merits is Truth.FALSE else ("required", "decision")
    return draft.machine(holding=holding, waiting=("decision",))


def _inaction(provision: Approval, draft: Draft) -> None:
    target = {"deemed_approved": "granted", "deemed_denied": "required"}.get(str(provision.default_on_inaction))
    days = provision.decision_days
    if isinstance(days, float) and target is not None:
        draft.clock("decision", days, target, f"silence means {provision.default_on_inaction}")
    elif isinstance(days, float):
        draft.limit("decision", days, "the time to decide runs out, and the text says no more")
    if _unsaid(provision.default_on_inaction) and days != "not_addressed":
        for state in ("granted", "required"):
            draft.unsaid("decision", state, "what silence means is not known")
    elif _unsaid(days) and target is not None:
        draft.unsaid("decision", target, "the time to decide is not known")


def _restriction(provision: Restriction, grounds: Grounds) -> Machine:
    draft = Draft(provision.id, provision.cite, "restriction", provision.risks)
    depends = truth_of(provision.depends_on_risk_finding)
    forbids = not _unsaid(provision.is_precondition)
    if depends is not Truth.TRUE:
        draft.begins("active", sure=forbids and depends is Truth.FALSE)
    if depends is not Truth.FALSE:
        draft.begins("ready", sure=forbids)
        at_once = any(t.self_executing is True or t.response_days == 0 for t in grounds.triggers)
        draft.on_grounds("ready", "active", grounds, "it holds where the risk is found", sure=at_once)
        sure = depends is Truth.TRUE and bool(provision.risks)
        words = "it holds only where the risk is found"
        draft.add("active", "evidence_clears", "ready", words, draft.risk_tests(provision.risks), sure=sure)
    draft.leave_with_law(("ready", "active"), back=_back("active", depends.negated()))
    return draft.machine(holding=("active",), waiting=())


def _back(state: str, always: Truth) -> tuple[str, ...]:
    """Return where a measure may return to: a state that it always has, or ready."""
    return {Truth.TRUE: (state,), Truth.FALSE: ("ready",), Truth.UNKNOWN: (state, "ready")}[always]
