"""The templates of pages: what they print is escaped unless marked, and a name that is not given is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

_TEMPLATES: Final = Path(__file__).parent / "templates"


def template(name: str) -> Template:
    """Return a template of this package."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
