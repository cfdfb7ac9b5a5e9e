"""Edits of YAML texts: exactly the data that was meant, and every other line as it was."""

from __future__ import annotations

import copy
import difflib
import random
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT

from policy_engine.errors import SourceError
from policy_engine.source import Path, parse_source
from policy_engine.source.editing import insert_item, remove_item, set_value

FILES = sorted((ROOT / "proposals").rglob("*.yaml"))
TEXT = """\
# About the file.
id: a  # its name
examined: [xx, yy]  # what was read
provisions:
  # On the first.
  - id: one
    type: t
    begins: {days: 3, after: {rule: true}}
    note: >-
      Said
      at length.

  # On the second.
  # Two lines of it.
  - id: two
    list:
      - a
      - b  # last
    note: short
# The end.
"""
VALUES: list[Any] = [
    *(True, False, 3, 1e26, 0.5, 12345678901.0, "not_addressed", "no", "3", "2026-01-01", "a: b # c", 'say "x"', "é"),
    *([], {}, [1, "x"], {"a": 1, "b": [1, {"c": "d"}]}, "word " * 60 + "end", "# no comment", "two\nlines"),
]


def data(text: str) -> Any:
    """Return what a text holds."""
    return parse_source(text.encode(), "f").data


def gone_and_new(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that an edit took out and put in."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [x[2:] for x in lines if x.startswith("- ")], [x[2:] for x in lines if x.startswith("+ ")]


@pytest.mark.parametrize(
    ("path", "value", "gone", "new"),
    [
        (("id",), "b", ["id: a  # its name"], ["id: b  # its name"]),
        (("provisions", 0, "begins", "days"), 180.0, None, ["    begins: {days: 180, after: {rule: true}}"]),
        (
            ("provisions", 0, "begins", "after", "date"),
            "x",
            None,
            ["    begins: {days: 3, after: {rule: true, date: x}}"],
        ),
        (("provisions", 1, "saves", "tort"), True, [], ["    saves: {tort: true}"]),
        (("provisions", 1, "list"), ["c"], ["    list:", "      - a", "      - b  # last"], ["    list: [c]  # last"]),
        (("provisions", 0, "note"), "Brief.", None, ["    note: Brief."]),
        (("provisions", 0, "type", "deep"), 1.0e26, ["    type: t"], ["    type: {deep: 1.0e+26}"]),
        (("statements",), [], [], ["statements: []"]),
    ],
)
def test_set_value(path: Path, value: Any, gone: list[str] | None, new: list[str]) -> None:
    before_note = set_value(TEXT, path, value, before=("note",))
    lost, found = gone_and_new(TEXT, before_note)
    assert found == new
    assert gone is None or lost == gone
    assert "# The end.\n" in before_note


def test_a_new_key_stands_before_the_note() -> None:
    lines = set_value(TEXT, ("provisions", 0, "x"), 1, before=("note",)).splitlines()
    assert lines[lines.index("    x: 1") + 1] == "    note: >-"
    last = set_value(TEXT, ("provisions", 0, "x"), 1).splitlines()
    assert last[last.index("    x: 1") - 1] == "      at length."


def test_insert_item() -> None:
    new = insert_item(TEXT, ("provisions",), {"id": "three", "words": [1, 2], "note": "w " * 70 + "end"})
    assert gone_and_new(TEXT, new)[0] == []
    added = gone_and_new(TEXT, new)[1]
    assert added[:3] == ["  - id: three", "    words: [1, 2]", "    note: >-"]
    assert max(map(len, added)) <= 120
    assert new.endswith("# The end.\n")
    assert gone_and_new(TEXT, insert_item(TEXT, ("examined",), "zz"))[1] == ["examined: [xx, yy, zz]  # what was read"]
    made = insert_item(TEXT, ("statements",), {"fact": "a.b", "value": True})
    assert gone_and_new(TEXT, made) == ([], ["statements:", "  - fact: a.b", "    value: true"])
    assert "provisions:\n  - id: x\n" in insert_item("id: a\nprovisions: []\n", ("provisions",), {"id": "x"})


def test_remove_item_takes_its_own_comments_along() -> None:
    gone, new = gone_and_new(TEXT, remove_item(TEXT, ("provisions", 1)))
    assert new == []
    assert gone[:3] == ["  # On the second.", "  # Two lines of it.", "  - id: two"]
    assert "# On the first." in remove_item(TEXT, ("provisions", 1))
    assert "# The end." in remove_item(TEXT, ("provisions", 1))
    assert data(remove_item(remove_item(TEXT, ("provisions", 0)), ("provisions", 0)))["provisions"] == []
    assert gone_and_new(TEXT, remove_item(TEXT, ("examined", 0)))[1] == ["examined: [yy]  # what was read"]
    first = remove_item(TEXT, ("provisions", 1, "id"))
    assert gone_and_new(TEXT, first)[1] == ["  - list:"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_stay_as_they_are(newline: str) -> None:
    text = TEXT.replace("\n", newline)
    new = insert_item(set_value(text, ("id",), "b"), ("provisions",), {"id": "x", "z": 1})
    assert new.count("\n") == new.count(newline)
    without = text.removesuffix("# The end." + newline).removesuffix(newline)
    assert data(insert_item(without, ("provisions",), {"id": "x"}))["provisions"][-1] == {"id": "x"}
    assert not insert_item(without, ("provisions",), {"id": "x"}).endswith("\n")


def test_what_cannot_be_edited_alone_is_refused() -> None:
    text = "a: &x {b: 1}\nc: *x\n"
    with pytest.raises(SourceError, match="without changing more than is meant"):
        set_value(text, ("a", "b"), 2)
    with pytest.raises(SourceError, match="nothing at provisions"):
        remove_item(TEXT, ("provisions", 9))
    with pytest.raises(SourceError, match="begins or ends with blanks"):
        set_value(TEXT, ("id",), " b")


def paths(value: Any, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every path of some data with its value."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in pairs:
        yield (*above, step), inner
        yield from paths(inner, (*above, step))


def at(value: Any, path: Path) -> Any:
    """Return the value at a path."""
    for step in path:
        value = value[step]
    return value


def random_edit(text: str, chance: random.Random) -> tuple[str, Any, Path]:
    """Return an edited text, the data it must hold, and where it was edited."""
    before = data(text)
    expected = copy.deepcopy(before)
    every = list(paths(before))
    value = chance.choice(VALUES)
    kind = chance.choice(["set", "new", "insert", "remove"])
    if kind == "set":
        path, _ = chance.choice(every)
        at(expected, path[:-1])[path[-1]] = value
        return set_value(text, path, value), expected, path
    if kind == "new":
        path, _ = chance.choice([(path, inner) for path, inner in every if isinstance(inner, dict)])
        at(expected, path)["zz"] = {"yy": value} if (deep := chance.random() < 0.5) else value
        return set_value(text, (*path, "zz", "yy") if deep else (*path, "zz"), value, before=("note",)), expected, path
    if kind == "insert":
        path, _ = chance.choice([(path, inner) for path, inner in every if isinstance(inner, list)])
        at(expected, path).append(value)
        return insert_item(text, path, value), expected, path
    path, _ = chance.choice(every)
    del at(expected, path[:-1])[path[-1]]
    return remove_item(text, path), expected, path


def test_random_edits_of_the_shipped_texts_change_what_is_meant_and_no_other_line() -> None:
    chance = random.Random(11)  # noqa: S311
    for _ in range(300):
        text = chance.choice(FILES).read_text(encoding="utf-8")
        after, expected, path = random_edit(text, chance)
        assert data(after) == expected, path
        document = parse_source(text.encode(), "f")
        first = document.key_position(path).line
        own = [at for at, _ in paths(document.data) if at[: len(path)] == path]
        last = max(document.position(p).line for p in own)
        following = [p.line for p in document.keys.values() if p.line > last]
        lines = text.splitlines()
        end = min(following, default=len(lines) + 1)
        # Comments right above go with what is removed, and a list may end up empty beside its key.
        kept = [line for line in lines[: first - 1] if not line.lstrip().startswith("#")][:-1]
        new = after.splitlines()
        assert [line for line in new if not line.lstrip().startswith("#")][: len(kept)] == kept, path
        tail = lines[end:]
        assert new[len(new) - len(tail) :] == tail, path
