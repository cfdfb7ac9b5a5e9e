"""What several tests share: a minimal proposal, and the lens of the article."""

from __future__ import annotations

import datetime
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from report_samples import write_samples

from policy_engine.loading import LoadedLens, load_lens
from policy_engine.proposals.model import Proposal

ROOT = Path(__file__).parent.parent
LEFT_OUT = pytest.StashKey[int]()


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


def chromium() -> str:
    """Return the path of an installed Chromium, or nothing; the variable CHROMIUM names another one."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, filter(None, names)) if path), "")


def pytest_configure() -> None:
    """Keep nothing of the tests in the user's folders, and nothing of them in the tests."""
    os.environ["POLICY_ENGINE_CACHE"] = ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that need a browser where there is none."""
    unable = [item for item in items if item.get_closest_marker("browser")]
    if not unable or chromium():
        return
    config.hook.pytest_deselected(items=unable)
    items[:] = [item for item in items if item not in unable]
    config.stash[LEFT_OUT] = len(unable)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say that the tests of the page in a browser did not run."""
    left_out = config.stash.get(LEFT_OUT, 0)
    if left_out:
        terminalreporter.section("browser checks did not run", yellow=True, bold=True)
        terminalreporter.line(
            f"{left_out} checks of the HTML report in a browser did not run: no Chromium was found. Install one "
            "(Debian: apt-get install chromium), or name it in the variable CHROMIUM."
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that records golden files anew."""
    parser.addoption("--update-golden", action="store_true", help="record the golden reports anew")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a lens and proposals for tests of reports."""
    write_samples(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def lens() -> LoadedLens:
    """Return the default lens."""
    return load_lens()
