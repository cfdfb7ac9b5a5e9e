"""The patchwork index: how much of what several texts share does not read the same, with every part shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy_engine.patchwork.groups import Conflict, Group
from policy_engine.results import Interval


@dataclass(frozen=True, slots=True)
class Index:
    """The index and its parts. `low` counts what is proven, `high` also what is open."""

    texts: int
    duties: int
    sections: int
    shared: int
    same: int
    differing: int
    open: int
    conflicts: int
    possible_conflicts: int
    by_family: tuple[tuple[str, int], ...]
    """In how many shared duties a term of each family provably differs."""
    value: Interval | None
    """Share of shared duties that differ, from 0 to 100; None where no duty is shared."""

    @property
    def arithmetic(self) -> str:
        """How the index is computed, in words and figures."""
        if self.value is None:
            return "no duty is shared by two texts, so that there is no index"
        return (
            f"{self.shared} of {self.duties} duties are imposed by more than one text. In {self.differing} of them a "
            f"term differs, in {self.open} one may once it is examined, in {self.same} every term is the same. "
            f"Index = 100 × differing ÷ shared: 100 × {self.differing} ÷ {self.shared} = {self.value.low:.1f} at "
            f"least, 100 × ({self.differing} + {self.open}) ÷ {self.shared} = {self.value.high:.1f} at most"
        )


def index_of(texts: int, groups: Sequence[Group], conflicts: Sequence[Conflict]) -> Index:
    """Return the index of a set."""
    shared = [group for group in groups if group.state != "alone"]
    differing = sum(group.state == "differs" for group in shared)
    unknown = sum(group.state == "unknown" for group in shared)
    families: dict[str, int] = {}
    for group in shared:
        for family in sorted({d.family for d in group.divergences if d.proven}):
            families[family] = families.get(family, 0) + 1
    value = None
    if shared:
        low = 100.0 * differing / len(shared)
        value = Interval(low, 100.0 * (differing + unknown) / len(shared))
    return Index(
        texts=texts,
        duties=len(groups),
        sections=len({(o.place.instrument, o.place.provision) for group in groups for o in group.obligations}),
        shared=len(shared),
        same=sum(group.state == "same" for group in shared),
        differing=differing,
        open=unknown,
        conflicts=sum(conflict.proven for conflict in conflicts),
        possible_conflicts=sum(not conflict.proven for conflict in conflicts),
        by_family=tuple(sorted(families.items())),
        value=value,
    )
