"""Hostile inputs too large, too binary or too repetitive to keep as files; each is expected as a file says it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import Final

_TAG_DIRECTIVES: Final = b"".join(b"%%TAG !a%d! x\n" % n for n in range(120_000))
_PROPOSAL: Final = b"""\
id: test
title: A text
jurisdiction: {country: US, level: federal}
status: {stage: draft, date: 2026-01-01}
version: {print: draft}
scope_class: displacement
sources:
  - url: https://example.org
    read: full_text
how_to_check: Made for a test.
examined: everything
"""


def _numbered(line: bytes, count: int) -> bytes:
    """Return `count` lines, each with its number."""
    return b"".join(line % number for number in range(count))


def _bomb(width: int, levels: int) -> bytes:
    """Return `levels` lists, each holding the one before `width` times."""
    lines = ["k0: &k0 [x]"]
    lines += [f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


def _mapping_bomb() -> bytes:
    lines = ["k0: &k0 {a: x, b: x}"]
    lines += [f"k{n}: &k{n} {{a: *k{n - 1}, b: *k{n - 1}}}" for n in range(1, 30)]
    return "\n".join(lines).encode()


def _chain_of_depths() -> bytes:
    """Return lists of allowed depth, each ending in the one before: 2,500 levels once expanded."""
    lines = ["k0: &k0 [x]"]
    lines += [f"k{n}: &k{n} {'[' * 37}*k{n - 1}{']' * 37}" for n in range(1, 68)]
    return "\n".join(lines).encode()


# What is expected, and what makes the input.
GENERATED: Final[Mapping[str, tuple[str, Callable[[], bytes]]]] = {
    "depth, lists": ("# expect 1: nested deeper", lambda: b"[" * 100_000),
    "depth, lists with a key": ("# expect 1: nested deeper", lambda: b"a: " + b"[" * 100_000),
    "depth, mappings": ("# expect 1: nested deeper", lambda: b"{a: " * 100_000),
    "depth, dashes": ("# expect 2: nested deeper", lambda: b"a:\n  " + b"- " * 100_000),
    "depth, braces as keys": ("# expect 1: a key must be plain text", lambda: b"{" * 100_000),
    "depth, block": ("# expect 41: nested deeper", lambda: b"".join(b" " * n + b"a:\n" for n in range(1_500))),
    "depth, through aliases": ("# expect 3: nested deeper", _chain_of_depths),
    "bomb, ten to the ninth": ("# expect: once aliases are expanded", lambda: _bomb(10, 10)),
    "bomb, flat": (
        "# expect 2: once aliases",
        lambda: b"a: &a [" + b"1, " * 999 + b"1]\nb: [" + b"*a, " * 999 + b"*a]",
    ),
    "bomb, twenty thousand wide": ("# expect: once aliases are expanded", lambda: _bomb(20_000, 4)),
    "bomb, mappings": ("# expect: once aliases are expanded", _mapping_bomb),
    "values, too many": ("# expect 1: more than 100,000 values", lambda: b"a: [" + b"1, " * 150_000 + b"1]"),
    "keys, too many": ("# expect: more than 100,000 values", lambda: _numbered(b"k%d: 1\n", 60_000)),
    "cycle, far apart": ("# expect 50002: inside its own anchor", lambda: b"a: &a\n" + b" - 1\n" * 50_000 + b" - *a\n"),
    "size, one above the cap": ("# expect: larger than 2,097,152 bytes", lambda: b"a: " + b"x" * (2 * 1024 * 1024 - 2)),
    "size, 64 MiB": ("# expect: larger than 2,097,152 bytes", lambda: b"#" * (64 * 1024 * 1024)),
    "text, too long": ("# expect 1: longer than 8,000", lambda: b"a: " + b"x" * 8_001),
    "text, two million": ("# expect 2: longer than 8,000", lambda: b"id: a\nb: |\n" + b"  x y z\n" * 200_000),
    "key, too long": ("# expect 1: longer than 8,000", lambda: b'? "' + b"x" * 8_001 + b'"\n: a'),
    "anchor, long name": ("# expect 1: refers to no anchor", lambda: b"a: *" + b"x" * 1_000_000),
    "number, two million digits": ("# expect 1: more than 40 digits", lambda: b"a: " + b"9" * 2_000_000),
    "number, two million decimals": ("# expect 1: more than 40 digits", lambda: b"a: 0." + b"3" * 2_000_000),
    "number, signs": ("# expect 1: can be read as different numbers", lambda: b"a: " + b"9_" * 1_000_000),
    "faults, a flood": ("# expect 1: can be read as", lambda: _numbered(b"k%d: NO\n", 50_000)),
    "faults, the same key": ("# expect 2: stands twice", lambda: b"a: 1\n" * 50_000),
    "hidden, a flood": ("# expect 1: hidden character U+200B", lambda: b"a: b # " + "\u200b".encode() * 500_000),
    "bytes, Latin-1": ("# expect 2: not UTF-8", lambda: "a: 1\nb: \xe4".encode("latin-1")),
    "bytes, UTF-16 with mark": ("# expect 1: not UTF-8", lambda: "a: b".encode("utf-16")),
    "bytes, UTF-32 with mark": ("# expect 1: not UTF-8", lambda: "a: b".encode("utf-32")),
    "bytes, UTF-16 without mark": ("# expect 1: hidden character U+0000", lambda: "a: b".encode("utf-16-le")),
    "bytes, surrogate": ("# expect 1: not UTF-8", lambda: b"a: \xed\xa0\x80"),
    "bytes, overlong slash": ("# expect 1: not UTF-8", lambda: b"a: \xc0\xaf"),
    "bytes, cut short": ("# expect 3: not UTF-8", lambda: b"a: 1\n\nb: \xe2\x82"),
    "bytes, NUL": ("# expect 2: hidden character U+0000", lambda: b"a: 1\nb: x\0y"),
    "bytes, escape sequence": ("# expect 1: hidden character U+001B", lambda: b"a: \x1b[2Jb"),
    "bytes, delete": ("# expect 1: hidden character U+007F", lambda: b"a: b\x7f"),
    "bytes, next line": ("# expect 1: hidden character U+0085", lambda: "a: b\x85c: d".encode()),
    "bytes, second mark": ("# expect 1: hidden character U+FEFF", lambda: b"\xef\xbb\xbf\xef\xbb\xbfa: b"),
    "bytes, none": ("# expect 1: the file is empty", lambda: b""),
    "bytes, mark alone": ("# expect 1: the file is empty", lambda: b"\xef\xbb\xbf"),
    "breaks, carriage returns": ("# expect 2: hidden character U+0001", lambda: b"a: 1\rb: \x01"),
    "breaks, both": ("# expect 2: `NO` can be read", lambda: b"a: 1\r\nb: NO\r\n"),
    "line, five million": ("# expect: larger than 2,097,152 bytes", lambda: b"a: " + b"x" * 5_000_000),
    "line, wrong at its end": (
        "# expect 1: hidden character U+200B",
        lambda: b"a: " + b"x " * 900_000 + "\u200b".encode(),
    ),
    "line, blanks": ("# expect 1: `id` is missing", lambda: b"a:" + b" " * 2_000_000 + b"b"),
    "line, faults in it": (
        "# expect 1: can be read as",
        lambda: b"{" + b", ".join(b"k%d: NO" % n for n in range(100_000)) + b"}",
    ),
    "anchors, each its own": (
        "# expect 1: `id` is missing",
        lambda: b"".join(b"k%d: &a%d x\n" % (n, n) for n in range(45_000)),
    ),
    "anchors, the same": (
        "# expect 1: `k0` is not a field here",
        lambda: _numbered(b"k%d: &a x\n", 45_000),
    ),
    "anchors, signs alone": ("# expect 1: begins no name", lambda: b"a: " + b"&" * 100_000),
    "tags, exclamation marks": ("# expect 1: is not used here", lambda: b"a: " + b"!" * 100_000),
    "tags, long name": ("# expect 1: is not used here", lambda: b"a: !" + b"x" * 1_000_000 + b" 1"),
    "directives, a flood": ("# expect 1: `%` begins a directive", lambda: _TAG_DIRECTIVES + b"---\na: 1"),
    "directives, after the end": (
        "# expect 3: `%` begins a directive",
        lambda: b"a: 1\n...\n" + _TAG_DIRECTIVES + b"---\na: 1",
    ),
    "documents, a flood": ("# expect 2: more than one document", lambda: b"---\n" * 100_000),
    "documents, ends alone": ("# expect 1: a value is missing", lambda: b"...\n" * 100_000),
    "depth, question marks": ("# expect 1: a key must be plain text", lambda: b"? " * 100_000),
    "depth, colons": ("# expect 1: this line fits none above", lambda: b": " * 100_000),
    "depth, lists as keys": ("# expect 1: a key must be plain text", lambda: b"- ? " * 50_000),
    "values, empty lists": ("# expect 1: `id` is missing", lambda: b"a: [" + b"[], " * 90_000 + b"]"),
    "text, line breaks": ("# expect 1: `id` is missing", lambda: b'a: "' + b"\n" * 1_000_000 + b'"'),
    "text, accents on one letter": ("# expect 1: longer than 8,000", lambda: b"a: e" + "\u0301".encode() * 8_001),
    "text, number of a colon": ("# expect 1: longer than 8,000", lambda: b"a" + b":a" * 500_000),
    "comments, a flood": ("# expect 1: the file is empty", lambda: b"#\n" * 900_000),
    "blanks, a flood": ("# expect 1: the file is empty", lambda: b" " * 2_000_000),
    "tabs, a flood": ("# expect 1: a tab cannot begin a value", lambda: b"\t" * 2_000_000),
    "fields, unknown": (
        "# expect 12: `k0` is not a field here",
        lambda: _PROPOSAL + _numbered(b"k%d: 1\n", 49_000),
    ),
    "provisions, unknown types": (
        "# expect 13: `t0` is not a provision type",
        lambda: _PROPOSAL + b"provisions:\n" + _numbered(b" - {type: t%d}\n", 9_000),
    ),
    "provisions, too many": (
        "# expect 13: at most 2000 items",
        lambda: _PROPOSAL + b"provisions:\n" + _numbered(b" - {type: sunset, id: a%d, cite: s}\n", 9_000),
    ),
    "bytes, UTF-16 big-endian": ("# expect 1: not UTF-8", lambda: b"\xfe\xff" + "a: b".encode("utf-16-be")),
    "bytes, NUL alone": ("# expect 1: hidden character U+0000", lambda: b"\0" * 100_000),
    "bytes, gzip": ("# expect 1: not UTF-8", lambda: gzip.compress(b"a: 1\n" * 1_000, mtime=0)),
}
