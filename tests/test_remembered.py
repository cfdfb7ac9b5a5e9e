"""Rule files remembered by digest read as they would be parsed; what is not surely so is parsed again."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import pytest
from conftest import ROOT

from policy_engine.errors import RuleError, SourceError
from policy_engine.loading import load_all_rules, load_lens, load_rules_with, remembered
from policy_engine.loading.remembered import load_rule_document
from policy_engine.reports import criterion_page
from policy_engine.source import load_document

FILES = sorted((ROOT / "rules").rglob("*.yaml"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that entries are kept in."""
    kept = tmp_path / "kept"
    monkeypatch.setenv(remembered.VARIABLE, str(kept))
    return kept


def written(tmp_path: Path, text: str) -> str:
    """Write a file of rules and return its path."""
    file = tmp_path / "sample.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_remembered_file_is_the_parsed_file(file: Path, folder: Path) -> None:
    parsed = load_document(str(file))
    load_rule_document(str(file))
    assert len(list(folder.glob("*.json"))) == 1
    again = load_rule_document(str(file))
    assert isinstance(again.values, remembered._Places), "it was parsed again"
    assert repr(again.data) == repr(parsed.data)
    assert (again.file, again.lines, again.digest) == (parsed.file, parsed.lines, parsed.digest)
    assert (dict(again.values), dict(again.keys)) == (parsed.values, parsed.keys)


def test_a_lens_from_remembered_files_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = load_lens(), load_lens()
    monkeypatch.setenv(remembered.VARIABLE, "")
    parsed = load_lens()
    assert list(folder.glob("*.json"))
    for lens in (first, second):
        assert lens.program == parsed.program
        assert (lens.lens, lens.digest, lens.rules_digest) == (parsed.lens, parsed.digest, parsed.rules_digest)


def test_a_fault_of_the_model_has_its_line_in_a_remembered_file(folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    (rules / "lenses").mkdir(parents=True)
    text = "id: x\ntitle: A lens\nas_of: 2026-01-01\nversion: 0.1.0\nauthor: nobody\ndescription: Odd.\nodd: 1\n"
    (rules / "lenses" / "x.yaml").write_text(text, encoding="utf-8")
    said = []
    for _ in range(2):
        with pytest.raises(RuleError, match="`odd` is not a field here") as found:
            load_lens("x", str(rules))
        said.append([(fault.line, fault.column) for fault in found.value.faults])
    assert said == [[(7, 1)]] * 2
    assert len(list(folder.glob("*.json"))) == 1


def test_a_fault_of_the_text_is_told_every_time(folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "a: 1\na: 2\n")
    for _ in range(2):
        with pytest.raises(SourceError, match="stands twice"):
            load_rule_document(file)
    assert not folder.exists()


@pytest.mark.parametrize("damage", ["digit", "cut", "reader", "empty", "no text"])
def test_an_entry_that_is_not_whole_or_of_another_reader_does_not_count(
    damage: str, folder: Path, tmp_path: Path
) -> None:
    file = written(tmp_path, "value: 70\n")
    load_rule_document(file)
    (entry,) = folder.glob("*.json")
    raw = entry.read_bytes()
    changed = {
        "digit": raw.replace(b"70", b"10"),
        "cut": raw[:-2],
        "reader": b"0" * 64 + raw[64:],
        "empty": b"",
        "no text": b"\xff" + raw,
    }
    entry.write_bytes(changed[damage])
    assert load_rule_document(file).data == {"value": 70}
    assert entry.read_bytes() == raw, "it is mended"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="asks who owns a file")
def test_an_entry_that_others_may_write_does_not_count(folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "value: 70\n")
    load_rule_document(file)
    (entry,) = folder.glob("*.json")
    assert isinstance(load_rule_document(file).values, remembered._Places)
    entry.chmod(0o666)
    assert not isinstance(load_rule_document(file).values, remembered._Places)


def test_other_bytes_are_another_entry(folder: Path, tmp_path: Path) -> None:
    assert load_rule_document(written(tmp_path, "value: 1\n")).data == {"value": 1}
    assert load_rule_document(written(tmp_path, "value: 2\n")).data == {"value": 2}
    assert load_rule_document(written(tmp_path, "value: 1\n")).data == {"value": 1}
    assert len(list(folder.glob("*.json"))) == 2


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("on_day: 2026-02-14\n", {"on_day": datetime.date(2026, 2, 14)}),
        ("whole: 1\nbroken: 1.0\ntruth: true\n", {"whole": 1, "broken": 1.0, "truth": True}),
        ("huge: 1.0e+26\nlong: 12345678901234567890\n", {"huge": 1e26, "long": 12345678901234567890}),
        ("words: Ä…日本\n", {"words": "Ä…日本"}),
        ("list: [[], {}, [a]]\n", {"list": [[], {}, ["a"]]}),
    ],
)
def test_values_keep_their_type(text: str, data: object, folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path, text)
    assert [repr(load_rule_document(file).data) for _ in range(2)] == [repr(data)] * 2
    assert list(folder.glob("*.json"))


def test_what_would_not_come_back_alike_is_not_kept(folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path, '"$date": "2026-02-14"\n')
    assert [load_rule_document(file).data for _ in range(2)] == [{"$date": "2026-02-14"}] * 2
    assert not folder.exists()


def test_nothing_is_kept_where_the_variable_is_empty(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(remembered.VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    load_rule_document(written(tmp_path, "value: 1\n"))
    assert not folder.exists()


def test_the_folder_is_that_of_the_user_for_such_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(remembered.VARIABLE, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    load_rule_document(written(tmp_path, "value: 1\n"))
    assert len(list((tmp_path / "cache" / "policy-engine").glob("*.json"))) == 1
    assert (tmp_path / "cache" / "policy-engine").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv(remembered.VARIABLE, str(blocked / "inside"))
    assert load_rule_document(written(tmp_path, "value: 1\n")).data == {"value": 1}


def test_the_number_of_entries_is_bounded(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_ENTRIES", 3)
    for number in range(6):
        load_rule_document(written(tmp_path, f"value: {number}\n"))
        newest = max(folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, ns=(number, number))
    kept = [json.loads(entry.read_bytes().partition(b"\n")[2])["value"] for entry in folder.glob("*.json")]
    assert sorted(kept) == [3, 4, 5]
    assert not list(folder.glob("*.part"))


def test_the_page_of_a_criterion_is_the_same_with_its_rule_set_alone() -> None:
    everything = load_all_rules()
    for compiled in everything.criteria:
        alone = load_rules_with(compiled.criterion.id.lower())
        found = next(one for one in alone.criteria if one.criterion.id == compiled.criterion.id)
        assert criterion_page.render(found, alone.program) == criterion_page.render(compiled, everything.program)
        assert len(alone.criteria) < len(everything.criteria)


@pytest.mark.parametrize("name", ["XYZ-1", "VAC-99", "vac", "../vac-1", "lenses-1", ""])
def test_a_criterion_that_is_not_there_is_looked_for_everywhere(name: str) -> None:
    assert len(load_rules_with(name).criteria) == len(load_all_rules().criteria)
