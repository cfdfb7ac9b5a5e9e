"""To how many authorities one incident must be reported, under a text and those around it."""

from __future__ import annotations

from collections.abc import Sequence

from policy_engine.patchwork.model import Instrument, Obligation, Place
from policy_engine.patchwork.preemption import fates_of
from policy_engine.patchwork.terms import names_agree
from policy_engine.proposals.records import is_examined

_INCIDENT = "critical_safety_incident"


def incident_intakes(
    instrument: Instrument, around: Sequence[Instrument]
) -> tuple[float, tuple[Place, ...], tuple[Place, ...], str] | None:
    """Return the number of authorities, or None where one is not known or two names may be one authority."""
    duties: list[Obligation] = []
    for text in (instrument, *around):
        if not is_examined(text.proposal, "incident_report"):
            return None
        found = [o for o in text.obligations if o.type == "incident_report"]
        if any(o.mandatory is None or not o.what for o in found):
            return None
        reports = [o for o in found if o.what.endswith(_INCIDENT)]
        gone = _displaced(text, instrument)
        if any(o.place.provision in gone and gone[o.place.provision] == "doubtful" for o in reports):
            return None
        duties += [o for o in reports if gone.get(o.place.provision) != "displaced"]
    named: list[str] = []
    for duty in duties:
        recipient = duty.terms.get("recipient")
        if not isinstance(recipient, str):
            return None
        found_alike = [names_agree(recipient, other) for other in named]
        if "unknown" in found_alike:
            return None
        if "equal" not in found_alike:
            named.append(recipient)
    own = tuple(o.place for o in duties if o.place.instrument == instrument.id)
    others = tuple(o.place for o in duties if o.place.instrument != instrument.id)
    return float(len(named)), own, others, f"an incident is reported to {', '.join(named) or 'nobody'}"


def _displaced(text: Instrument, instrument: Instrument) -> dict[str, str]:
    """Return what the text under assessment does to the incident duties of another."""
    if text.id == instrument.id:
        return {}
    return {fate.place.provision: fate.state for fate in fates_of(text, instrument)}
