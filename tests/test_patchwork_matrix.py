"""A matrix of five texts worked by hand: which section of each imposes which duty, and the terms that set them apart.

The texts are SB 53, RAISE chapter 96, SB 1047, the FRONTIER Act, and the AI Act on general-purpose models (of that file
only duties on such models). `-` is a duty that the text does not impose.
"""

from __future__ import annotations

import pytest

from policy_engine.loading import files_of_set, load_proposal
from policy_engine.patchwork import Patchwork, patchwork
from policy_engine.patchwork.groups import Group
from policy_engine.patchwork.terms import shown

TEXTS = (
    "us-ca-sb-53",
    "us-ny-raise-chapter-96",
    "us-ca-sb-1047-enrolled",
    "us-federal-hr-9925-frontier",
    "eu-ai-act-2024-03",
)
MATRIX = {
    "disclosure: safety_framework": (
        "B&P 22757.12(a)-(b), (f)",
        "GBL 1421(1)",
        "B&P 22603(a)(3)-(7)",
        "sec. 4(a)-(b), (f)",
        "-",
    ),
    "disclosure: system_card": ("B&P 22757.12(c), (f)", "GBL 1421(3)", "-", "sec. 4(d), (f)", "-"),
    "disclosure: risk_report": (
        "B&P 22757.12(d), 22757.13(b)",
        "GBL 1422(2)",
        "B&P 22603(f)(2)",
        "sec. 4(g)(2)",
        "-",
    ),
    "disclosure: compliance_statement": ("-", "-", "B&P 22603(f), (h)", "-", "-"),
    "disclosure: technical_documentation": (
        "-",
        "-",
        "-",
        "-",
        "art. 53(1)(a), annex XI + art. 53(1)(b), annex XII",
    ),
    "disclosure: training_data": ("-", "-", "-", "-", "art. 53(1)(d)"),
    "evaluation: model_capability": (
        "B&P 22757.12(a)(2)-(5), (c)(2)",
        "GBL 1421(1)(b)-(e)",
        "B&P 22603(b)(1)-(2)",
        "sec. 4(a)(2)(B)-(E), 4(d)(1)(H)-(J)",
        "art. 55(1)(a) + art. 92",
    ),
    "evaluation: safeguards": (
        "-",
        "-",
        "B&P 22603(d)",
        "sec. 5(b), (e)-(f), (i)-(j) + sec. 5(h)",
        "-",
    ),
    "evaluation: compliance": ("-", "-", "B&P 22603(e)", "sec. 4(c)", "-"),
    "incident_report: critical_safety_incident": (
        "B&P 22757.11(d), 22757.13(a), (c)(1), (e)",
        "GBL 1422(1), (3)(a)",
        "B&P 22603(g)",
        "sec. 4(h)(1)",
        "art. 55(1)(c)",
    ),
    "incident_report: imminent_danger": ("B&P 22757.13(c)(2)", "GBL 1422(3)(b)", "-", "sec. 4(h)(2)", "-"),
    "registration: ownership": ("-", "GBL 1428(1)-(3), (6)", "-", "sec. 4(k)", "-"),
    "restriction: deployment": ("-", "-", "B&P 22603(c)", "-", "-"),
    "safeguard: shutdown_capability": ("-", "-", "B&P 22603(a)(2)", "-", "-"),
    "weight_security": (
        "B&P 22757.12(a)(7)",
        "GBL 1421(1)(g)",
        "B&P 22603(a)(1)",
        "sec. 4(a)(2)(G)",
        "art. 55(1)(d)",
    ),
    "whistleblower_protection": ("Labor Code 1107-1107.1", "-", "B&P 22607", "-", "art. 87"),
}
# Duty, term, and its value in each text that imposes the duty, in the order of the texts.
TERMS = (
    ("incident_report: critical_safety_incident", "deadline_hours", ("360", "72", "72", "72", "not addressed")),
    ("incident_report: imminent_danger", "deadline_hours", ("24", "24", "24")),
    ("disclosure: risk_report", "interval_months", ("3", "3", "12", "3")),
    ("disclosure: safety_framework", "when", ("periodic", "periodic", "before training", "periodic")),
    ("evaluation: compliance", "verifier", ("third party", "third party")),
    ("weight_security", "standard", ("developer chosen", "developer chosen", "reasonable", "developer chosen")),
    ("whistleblower_protection", "protects_contractors", ("not addressed", "yes")),
)


@pytest.fixture(scope="module")
def five() -> Patchwork:
    return patchwork([load_proposal(file) for file in files_of_set("set:frontier-matrix")])


def group(found: Patchwork, what: str) -> Group:
    return next(
        g for g in found.groups if (g.key.what, g.key.persons, g.key.subjects) == (what, "developers", "models")
    )


def test_the_set_holds_the_five_texts(five: Patchwork) -> None:
    assert tuple(instrument.id for instrument in five.instruments) == TEXTS


@pytest.mark.parametrize("what", MATRIX)
def test_each_cell_has_its_sections(five: Patchwork, what: str) -> None:
    cells = {text: [] for text in TEXTS}
    for obligation in group(five, what).obligations:
        if obligation.place.instrument == TEXTS[-1] and "general_purpose_models" not in (obligation.subjects or ()):
            continue
        cells[obligation.place.instrument].append(obligation.place.cite)
    assert tuple(" + ".join(cites) or "-" for cites in cells.values()) == MATRIX[what]


@pytest.mark.parametrize(("what", "term", "values"), TERMS)
def test_the_terms_are_those_of_the_sections(five: Patchwork, what: str, term: str, values: tuple[str, ...]) -> None:
    found = [shown(o.terms[term]) for o in group(five, what).obligations]
    assert tuple(found[: len(values)]) == values
    proven = {d.term for d in group(five, what).divergences if d.proven}
    assert (term in proven) == (len(set(values)) > 1)


def test_no_two_of_the_five_conflict(five: Patchwork) -> None:
    assert [
        c for c in five.conflicts if c.proven and {c.required.instrument, c.forbidden.instrument} <= set(TEXTS)
    ] == []
