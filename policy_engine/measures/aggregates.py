"""Measures that count, or take the smallest or largest, over provisions of one type."""

from __future__ import annotations

from policy_engine.measures.base import Measured, Selection
from policy_engine.operators import NOT_ADDRESSED
from policy_engine.proposals.model import Proposal


def smallest(_: Proposal, selection: Selection) -> Measured:
    """Return the smallest value of a field; not addressed where no provision sets one."""
    return _extreme(selection, smallest=True)


def largest(_: Proposal, selection: Selection) -> Measured:
    """Return the largest value of a field; not addressed as soon as one provision sets no limit."""
    return _extreme(selection, smallest=False)


def _extreme(selection: Selection, *, smallest: bool) -> Measured:
    values = [record.values.get(selection.field) for record in selection.sure]
    if not selection.complete or None in values:
        return Measured(None, selection.places)
    numbers = [value for value in values if isinstance(value, float)]
    if not numbers or (not smallest and NOT_ADDRESSED in values):
        return Measured(NOT_ADDRESSED, selection.places)
    best = min(numbers) if smallest else max(numbers)
    return Measured(best, tuple(r.provision for r in selection.sure if r.values[selection.field] == best))


def count(_: Proposal, selection: Selection) -> Measured:
    """Return the number of provisions."""
    return Measured(float(len(selection.sure)) if selection.complete else None, selection.places)


def fields_given(_: Proposal, selection: Selection) -> Measured:
    """Return how many of several fields at least one provision gives: a number, a word, or true."""
    given: set[str] = set()
    unknown = set(selection.fields) if not selection.complete else set()
    for record in selection.sure:
        for field in selection.fields:
            value = record.values.get(field)
            if value is None:
                unknown.add(field)
            elif value is not NOT_ADDRESSED and value is not False:
                given.add(field)
    return Measured(None if unknown - given else float(len(given)), selection.places)


def distinct_words(_: Proposal, selection: Selection) -> Measured:
    """Return how many different words a list field holds over all provisions."""
    words: set[str] = set()
    known = selection.complete
    for record in selection.sure:
        value = record.values.get(selection.field)
        if isinstance(value, tuple):
            words.update(value)
        else:
            known = False
    return Measured(float(len(words)) if known else None, selection.places)
