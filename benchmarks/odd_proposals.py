"""Strategies for proposals that are valid but odd, made from the fields of the proposal model itself.

A field that is added to the model is drawn from then on. Dates are dates and tuples are lists, as in a YAML file.
"""

from __future__ import annotations

import datetime
import random
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

import annotated_types
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from policy_engine.loading import load_all_rules
from policy_engine.proposals.model import Proposal, Statement, Topic
from policy_engine.proposals.records import NOT_FACTS, SILENCES, provision_types
from policy_engine.source.hidden import first_hidden

QUIET: Final = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=[Phase.generate])
"""For long runs and for proposals of any size; nothing is made smaller, which would take minutes."""
Manner = Literal["mixed", "known", "not_addressed", "contested", "bare", "full"]
"""How fields are filled: at will, all with a value, all silent, all contested, none that may be left out, or all."""
MANNERS: Final = get_args(Manner)
MOST: Final = 200
"""The most provisions of a text that is drawn."""
_NUMBERS: Final = (0.0, -0.0, 1e-4, 0.5, 1.0, 2.5, 30.0, 72.0, 365.0, 500.0, 1e6, 1e12, 1e13, 1e16, 1e26, 1e40)
_LONG: Final = 600
_DAY: Final = datetime.date(2026, 1, 1)
_DATES: Final = (_DAY, datetime.date.min, datetime.date.max, datetime.date(2024, 2, 29), datetime.date(1970, 1, 1))
ODD_WORDS: Final = (
    "x",
    "שלום עולם",
    "مرحبا (1) abc",
    "禁止",
    "😀",
    "e\u0301\u0302\u0303" * 3,
    "ﬁ ½ Ⅷ",
    "İı ſß",
    "§ 22757.12(a)(1)(B)",
    "=cmd()|' /C calc'!A0",
    "]]> --> */ <script>alert(1)</script>",
    "| a | b |",
    "::error::x %0A",
    "{0} {{1}} ${{ x }} {% y %}",
    "#1 @all [a](http://b) `c` **d**",
    "true",
    "null",
    "1e26",
    "a\\",
    '"',
    "a\tb",
    "a\nVerdict: MEETS",
    "a\u00a0b",
    "-",
    "? :",
)
HIDDEN_WORDS: Final = (
    "a\u202eb",
    "a\u200bb",
    "a\u2067b\u2069",
    "👩\u200d👩\u200d👧",
    "a\x00b",
    "a\x1b[31mb",
    "a\u2028b",
)
"""Words that a file may not have; a proposal made in Python may."""


def proposals(*, hidden: bool = False, most: int = MOST) -> st.SearchStrategy[dict[str, Any]]:
    """Return the strategy of whole proposals of at most so many provisions, as plain data."""
    return st.sampled_from(MANNERS).flatmap(lambda manner: _whole(manner, hidden=hidden, most=most))


@st.composite
def _whole(draw: st.DrawFn, manner: Manner, *, hidden: bool, most: int) -> dict[str, Any]:
    """Draw a proposal; where it is drawn to be long, its provisions come again under other ids."""
    one_day = draw(st.booleans())
    shape = (manner, one_day, hidden)
    data = {
        name: draw(_field(info, shape))
        for name, info in Proposal.model_fields.items()
        if name not in {"provisions", "statements"}
    }
    kinds = st.sampled_from(list(provision_types()))
    count = draw(st.sampled_from(range(7)))
    one_of_them = kinds.flatmap(lambda name: provision(name, shape))
    drawn = draw(st.lists(one_of_them, min_size=count, max_size=count))
    times = draw(st.sampled_from((1, 1, 1, 2, most // max(1, len(drawn)))))
    found = [dict(one) for _ in range(times) for one in drawn]
    for number, one in enumerate(found):
        one["id"] = f"{one['id'][:70].rstrip('-')}-{number}"
    data["provisions"] = found
    data["statements"] = draw(st.lists(_statement(shape), max_size=4, unique_by=lambda one: one["fact"]))
    return data


Shape = tuple[Manner, bool, bool]
"""How fields are filled, whether all dates are the same, and whether words may have hidden characters."""


@cache
def provision(name: str, shape: Shape) -> st.SearchStrategy[dict[str, Any]]:
    """Return the strategy of provisions of one type."""
    return _model(provision_types()[name], shape)


@cache
def _model(model: type[BaseModel], shape: Shape) -> st.SearchStrategy[dict[str, Any]]:
    required = {name: _field(info, shape) for name, info in model.model_fields.items() if info.is_required()}
    others = {name: _field(info, shape) for name, info in model.model_fields.items() if not info.is_required()}
    if shape[0] == "bare":
        return st.fixed_dictionaries(required)
    if shape[0] == "mixed":
        return st.fixed_dictionaries(required, optional=others)
    return st.fixed_dictionaries({**required, **others})


def _field(info: FieldInfo, shape: Shape) -> st.SearchStrategy[Any]:
    """Return the strategy of the values of one field, silences included."""
    silences = [word for part in _parts(info.annotation) for word in _words(part) if word in SILENCES]
    if shape[0] in silences:
        return st.just(shape[0])
    parts = [part for part in _parts(info.annotation) if part is not types.NoneType]
    if shape[0] == "known":
        parts = [part for part in parts if not set(_words(part)) & SILENCES]
        # Of a whole text that was read in full, and of a topic, the first alternative says so.
        parts = parts[:1] if _words(parts[0]) == ("everything",) else parts
    return st.one_of([_value(part, info.metadata, shape) for part in parts])


def _words(part: Any) -> tuple[str, ...]:
    return get_args(part) if get_origin(part) is Literal else ()


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield the alternatives of an annotation; annotated ones keep what is said of them."""
    if get_origin(annotation) in (typing.Union, types.UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    else:
        yield annotation


def _value(part: Any, said: list[Any], shape: Shape) -> st.SearchStrategy[Any]:
    """Return the strategy of one alternative, within what the model says of it."""
    if part == Topic:
        return st.sampled_from(list(provision_types()))
    if get_origin(part) is typing.Annotated:
        inner, *more = get_args(part)
        said = [*said, *(fact for one in more for fact in (one.metadata if isinstance(one, FieldInfo) else [one]))]
        return st.one_of([_value(alternative, said, shape) for alternative in _parts(inner)])
    limits = _limits(said)
    if get_origin(part) is tuple:
        item = get_args(part)[0]
        members = st.one_of([_value(alternative, [], shape) for alternative in _parts(item)])
        return st.lists(members, min_size=limits.get("min_length", 0), max_size=4)
    if get_origin(part) is Literal:
        return st.sampled_from(get_args(part))
    if isinstance(part, type) and issubclass(part, BaseModel):
        return _model(part, shape)
    plain: Mapping[type, Any] = {
        bool: st.booleans,
        datetime.date: lambda: st.just(_DAY) if shape[1] else st.sampled_from(_DATES) | st.dates(),
        float: lambda: _number(limits),
        str: lambda: _text(limits, hidden=shape[2]),
    }
    found: st.SearchStrategy[Any] = plain[part]()
    return found


def _limits(said: list[Any]) -> dict[str, Any]:
    """Return what metadata of pydantic says, by the name of the limit."""
    found: dict[str, Any] = {}
    for fact in said:
        for limit in fact if isinstance(fact, annotated_types.GroupedMetadata) else [fact]:
            for name in ("ge", "le", "min_length", "max_length", "pattern"):
                if getattr(limit, name, None) is not None:
                    found[name] = getattr(limit, name)
    return found


def _number(limits: Mapping[str, Any]) -> st.SearchStrategy[float]:
    lowest, highest = limits.get("ge", -1e300), limits.get("le", 1e300)
    odd = [number for number in _NUMBERS if lowest <= number <= highest]
    # The model takes 0 and nothing else below its smallest number.
    free = st.floats(max(lowest, 1e-4), highest)
    return st.sampled_from(odd) | free | st.integers(max(int(lowest), 1), int(min(highest, 1e15)))


def _text(limits: Mapping[str, Any], *, hidden: bool) -> st.SearchStrategy[str]:
    least, most = limits.get("min_length", 0), limits.get("max_length", _LONG)
    if "pattern" in limits:
        drawn = st.from_regex(limits["pattern"], fullmatch=True)
        return drawn.filter(lambda text: text.strip() == text and len(text) <= most and (hidden or _is_open(text)))
    pool = (*ODD_WORDS, *HIDDEN_WORDS) if hidden else ODD_WORDS
    odd = [word for word in pool if least <= len(word) <= most]
    long = st.sampled_from(odd).map(lambda word: (word * most)[:most].strip() or "x")
    # Without controls, format characters, and what stands for half a character.
    free = st.text(
        st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=30
    )
    return st.sampled_from(odd) | long | free.map(str.strip).filter(lambda text: bool(text) and _is_open(text))


def _is_open(text: str) -> bool:
    return not first_hidden(text)


@cache
def _stated() -> Mapping[str, st.SearchStrategy[Any]]:
    """Return the strategy of the values of each fact that some shipped rule set takes as a statement."""
    program = load_all_rules().program
    kinds = {
        "flag": lambda _: st.booleans(),
        "number": lambda _: st.sampled_from(_NUMBERS),
        "choice": lambda choices: st.sampled_from(choices),
    }
    facts = {fact: program.fact_types[fact] for fact in program.statements}
    return {fact: kinds[found.kind](found.choices) for fact, found in facts.items()}


@st.composite
def _statement(draw: st.DrawFn, shape: Shape) -> dict[str, Any]:
    """Draw a statement that rules read, or one that none does."""
    data: dict[str, Any] = draw(_model(Statement, shape))
    if draw(st.booleans()) and _stated():
        data["fact"] = draw(st.sampled_from(list(_stated())))
        data["value"] = draw(_stated()[data["fact"]])
    return data


def with_less(proposal: Proposal, chance: random.Random) -> Proposal:
    """Return the proposal with one topic, one statement or one field made unknown."""
    dice = chance.random()
    if dice < 0.3:
        known = set(provision_types()) if proposal.examined == "everything" else set(proposal.examined)
        dropped = chance.choice(sorted(known)) if known else ""
        return proposal.model_copy(update={"examined": tuple(sorted(known - {dropped}))})
    if dice < 0.4 and proposal.statements:
        gone = chance.choice(proposal.statements)
        return proposal.model_copy(update={"statements": tuple(s for s in proposal.statements if s is not gone)})
    if dice < 0.45:
        return proposal.model_copy(update={"status": proposal.status.model_copy(update={"enacted": None})})
    provisions = list(proposal.provisions)
    if not provisions:
        return proposal
    index = chance.randrange(len(provisions))
    provisions[index] = _without_a_field(provisions[index], chance)
    return proposal.model_copy(update={"provisions": tuple(provisions)})


def _without_a_field(model: Any, chance: random.Random) -> Any:
    """Return a model with one field that may be left out made unknown, at any depth."""
    optional = [name for name, info in type(model).model_fields.items() if not info.is_required()]
    fields = [name for name in optional if name not in NOT_FACTS | {"confidence"} and getattr(model, name) is not None]
    if not fields:
        return model
    name = chance.choice(fields)
    value = getattr(model, name)
    inside = isinstance(value, BaseModel) and chance.random() < 0.7
    return model.model_copy(update={name: _without_a_field(value, chance) if inside else None})
