"""Where the provisions and statements of one proposal stand, as evidence."""

from __future__ import annotations

from dataclasses import replace

from policy_engine.loading import LoadedProposal
from policy_engine.results import Evidence, Location


class Places:
    """Finds evidence by the index of a provision or the name of a statement; each is made once."""

    def __init__(self, loaded: LoadedProposal) -> None:
        """Index the statements by their fact."""
        self._loaded = loaded
        self._provisions: dict[int, Evidence] = {}
        self._asking: dict[str, Evidence] = {}
        self._stated = {statement.fact: index for index, statement in enumerate(loaded.proposal.statements)}
        self.nowhere = self.location(("provisions",))
        """Where a missing provision would stand."""

    def location(self, path: tuple[str | int, ...]) -> Location:
        """Return the place of a value in the file."""
        at = self._loaded.document.position(path)
        return Location(self._loaded.document.file, at.line, at.column)

    def provision(self, index: int) -> Evidence:
        """Return a provision as evidence."""
        known = self._provisions.get(index)
        if known is None:
            provision = self._loaded.proposal.provisions[index]
            known = self._provisions[index] = Evidence(
                provision.id,
                provision.type,
                provision.cite,
                provision.confidence,
                provision.note or "",
                self.location(("provisions", index)),
            )
        return known

    def statement(self, fact: str) -> Evidence | None:
        """Return what the file states about a fact as evidence."""
        index = self._stated.get(fact)
        if index is None:
            return None
        statement = self._loaded.proposal.statements[index]
        place = self.location(("statements", index))
        return Evidence(fact, "statement", statement.cite, statement.confidence, statement.note or "", place)

    def simulated(self, fact: str, note: str, provisions: tuple[int, ...]) -> Evidence:
        """Return a fact that a run of the text showed as evidence; it stands where the first of its provisions does."""
        place = self.location(("provisions", provisions[0])) if provisions else self.nowhere
        return Evidence(fact, "simulation", note.partition(" (")[0], "text", note, place)

    def asking(self, evidence: Evidence) -> Evidence:
        """Return evidence as what makes a criterion apply."""
        known = self._asking.get(evidence.provision)
        if known is None:
            known = self._asking[evidence.provision] = replace(evidence, role="applies")
        return known
