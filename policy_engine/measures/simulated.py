"""Measures that run the text through a scenario: whether a result stays within a limit, for certain or not at all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from policy_engine.measures.base import Measure, Measured, Selection
from policy_engine.measures.starts import STARTS
from policy_engine.proposals.base import Provision
from policy_engine.proposals.model import Proposal
from policy_engine.proposals.records import is_examined, members, provision_types

if TYPE_CHECKING:
    from policy_engine.runs.facts import Ran
    from policy_engine.runs.scenario import ScenarioFile

NEEDS_SCENARIO: Final = "scenario"
"""What the rows of such measures need."""
_SHOWN_OF_DIGEST: Final = 12
_MOST_KEPT: Final = 5000
Reads = tuple[tuple[str, tuple[str, ...]], ...]


class KeptRuns:
    """Runs of variants of a text: made once for all variants that are alike in what a run reads."""

    def __init__(self) -> None:
        """Run nothing yet."""
        self._made: dict[Hashable, Ran] = {}
        # Each provision is kept beside its words, so that its identity stays its own.
        self._words: dict[int, tuple[Provision, str]] = {}

    def through(self, scenario: ScenarioFile, proposal: Proposal, seen: Hashable) -> Ran:
        """Return the run of a variant through a scenario; `seen` is what a run reads of it."""
        from policy_engine.runs.facts import run_strictly

        key = (scenario.digest, seen)
        if key not in self._made:
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            self._made[key] = run_strictly(proposal, scenario.scenario)
        return self._made[key]

    def seen(self, proposal: Proposal) -> Hashable:
        """Return what a run reads of a text."""
        read = fields_read()
        words = tuple(self._words_of(p, read[p.type]) for p in proposal.provisions if p.type in read)
        examined = frozenset(name for name in read if is_examined(proposal, name))
        return words, examined, proposal.status, proposal.jurisdiction.level

    def _words_of(self, provision: Provision, fields: frozenset[str]) -> str:
        known = self._words.get(id(provision))
        if known is None:
            if len(self._words) >= _MOST_KEPT:
                self._words.clear()
            known = (provision, provision.model_dump_json(include={*fields, "id", "type", "cite"}))
            self._words[id(provision)] = known
        return known[1]


class Runs:
    """The runs of one text, each made when it is first asked for."""

    def __init__(self, proposal: Proposal, kept: KeptRuns | None = None) -> None:
        """Run nothing yet; `kept` are runs of its variants."""
        self.proposal = proposal
        self._kept = kept or KeptRuns()
        self._seen: Hashable = None

    def through(self, scenario: ScenarioFile) -> Ran:
        """Return the run of the text through a scenario."""
        if self._seen is None:
            self._seen = self._kept.seen(self.proposal)
        return self._kept.through(scenario, self.proposal, self._seen)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which scenario a measure runs, the limit that its result is held against, and the runs made so far."""

    scenario: ScenarioFile
    limit: float
    runs: Runs


def _measure(name: str) -> Callable[[Proposal, Selection], Measured]:
    def compute(proposal: Proposal, selection: Selection) -> Measured:
        from policy_engine.runs.facts import FACTS

        asked = selection.asked
        if asked is None:
            raise AssertionError("the compiler lets no such measure stand without a scenario and a limit")
        ran = asked.runs.through(asked.scenario)
        found = FACTS[name](ran)
        places = {provision.id: place for place, provision in enumerate(proposal.provisions)}
        used = tuple(sorted(places[provision] for provision in found.provisions))
        return Measured(found.within(asked.limit), used, _note(asked.scenario, ran, found.words))

    return compute


def _note(file: ScenarioFile, ran: Ran, words: str) -> str:
    scenario, status = file.scenario, ran.proposal.status
    enacted = f"enactment on {ran.result.enacted}"
    if scenario.enacted is not None and (status.enacted is None or status.stage == "rescinded"):
        enacted += ", as the scenario assumes"
    elif status.enacted is None:
        enacted += ", which is not known"
    digest = file.digest[:_SHOWN_OF_DIGEST]
    return f"Simulated under scenario {scenario.id} (sha256 {digest}), with {enacted}: {words}."


_SIZES: Final = (
    "of",
    "persons",
    "training_compute_flop",
    "training_cost_usd",
    "annual_revenue_usd",
    "research_spend_usd",
    "users",
    "employees",
    "inference_compute_flop",
)
_COVERAGE: Final[Reads] = (("coverage_threshold", _SIZES), ("sunset", ("of", "years", "renewable")))
_OWED: Final = ("mandatory", "persons", "subjects", *STARTS)
_DUTIES: Final[Reads] = (
    *((name, _OWED) for name in ("disclosure", "export_control", "impact_assessment", "know_your_customer")),
    *((name, _OWED) for name in ("incident_report", "safeguard", "weight_security")),
    ("evaluation", (*_OWED, "risks")),
    ("approval", (*_OWED, "on_the_merits")),
)
_REPORTS: Final[Reads] = (("incident_report", (*_OWED, "incident", "deadline_hours")),)
_ENDS: Final = ("risks", "ends_when_risk_clears", "if_risk_cannot_be_ruled_out")
_GATES: Final[Reads] = (
    ("stop_power", (*_ENDS, "response_days", "emergency", "order_days", "renewable_by_holder", "notice_days")),
    ("stop_power", ("decision_days",)),
    ("approval", (*_OWED, *_ENDS, "on_the_merits", "every_covered_model", "decision_days", "default_on_inaction")),
    ("restriction", ("persons", "subjects", "risks", "depends_on_risk_finding", "is_precondition", *STARTS)),
    ("escalation_trigger", (*_ENDS, "basis", "switches_on", "needs_new_statute", "self_executing", "response_days")),
    # Powers and triggers have no start of their own: they begin no later than the last dated start in the text.
    ("duty", STARTS),
    ("preemption", STARTS),
    ("commencement", STARTS),
)
_DISPLACES: Final[Reads] = (
    ("preemption", ("mechanism", "displaces.subjects", "displaces.matters", "duration_years", *STARTS)),
)


def _row(result: str, reads: Reads, event: str, meaning: str) -> Measure:
    name = f"simulated_{result}"
    return Measure(name, "flag", (), NEEDS_SCENARIO, _measure(result), meaning, (*reads, *_COVERAGE), event)


SIMULATED: Final = (
    _row(
        "duty_days",
        _DUTIES,
        "risk_emerges",
        "A duty that bears on the risk binds within so many days after it emerges.",
    ),
    _row("measure_days", _GATES, "risk_emerges", "A measure that answers the risk holds within so many days after it."),
    _row("report_days", _REPORTS, "incident", "The incident must be reported within so many days after it is known."),
    _row("outliving_days", _GATES, "risk_ends", "Measures hold for at most so many days after the risk is gone."),
    _row("false_alarm_days", _GATES, "", "Measures hold for at most so many days while no risk is there."),
    _row(
        "displaced_exposure",
        (*_DUTIES, *_DISPLACES),
        "risk_emerges",
        "Law is displaced, and no duty bears on the risk, for at most so many days times its weight.",
    ),
    _row("hanging_decisions", _GATES, "", "At most so many decisions are still awaited on the last day."),
)
"""The measures that take a scenario and a limit."""


@cache
def fields_read() -> Mapping[str, frozenset[str]]:
    """Return the fields of each provision type that runs read, by the first step of their path."""
    found: dict[str, set[str]] = {}
    for row in SIMULATED:
        for record_type, paths in row.reads:
            for name in members(record_type):
                known = provision_types()[name].model_fields
                found.setdefault(name, set()).update({path.partition(".")[0] for path in paths} & set(known))
    return {name: frozenset(fields) for name, fields in found.items()}
