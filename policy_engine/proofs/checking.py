"""Replays a proof with neither evaluator: every step is judged by trying all ways to fill its patterns.

It shares with them only what gives conditions their meaning: program, operators, records and measures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from policy_engine.errors import Fault, PolicyEngineError, SourceError
from policy_engine.loading import LoadedLens, load_proposal
from policy_engine.operators import NOT_ADDRESSED, OPERATORS, Value
from policy_engine.rules.conditions import Clause, FieldOf, Pattern
from policy_engine.situation import Situation, situation_of

SCHEMA: Final = "policy-engine/proof/1"
MOST_TOLD: Final = 20
_FALSE, _UNKNOWN, _TRUE = 0, 1, 2
TRUTH_NAMES: Final = ("false", "unknown", "true")
_WEIGHTS: Final = {"blocker": Fraction(4), "major": Fraction(2), "minor": Fraction(1), "info": Fraction(1, 2)}
_CREDIT: Final = {"satisfied": Fraction(1), "partial": Fraction(1, 2), "violated": Fraction(0)}
Values = Mapping[str, Value]


def read_proof(text: str, file: str) -> dict[str, Any] | None:
    """Return a proof, or None for another kind of document; raises SourceError where its seal is broken."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        return None
    content = {key: value for key, value in document.items() if key != "digest"}
    if sealed(content) != text:
        raise SourceError(Fault("the proof was changed after it was written: its digest does not fit", file))
    return content


def sealed(content: Mapping[str, Any]) -> str:
    """Return a document as JSON with the digest of its content as last key."""
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, indent=1).encode()).hexdigest()
    return json.dumps({**content, "digest": digest}, ensure_ascii=False, indent=1) + "\n"


def check(proof: Mapping[str, Any], lens: LoadedLens) -> tuple[str, ...]:
    """Return everything in a proof that does not follow from the files that it names."""
    told = [
        f"the {what} changed after the proof was written"
        for key, digest, what in (("digest", lens.digest, "lens"), ("rules_digest", lens.rules_digest, "rules"))
        if proof["lens"].get(key) != digest
    ]
    if not proof["proofs"]:
        told.append("the proof holds nothing that could be true")
    for part in proof["proofs"]:
        file = str(part["proposal"]["file"])
        found = list(_part(part, file, lens))
        told += [f"{file}: {text}" for text in found[:MOST_TOLD]]
        told += [f"{file}: and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
    return tuple(told)


def _part(part: Mapping[str, Any], file: str, lens: LoadedLens) -> Iterator[str]:
    try:
        loaded = load_proposal(file)
        situation = situation_of(lens.program, loaded.proposal)
    except PolicyEngineError as error:
        yield f"the file cannot be read: {error.faults[0]}"
        return
    if loaded.document.digest != part["proposal"]["digest"]:
        yield "the file changed after the proof was written"
    names = [loaded.proposal.provisions[record.provision].id for record in situation.records]
    records = [{"type": r.type, "provision": name} for r, name in zip(situation.records, names, strict=True)]
    if part["records"] != records:
        yield "the records are not those of the file"
    if part["not_examined"] != sorted(situation.unseen):
        yield "the topics that were not examined are not those of the file"
    replay = _Replay(lens, situation)
    yield from replay.steps(part)
    yield from _judgement(part, lens, replay.truths)


class _Replay:
    """Judges every condition anew, in the order of the strata."""

    def __init__(self, lens: LoadedLens, situation: Situation) -> None:
        self.truths: dict[int, int] = {}
        self._program = lens.program
        self._situation = situation
        self._facts: dict[str, Value | None] = dict(situation.known)

    def steps(self, part: Mapping[str, Any]) -> Iterator[str]:
        """Yield each step, and each fact, that is claimed otherwise than it comes out."""
        claims = {step["condition"]: step for step in part["steps"]}
        program = self._program
        if set(claims) != set(range(len(program.conditions))) or len(part["steps"]) != len(claims):
            yield "the steps are not those of the rules"
            return
        for level in range(max(program.strata, default=-1) + 1):
            for number, stratum in enumerate(program.strata):
                if stratum == level:
                    yield from self._step(number, claims[number])
            for stratum, derivable in program.derived:
                if stratum == level:
                    self._facts[derivable.fact] = self._derived(derivable)
        facts = {name: plain_value(value) for name, value in sorted(self._facts.items())}
        for name in sorted(facts.keys() | part["facts"].keys()):
            if name not in facts or name not in part["facts"] or part["facts"][name] != facts[name]:
                yield f"the fact {name} is claimed otherwise than it follows"

    def _step(self, number: int, claim: Mapping[str, Any]) -> Iterator[str]:
        truth, shown = _FALSE, set()
        for index, clause in enumerate(self._program.conditions[number]):
            for entries, found in self._ways(clause, {}, ()):
                truth = max(truth, found)
                if found == _TRUE:
                    shown.add((index, entries))
        self.truths[number] = truth
        name = ", ".join(claim["of"]) or f"condition {number}"
        if claim["truth"] != TRUTH_NAMES[truth]:
            yield f"{name} is claimed {claim['truth']}, it is {TRUTH_NAMES[truth]}"
        if {(index, tuple(entries)) for index, entries in claim["shown_by"]} != shown:
            yield f"{name} is claimed to be shown by other provisions than those that show it"

    def _ways(
        self, clause: Clause, bound: dict[str, Values], taken: tuple[int | str, ...]
    ) -> Iterator[tuple[tuple[int | str, ...], int]]:
        """Yield every way to fill the patterns of a clause with different records, and its truth, never false."""
        ways: list[tuple[tuple[int | str, ...], dict[str, Values], int]] = [((), bound, _TRUE)]
        for pattern in clause.patterns:
            ways = [
                ((*used, *entry), {**names, pattern.name: values}, min(truth, own, here))
                for used, names, truth in ways
                for entry, values, own in self._candidates(pattern)
                if not entry or (entry[0] not in used and entry[0] not in taken)
                for here in (_tests(pattern, values, names),)
                if here != _FALSE
            ]
        for used, names, so_far in ways:
            inner = [max((t for _, t in self._ways(n, names, (*taken, *used))), default=_FALSE) for n in clause.nones]
            truth = min(so_far, 2 - max(inner, default=_FALSE))
            if truth != _FALSE:
                yield used, truth

    def _candidates(self, pattern: Pattern) -> Iterator[tuple[tuple[int | str, ...], Values, int]]:
        """Yield entry, values and truth of what could fill a pattern; something unseen has no entry."""
        if pattern.is_fact:
            value = self._facts[pattern.type]
            yield (pattern.type,), ({} if value is None else {"value": value}), _TRUE
            return
        for index, record in enumerate(self._situation.records):
            if record.type == pattern.type:
                yield (index,), record.values, _TRUE
        if pattern.type in self._situation.unseen:
            yield (), {}, _UNKNOWN

    def _derived(self, derivable: Any) -> Value | None:
        holding = [(value, self.truths[number]) for value, number in derivable.cases]
        if derivable.ordered:
            first = next(((value, truth) for value, truth in holding if truth != _FALSE), (derivable.otherwise, _TRUE))
            return first[0] if first[1] == _TRUE else None
        return next((value for value, truth in holding if truth == _TRUE), None)


def _tests(pattern: Pattern, values: Values, names: Mapping[str, Values]) -> int:
    """Return the truth of all tests of a pattern on one record."""
    worst = _TRUE
    for test in pattern.tests:
        left = values.get(test.field)
        reference = isinstance(test.operand, FieldOf)
        right = names[test.operand.name].get(test.operand.field) if isinstance(test.operand, FieldOf) else test.operand
        if right is NOT_ADDRESSED or (reference and left is NOT_ADDRESSED):
            return _FALSE
        if left is None or right is None:
            worst = min(worst, _UNKNOWN)
        elif not OPERATORS[test.operator].holds(left, right):
            return _FALSE
    return worst


def plain_value(value: Value | None) -> Any:
    """Return the value of a fact as JSON; what nobody knows is null, a known absence says so."""
    if value is NOT_ADDRESSED:
        return {"silence": "not_addressed"}
    return list(value) if isinstance(value, tuple) else value


def _judgement(part: Mapping[str, Any], lens: LoadedLens, truths: Mapping[int, int]) -> Iterator[str]:
    """Yield each outcome, bound and verdict that is claimed otherwise than it follows from the truths."""
    if len(truths) != len(lens.program.conditions):
        return
    outcomes: dict[str, str] = {}
    sums: dict[str, list[Fraction]] = {}
    threatened = vetoed = False
    for compiled in lens.criteria:
        criterion = compiled.criterion
        violated = truths[compiled.violated]
        outcome = _outcome(criterion.kind, truths[compiled.applies], truths[compiled.satisfied], violated)
        outcomes[criterion.id] = outcome
        _add(sums.setdefault(compiled.principle.id, [Fraction(0)] * 4), criterion.kind, criterion.severity, outcome)
        blocker = criterion.severity == "blocker"
        vetoed |= blocker and outcome == "violated"
        threatened |= blocker and outcome == "unknown" and violated != _FALSE
    for name in sorted(outcomes.keys() | part["outcomes"].keys()):
        if outcomes.get(name) != part["outcomes"].get(name):
            yield f"{name} is claimed {part['outcomes'].get(name)}, it is {outcomes.get(name)}"
    weights = {name: Fraction(lens.lens.weights.get(name, 1.0)) for name in sums}
    low, high = _mean(sums, weights, 0, Fraction(0)), _mean(sums, weights, 2, Fraction(100))
    claimed = part["score"]
    if (claimed["low"], claimed["high"]) != (round(float(low), 6), round(float(high), 6)):
        yield f"the score is claimed {claimed['low']} to {claimed['high']}, it is {float(low):.6f} to {float(high):.6f}"
    lowest, highest = _band(low, lens), _band(high, lens)
    verdict = "veto" if vetoed else lowest if lowest == highest and not threatened else "undetermined"
    if part["verdict"] != verdict:
        yield f"the verdict is claimed {part['verdict']}, it is {verdict}"


def _outcome(kind: str, applies: int, satisfied: int, violated: int) -> str:
    if applies != _TRUE:
        return "not_applicable" if applies == _FALSE else "unknown"
    if _TRUE in {satisfied, violated}:
        return "satisfied" if satisfied == _TRUE else "violated"
    if kind == "guard" and violated == _FALSE:
        return "satisfied"
    return "unknown" if _UNKNOWN in {satisfied, violated} else "partial"


def _add(sums: list[Fraction], kind: str, severity: str, outcome: str) -> None:
    """Add a criterion to credit and weight of the low and of the high bound."""
    weight = _WEIGHTS[severity]
    if outcome == "not_applicable" or (kind == "guard" and outcome == "satisfied"):
        return
    sums[0] += _CREDIT.get(outcome, Fraction(0)) * weight
    sums[1] += weight
    if outcome != "unknown" or kind == "duty":
        sums[2] += _CREDIT.get(outcome, Fraction(1)) * weight
        sums[3] += weight


def _mean(sums: Mapping[str, list[Fraction]], weights: Mapping[str, Fraction], at: int, empty: Fraction) -> Fraction:
    counted = [(weights[name], 100 * s[at] / s[at + 1]) for name, s in sums.items() if s[at + 1] and weights[name] > 0]
    total = sum((weight for weight, _ in counted), Fraction(0))
    return sum((weight * score for weight, score in counted), Fraction(0)) / total if total else empty


def _band(score: Fraction, lens: LoadedLens) -> str:
    return "meets" if score >= lens.bands.meets else "mixed" if score >= lens.bands.mixed else "does_not_meet"
