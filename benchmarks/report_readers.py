"""Readers of every report format: each raises where a report does not hold together, or words became structure."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final
from xml.etree import ElementTree

import html5lib
from markdown_it import MarkdownIt

from policy_engine.reports.csv_report import COLUMNS

MARKDOWN_TAGS = {
    *("p", "h2", "h3", "strong", "em", "code", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary", "span"),
}
FORMULA = re.compile(r"(^|;)\s*[=+@\uff0b\uff0d\uff1d\uff20-]")


def text_holds(text: str) -> None:
    """Look at the text report: as many verdicts as lenses, and nothing that cannot be printed."""
    assert text.count("\nVerdict: ") == text.count("\nLens:    ")
    # A space that does not break, as before the number of a section, is not printable to Python.
    assert all(sign.isprintable() or unicodedata.category(sign) == "Zs" for sign in text if sign != "\n")


def github_holds(text: str) -> None:
    """Look at annotations: each line is one, and short enough."""
    for line in text.splitlines():
        assert re.fullmatch(
            r"::(error|warning|notice) [^:]*::.*|policy-engine: (\d+ (more|violated)|Gate|Lens).*", line
        ), line
        assert len(line) < 8192


def markdown_holds(text: str) -> None:
    """Render as GitHub would, tables and raw HTML included, and look at every element that comes of it."""
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    for element in html5lib.parseFragment(page, namespaceHTMLElements=False).iter():
        if element.tag != "DOCUMENT_FRAGMENT":
            assert element.tag in MARKDOWN_TAGS, element.tag
            assert not element.attrib
    assert not re.search(r"@\w|(?<![\w&])#\d", text), "no mention and no number of an issue"


def csv_holds(text: str) -> None:
    """Read as a spreadsheet: cells as many as columns, no formula, one line for each row."""
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == list(COLUMNS)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert [cell for row in rows for cell in row if FORMULA.search(cell)] == []
    assert max(len(cell) for row in rows for cell in row) <= 32_767, "a spreadsheet cuts longer cells in silence"
    assert len(text.splitlines()) == len(rows), "a row is a line"


def html_holds(text: str) -> None:
    """Parse strictly, and look for script, handlers and links that lead out."""
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    for element in document.iter():
        assert element.tag not in {"script", "iframe", "img", "link", "object", "form"}
        assert not [name for name in element.attrib if name.startswith("on")]
        assert element.attrib.get("href", "#").startswith("#")
    assert text.count("<title>") == text.count("</title>") == 1


def xml_holds(text: str) -> None:
    """Parse, and look for elements that are none of the format."""
    root = ElementTree.fromstring(text)  # noqa: S314
    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped", "system-out"),
    }


def sarif_holds(text: str) -> None:
    """Read, and look for links and placeholders that words would become."""
    (run,) = json.loads(text)["runs"]
    for result in run["results"]:
        ids = {place["id"] for place in result["relatedLocations"]}
        links = re.findall(r"(?<!\\)\]\(([^)]*)\)", result["message"]["text"])
        assert {int(link) for link in links} <= ids, "a link leads to a place of the result and nowhere else"
        assert not re.search(r"(?<!\{)\{\d+\}", result["message"]["text"]), "a placeholder"
        for place in result["relatedLocations"]:
            sarif_words_hold(place["message"]["text"])
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        sarif_words_hold(notification["message"]["text"])


def sarif_words_hold(text: str) -> None:
    """Look for links and placeholders in a message that has none."""
    assert "](" not in text, "a link"
    assert not re.search(r"(?<!\{)\{\d+\}", text), "a placeholder"


HOLDS: Final[Mapping[str, Callable[[str], object]]] = {
    "text": text_holds,
    "json": json.loads,
    "jsonl": lambda text: [json.loads(line) for line in text.split("\n")[:-1]],
    "sarif": sarif_holds,
    "junit": xml_holds,
    "github": github_holds,
    "github-sarif": sarif_holds,
    "github-summary": markdown_holds,
    "markdown": markdown_holds,
    "csv": csv_holds,
    "html": html_holds,
}
