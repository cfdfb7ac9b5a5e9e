"""Does to durable-rules what its guards keep from it, one case a run, each of which may end the process."""

from __future__ import annotations

import sys
from typing import Any

from policy_engine.engine.driver import Driver, DriverError, _Shard

GO = {"go": {"_t": "_go0"}}


def network(rules: dict[str, Any]) -> dict[str, Any]:
    """Return a network of one shard with these rules over the type `x`."""
    shard = {"name": "s", "rules": rules, "types": ["x"], "facts": [], "wants": "x", "depth": 0}
    origins = dict.fromkeys(rules, ("T", 1, [0]))
    return {
        "conditions": 1,
        "origins": origins,
        "helpers": {},
        "derived": [],
        "fact_keys": {},
        "stages": [[shard]],
    }


def matching(count: int) -> dict[str, Any]:
    """Return rules that all wait on the same fact."""
    one: dict[str, Any] = {"cap": 60000, "dist": 1, "all": [GO, {"p0": {"$and": [{"_t": "x"}, {"a": 1}]}}]}
    return {f"r{number}": {**one, "all": [*one["all"]]} for number in range(count)}


def fact(number: int, value: str) -> str:
    """Return a fact whose property `a` is spelled as given."""
    return f'{{"_t":"x","_p":"x","_f":{number},"k":1,"id":"f{number}","sid":"s","a":{value}}}'


def given(*facts: str) -> dict[str, dict[str, str]]:
    """Return a request with these facts."""
    return {"records": {"x": ",".join(facts)}, "facts": {}}


def without_sentinel() -> None:
    """Delete a session in which no rule fired."""

    class NoSentinel(Driver):
        def _collect(self, *arguments: Any) -> int:
            super()._collect(*arguments)
            return 1

        def _register(self, *, name: str, rules: dict[str, dict[str, Any]], **reads: Any) -> Any:
            running = {rule: {**body, "run": lambda _: None} for rule, body in rules.items()}
            self._host.set_rulesets({name: running})
            return _Shard(self._host.get_ruleset(name)._handle, **reads)

    driver = NoSentinel(network(matching(1)))
    for _ in range(200):
        driver.evaluate(given(fact(0, "2")))


def with_sentinel() -> None:
    """Do the same with the sentinel in place."""
    driver = Driver(network(matching(1)))
    for _ in range(200):
        driver.evaluate(given(fact(0, "2")))


def exponent() -> None:
    """Give a number that its parser cannot read: it drops the rest of the batch in silence."""
    Driver(network(matching(1))).evaluate(given(fact(0, "1e+26"), fact(1, "1")))


def same_identity() -> None:
    """Give two facts one identity."""
    Driver(network(matching(1))).evaluate(given(fact(0, "1"), fact(0, "1")))


def large_shard() -> None:
    """Let more rules than one shard may hold wait on one condition."""
    Driver(network(matching(300))).evaluate(given(fact(0, "1")))


def many_pending() -> None:
    """Let more than 64 negations wait on one fact."""
    rules: dict[str, Any] = {}
    for number in range(70):
        negation = {"n0$not": {"$and": [{"_t": "x"}, {"a": {"p0": "b"}}, {"k": {"go": "k"}}]}}
        positive = {"p0": {"$and": [{"_t": "x"}, {"c": number}]}}
        rules[f"r{number}"] = {"cap": 60000, "dist": 1, "all": [GO, positive, negation]}
    Driver(network(rules)).evaluate(given(fact(0, "1")))


CASES = {
    case.__name__: case
    for case in (without_sentinel, with_sentinel, exponent, same_identity, large_shard, many_pending)
}


def main() -> int:
    """Run a case; 0 when it went through, 1 when the driver noticed."""
    try:
        CASES[sys.argv[1]]()
    except DriverError as error:
        sys.stdout.write(f"noticed: {error}")
        return 1
    sys.stdout.write("went through")
    return 0


if __name__ == "__main__":
    sys.exit(main())
