"""Whether a savings clause leaves a provision standing: by the body of law that its own fields show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from policy_engine.patchwork.model import Instrument, Obligation
from policy_engine.proposals.enforcement import Penalty
from policy_engine.proposals.federalism import Savings
from policy_engine.proposals.records import is_examined

_RISKS: Final[Mapping[str, str]] = {"discrimination": "civil_rights", "child_safety": "child_safety"}
_Body = tuple[str, str, bool]
_USERS: Final = frozenset({"deployers", "professionals"})
_SAFEGUARDS_OF_MINORS: Final = frozenset({"age_verification"})


def saved(
    saves: Savings | None, provision: Any, obligation: Obligation, home: Instrument
) -> tuple[Literal["saved", "doubtful"], str] | None:
    """Return saved or doubtful with the words that make it so; None where no saved body of law is shown."""
    open_words = []
    for body, why, sure in _bodies(provision, obligation, home):
        value = getattr(saves, body) if saves is not None else None
        if value is True and sure:
            return "saved", f"`saves.{body}`: {why}"
        if value is True:
            open_words.append(f"`saves.{body}`: {why}, which may bring it within the clause")
        elif value is None:
            open_words.append(f"`saves.{body}` was not examined: {why}")
        elif value == "contested":
            open_words.append(f"`saves.{body}` is read in two ways: {why}")
    return ("doubtful", "; ".join(open_words)) if open_words else None


def _bodies(provision: Any, obligation: Obligation, home: Instrument) -> Iterator[_Body]:
    """Yield each body of law that a provision belongs to, or may, why, and whether its fields show it for sure."""
    yield from _by_risk(provision)
    yield from _by_holder(provision)
    yield from _by_persons(obligation)
    if provision.type == "safeguard" and provision.kind in _SAFEGUARDS_OF_MINORS:
        yield "child_safety", "it verifies age", True
    if provision.type == "disclosure" and provision.kind in {"notice_to_users", "content_label"}:
        yield "consumer_protection", "it informs users", False
    criminal = next((p for p in home.proposal.provisions if isinstance(p, Penalty) and _may_be_criminal(p)), None)
    if criminal is not None:
        yield "crime", f"the text carries a criminal penalty, or may ({criminal.cite})", False
    elif not is_examined(home.proposal, "penalty"):
        yield "crime", "the text was not read in full for penalty provisions", False


def _may_be_criminal(penalty: Penalty) -> bool:
    return penalty.kind in {"criminal", None, "contested"}


def _by_risk(provision: Any) -> Iterator[_Body]:
    if "risks" not in type(provision).model_fields:
        return
    for risk, body in _RISKS.items():
        if provision.risks is None:
            yield body, "its `risks` were not examined", False
        elif risk in provision.risks:
            yield body, f"it answers the risk of {risk.replace('_', ' ')}", set(provision.risks) == {risk}


def _by_holder(provision: Any) -> Iterator[_Body]:
    if "holders" in type(provision).model_fields and provision.holders is None:
        yield "child_safety", "its `holders` were not examined", False
        yield "consumer_protection", "its `holders` were not examined", False
    holders = getattr(provision, "holders", None) or ()
    if "minors" in holders:
        yield "child_safety", "minors hold the right", set(holders) == {"minors"}
    if "consumers" in holders:
        yield "consumer_protection", "consumers hold the right", False


def _by_persons(obligation: Obligation) -> Iterator[_Body]:
    persons = set(obligation.persons or ())
    if obligation.persons is None:
        yield "deployment_rules", "its `persons` were not examined", False
    elif persons <= _USERS:
        yield "deployment_rules", "it binds deployers or professionals only", True
    elif persons & _USERS:
        yield "deployment_rules", "it binds deployers too", False
    if persons == {"government_bodies"}:
        yield "procurement", "it binds government bodies", False
