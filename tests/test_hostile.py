"""Hostile files get a clear error: the right words, the right line, no traceback, no hang, little memory."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.errors import PolicyEngineError, SourceError
from policy_engine.loading import load_proposal
from policy_engine.source import parse_source

CASES = tomllib.loads((Path(__file__).parent / "hostile" / "cases.toml").read_text(encoding="utf-8"))["case"]
HEAD = {
    "id": "id: test",
    "title": "title: A text",
    "jurisdiction": "jurisdiction: {country: US, level: federal}",
    "status": "status: {stage: draft, date: 2026-01-01}",
    "version": "version: {print: draft}",
    "scope_class": "scope_class: displacement",
    "sources": "sources:\n  - url: https://example.org\n    read: full_text",
    "how_to_check": "how_to_check: Made for a test.",
    "examined": "examined: everything",
}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_hostile(case: dict[str, Any], tmp_path: Path) -> None:
    head = "\n".join(text for key, text in HEAD.items() if key != case.get("without")) + "\n"
    file = tmp_path / "case.yaml"
    file.write_bytes(((head if case.get("base") else "") + case["text"]).encode())
    with pytest.raises(PolicyEngineError) as caught:
        load_proposal(str(file))
    faults = [fault for fault in caught.value.faults if case["message"] in fault.message]
    assert faults, [str(fault) for fault in caught.value.faults]
    assert faults[0].file == str(file)
    assert faults[0].line == case.get("line", faults[0].line)
    assert case.get("hint", "") in faults[0].hint


def test_there_are_sixty_cases() -> None:
    assert len(CASES) >= 60


def bomb() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines).encode()


BIG: dict[str, tuple[Callable[[], bytes], str]] = {
    "nested lists": (lambda: b"[" * 100_000, "nested deeper"),
    "nested maps": (lambda: b"{a: " * 100_000, "nested deeper"),
    "alias bomb": (bomb, "once aliases are expanded"),
    "three megabytes": (lambda: b"a: " + b"x" * 3_000_000, "larger than"),
    "long text": (lambda: b"a: " + b"x" * 9_000, "longer than 8,000"),
    "many values": (lambda: b"a: [" + b"1, " * 150_000 + b"1]", "more than 100,000 values"),
    "latin-1": (lambda: "a: ä".encode("latin-1"), "not UTF-8"),
    "utf-16": (lambda: "a: b".encode("utf-16"), "not UTF-8"),
    "many faults": (lambda: b"".join(b"k%d: NO\n" % n for n in range(5_000)), "can be read as"),
}
SCRIPT = """
import resource, sys
from policy_engine.errors import SourceError
from policy_engine.loading import load_proposal
try:
    load_proposal(sys.argv[1])
except SourceError as error:
    print(error.faults[0].message)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("name", BIG)
def test_big_and_binary_files(name: str, tmp_path: Path) -> None:
    make, message = BIG[name]
    file = tmp_path / "case.yaml"
    file.write_bytes(make())
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(file)], capture_output=True, text=True, timeout=20, check=True
    )
    said, memory = ran.stdout.splitlines()
    assert message in said
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(memory) * unit < 300_000_000


@pytest.mark.parametrize(
    ("path", "message"), [("/nowhere.yaml", "no such file"), ("/", "a directory"), ("/dev/zero", "not a regular file")]
)
def test_what_is_no_file(path: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        load_proposal(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(SourceError):
        assert isinstance(parse_source(raw, "x").data, dict)


def test_positions_are_exact() -> None:
    document = parse_source(b"a: 1\nb:\n  - c: two\n    d: [x, 2.5]\n", "x")
    assert document.data == {"a": 1, "b": [{"c": "two", "d": ["x", 2.5]}]}
    assert document.position(("b", 0, "d", 1)).line == 4
    assert document.position(("b", 0, "d", 1)).column == 12
    assert document.key_position(("b", 0, "c")).column == 5
    assert document.position(("b", 0, "nothing")).line == 3


def test_floats_with_exponents_are_numbers() -> None:
    assert parse_source(b"a: 1e26\nb: 1.0e+25\n", "x").data == {"a": 1e26, "b": 1e25}
