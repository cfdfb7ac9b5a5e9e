"""Which page shows which analysis."""

from __future__ import annotations

from policy_engine.analysis.results import AgreementMap, Comparison
from policy_engine.analysis.sensitivity_results import Sensitivity
from policy_engine.reports import agreement_page, compare_page, sensitivity_page
from policy_engine.reports.page import Page


def page_of(result: Comparison | AgreementMap | Sensitivity) -> Page:
    """Return the page of an analysis."""
    if isinstance(result, Comparison):
        return compare_page.page(result)
    if isinstance(result, AgreementMap):
        return agreement_page.page(result)
    return sensitivity_page.page(result)
