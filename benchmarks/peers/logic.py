"""The constraints in languages that match facts: CLIPS and answer set programming."""

from __future__ import annotations

from typing import Final

from peers.constraints import CONSTRAINTS, EVERYTHING, INSTRUMENT, Constraint, Test

_SIGNS: Final = {"at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}
_LARGEST_OF_CLINGO: Final = 2**31 - 1


def clips_rules() -> list[str]:
    """Return the rules of CLIPS, over `(provision P TYPE)`, `(value P PATH V)`, `(words P PATH …)`, `(examined …)`."""
    return ["(deftemplate violated (slot name))", *(_clips_rule(constraint) for constraint in CONSTRAINTS)]


def _clips_rule(constraint: Constraint) -> str:
    if constraint.type == INSTRUMENT:
        body = " ".join(_clips_holds(test, INSTRUMENT, 0) for test in constraint.tests)
    elif constraint.form == "bars":
        tests = " ".join(_clips_holds(test, "?p", number) for number, test in enumerate(constraint.tests))
        body = f"(exists (provision ?p {constraint.type}) {tests})"
    else:
        fails = " ".join(_clips_fails(test, number) for number, test in enumerate(constraint.tests))
        body = f"(examined {EVERYTHING}|{constraint.type}) (not (and (provision ?p {constraint.type}) {fails}))"
    return f"(defrule {constraint.name} {body} => (assert (violated (name {constraint.name}))))"


def _clips_holds(test: Test, record: str, number: int) -> str:
    if test.operator == "contains_any":
        return f"(words {record} {test.path} $? {_alternatives(test)} $?)"
    return f"(value {record} {test.path} {_clips_value(test, f'?v{number}')})"


def _clips_value(test: Test, name: str) -> str:
    if test.operator in _SIGNS:
        return f"{name}&:(and (numberp {name}) ({_SIGNS[test.operator]} {name} {test.operand}))"
    return _alternatives(test)


def _clips_fails(test: Test, number: int) -> str:
    """Return a condition that no value is known to fail the test."""
    name = f"?v{number}"
    if test.operator == "contains_any":
        assert isinstance(test.operand, tuple)
        none = " ".join(f"(not (member$ {word} {name}))" for word in test.operand)
        return f"(not (words ?p {test.path} ${name}&:(and {none})))"
    if test.operator in _SIGNS:
        fails = f"{name}&:(not (and (numberp {name}) ({_SIGNS[test.operator]} {name} {test.operand})))"
    else:
        fails = "&".join(f"~{word}" for word in _alternatives(test).split("|"))
    return f"(not (value ?p {test.path} {fails}))"


def _alternatives(test: Test) -> str:
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    return "|".join(str(operand).lower() if isinstance(operand, bool) else str(operand) for operand in operands)


def clingo_expresses(constraint: Constraint) -> bool:
    """Tell whether clingo can say it: its numbers are whole and have 32 bits."""
    return all(test.operator not in _SIGNS or _fits(test.operand) for test in constraint.tests)


def _fits(operand: object) -> bool:
    return isinstance(operand, (int, float)) and float(operand).is_integer() and abs(operand) <= _LARGEST_OF_CLINGO


def clingo_program() -> str:
    """Return the program, over `provision(P,TYPE)`, `value(P,PATH,V)`, `word(P,PATH,WORD)`, `stated(P,PATH)`."""
    rules = ["#defined value/3.", "#defined word/3.", "#defined stated/2.", "#defined provision/2."]
    for constraint in CONSTRAINTS:
        if clingo_expresses(constraint):
            rules += _clingo_rules(constraint)
    return "\n".join([*rules, "#show violated/1."]) + "\n"


def _clingo_rules(constraint: Constraint) -> list[str]:
    name, kind = constraint.name.lower(), f'provision(P,"{constraint.type}")'
    if constraint.type == INSTRUMENT:
        kind = f'P = "{INSTRUMENT}"'
    rules = []
    for number, test in enumerate(constraint.tests):
        rules += [f"holds({name},{number},P) :- {kind}, {body}." for body in _clingo_bodies(test)]
    if constraint.form == "bars":
        tests = ", ".join(f"holds({name},{number},P)" for number in range(len(constraint.tests)))
        return [*rules, f"violated({name}) :- {kind}, {tests}."]
    for number, test in enumerate(constraint.tests):
        rules.append(f'fails({name},P) :- {kind}, stated(P,"{test.path}"), not holds({name},{number},P).')
    rules.append(f"possible({name}) :- {kind}, not fails({name},P).")
    for topic in (EVERYTHING, constraint.type):
        rules.append(f'violated({name}) :- examined("{topic}"), not possible({name}).')
    return rules


def _clingo_bodies(test: Test) -> list[str]:
    if test.operator in _SIGNS:
        return [f'value(P,"{test.path}",number(V)), V {_SIGNS[test.operator]} {test.operand}']
    kind = "word" if test.operator == "contains_any" else "value"
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    words = [str(operand).lower() if isinstance(operand, bool) else str(operand) for operand in operands]
    return [f'{kind}(P,"{test.path}","{word}")' for word in words]
