"""The HTML page in a browser: filters, links, proofs, without JavaScript, narrow, printed; axe-core finds no fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, chromium
from playwright.sync_api import Browser, Page, sync_playwright
from report_samples import write_samples

from policy_engine.cli.evaluation import assess_files
from policy_engine.configuration import Settings
from policy_engine.reports import render
from policy_engine.results import Outcome

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
PROPOSALS = ["us/federal/hr-1-sec-43201-house.yaml", "us/ca/ab-2013.yaml"]
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 24, 27)"}


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the written page of three proposals and a file at fault."""
    folder = tmp_path_factory.mktemp("page")
    write_samples(folder)
    files = (*(str(ROOT / "proposals" / name) for name in PROPOSALS), *(str(folder / n) for n in ("nasty.yaml", "x")))
    report = assess_files(files, Settings(engine="plain"), formats=["html"])
    assert len(report.assessments) == 3
    (folder / "page.html").write_text(render("html", report), encoding="utf-8")
    return folder / "page.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a running Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        yield started
        started.close()


@pytest.fixture
def said() -> list[str]:
    """Return what the page says in the console, and its errors."""
    return []


def opened(browser: Browser, file: Path, said: list[str], anchor: str = "", **options: Any) -> Page:
    """Return the page in a new window; the one before is closed."""
    for earlier in browser.contexts:
        earlier.close()
    context: BrowserContext = browser.new_context(**options)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith(file.as_uri()) else None)
    page.goto(file.as_uri() + anchor)
    return page


def test_filters_work_without_javascript(browser: Browser, page_file: Path, said: list[str]) -> None:
    page = opened(browser, page_file, said, java_script_enabled=False)
    section = page.locator("section.proposal").first
    violated, not_applicable = section.locator("article.is-violated"), section.locator("article.is-not_applicable")
    assert violated.first.is_visible()
    assert not not_applicable.first.is_visible()
    section.locator(".filter-violated").uncheck()
    section.locator(".filter-not_applicable").check()
    assert not violated.first.is_visible()
    assert not_applicable.first.is_visible()
    assert page.locator("section.proposal").nth(1).locator("article.is-violated").first.is_visible(), "each its own"
    section.locator(".filter-violated").check()
    section.locator(".filter-blocker").uncheck()
    assert not section.locator("article.is-violated.is-blocker").first.is_visible()
    assert section.locator("article.is-violated.is-major").first.is_visible()
    assert said == []


def test_proofs_unfold_and_links_lead_to_the_line(browser: Browser, page_file: Path, said: list[str]) -> None:
    page = opened(browser, page_file, said, java_script_enabled=False)
    finding = page.locator("#p0-VAC-1")
    proof = finding.locator("ul.proof")
    assert not proof.is_visible()
    finding.locator("summary").first.click()
    assert proof.is_visible()
    assert proof.get_by_text("What violates it holds.").is_visible()
    step = proof.get_by_text("moratorium (sec. 43201(c)(1))")
    assert not step.is_visible()
    for number in range(1, 3):
        proof.locator("summary").nth(number).click()
    assert step.is_visible()
    line = page.locator("#p0l38")
    assert not line.is_visible()
    finding.get_by_role("link", name="line 38").first.click()
    assert line.is_visible(), "the link unfolds the file"
    assert "moratorium" in line.inner_text()
    line.get_by_role("link", name="VAC-1").click()
    assert page.url.endswith("#p0-VAC-1")
    assert said == []


def test_a_link_shows_a_finding_that_is_filtered(browser: Browser, page_file: Path, said: list[str]) -> None:
    page = opened(browser, page_file, said, "#p0-VAC-1")
    page.locator(".filter-violated").first.uncheck()
    assert page.locator("#p0-VAC-1").is_visible()
    assert not page.locator("#p0-VAC-4").is_visible()


@pytest.mark.parametrize("scheme", PAPER)
def test_a_narrow_page_does_not_scroll_sideways(
    browser: Browser, page_file: Path, said: list[str], scheme: Any
) -> None:
    page = opened(browser, page_file, said, viewport={"width": 380, "height": 800}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    too_wide = "[...document.querySelectorAll('main > section, article, .chart, fieldset, ol')]"
    assert page.evaluate(f"{too_wide}.filter(e => e.getBoundingClientRect().right > 380).length") == 0
    assert said == []


@pytest.mark.parametrize("scheme", PAPER)
def test_contrast_labels_and_structure_pass_axe(
    browser: Browser, page_file: Path, said: list[str], scheme: Any
) -> None:
    # The policy of the page forbids scripts, and so axe-core, which is put in past it.
    page = opened(browser, page_file, said, color_scheme=scheme, bypass_csp=True)
    page.locator(".filter-not_applicable").first.check()
    # One proposal and three findings of each outcome, all unfolded: the rest would repeat them and cost seconds.
    page.evaluate("document.querySelectorAll('.proposal:has(#p1), .proposal:has(#p2)').forEach(s => s.remove())")
    for outcome in Outcome:
        page.evaluate(f"[...document.querySelectorAll('article.is-{outcome}')].slice(3).forEach(a => a.remove())")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    passed = {rule["id"] for rule in results.response["passes"]}
    assert passed >= {"color-contrast", "label", "svg-img-alt", "html-has-lang"}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == PAPER[scheme]


def test_a_printed_page_is_light_and_without_controls(browser: Browser, page_file: Path, said: list[str]) -> None:
    page = opened(browser, page_file, said, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 27, 27)"
    assert not page.locator("fieldset").first.is_visible()
    assert page.locator("svg.chart").first.is_visible()
    assert page.locator("article.is-violated").first.is_visible()
    assert len(page.pdf()) > 10_000
    assert said == []
