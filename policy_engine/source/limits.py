"""How large a file, and what stands in it, may be; a rule set or a proposal comes nowhere near."""

from __future__ import annotations

from typing import Final

LARGEST_FILE: Final = 2 * 1024 * 1024
DEEPEST: Final = 40
MOST_NODES: Final = 100_000
LONGEST_TEXT: Final = 8_000
LONGEST_NUMBER: Final = 40
LONGEST_QUOTE: Final = 40
MOST_FAULTS: Final = 100
TOO_LARGE: Final = f"the file is larger than {LARGEST_FILE:,} bytes"


def shortened(text: str) -> str:
    """Return a text fit to be quoted in a message: of one line, and not long."""
    text = text.replace("\n", "\\n")
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
