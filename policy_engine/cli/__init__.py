"""The command line; alone it prints, exits, and turns errors into text and exit codes."""

from __future__ import annotations

import os
import sys

from policy_engine.cli.commands import policy_engine


def main() -> None:
    """Run the command; a reader that closes the pipe early is no error."""
    # Whatever else is installed has no say in how files are validated, and need not be looked for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        policy_engine()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
