"""One worker process as the pool sees it: started by itself, spoken to over a pipe, ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from multiprocessing import Pipe
from typing import Final

from policy_engine.corpus.worker import OUT_OF_MEMORY, WorkerJob

PROGRAM: Final = "policy_engine.corpus.serving"


class WorkerProcess:
    """A process that works on shares.

    Not one of multiprocessing: the processes that Dask starts may not have any.
    """

    def __init__(self, job: WorkerJob) -> None:
        """Start it in a session of its own, so that Ctrl-C in the terminal reaches the run alone."""
        self.connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                # `-P`: else a package of this name in the working folder would run instead.
                [sys.executable, "-P", "-m", PROGRAM, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        with contextlib.suppress(OSError):
            # One that is gone already is found out when its answer is awaited.
            self.connection.send(job)

    @property
    def id(self) -> int:
        """The id of the process."""
        return self._process.pid

    def last_words(self, megabytes: int) -> str:
        """Return why it ended."""
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "the worker hung up"
        if code == OUT_OF_MEMORY:
            return f"it needs more than {megabytes:,} MB of memory"
        return f"the worker was ended by signal {-code}" if code < 0 else f"the worker ended with code {code}"

    def end(self) -> None:
        """End it and the engine process that it started."""
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.connection.close()
