"""Hostile inputs too large, too binary or too repetitive to keep as files, and what must be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Generated:
    """One input; `line` 0 means that the line is not pinned."""

    make: Callable[[], bytes]
    message: str
    line: int = 0


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


GENERATED: Final[Mapping[str, Generated]] = {
    "depth, lists": Generated(lambda: b"[" * 100_000, "nested deeper", 1),
    "depth, lists with a key": Generated(lambda: b"a: " + b"[" * 100_000, "nested deeper", 1),
    "depth, mappings": Generated(lambda: b"{a: " * 100_000, "nested deeper", 1),
    "depth, dashes": Generated(lambda: b"a:\n  " + b"- " * 100_000, "nested deeper", 2),
    "depth, braces as keys": Generated(lambda: b"{" * 100_000, "a key must be plain text", 1),
    "depth, block": Generated(lambda: b"".join(b" " * n + b"a:\n" for n in range(1_500)), "nested deeper", 41),
    "depth, through aliases": Generated(_chain_of_depths, "nested deeper", 3),
    "bomb, ten to the ninth": Generated(lambda: _bomb(10, 10), "once aliases are expanded"),
    "bomb, flat": Generated(
        lambda: b"a: &a [" + b"1, " * 999 + b"1]\nb: [" + b"*a, " * 999 + b"*a]", "once aliases", 2
    ),
    "bomb, twenty thousand wide": Generated(lambda: _bomb(20_000, 4), "once aliases are expanded"),
    "bomb, mappings": Generated(_mapping_bomb, "once aliases are expanded"),
    "values, too many": Generated(lambda: b"a: [" + b"1, " * 150_000 + b"1]", "more than 100,000 values", 1),
    "keys, too many": Generated(lambda: b"".join(b"k%d: 1\n" % n for n in range(60_000)), "more than 100,000 values"),
    "cycle, far apart": Generated(
        lambda: b"a: &a\n" + b" - 1\n" * 50_000 + b" - *a\n", "inside its own anchor", 50_002
    ),
    "size, one above the cap": Generated(lambda: b"a: " + b"x" * (2 * 1024 * 1024 - 2), "larger than 2,097,152 bytes"),
    "size, 64 MiB": Generated(lambda: b"#" * (64 * 1024 * 1024), "larger than 2,097,152 bytes"),
    "text, too long": Generated(lambda: b"a: " + b"x" * 8_001, "longer than 8,000", 1),
    "text, two million": Generated(lambda: b"id: a\nb: |\n" + b"  x y z\n" * 200_000, "longer than 8,000", 2),
    "key, too long": Generated(lambda: b'? "' + b"x" * 8_001 + b'"\n: a', "longer than 8,000", 1),
    "anchor, long name": Generated(lambda: b"a: *" + b"x" * 1_000_000, "refers to no anchor", 1),
    "number, two million digits": Generated(lambda: b"a: " + b"9" * 2_000_000, "more than 40 digits", 1),
    "number, two million decimals": Generated(lambda: b"a: 0." + b"3" * 2_000_000, "more than 40 digits", 1),
    "number, signs": Generated(lambda: b"a: " + b"9_" * 1_000_000, "can be read as different numbers", 1),
    "faults, a flood": Generated(lambda: b"".join(b"k%d: NO\n" % n for n in range(50_000)), "can be read as", 1),
    "faults, the same key": Generated(lambda: b"a: 1\n" * 50_000, "stands twice", 2),
    "hidden, a flood": Generated(lambda: b"a: b # " + "\u200b".encode() * 500_000, "hidden character U+200B", 1),
    "bytes, Latin-1": Generated(lambda: "a: 1\nb: \xe4".encode("latin-1"), "not UTF-8", 2),
    "bytes, UTF-16 with mark": Generated(lambda: "a: b".encode("utf-16"), "not UTF-8", 1),
    "bytes, UTF-32 with mark": Generated(lambda: "a: b".encode("utf-32"), "not UTF-8", 1),
    "bytes, UTF-16 without mark": Generated(lambda: "a: b".encode("utf-16-le"), "hidden character U+0000", 1),
    "bytes, surrogate": Generated(lambda: b"a: \xed\xa0\x80", "not UTF-8", 1),
    "bytes, overlong slash": Generated(lambda: b"a: \xc0\xaf", "not UTF-8", 1),
    "bytes, cut short": Generated(lambda: b"a: 1\n\nb: \xe2\x82", "not UTF-8", 3),
    "bytes, NUL": Generated(lambda: b"a: 1\nb: x\0y", "hidden character U+0000", 2),
    "bytes, escape sequence": Generated(lambda: b"a: \x1b[2Jb", "hidden character U+001B", 1),
    "bytes, delete": Generated(lambda: b"a: b\x7f", "hidden character U+007F", 1),
    "bytes, next line": Generated(lambda: "a: b\x85c: d".encode(), "hidden character U+0085", 1),
    "bytes, second mark": Generated(lambda: b"\xef\xbb\xbf\xef\xbb\xbfa: b", "hidden character U+FEFF", 1),
    "bytes, none": Generated(lambda: b"", "the file is empty", 1),
    "bytes, mark alone": Generated(lambda: b"\xef\xbb\xbf", "the file is empty", 1),
    "breaks, carriage returns": Generated(lambda: b"a: 1\rb: \x01", "hidden character U+0001", 2),
    "breaks, both": Generated(lambda: b"a: 1\r\nb: NO\r\n", "`NO` can be read", 2),
}
