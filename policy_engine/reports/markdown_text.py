"""Text in Markdown for GitHub: nothing that a file says is taken for markup, and lists that fold away."""

from __future__ import annotations

import html
import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]#|~])")


def inert(text: str) -> str:
    """Return text that Markdown and HTML show as it is, on one line."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    escaped = _SPECIAL.sub(r"\\\1", html.escape(shown, quote=False))
    # GitHub looks for mentions, issues and formulas in what it has rendered: an escape does not stop it.
    return escaped.replace("@", "@&#8203;").replace(r"\#", r"\#&#8203;").replace("$", "<span>$</span>")


def folded(title: str, items: list[str], count: int | None = None) -> str:
    """Return items under a title that unfolds, with their number; nothing where there are none."""
    if not items:
        return ""
    summary = f"<details><summary>{title} ({len(items) if count is None else count})</summary>"
    return "\n".join([summary, "", *items, "", "</details>", "", ""])
