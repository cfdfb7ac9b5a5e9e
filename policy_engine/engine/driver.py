"""The only module that touches durable-rules; it runs inside the worker process and knows no pydantic.

durable-rules is driven by the calls beneath its Host class: those neither swallow exceptions nor stop after ten
seconds. They are undocumented, so that the version is pinned and asserted.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from policy_engine.engine.tokens import SENTINEL, encoded, fact_text, token_text
from policy_engine.rules.derivation import Derivable, decide

_DEFINITE: Final = "T"
# A rule about facts alone matches once, with no records.
_ONCE: Final[list[list[Any]]] = [[]]


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


@dataclass(frozen=True, slots=True)
class _Shard:
    """One registered rule set: what it reads, the type without which nothing fires, its helper strata."""

    handle: Any
    types: list[str]
    facts: list[str]
    wants: str
    depth: int


@dataclass(frozen=True, slots=True)
class _Derived:
    """A derived fact, with the text of each of its values on the token."""

    derivable: Derivable
    texts: dict[Any, str]


@dataclass(slots=True)
class _Answer:
    """What was found so far."""

    truths: list[int]
    matches: dict[str, list[list[Any]]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


class Driver:
    """A registered network; evaluates one proposal at a time."""

    def __init__(self, network: dict[str, Any]) -> None:
        """Register the rule sets of `network`, as made by `client.network_message`."""
        self._c, host_module = _import_durable()

        class QuietHost(host_module.Host):  # type: ignore[misc, name-defined]
            """A host without its polling threads, which would visit freed sessions."""

            def _run(self) -> None:
                """Start nothing."""

        self._host = QuietHost()
        self._origins: dict[str, tuple[str, int, list[int]]] = network["origins"]
        self._helpers: dict[str, int] = network["helpers"]
        self._conditions: int = network["conditions"]
        keys: dict[str, str] = network["fact_keys"]
        self._stages = [
            (
                [self._register(**shard) for shard in stage],
                [_derived(row[1:], keys) for row in network["derived"] if row[0] == level],
            )
            for level, stage in enumerate(network["stages"])
        ]
        self._types = {name for stage in network["stages"] for shard in stage for name in shard["types"]}

    def _register(self, *, name: str, rules: dict[str, dict[str, Any]], **reads: Any) -> _Shard:
        sentinel = {"pri": 60000, "all": [{"m": {"_t": SENTINEL}}], "run": _quiet}
        running = {rule: {**body, "run": _quiet} for rule, body in rules.items()}
        self._host.set_rulesets({name: {"~end": sentinel, **running}})
        return _Shard(self._host.get_ruleset(name)._handle, **reads)

    def evaluate(self, request: dict[str, dict[str, str]]) -> dict[str, Any]:
        """Return truths by condition, the records of definite matches by rule, and values of derived facts.

        `records` has, for each type, its records as JSON objects joined by commas; `facts` each fact as a property.
        """
        answer = _Answer([0] * self._conditions)
        for stage, derived in self._stages:
            for shard in stage:
                # Each rule of the shard needs a record of that type, known or unseen.
                if not shard.wants or shard.wants in request["records"]:
                    self._run(shard, request, answer)
            for each in derived:
                fact, value = each.derivable.fact, decide(each.derivable, answer.truths)
                answer.facts[fact] = value
                # What later stages are given: on the token, and as a record where a negation reads it.
                request["facts"][fact] = each.texts[value]
                if fact in self._types:
                    request["records"][fact] = _fact_record(fact, value)
        return {"truths": answer.truths, "matches": answer.matches, "facts": answer.facts}

    def _run(self, shard: _Shard, request: dict[str, dict[str, str]], answer: _Answer) -> None:
        handle, records = shard.handle, request["records"]
        texts = [records[name] for name in shard.types if name in records]
        facts = [request["facts"][name] for name in shard.facts]
        ends = 0
        for stratum in range(shard.depth + 1):
            # The token that every rule begins with comes after all records: durable-rules does not re-check a
            # negation when a record arrives later. The sentinel shows that no record was dropped on the way, and makes
            # deleting the session safe.
            texts.append(token_text(stratum, facts))
            code, state = self._c.assert_facts(handle, f"[{','.join(texts)}]")
            if code == 2:
                raise DriverError("durable-rules took two facts for one")
            found: set[tuple[Any, ...]] = set()
            ends += self._collect(handle, state, answer, found)
            texts = [_helper_text(stratum, number, helper) for number, helper in enumerate(sorted(found, key=str))]
        if ends != shard.depth + 1:
            raise DriverError(f"durable-rules lost facts: {ends} of {shard.depth + 1} sentinels came back")
        self._c.delete_state(handle, "s")

    def _collect(self, handle: Any, state: Any, answer: _Answer, helpers: set[tuple[Any, ...]]) -> int:
        """Read all matches of one token; return the number of sentinels among them."""
        ends = 0
        truths, origins, proceed = answer.truths, self._origins, self._c.complete_and_start_action
        started = self._c.start_action_for_state(handle, state)
        message = started and started[1]
        while message:
            rule = message[2 : message.index('"', 2)]
            origin = origins.get(rule)
            if origin is not None:
                rail, count, conditions = origin
                if rail == _DEFINITE:
                    answer.matches.setdefault(rule, []).extend(_records(message, rule, count) if count else _ONCE)
                    for condition in conditions:
                        truths[condition] = 2
                else:
                    for condition in conditions:
                        truths[condition] = truths[condition] or 1
            elif rule == "~end":
                ends += 1
            else:
                helpers.update((rule, *records) for records in _records(message, rule, self._helpers[rule]))
            message = proceed(handle, state)
        return ends


def _derived(row: list[Any], keys: dict[str, str]) -> _Derived:
    fact, cases, ordered, otherwise = row
    values = [None, otherwise, *(value for value, _ in cases)]
    texts = {value: fact_text(keys.get(fact, ""), value) for value in values}
    return _Derived(Derivable(fact, tuple((value, number) for value, number in cases), ordered, otherwise), texts)


def _records(message: str, rule: str, count: int) -> list[list[Any]]:
    """Return the records of each match of a rule."""
    names = [f"p{at}" for at in range(count)]
    return [[match[name]["_f"] for name in names] for match in orjson.loads(message)[rule]]


def _helper_text(stratum: int, number: int, helper: tuple[Any, ...]) -> str:
    fact = {"_t": "_h", "h": helper[0], "k": 1, "id": f"h{stratum}_{number}", "sid": "s"}
    fact.update({f"b{at}": value for at, value in enumerate(helper[1:])})
    return orjson.dumps(fact).decode()


def _fact_record(name: str, value: Any) -> str:
    fact: dict[str, Any] = {"_t": name, "_p": name, "_f": name, "k": 1, "id": name, "sid": "s"}
    if value is None:
        fact["value_un"] = 1
    else:
        fact["value"] = encoded(value)
    return orjson.dumps(fact).decode()
