"""Sweeps: every design is what a full assessment of it says, cliffs are where they are, and mistakes are told."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ROOT
from corpus_samples import LENS, SMALL

from policy_engine.assessment import Assessor
from policy_engine.cli.commands import policy_engine
from policy_engine.corpus.sweep import OVERALL, Sweep, sweep
from policy_engine.corpus.sweep_template import load_template
from policy_engine.errors import SourceError
from policy_engine.loading import LoadedLens, LoadedProposal, load_lens
from policy_engine.reports.sweep_report import as_csv, as_svg, as_text

AXES = """\
  - {provision: moratorium, field: duration_years, values: [1, 2, 3, 5, not_addressed]}
  - {provision: moratorium, field: strength_condition, values: [true, false]}
  - {provision: it-modernisation-use}
"""
GRID = f"proposal: {SMALL}\naxes:\n{AXES}"
CLOUD = f"""\
proposal: {SMALL}
method: latin_hypercube
size: 40
seed: 7
axes:
  - {{provision: moratorium, field: duration_years, low: 0, high: 20}}
  - {{provision: moratorium, field: strength_condition, values: [true, false]}}
"""


@pytest.fixture(scope="module")
def small_lens() -> LoadedLens:
    """Return the small lens."""
    return load_lens(LENS)


def made(tmp_path: Path, text: str, lens: LoadedLens) -> Sweep:
    """Return the sweep of a template."""
    file = tmp_path / "template.yaml"
    file.write_text(text, encoding="utf-8")
    return sweep(load_template(str(file)), lens)


@pytest.mark.parametrize("text", [GRID, CLOUD])
def test_every_design_is_what_a_full_assessment_of_it_says(tmp_path: Path, text: str, small_lens: LoadedLens) -> None:
    found = made(tmp_path, text, small_lens)
    loaded = load_template(str(tmp_path / "template.yaml")).proposal
    with Assessor(small_lens, "plain") as assessor:
        for design in found.designs:
            changes: dict[str, Any] = {"moratorium": {}}
            for axis, value in zip(found.template.axes, design.values, strict=True):
                if axis.field:
                    changes["moratorium"][axis.field] = value
                elif value == "struck":
                    changes[axis.provision] = None
            full = assessor.assess(LoadedProposal(changed(loaded, changes), loaded.document))
            assert design.judgement is not None
            assert design.judgement.score == full.score
            assert design.judgement.verdict == full.verdict
            assert design.judgement.principles == {p.id: p.score for p in full.principles}


def changed(loaded: LoadedProposal, changes: dict[str, Any]) -> Any:
    """Return the proposal with changes, made without the code that is tested."""
    data = loaded.proposal.model_dump(exclude_unset=True, by_alias=True)
    data["provisions"] = [p for p in data["provisions"] if changes.get(p["id"], {}) is not None]
    for provision in data["provisions"]:
        provision.update(changes.get(provision["id"], {}))
    return type(loaded.proposal).model_validate(data)


def test_the_cliff_is_where_the_rule_draws_it(tmp_path: Path, small_lens: LoadedLens) -> None:
    found = made(tmp_path, GRID, small_lens)
    vacuum = next(surface for surface in found.surfaces if surface.name == "VAC")
    by_axis = {cliff.axis: cliff for cliff in vacuum.cliffs}
    assert (by_axis[0].before, by_axis[0].after) == (3, 5)
    assert by_axis[0].one.low > by_axis[0].other.low
    assert (by_axis[1].before, by_axis[1].after) == (True, False)
    said = as_text(found)
    assert "moratorium.duration_years from 3 to 5: " in said
    assert "Moved by no design: " in said
    assert "design on paper" in said


def test_a_latin_hypercube_takes_each_slice_once(tmp_path: Path, small_lens: LoadedLens) -> None:
    found = made(tmp_path, CLOUD, small_lens)
    years = sorted(float(design.values[0]) for design in found.designs)
    assert [int(year / 20 * 40) for year in years] == list(range(40))
    assert sum(design.values[1] is True for design in found.designs) == 20
    assert made(tmp_path, CLOUD, small_lens).designs == found.designs
    other = made(tmp_path, CLOUD.replace("seed: 7", "seed: 8"), small_lens)
    assert [design.values for design in other.designs] != [design.values for design in found.designs]


def test_the_cut_of_a_latin_hypercube_parts_designs_that_differ(tmp_path: Path, small_lens: LoadedLens) -> None:
    found = made(tmp_path, CLOUD[: CLOUD.rindex("  - {")].replace("high: 20", "high: 6"), small_lens)
    vacuum = next(surface for surface in found.surfaces if surface.name == "VAC")
    (cliff,) = vacuum.cliffs
    # Three years is what the rule allows.
    assert float(cliff.before) <= 3 < float(cliff.after) <= 3.3
    assert cliff.one.low > cliff.other.low


def test_which_designs_meet_is_counted_by_the_bounds(tmp_path: Path, small_lens: LoadedLens) -> None:
    found = made(tmp_path, GRID, small_lens)
    for surface in found.surfaces:
        intervals = [i for design in found.designs if (i := design.interval(surface.name)) is not None]
        if surface.name != OVERALL:
            assert surface.meets == sum(interval.low >= found.meets for interval in intervals)
        assert surface.meets <= surface.may_meet <= surface.counted == len(intervals)


def test_csv_has_every_design(tmp_path: Path, small_lens: LoadedLens) -> None:
    found = made(tmp_path, GRID, small_lens)
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert len(rows) == len(found.designs) == 20
    row = next(r for r in rows if (r["moratorium.duration_years"], r["it-modernisation-use"]) == ("5", "struck"))
    design = next(d for d in found.designs if d.values == (5, True, "struck"))
    assert design.judgement
    assert row["verdict"] == design.judgement.verdict.value
    assert float(row["overall_low"]) == pytest.approx(design.judgement.score.low, abs=0.005)


@pytest.mark.parametrize("text", [GRID, CLOUD])
def test_the_picture_is_well_formed_and_shows_each_design(tmp_path: Path, text: str, small_lens: LoadedLens) -> None:
    found = made(tmp_path, text, small_lens)
    picture = as_svg(found)
    root = ET.fromstring(picture)  # noqa: S314
    moving = [surface for surface in found.surfaces if not surface.is_flat]
    shapes = list(root.iter("{http://www.w3.org/2000/svg}" + ("rect" if text is GRID else "circle")))
    assert len(shapes) >= len(moving) * (10 if text is GRID else 40)
    assert picture == as_svg(made(tmp_path, text, small_lens))
    assert "script" not in picture


def test_designs_that_are_no_proposal_are_told(tmp_path: Path, small_lens: LoadedLens) -> None:
    found = made(tmp_path, GRID.replace("[true, false]", "[true, maybe]"), small_lens)
    assert sum(design.judgement is None for design in found.designs) == 10
    assert "10 of them are no proposal" in as_text(found)
    assert "-" in as_svg(found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("provision: moratorium", "provision: moratoriun", "did you mean `moratorium`"),
        ("field: duration_years, values: [1, 2, 3, 5, not_addressed]", "values: [1, 2]", "values need a field"),
        ("values: [1, 2, 3, 5, not_addressed]", "low: 5, high: 5", "`low` must be below `high`"),
        ("values: [1, 2, 3, 5, not_addressed]", "low: 5", "give either `values`, or `low` and `high`"),
        ("strength_condition, values: [true, false]", "duration_years, values: [true, false]", "stands twice"),
        ("axes:", "axis:", "not a field"),
    ],
)
def test_mistakes_in_a_template_are_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(GRID.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SourceError) as found:
        load_template(str(file))
    assert message in str(found.value)


def test_a_grid_may_not_grow_without_end(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    axes = "".join(
        f"  - {{provision: moratorium, field: f.{'x' * n}, low: 0, high: 1, steps: 100}}\n" for n in (1, 2, 3)
    )
    file.write_text(f"proposal: {SMALL}\naxes:\n{axes}", encoding="utf-8")
    with pytest.raises(SourceError, match="1,000,000 designs"):
        load_template(str(file))


def test_the_command_sweeps_the_shipped_template() -> None:
    template = str(ROOT / "scenarios/sweeps/moratorium.yaml")
    done = CliRunner().invoke(policy_engine, ["corpus", "sweep", template, "--isolated", "--lens", LENS])
    assert done.exit_code == 0, done.output
    assert "30 designs (grid)" in done.stdout


def test_the_picture_in_the_documents_is_fresh() -> None:
    found = sweep(load_template(str(ROOT / "scenarios/sweeps/moratorium.yaml")), load_lens())
    hint = "run corpus sweep scenarios/sweeps/moratorium.yaml --format svg --output docs/sweep-moratorium.svg"
    assert (ROOT / "docs/sweep-moratorium.svg").read_text(encoding="utf-8") == as_svg(found), hint
