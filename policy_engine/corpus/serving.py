"""The program of a worker process: what it is told, and what it says, goes over the pipe that it is given."""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

from policy_engine.corpus.worker import serve

if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
