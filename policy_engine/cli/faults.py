"""The project's errors as text on standard error, and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

import click

if TYPE_CHECKING:
    from policy_engine.errors import Fault

GATE_FAILED: Final = 1
FILE_AT_FAULT: Final = 3
ENGINE_FAILED: Final = 4
INTERRUPTED: Final = 130
CODES: Final = "Exit codes: 0 done, 1 gate failed, 2 usage, 3 a file is at fault, 4 engine error, 130 stopped."
SHOWN_COLUMNS: Final = 120


def unknown_name(what: str, name: str, known: list[str], argument: str) -> NoReturn:
    """Refuse a name with the nearest known ones."""
    from policy_engine.rules.resolve import near

    raise click.BadParameter(
        f"there is no {what} `{name}`; {near(name.upper() if what == 'criterion' else name, known)}",
        param_hint=argument,
    )


@contextmanager
def reported() -> Iterator[None]:
    """Turn the project's errors into text and exit codes."""
    from policy_engine.errors import EngineError, PolicyEngineError

    try:
        yield
    except PolicyEngineError as error:
        show(error.faults)
        sys.exit(ENGINE_FAILED if isinstance(error, EngineError) else FILE_AT_FAULT)


def show(faults: tuple[Fault, ...]) -> None:
    """Print faults to standard error, each with the line that it is about."""
    for fault in faults:
        click.echo(click.style("error: ", fg="red") + str(fault).partition("\n")[0], err=True)
        line = _line_of(fault)
        if line:
            caret = f"\n    | {' ' * (max(fault.column, 1) - 1)}^" if fault.column <= SHOWN_COLUMNS else ""
            click.echo(f"    | {line}{caret}", err=True)
        if fault.hint:
            click.echo(f"  hint: {fault.hint}", err=True)


def _line_of(fault: Fault) -> str:
    if not fault.line or fault.file in {"", "<stdin>"}:
        return ""
    from policy_engine.errors import SourceError
    from policy_engine.source import read_source

    try:
        lines = read_source(fault.file).decode("utf-8", errors="replace").split("\n")
    except SourceError:
        return ""
    line = lines[fault.line - 1] if fault.line <= len(lines) else ""
    # What a terminal would obey is shown as a mark.
    return "".join(c if c.isprintable() else "\ufffd" for c in line.rstrip()[:SHOWN_COLUMNS])
