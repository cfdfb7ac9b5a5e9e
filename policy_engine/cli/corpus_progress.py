"""A run over a corpus with its progress on the terminal: how many, how fast, how much longer."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from policy_engine.corpus.extras import library
from policy_engine.corpus.running import Order, Progress, run

_EVERY: Final = 0.5


def run_shown(order: Order) -> Progress:
    """Run, and say on a terminal how far it is; a polite request to end is taken like Ctrl-C."""
    last = Progress()
    shown, start = 0.0, time.monotonic()
    terminal = sys.stderr.isatty()
    if order.scheduler:
        _hush_dask()
    with _told_of_interrupts() as interrupted:
        for last in run(order):
            if interrupted():
                raise KeyboardInterrupt
            now = time.monotonic()
            if terminal and now - shown >= _EVERY:
                shown = now
                click.echo(f"\r{line(last, now - start)}\x1b[K", nl=False, err=True)
    if terminal and shown:
        click.echo("", err=True)
    return last


def line(progress: Progress, seconds: float) -> str:
    """Return the progress in words."""
    new = progress.assessed + progress.failed
    said = (
        f"{progress.inputs:,} read, {progress.kept:,} known, {progress.assessed:,} assessed, {progress.failed:,} failed"
    )
    if not new or seconds <= 0:
        return said
    said += f", {new / seconds:,.0f}/s"
    if 0 < progress.share < 1:
        left = int(seconds / progress.share * (1 - progress.share))
        said += f", {left // 3600}:{left // 60 % 60:02}:{left % 60:02} left"
    return said


def _hush_dask() -> None:
    """Keep what Dask logs about a cluster off the terminal; what stops a run is told as an error with its mend."""
    # It reads this once, when distributed is imported.
    levels = dict.fromkeys(("distributed", "distributed.client"), "critical")
    library("dask", "dask").config.set({"logging": levels})


@contextmanager
def _told_of_interrupts() -> Iterator[Callable[[], bool]]:
    """Take SIGTERM like Ctrl-C, and tell whether one came: what a library does with the exception is not known."""
    came: list[int] = []

    def end(number: int, _: Any) -> None:
        came.append(number)
        raise KeyboardInterrupt

    # Where Ctrl-C is meant for others, as in the background of a shell, it stays so.
    wanted = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in wanted}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
