"""A page as one self-contained HTML file: no script, no file from elsewhere, light and dark, fit to print."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from policy_engine.reports import page_svg
from policy_engine.reports.analysis_pages import page_of
from policy_engine.reports.page import Plot
from policy_engine.reports.templating import template


def render(result: Any, version: str) -> str:
    """Return the page of a comparison, an agreement map or a sensitivity analysis."""
    page = template("page.html").render(page=page_of(result), version=version, svg=_svg, shown=_shown, kind=_kind)
    return page + "\n"


def _kind(block: object) -> str:
    return type(block).__name__.lower()


def _svg(plot: Plot) -> Markup:
    # The drawing escapes every text itself.
    return Markup(page_svg.render(plot))  # noqa: S704


def _shown(text: str) -> str:
    """Return text without what would turn or hide its neighbours; a number stays on one line with its sign."""
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return shown.replace(" %", "\u00a0%").replace("± ", "±\u00a0")
