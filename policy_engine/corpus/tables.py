"""The tables of a corpus: one place for their columns, types and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "number", "whole", "flag"]
DIGEST: Final = ("digest", "text", "Identity of the text: SHA-256 of the YAML, or of the JSON in one spelling.")
_LOST: Final = "`refused`: the text is at fault; `unreadable`: it could not be read; `lost`: see docs/corpus.md."


@dataclass(frozen=True, slots=True)
class Column:
    """One column and what it means; `kind` is the type of its values, of which any may be missing."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, and its columns."""

    meaning: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def _table(meaning: str, *columns: tuple[str, Kind, str]) -> Table:
    return Table(meaning, tuple(Column(*column) for column in columns))


PARTS: Final[Mapping[str, Table]] = {
    "assessments": _table(
        "One row for each text that was assessed, however many inputs hold it.",
        DIGEST,
        ("proposal", "text", "Id of the proposal."),
        ("title", "text", "Its title."),
        ("country", "text", "Country code, EU or INT."),
        ("subdivision", "text", "ISO 3166-2 code; missing above that level."),
        ("level", "text", "Level of the jurisdiction."),
        ("scope_class", "text", "Scores compare only within one."),
        ("stage", "text", "How far the instrument has come."),
        ("status_date", "text", "Date of that step, YYYY-MM-DD."),
        ("year", "whole", "Year of that step."),
        ("print", "text", "Which print of the instrument."),
        ("verdict", "text", "The verdict."),
        ("score_low", "number", "Low bound of the overall score: every unknown fails."),
        ("score_high", "number", "High bound: every unknown passes."),
        ("coverage", "number", "Decided ÷ applicable, by weight."),
        ("vetoes", "whole", "Number of violated blockers."),
        ("unknown", "whole", "Number of criteria whose outcome is unknown."),
        ("engine", "text", "Which evaluator ran, and whether the other one checked it."),
    ),
    "principles": _table(
        "One row for each principle of each text.",
        DIGEST,
        ("principle", "text", "Id of the principle."),
        ("score_low", "number", "Low bound; missing where nothing applies."),
        ("score_high", "number", "High bound; missing where nothing applies."),
        ("coverage", "number", "Decided ÷ applicable, by weight."),
        ("applicable", "whole", "Number of applicable criteria."),
        ("enough_facts", "flag", "Whether enough is known to speak of the principle."),
    ),
    "findings": _table(
        "One row for each criterion of each text.",
        DIGEST,
        ("criterion", "text", "Id of the criterion."),
        ("principle", "text", "Id of its principle."),
        ("kind", "text", "duty or guard."),
        ("severity", "text", "blocker, major, minor or info."),
        ("outcome", "text", "satisfied, partial, violated, unknown or not_applicable."),
        ("finding", "text", "Id of the finding, as in reports."),
        ("message", "text", "The reason in words."),
        ("line", "whole", "Line of the text; 0 where it came as JSON."),
        ("may_violate", "flag", "Violated, or unknown in a way that could turn out so."),
    ),
    "facts": _table(
        "One row for each known fact of each text; a fact without a row is unknown there.",
        DIGEST,
        ("fact", "text", "Name of the fact."),
        ("value", "text", "Its value in JSON."),
        ("number", "number", "The value where it is a number, 1 or 0 where it is true or false."),
    ),
    "evidence": _table(
        "One row for each provision or statement that a finding rests on.",
        DIGEST,
        ("criterion", "text", "Id of the criterion."),
        ("provision", "text", "Id of the provision, or name of the stated fact."),
        ("type", "text", "Provision type."),
        ("cite", "text", "The section."),
        ("confidence", "text", "text, secondary or press."),
        ("role", "text", "It `shows` the outcome, or is why the criterion `applies`."),
        ("line", "whole", "Line of the text; 0 where it came as JSON."),
    ),
    "failures": _table(
        "One row for each fault that kept a text from being assessed.",
        DIGEST,
        ("kind", "text", _LOST),
        ("message", "text", "What is wrong."),
        ("line", "whole", "Line of the text; 0 where there is none."),
        ("column_number", "whole", "Column in that line; 0 where there is none."),
        ("hint", "text", "What to do; may be empty."),
    ),
}
"""The tables that are written in parts."""

INPUTS: Final = _table(
    "One row for each input: a file, or a row of a JSON Lines or Parquet file.",
    ("source", "text", "The file."),
    ("row", "whole", "Row of the file, from 1; 0 where the file is one proposal."),
    ("name", "text", "What the row calls itself in `name` or `id`; may be empty."),
    DIGEST,
)
RUN: Final = _table(
    "One row: what everything here was judged by.",
    ("tool", "text", "Version of policy-engine."),
    ("lens", "text", "Id of the lens."),
    ("lens_version", "text", "Its version."),
    ("lens_as_of", "text", "Its date."),
    ("lens_digest", "text", "SHA-256 of its files."),
    ("rules_digest", "text", "SHA-256 of its rule sets."),
    ("engine", "text", "The evaluator that was chosen."),
    ("cross_check_share", "number", "Share of the texts that the other evaluator was to check too, chosen by digest."),
    ("cross_checked", "whole", "Number of texts that it did check; it never differed, else there would be no result."),
    ("note", "text", "What a result is, and is not."),
)
DATABASE: Final[Mapping[str, Table]] = {**PARTS, "inputs": INPUTS, "run": RUN}
"""All tables of the database."""


def tables_text() -> str:
    """Return the tables in Markdown, as they stand in the documents."""
    lines: list[str] = []
    for name, table in DATABASE.items():
        lines += [f"### `{name}`", "", table.meaning, "", "| column | kind | meaning |", "|---|---|---|"]
        lines += [f"| `{c.name}` | {c.kind} | {c.meaning} |" for c in table.columns]
        lines.append("")
    return "\n".join(lines)
