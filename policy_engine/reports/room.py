"""How much of a report fits where its reader sets a limit."""

from __future__ import annotations

from collections.abc import Sequence


def size(text: str) -> int:
    """Return the bytes of a text; it has at most as many characters, in whatever way a reader counts them."""
    return len(text.encode())


def fitting(blocks: Sequence[str], room: int) -> int:
    """Return how many of the first blocks fit into a number of bytes."""
    for number, block in enumerate(blocks):
        room -= size(block)
        if room < 0:
            return number
    return len(blocks)
