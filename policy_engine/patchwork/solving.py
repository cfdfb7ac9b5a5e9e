"""The least set of actions that keeps every duty, or a core that cannot be kept together; the only user of clingo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policy_engine.errors import EngineError, Fault

if TYPE_CHECKING:
    from clingo import Control

_PROGRAM: Final = """
{on(D)} :- duty(D).
{keep(P)} :- plan(P).
{do(A)} :- action(A).
:- on(D), duty(D), not ban(D), not do(A) : satisfies(A,D).
done(T) :- do(A), performs(A,T).
done(T) :- keep(P), means(P,T).
:- on(D), ban(D), forbids(D,T), done(T).
#minimize {1@2,A : do(A)}.
#minimize {A@1,A : do(A)}.
"""


@dataclass(frozen=True, slots=True)
class Task:
    """Duties, bans, actions and plans by number: which action satisfies which duty, which act each means or forbids."""

    satisfied_by: Mapping[int, Sequence[int]]
    """For each duty the actions that satisfy it."""
    forbids: Mapping[int, Sequence[str]]
    """For each ban the acts that it forbids."""
    performs: Mapping[int, Sequence[str]]
    """For each action the acts that it consists of, of those that a ban can forbid."""
    plans: Sequence[str]
    """The acts that the actor means to do."""


@dataclass(frozen=True, slots=True)
class Solved:
    """The least actions, or a core: duties or bans, and plans, of which no one can be left out."""

    actions: tuple[int, ...]
    core: tuple[int, ...]
    core_plans: tuple[str, ...]


def solve(task: Task) -> Solved:
    """Return the least set of actions; where there is none, a smallest set of demands that exclude each other."""
    control = _control(task)
    demands = [
        *(("on", n) for n in (*task.satisfied_by, *task.forbids)),
        *(("keep", n) for n in range(len(task.plans))),
    ]
    actions = _least(control, demands)
    if actions is not None:
        return Solved(actions, (), ())
    core = list(demands)
    for demand in demands:
        without = [other for other in core if other != demand]
        if _least(control, without) is None:
            core = without
    return Solved(
        (),
        tuple(number for name, number in core if name == "on"),
        tuple(task.plans[number] for name, number in core if name == "keep"),
    )


def _control(task: Task) -> Control:
    try:
        from clingo import Control
    except ImportError:
        hint = "install it with the extra: pip install 'policy-engine[amend]'"
        raise EngineError(Fault("clingo, which finds the least set of actions, is not installed", hint=hint)) from None
    acts = {act: number for number, act in enumerate(sorted({*_acts(task)}))}
    facts = [f"action({a})." for a in task.performs]
    facts += [f"duty({d})." for d in task.satisfied_by]
    facts += [f"satisfies({a},{d})." for d, found in task.satisfied_by.items() for a in found]
    facts += [f"duty({d}). ban({d})." for d in task.forbids]
    facts += [f"forbids({d},{acts[t]})." for d, found in task.forbids.items() for t in found]
    facts += [f"performs({a},{acts[t]})." for a, found in task.performs.items() for t in found]
    facts += [f"plan({n}). means({n},{acts[t]})." for n, t in enumerate(task.plans)]
    control = Control(["--opt-mode=opt", "--seed=1"], logger=lambda _code, _message: None)
    control.add("base", [], _PROGRAM + "\n".join(facts))
    control.ground([("base", [])])
    return control


def _acts(task: Task) -> Iterable[str]:
    yield from task.plans
    for found in (*task.forbids.values(), *task.performs.values()):
        yield from found


def _least(control: Control, demands: Sequence[tuple[str, int]]) -> tuple[int, ...] | None:
    """Return the actions of an optimum under these demands, or None where they exclude each other."""
    from clingo import Function, Number

    assumed = [(Function(name, [Number(number)]), True) for name, number in demands]
    best: tuple[int, ...] | None = None
    with control.solve(assumptions=assumed, yield_=True) as handle:
        for model in handle:
            found = (symbol.arguments[0].number for symbol in model.symbols(atoms=True) if symbol.match("do", 1))
            best = tuple(sorted(found))
    return best
