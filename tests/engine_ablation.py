"""Runs durable-rules with one guard of the compiler or the driver taken away, and counts what then comes out wrong.

Run in a process of its own, since some of it crashes: python tests/engine_ablation.py GUARD SEEDS
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from random_programs import Maker

from policy_engine.engine.client import network_message
from policy_engine.engine.driver import Driver, DriverError
from policy_engine.engine.encoding import Encoder
from policy_engine.engine.network import Network, build_network
from policy_engine.program import Program
from policy_engine.reference import PlainEvaluator

Message = dict[str, Any]
Rule = dict[str, Any]


def each_rule(change: Callable[[str, Rule], None]) -> Callable[[Message, Encoder], None]:
    """Return an ablation that changes every rule of a network."""

    def ablate(message: Message, _: Encoder) -> None:
        for stage in message["stages"]:
            for shard in stage:
                for name, rule in shard["rules"].items():
                    change(name, rule)

    return ablate


def bodies(rule: Rule) -> list[tuple[str, list[Rule]]]:
    """Return name and conjunction of each pattern after the token."""
    return [(name, body["$and"]) for pattern in rule["all"][1:] for name, body in pattern.items() if "$and" in body]


def token_last(_: str, rule: Rule) -> None:
    """A negation is not checked again when a fact arrives after the rule is pending."""
    rule["all"] = [pattern for pattern in rule["all"][1:] if not next(iter(pattern)).endswith("$not")] + [
        rule["all"][0],
        *(pattern for pattern in rule["all"][1:] if next(iter(pattern)).endswith("$not")),
    ]


def one_token(_: str, rule: Rule) -> None:
    """A rule that negates helper facts must wait for the token after them."""
    token = rule["all"][0]["go"]
    for part in token.get("$and", [token]):
        if "_t" in part:
            part["_t"] = "_go0"


def same_rail(name: str, rule: Rule) -> None:
    """What is only possible must keep a definite rule from firing."""
    for pattern, body in bodies(rule):
        if name.endswith("T") and pattern.endswith("$not") and "_p" in body[0]:
            body[0] = {"_t": body[0]["_p"]}


def alternatives_first(_: str, rule: Rule) -> None:
    """Joins after a nested alternative are ignored."""
    for _name, body in bodies(rule):
        body[1:] = [part for part in body[1:] if "$or" in part] + [part for part in body[1:] if "$or" not in part]


def no_known_flag(_: str, rule: Rule) -> None:
    """A missing value differs from nothing for certain."""
    for _name, body in bodies(rule):
        for index, part in enumerate(body):
            if isinstance(part.get("k"), dict) and "go" not in part["k"]:
                body[index] = {"k": {"go": "k"}}


def known_facts_only(_: str, rule: Rule) -> None:
    """A fact that is unknown is possible."""
    for part in rule["all"][0]["go"].get("$and", []):
        options = part.get("$or", [])
        options[1:] = [option for option in options[1:] if not next(iter(option)).endswith("_un")]


def only_unknown(_: str, rule: Rule) -> None:
    """A clause of several tests is possible where one field is unknown and another known."""
    for pattern in rule["all"]:
        for part in next(iter(pattern.values())).get("$and", []):
            options = part.get("$or", [])
            options[:-1] = [] if options and next(iter(options[-1])).endswith("_un") else options[:-1]


def no_facts(_: str, rule: Rule) -> None:
    """A rule must not fire whatever its facts are."""
    token = rule["all"][0]["go"]
    rule["all"][0] = {"go": token.get("$and", [token])[0]}


def not_distinct(_: str, rule: Rule) -> None:
    """One record must not fill two patterns."""
    rule["dist"] = 0


def no_unseen(_: Message, encoder: Encoder) -> None:
    """Topics not examined must be possible."""
    encoder._copies = dict.fromkeys(encoder._copies, 0)


def one_unseen(_: Message, encoder: Encoder) -> None:
    """One unseen fact cannot fill two patterns."""
    encoder._copies = dict.fromkeys(encoder._copies, 1)


def every_shard_wants_a_record(message: Message, _: Encoder) -> None:
    """A rule that only negates fires without any record."""
    for shard in (shard for stage in message["stages"] for shard in stage):
        shard["wants"] = shard["wants"] or next(iter(shard["types"]), "")


def nothing(_: Message, __: Encoder) -> None:
    """Take nothing away."""


ABLATIONS: dict[str, Callable[[Message, Encoder], None]] = {
    "none": nothing,
    "token_last": each_rule(token_last),
    "one_token": each_rule(one_token),
    "same_rail": each_rule(same_rail),
    "alternatives_first": each_rule(alternatives_first),
    "no_known_flag": each_rule(no_known_flag),
    "not_distinct": each_rule(not_distinct),
    "known_facts_only": each_rule(known_facts_only),
    "only_unknown": each_rule(only_unknown),
    "no_facts": each_rule(no_facts),
    "every_shard_wants_a_record": every_shard_wants_a_record,
    "no_unseen": no_unseen,
    "one_unseen": one_unseen,
}


def wrong_in(program: Program, network: Network, maker: Maker, ablation: str) -> int:
    """Return how many of 20 situations come out otherwise than in the plain evaluator."""
    message = json.loads(json.dumps(network_message(program, network)))
    encoder = Encoder(network, program.fact_types)
    ABLATIONS[ablation](message, encoder)
    driver = Driver(message)
    plain = PlainEvaluator(program)
    wrong = 0
    for _ in range(20):
        situation = maker.situation()
        answer = driver.evaluate(encoder.encode(situation))
        wrong += tuple(answer["truths"]) != plain.infer(situation).truths
    return wrong


def main() -> None:
    """Print the number of wrong situations; stop at the first seed that shows some."""
    ablation, seeds = sys.argv[1], int(sys.argv[2])
    wrong = 0
    for seed in range(seeds):
        maker = Maker(seed)
        program = maker.program()
        try:
            wrong += wrong_in(program, build_network(program), maker, ablation)
        except DriverError as error:
            sys.stdout.write(f"lost: {error}\n")
            return
        if wrong:
            break
    sys.stdout.write(f"wrong: {wrong}\n")


if __name__ == "__main__":
    main()
