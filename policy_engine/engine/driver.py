"""The only module that touches durable-rules; it runs inside the worker process and knows no pydantic.

durable-rules is driven by the calls beneath its Host class: those neither swallow exceptions nor stop after ten
seconds. They are undocumented, so that the version is pinned and asserted.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Final

import orjson

from policy_engine.rules.derivation import Derivable, decide

_DEFINITE: Final = "T"


class DriverError(Exception):
    """durable-rules lost a fact or reported an error; its state can no longer be trusted."""


def _import_durable() -> tuple[Any, Any]:
    """Import durable-rules; on Python 3.13 its extension needs lazy binding of a symbol that is never called."""
    if sys.version_info >= (3, 13) and sys.platform == "linux":
        flags = sys.getdlopenflags()
        sys.setdlopenflags(os.RTLD_LAZY)
        try:
            import durable_rules_engine
        finally:
            sys.setdlopenflags(flags)
    else:
        import durable_rules_engine
    from durable import engine

    return durable_rules_engine, engine


def _quiet(_: Any) -> None:
    """Do nothing: matches are read from the engine's messages, not from callbacks."""


class Driver:
    """A registered network; evaluates one proposal at a time."""

    def __init__(self, network: dict[str, Any]) -> None:
        """Register the rule sets of `network`, as made by `protocol.network_message`."""
        self._c, host_module = _import_durable()

        class QuietHost(host_module.Host):  # type: ignore[misc, name-defined]
            """A host without its polling threads, which would visit freed sessions."""

            def _run(self) -> None:
                """Start nothing."""

        self._host = QuietHost()
        self._origins: dict[str, list[Any]] = network["origins"]
        self._helpers: dict[str, int] = network["helpers"]
        self._conditions: int = network["conditions"]
        self._derived = [
            (level, Derivable(fact, tuple((value, number) for value, number in cases), ordered, otherwise))
            for level, fact, cases, ordered, otherwise in network["derived"]
        ]
        self._stages = [[self._register(shard) for shard in stage] for stage in network["stages"]]

    def _register(self, shard: dict[str, Any]) -> tuple[Any, list[str], int]:
        sentinel = {"pri": 60000, "all": [{"m": {"_t": "_end"}}], "run": _quiet}
        rules = {name: {**rule, "run": _quiet} for name, rule in shard["rules"].items()}
        self._host.set_rulesets({shard["name"]: {"~end": sentinel, **rules}})
        return self._host.get_ruleset(shard["name"])._handle, shard["types"], shard["depth"]

    def evaluate(self, bodies: dict[str, str]) -> dict[str, Any]:
        """Return truths by condition, definite matches by rule, and values of derived facts.

        `bodies` has, for each type, its facts as JSON objects joined by commas.
        """
        truths = [0] * self._conditions
        matches: dict[str, list[list[Any]]] = {}
        facts: dict[str, Any] = {}
        for level, stage in enumerate(self._stages):
            for shard in stage:
                self._run(shard, bodies, truths, matches)
            for stratum, derivable in self._derived:
                if stratum == level:
                    value = decide(derivable, truths)
                    facts[derivable.fact] = value
                    bodies[derivable.fact] = _fact_text(derivable.fact, value)
        return {"truths": truths, "matches": matches, "facts": facts}

    def _run(
        self, shard: tuple[Any, list[str], int], bodies: dict[str, str], truths: list[int], matches: dict[str, Any]
    ) -> None:
        handle, types, depth = shard
        texts = [bodies[name] for name in types if name in bodies]
        ends = 0
        for stratum in range(depth + 1):
            # The token that every rule begins with comes after all facts: durable-rules does not re-check a
            # negation when a fact arrives later. The sentinel shows that no fact was dropped on the way, and makes
            # deleting the session safe.
            texts.append(f'{{"_t":"_go{stratum}","k":1,"id":"g{stratum}","sid":"s"}}')
            texts.append(f'{{"_t":"_end","k":1,"id":"e{stratum}","sid":"s"}}')
            code, state = self._c.assert_facts(handle, "[" + ",".join(texts) + "]")
            if code == 2:
                raise DriverError("durable-rules took two facts for one")
            found: set[tuple[Any, ...]] = set()
            ends += self._collect(handle, state, truths, matches, found)
            texts = [_helper_text(stratum, number, helper) for number, helper in enumerate(sorted(found, key=str))]
        if ends != depth + 1:
            raise DriverError(f"durable-rules lost facts: {ends} of {depth + 1} sentinels came back")
        self._c.delete_state(handle, "s")

    def _collect(
        self, handle: Any, state: Any, truths: list[int], matches: dict[str, Any], helpers: set[tuple[Any, ...]]
    ) -> int:
        """Read all matches of one token; return the number of sentinels among them."""
        ends = 0
        answer = self._c.start_action_for_state(handle, state)
        message = answer and answer[1]
        while message:
            rule = message[2 : message.index('"', 2)]
            if rule == "~end":
                ends += 1
            elif rule in self._helpers:
                count = self._helpers[rule]
                for match in orjson.loads(message)[rule]:
                    helpers.add((rule, *(match[f"p{at}"]["_f"] for at in range(count))))
            else:
                condition, _, rail, count = self._origins[rule]
                if rail == _DEFINITE:
                    truths[condition] = 2
                    found = matches.setdefault(rule, [])
                    found += [[m[f"p{at}"]["_f"] for at in range(count)] for m in orjson.loads(message)[rule]]
                elif not truths[condition]:
                    truths[condition] = 1
            message = self._c.complete_and_start_action(handle, state)
        return ends


def _helper_text(stratum: int, number: int, helper: tuple[Any, ...]) -> str:
    fact = {"_t": "_h", "h": helper[0], "k": 1, "id": f"h{stratum}_{number}", "sid": "s"}
    fact.update({f"b{at}": value for at, value in enumerate(helper[1:])})
    return orjson.dumps(fact).decode()


def _fact_text(name: str, value: Any) -> str:
    fact: dict[str, Any] = {"_t": name, "_p": name, "_f": name, "k": 1, "id": name, "sid": "s"}
    if value is None:
        fact["value_un"] = 1
    else:
        fact["value"] = int(value) if isinstance(value, bool) else value
    return orjson.dumps(fact).decode()
