"""Provisions on the law's own course in time."""

from __future__ import annotations

from typing import Literal

from policy_engine.proposals.base import Begins, Provision
from policy_engine.proposals.vocabulary import Flag, Number, Silence, says


class Review(Provision):
    """A duty to look at the law, or a part of it, again."""

    type: Literal["review"]
    of: Literal["regime", "thresholds", "definitions", "reports", "one_part"] | Silence | None = says(
        "What is reviewed."
    )
    by: Literal["agency", "auditor", "legislature", "independent_body"] | Silence | None = says("Who reviews.")
    interval_months: Number = says("Months between reviews; not_addressed when periodic without interval.")
    first_due_months: Number = says("Months from enactment to the first.")
    published: Flag = says("It is public.")
    against_evidence: Flag = says("It must weigh evidence gathered for it.")
    metrics_fixed: Flag = says("The data and measures for it are fixed in advance.")


class Sunset(Provision):
    """An end date of the law or of a part."""

    type: Literal["sunset"]
    of: Literal["regime", "part", "programme"] | Silence | None = says("What ends.")
    years: Number = says("Years from enactment.")
    renewable: Flag = says("May be renewed.")
    needs_evaluation_first: Flag = says("Renewal needs an evaluation.")


class Commencement(Provision):
    """When the law as a whole starts, and whether it is phased."""

    type: Literal["commencement"]
    begins: Begins | None = says("First day on which its main duties bind.")
    phased_by_size: Flag = says("Smaller persons get longer.")
    phased_by_date: Flag = says("At least two dated steps.")
