"""What several tests share: a minimal proposal, and the lens of the article."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from policy_engine.loading import LoadedLens, load_lens
from policy_engine.proposals.model import Proposal

ROOT = Path(__file__).parent.parent


def proposal(**changes: Any) -> Proposal:
    """Return a minimal valid proposal with changes."""
    data: dict[str, Any] = {
        "id": "test",
        "title": "A text",
        "jurisdiction": {"country": "US", "level": "federal"},
        "status": {"stage": "draft", "date": datetime.date(2026, 1, 1)},
        "version": {"print": "draft"},
        "scope_class": "frontier_duties",
        "sources": [{"url": "https://example.org", "read": "full_text"}],
        "how_to_check": "Made for a test.",
        "examined": "everything",
    }
    return Proposal.model_validate({**data, **changes})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that records golden files anew."""
    parser.addoption("--update-golden", action="store_true", help="record the golden reports anew")


@pytest.fixture(scope="session")
def lens() -> LoadedLens:
    """Return the default lens."""
    return load_lens()
