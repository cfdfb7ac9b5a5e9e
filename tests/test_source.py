from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import json
import math
import re
import sys
import unicodedata
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.errors import Fault, SourceError
from policy_engine.source import Document, Path, Position, limits, load_document, parse_source
from policy_engine.source.files import name_of
from policy_engine.source.hidden import first_hidden


def parse(text: str) -> Document:
    return parse_source(text.encode(), "x.yaml")


def data(text: str) -> Any:
    return parse(text).data


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(SourceError) as caught:
        parse(text)
    return caught.value.faults


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"a: 1\n")))
    assert load_document("-").file == "<stdin>"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"#" * 3_000_000)))
    with pytest.raises(SourceError, match=r"<stdin>: the file is larger"):
        load_document("-")


TEXT = """\
id: law
status: {stage: draft, date: 2026-01-01}
provisions:
  - id: first
    "quoted key": [a, 2.5, [true]]
  - - nested
note: >-
  folded
  text
"""


def test_positions_are_exact() -> None:
    document = parse(TEXT)
    places = {
        (): (1, 1),
        ("id",): (1, 5),
        ("status",): (2, 9),
        ("status", "date"): (2, 30),
        ("provisions",): (4, 3),
        ("provisions", 0): (4, 5),
        ("provisions", 0, "quoted key"): (5, 19),
        ("provisions", 0, "quoted key", 1): (5, 23),
        ("provisions", 0, "quoted key", 2, 0): (5, 29),
        ("provisions", 1): (6, 5),
        ("provisions", 1, 0): (6, 7),
        ("note",): (7, 7),
    }
    assert {path: document.values[path] for path in places} == {p: Position(*at) for p, at in places.items()}
    assert document.keys[("status", "date")] == Position(2, 24)
    assert document.keys[("provisions", 0, "quoted key")] == Position(5, 5)


def test_absent_paths_take_the_place_of_their_parent() -> None:
    document = parse(TEXT)
    assert document.position(("provisions", 0, "absent", "deeper")) == Position(4, 5)
    assert document.position(("absent",)) == Position(1, 1)
    assert document.key_position(("status", "absent")) == Position(2, 9)
    assert document.key_position(("provisions", 1)) == Position(6, 5)


def test_what_an_alias_repeats_stands_at_the_alias() -> None:
    document = parse("a: &a\n  b: [1]\nc: *a\n")
    assert document.data == {"a": {"b": [1]}, "c": {"b": [1]}}
    assert document.position(("c", "b", 0)) == Position(3, 4)
    assert document.position(("a", "b", 0)) == Position(2, 7)


def test_columns_count_characters() -> None:
    assert parse("a: {é😀: ü, b: 1}\n").keys[("a", "b")] == Position(1, 12)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_move_places(end: str) -> None:
    document = parse(TEXT.replace("\n", end))
    assert (document.data, document.values) == (data(TEXT), parse(TEXT).values)
    assert document.lines == tuple(TEXT.splitlines())


def test_a_byte_order_mark_is_accepted() -> None:
    document = parse_source(b"\xef\xbb\xbfa: 1\n", "x")
    assert (document.data, document.keys[("a",)]) == ({"a": 1}, Position(1, 1))


def test_excerpt_and_digest() -> None:
    document = parse(TEXT)
    assert document.excerpt(4) == "  - id: first"
    assert [document.excerpt(line) for line in (0, -1, 99)] == ["", "", ""]
    assert document.text_digest == document.digest == hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e26", 1e26),
        ("1.0e+25", 1e25),
        ("10e25", 1e26),
        ("-2.5E-3", -0.0025),
        (".5", 0.5),
        ("5.", 5.0),
        ("0", 0),
        ("+7", 7),
        ("-12", -12),
        ("100000000000000000000000000", 10**26),
        ("2026-01-01", datetime.date(2026, 1, 1)),
        ("2024-02-29", datetime.date(2024, 2, 29)),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("1:75", "1:75"),
        ("sec. 1:30", "sec. 1:30"),
        ("1.2.3", "1.2.3"),
        ("1,000", "1,000"),
        ("-", None),
        ("tRUE", "tRUE"),
        ("=", "="),
        ("'NO'", "NO"),
        ('"12"', "12"),
        ('"2026-01-01"', "2026-01-01"),
        ("'null'", "null"),
        ("''", ""),
        ("|\n  two\n  lines\n", "two\nlines"),
        (">\n  two\n  lines\n\n", "two lines"),
        ("sec. 3(b)", "sec. 3(b)"),
        ("法律 ⚖️", "法律 ⚖️"),
        ("cafe\u0301", "caf\u00e9"),
        ('"\\U0001F600"', "😀"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    if value is None:
        assert faults(f"a: {text}\n")
        return
    read = data(f"a: {text}\n")["a"]
    assert (read, type(read)) == (value, type(value))


def test_all_faults_of_a_file_are_told_in_order() -> None:
    found = faults("a: NO\nb: ~\nc: 0x1\na: 1\nd: !t x\ne: mora\u200btorium\nf: ' g'\n1: x\n")
    assert [fault.line for fault in found] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all(fault.hint and fault.column for fault in found)


def test_a_repeated_key_names_the_first() -> None:
    assert "first on line 1" in faults("a: 1\nb: 2\na: 3\n")[0].hint


def test_an_open_quote_names_where_it_opens() -> None:
    assert "opens on line 2" in faults('a: 1\nb: "x\nc: 1\n')[0].hint


def test_the_hint_for_norway_says_both_ways_out() -> None:
    hint = faults("country: NO\n")[0].hint
    assert '"NO" in quotes' in hint
    assert "true or false" in hint


@pytest.mark.parametrize(
    "text", ["a: 5%", "a: |\n  %x\n  ...\n  %y", 'a: "x\n%y"', "# c\n---\na: b\n...\n# %\n", "a: b ...\n"]
)
def test_a_percent_sign_inside_the_content_is_no_directive(text: str) -> None:
    assert data(text)


def test_a_file_name_that_cannot_be_printed_is_spelled_out() -> None:
    assert name_of("a\udcff\n\x1b.yaml") == "a\\udcff\\n\\x1b.yaml"
    assert name_of("法律 é.yaml") == "法律 é.yaml"


def test_forty_levels_are_allowed_and_no_more() -> None:
    assert data("a: " + "[" * (limits.DEEPEST - 1) + "]" * (limits.DEEPEST - 1))
    assert faults("a: " + "[" * limits.DEEPEST + "]" * limits.DEEPEST)


def test_caps_themselves_are_allowed() -> None:
    assert len(data("a: " + "x" * limits.LONGEST_TEXT)["a"]) == limits.LONGEST_TEXT
    assert data("a: " + "9" * limits.LONGEST_NUMBER)
    assert len(read_of_size(limits.LARGEST_FILE)) == limits.LARGEST_FILE


def read_of_size(size: int) -> str:
    return parse_source(b"a: 1\n#" + b"x" * (size - 6), "x").lines[1] + "-" * 5


NUMERIC = re.compile(r"[-+.]?[0-9]|[-+]?\.(inf|nan)|[-+]?\.\Z", re.IGNORECASE)
WORDS = frozenset({"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<"})


def unmistakable(text: str) -> bool:
    return not NUMERIC.match(text) and text.lower() not in WORDS


def clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


visible = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co", "Zl", "Zp"])
any_text = st.text(visible, max_size=60).map(clean).filter(lambda text: not first_hidden(text))
numbers = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
dates = st.dates(min_value=datetime.date(1000, 1, 1))


def trees(text: st.SearchStrategy[str], leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    def grow(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.lists(children, max_size=4) | st.dictionaries(text, children, max_size=4)

    return st.dictionaries(text, st.recursive(leaves | text, grow, max_leaves=15), min_size=1, max_size=5)


plain_text = any_text.filter(unmistakable)


@given(trees(plain_text, numbers | st.booleans() | dates), st.booleans())
def test_what_yaml_dumps_is_read_back(tree: dict[str, Any], flow: bool) -> None:
    dumped = yaml.safe_dump(tree, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    assert data(dumped) == tree


@given(trees(any_text, numbers | st.booleans()))
def test_json_is_read_as_it_stands(tree: dict[str, Any]) -> None:
    # YAML bounds an implicit key to 1,024 characters, and texts here are far shorter.
    assert data(json.dumps(tree, ensure_ascii=False, indent=1)) == tree


@given(trees(plain_text, st.booleans()))
def test_every_value_has_a_place(tree: dict[str, Any]) -> None:
    document = parse(yaml.safe_dump(tree, allow_unicode=True))

    def walk(value: Any, path: Path) -> None:
        place = document.values[path]
        assert 1 <= place.line <= len(document.lines)
        if isinstance(value, dict):
            for key, item in value.items():
                assert (*path, key) in document.keys
                walk(item, (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                walk(item, (*path, index))

    walk(document.data, ())


def assert_plain(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            assert type(key) is str
            assert_plain(item)
    elif isinstance(value, list):
        for item in value:
            assert_plain(item)
    else:
        assert type(value) in {str, int, float, bool, datetime.date}
        assert not isinstance(value, float) or math.isfinite(value)


def read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(SourceError):
        assert_plain(parse_source(raw, "x").data)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    read_or_refused(raw)


PIECES = [
    "a",
    "b: ",
    "- ",
    "\n",
    "\n  ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "&a ",
    "*a",
    "!t ",
    "<<: ",
    "? ",
    ": ",
    "#",
    "|\n",
]
PIECES += [
    '"',
    "'",
    "\\",
    "\t",
    "---\n",
    "...\n",
    "%",
    "~",
    "1",
    "1e9",
    ".",
    "2026-01-01",
    "NO",
    "\u200b",
    "é",
    ">-\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_mix_of_signs_is_read_or_refused(text: str) -> None:
    read_or_refused(text.encode())
