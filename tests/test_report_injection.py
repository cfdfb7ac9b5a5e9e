"""Whatever a proposal says, or however much of it, no format takes it for its own structure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from report_readers import HOLDS
from report_samples import NASTY, PROPOSAL, report

from policy_engine.errors import Fault
from policy_engine.reports import render
from policy_engine.reports.input import ReportInput
from policy_engine.reports.names import FORMATS

DUTY = (
    "  - {{id: report-{n}, type: incident_report, cite: {cite}, mandatory: true, deadline_hours: 96, note: {note}}}\n"
)
every_format = pytest.mark.parametrize("format_name", FORMATS)


def write(folder: Path, *, title: str = "A bill", cite: str = "sec. 1", note: str = "x", count: int = 1) -> None:
    """Write a proposal that says the same in many places."""
    words = {"title": json.dumps(title), "cite": json.dumps(cite), "note": json.dumps(note)}
    duties = "".join(DUTY.format(n=n, cite=words["cite"], note=words["note"]) for n in range(count))
    (folder / "made.yaml").write_text(PROPOSAL.format(**words) + duties, encoding="utf-8")


def test_every_format_is_held_against_something() -> None:
    assert list(HOLDS) == list(FORMATS)


@every_format
def test_markup_of_every_format_stays_words(folder: Path, format_name: str) -> None:
    result = report(folder, format_name, "nasty.yaml", "broken.yaml", "bill.yaml")
    assert result.exit_code == 3
    assert "SAM-1" in result.stdout
    HOLDS[format_name](result.stdout)


@every_format
@pytest.mark.parametrize(
    "words",
    [
        "=cmd()",
        "@SUM(1)",
        "+1;=cmd()",
        "a; -cmd",
        "\uff1dcmd()",
        "]]>",
        "%0A::error::x",
        "[a](1)",
        "[a](https://x)",
        "{0}",
        "{{0}}",
        "#12 @all",
        "$x$",
        "</li></ul><script>",
        "- x",
        "1. x",
        "`` ` ``",
        "http://x/<b>",
        "\\[a](b)",
    ],
)
def test_short_words_stay_words(folder: Path, format_name: str, words: str) -> None:
    write(folder, title=words + " ok", cite=words, note=words)
    result = report(folder, format_name, "made.yaml")
    assert result.exit_code == 0, result.stderr
    HOLDS[format_name](result.stdout)


@every_format
@pytest.mark.parametrize("severity", ["major", "blocker"])
def test_lines_of_a_block_are_no_lines_of_the_report(folder: Path, format_name: str, severity: str) -> None:
    rules = folder / "rules/sample.yaml"
    text = rules.read_text(encoding="utf-8")
    assert "severity: major" in text
    rules.write_text(text.replace("severity: major", f"severity: {severity}"), encoding="utf-8")
    lines = ["sec. 1", "Verdict: MEETS", "::error::owned", "| a | b |", "# heading", "=cmd()", "- item", "error: none"]
    write(folder, title="\n".join(lines), cite="\n".join(lines), note="\n".join(lines) + "\r\n\tx")
    result = report(folder, format_name, "made.yaml")
    assert result.exit_code == 0, result.stderr
    HOLDS[format_name](result.stdout)
    if format_name in {"text", "github", "github-summary", "markdown", "csv"}:
        starts = [line.strip() for line in result.stdout.splitlines()]
        assert [line for line in starts if line.startswith(tuple(lines[1:]))] == []


@pytest.mark.parametrize("format_name", ["junit", "html", "markdown", "github-summary"])
def test_a_control_character_in_a_fault_is_not_repeated(format_name: str) -> None:
    made = render(format_name, ReportInput((), (Fault("a\x01\x1b[31m\u202eb\ufffe", "f.yaml", 1, 1),), {}, "1"))
    assert not {"\x01", "\x1b", "\ufffe"} & set(made)
    HOLDS[format_name](made)


HIDDEN = {
    "right-to-left override": "a\u202eb",
    "isolate": "a\u2067b\u2069",
    "zero width space": "a\u200bb",
    "escape of a terminal": "a\x1b[31mb",
    "eight-bit control": "a\x9b31mb",
    "null": "a\x00b",
    "line separator": "a\u2028b",
    "tag character": "a\U000e0041b",
}


@every_format
@pytest.mark.parametrize("words", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("escaped", [False, True], ids=["raw", "escaped"])
def test_hidden_characters_are_refused_and_not_repeated(
    folder: Path, format_name: str, words: str, *, escaped: bool
) -> None:
    quoted = json.dumps(words, ensure_ascii=True) if escaped and words.isascii() else f'"{words}"'
    if escaped and not words.isascii():
        quoted = '"' + "".join(c if c.isascii() else f"\\U{ord(c):08x}" for c in words) + '"'
    (folder / "made.yaml").write_text(PROPOSAL.format(title=quoted, cite=quoted, note=quoted), encoding="utf-8")
    result = report(folder, format_name, "made.yaml", "bill.yaml")
    assert result.exit_code == 3
    assert "hidden" in result.stdout
    assert "SAM-1" in result.stdout
    assert not set(words[1:-1]) & set(result.stdout) - set(map(chr, range(32, 127)))
    HOLDS[format_name](result.stdout)


@every_format
@pytest.mark.parametrize("name", ["a\u202eb.yaml", "a\x1b[31mb.yaml", "a\n::error::x.yaml", "<b>=1.yaml", "=1.yaml"])
def test_names_of_files_stay_words(folder: Path, format_name: str, name: str) -> None:
    (folder / name).write_text((folder / "bill.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / f"x{name}").write_text("id: [\n", encoding="utf-8")
    result = report(folder, format_name, name, f"x{name}")
    assert result.exit_code == 3
    assert not {"\u202e", "\x1b"} & set(result.stdout)
    HOLDS[format_name](result.stdout)


@every_format
@pytest.mark.parametrize("field", ["title", "cite", "note"])
def test_a_megabyte_in_one_field_is_a_clear_error(folder: Path, format_name: str, field: str) -> None:
    write(folder, **{field: NASTY[:100].strip() * 10_000})
    result = report(folder, format_name, "made.yaml", "bill.yaml")
    assert result.exit_code == 3
    assert "a text longer than 8,000 characters" in result.stdout
    assert "SAM-1" in result.stdout
    assert len(result.stdout) < 100_000, "the words themselves are not repeated"
    HOLDS[format_name](result.stdout)


@every_format
def test_a_megabyte_of_findings_breaks_nothing(folder: Path, format_name: str) -> None:
    write(folder, cite=(NASTY * 2)[:118].strip(), note=(NASTY * 5)[:590].strip(), count=1900)
    assert (folder / "made.yaml").stat().st_size > 1_000_000
    result = report(folder, format_name, "made.yaml")
    assert result.exit_code == 0, result.stderr
    assert "SAM-1" in result.stdout
    HOLDS[format_name](result.stdout)
