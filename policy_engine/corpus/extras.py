"""The libraries of the extras [corpus] and [dask], imported when used."""

from __future__ import annotations

import importlib
import os
from typing import Any

from policy_engine.errors import Fault, SourceError


def library(name: str, extra: str = "corpus") -> Any:
    """Return a library of an extra; raises SourceError, saying how to install it, where it is missing."""
    # The allocator that gives memory back, and does not reserve what no proposal needs.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        return importlib.import_module(name)
    except ImportError as error:
        needed = name.partition(".")[0]
        hint = f"install the extra: pip install 'policy-engine[{extra}]'"
        raise SourceError(
            Fault(f"{needed} is needed for a corpus, and cannot be imported: {error}", hint=hint)
        ) from None
