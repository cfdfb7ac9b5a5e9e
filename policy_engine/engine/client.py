"""The engine as the rest of the project sees it: a worker process that is replaced when it crashes or hangs."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from policy_engine.engine.encoding import Encoder
from policy_engine.engine.network import Network, build_network
from policy_engine.errors import EngineError, Fault, RuleError
from policy_engine.program import Program
from policy_engine.situation import Binding, BindingEntry, Inference, Situation

DURABLE_VERSION: Final = "2.0.28"
ANSWER_SECONDS: Final = 60.0
_TRIES: Final = 2
_NONE: Final[frozenset[Binding]] = frozenset()


class WorkerLostError(Exception):
    """The worker died or did not answer in time."""


def why_unavailable() -> str:
    """Return why durable-rules cannot be used here, or an empty string when it can."""
    if importlib.util.find_spec("durable_rules_engine") is None:
        return "durable-rules is not installed"
    # The plain evaluator does without it.
    from importlib.metadata import version as version_of

    version = version_of("durable-rules")
    if version != DURABLE_VERSION:
        return f"durable-rules {version} is installed, {DURABLE_VERSION} is the version that was proven"
    if sys.version_info >= (3, 13) and sys.platform != "linux":
        return "durable-rules cannot be imported on this Python and system"
    return ""


def network_message(program: Program, network: Network) -> dict[str, Any]:
    """Return the network as the worker reads it."""
    return {
        "conditions": len(program.conditions),
        "origins": {
            rule: (rail, count, [origin.condition for origin in found])
            for rule, (rail, count, found) in network.origins.items()
        },
        "helpers": dict(network.helpers),
        "derived": [(level, d.fact, d.cases, d.ordered, d.otherwise) for level, d in program.derived],
        "fact_keys": dict(network.fact_keys),
        "stages": [
            [
                {
                    "name": shard.name,
                    "rules": shard.rules,
                    "types": shard.types,
                    "facts": shard.facts,
                    "wants": shard.wants,
                    "depth": shard.depth,
                }
                for shard in stage
            ]
            for stage in network.stages
        ],
    }


class DurableEngine:
    """Evaluates a program with durable-rules; calls from several threads take turns."""

    name = f"durable-rules {DURABLE_VERSION}"

    def __init__(self, program: Program, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        """Compile the program; the worker starts at once, so that it loads while the caller goes on."""
        network = build_network(program)
        self._program = program
        self._network = network
        self._encoder = Encoder(network, program.fact_types)
        self._greeting = orjson.dumps(network_message(program, network))
        self._seconds = answer_seconds
        self._lock = threading.Lock()
        self.restarts = 0
        self._worker = _Worker(self._greeting)

    def infer(self, situation: Situation) -> Inference:
        """Return what follows; a worker that is lost is replaced and asked once more."""
        request = orjson.dumps(self._encoder.encode(situation))
        with self._lock:
            for attempt in range(_TRIES):
                try:
                    answer = self._worker.ask(request, self._seconds)
                    break
                except WorkerLostError as error:
                    self._worker.close()
                    self._worker = _Worker(self._greeting)
                    self.restarts += 1
                    if attempt == _TRIES - 1:
                        message = f"durable-rules failed twice on the same proposal: {error}"
                        raise EngineError(Fault(message, hint="--engine plain does without it")) from error
        if "contradiction" in answer:
            message = (
                f"two values of the derived fact `{answer['contradiction']}` are both shown; its conditions overlap"
            )
            raise RuleError(Fault(message, hint="make the cases exclude each other, or use ordered cases"))
        return self._inference(situation, answer)

    def _inference(self, situation: Situation, answer: Mapping[str, Any]) -> Inference:
        bindings = [_NONE] * len(self._program.conditions)
        for rule, matches in answer["matches"].items():
            for origin in self._network.origins[rule][2]:
                shown = origin.alone or frozenset((origin.clause, _filled(origin.entries, m)) for m in matches)
                bindings[origin.condition] = bindings[origin.condition] | shown
        return Inference(tuple(answer["truths"]), tuple(bindings), {**situation.known, **answer["facts"]})

    @property
    def worker_process(self) -> int:
        """The process id of the worker."""
        return self._worker.process_id

    def close(self) -> None:
        """End the worker."""
        self._worker.close()


def _filled(entries: tuple[str | None, ...], records: Sequence[BindingEntry]) -> tuple[BindingEntry, ...]:
    """Return what filled the patterns of a clause: its facts, and records as the engine found them."""
    rest = iter(records)
    return tuple(next(rest) if entry is None else entry for entry in entries)


class _Worker:
    """One worker process and its pipes."""

    def __init__(self, greeting: bytes) -> None:
        # The file lives as long as the worker; `close` closes it.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            # `-P`: else a package of this name in the working folder would run instead.
            [sys.executable, "-P", "-m", "policy_engine.engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("Popen was asked for pipes")
        self._input = self._process.stdin.fileno()
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        self._rest = b""
        self._unsent = greeting + b"\n"
        self._ready = False

    @property
    def process_id(self) -> int:
        """The id of the process."""
        return self._process.pid

    def ask(self, request: bytes, seconds: float) -> dict[str, Any]:
        """Return the answer to a request; `seconds` bounds each wait for the worker."""
        if not self._ready:
            self._send(self._unsent, seconds)
            self._line(seconds)
            self._ready = True
        self._send(request + b"\n", seconds)
        answer: dict[str, Any] = orjson.loads(self._line(seconds))
        return answer

    def close(self) -> None:
        """Kill the process and release its pipes."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        self._said.close()

    def _send(self, message: bytes, seconds: float) -> None:
        rest = memoryview(message)
        while rest:
            if not select.select([], [self._input], [], seconds)[1]:
                raise WorkerLostError("the worker reads nothing")
            try:
                rest = rest[os.write(self._input, rest[: 1 << 16]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise WorkerLostError(self._last_words()) from error

    def _line(self, seconds: float) -> bytes:
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            if not select.select([self._output], [], [], seconds)[0]:
                raise WorkerLostError(f"no answer within {seconds:g} seconds")
            part = os.read(self._output, 1 << 20)
            if not part:
                raise WorkerLostError(self._last_words())
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line

    def _last_words(self) -> str:
        code = self._process.wait()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip().splitlines()
        return f"the worker ended with code {code}" + (f" ({said[-1]})" if said else "")
