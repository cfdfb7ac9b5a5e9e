"""`amend` end to end: words, sections, patches that git applies, harm under other lenses, what cannot be reached."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

import policy_engine
from policy_engine.amending import Amendments, amend
from policy_engine.amending.candidates import CandidateError
from policy_engine.amending.search import Limits
from policy_engine.amending.targets import TargetError
from policy_engine.assessment import evaluate
from policy_engine.cli.commands import policy_engine as command
from policy_engine.loading import load_proposal
from policy_engine.reports import amend_json, amend_markdown, amend_text
from policy_engine.reports.json_schemas import schema_text
from policy_engine.results import Outcome, Verdict

pytest.importorskip("clingo")

HOUSE = str(ROOT / "proposals/us/federal/hr-1-sec-43201-house.yaml")
TENNESSEE = str(ROOT / "proposals/us/tn/sb-1493-introduced.yaml")
DIFFUSION = str(ROOT / "proposals/us/federal/bis-ai-diffusion-2025.yaml")
TEXAS = str(ROOT / "proposals/us/tx/hb-149-earlier-print.yaml")


def run(*arguments: str, **options: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(command, ["amend", *arguments, "--isolated"], **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def house() -> Amendments:
    """Return the smallest amendments that free H.R. 1 of vetoes and bring it to `mixed`."""
    return amend(HOUSE, target="mixed", engine="plain")


def test_house_text_is_mended_by_three_amendments(house: Amendments) -> None:
    assert (house.status, house.complete) == ("reached", False)
    (found,) = house.sets
    # Which third amendment closes the gap is a tie; the first two are in every smallest set.
    assert [made.words for made in found.amendments][:2] == [
        "Strike every clause that bars or suspends the law of another government.",
        "Bar mass surveillance, mass propaganda and domestic autonomous weapons.",
    ]
    assert [m.criterion for made in found.amendments for m in made.mends][:2] == ["VAC-1", "LIB-1"]
    assert len(found.amendments) == 3
    strike, add = (made.touches[0] for made in found.amendments[:2])
    assert (strike.kind, strike.provision, strike.cite) == ("strike", "moratorium", "sec. 43201(c)(1)")
    assert load_proposal(HOUSE).document.excerpt(strike.location.line) == "  - id: moratorium"
    assert (add.kind, add.type, add.cite) == ("add", "government_use", "new section")
    assert found.after.verdict is Verdict.MIXED
    assert found.after.score.low >= 40
    assert found.after.vetoes == ()


def test_every_other_lens_judges_the_same_amendments(house: Amendments) -> None:
    views = {view.lens.id: view for view in house.sets[0].other_lenses}
    assert len(views) == 10
    assert "article-2026-02" not in views
    accelerationist = views["accelerationist"]
    assert accelerationist.verdict_falls
    assert (accelerationist.before.verdict, accelerationist.after.verdict) == (Verdict.MEETS, Verdict.UNDETERMINED)
    assert accelerationist.harms
    assert not views["precautionary"].harms
    assert "Under the lens accelerationist, the verdict falls from meets to undetermined." in amend_text.render(house)


def test_a_field_that_is_set_is_told_with_both_values() -> None:
    found = amend(TENNESSEE, target="no-veto", engine="plain", every=True)
    touches = [t for item in found.sets for made in item.amendments for t in made.touches if t.kind == "set"]
    assert {(t.field, t.before, t.after) for t in touches} == {("act", "training", "deployment")}
    assert touches[0].cite == "T.C.A. 39-17-2002(a)(1)"
    assert load_proposal(TENNESSEE).document.excerpt(touches[0].location.line) == "    act: training"


def test_harm_is_told_criterion_by_criterion() -> None:
    found = amend(TENNESSEE, target="mixed", engine="plain")
    view = next(v for v in found.sets[0].other_lenses if v.lens.id == "civil-rights-and-workers")
    worse = {item.criterion: (item.before, item.after) for item in view.worse}
    assert worse["CIV-1"] == (Outcome.NOT_APPLICABLE, Outcome.VIOLATED)
    said = amend_markdown.render(found)
    assert (
        "Under the lens civil-rights-and-workers, CIV-1 (Discrimination is guarded against; major) turns from not "
        "applicable to violated."
    ) in said
    own = [item.criterion for item in found.sets[0].worse]
    assert own == ["TMP-4", "TMP-7"]
    assert "Under the lens article-2026-02, TMP-4" in said


def test_tennessee_reads_as_a_drafter_would_amend_it() -> None:
    found = amend(TENNESSEE, target="no-veto", engine="plain", every=True)
    assert found.complete
    assert all(len(item.amendments) == 1 for item in found.sets)
    words = {item.amendments[0].words for item in found.sets}
    assert "Move the prohibition from the capability of a model to its deployment." in words


@pytest.mark.parametrize("file", [HOUSE, TENNESSEE])
def test_git_applies_the_patch_and_comments_stay(file: str, tmp_path: Path) -> None:
    inside = tmp_path / "drafts" / "draft.yaml"
    inside.parent.mkdir()
    inside.write_text("# First of all.\n" + Path(file).read_text(encoding="utf-8") + "# Last.\n", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "policy_engine", "amend", "drafts/draft.yaml", "--target", "mixed", "--engine", "plain"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    (tmp_path / "patch").write_text(result.stdout, encoding="utf-8")
    git = shutil.which("git")
    assert git
    subprocess.run([git, "apply", "patch"], cwd=tmp_path, check=True)
    text = inside.read_text(encoding="utf-8")
    assert text.startswith("# First of all.\n# yaml-language-server")
    assert text.endswith("# Last.\n")
    after = evaluate(str(inside), engine="plain")
    assert after.score.low >= 40
    assert after.vetoes == ()


def test_write_makes_the_first_set_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "draft.yaml"
    shutil.copy(HOUSE, file)
    file.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    result = run(str(link), "--target", "mixed", "--write", "--engine", "plain")
    assert result.exit_code == 0, result.output
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    proposal = load_proposal(str(file)).proposal
    names = [p.id for p in proposal.provisions]
    assert names[:3] == ["it-modernisation-money", "it-modernisation-use", "new-government-use"]
    added = proposal.provisions[2]
    assert (added.cite, added.note) == (
        "new section",
        "Bar mass surveillance, mass propaganda and domestic autonomous weapons.",
    )
    assert file.read_text(encoding="utf-8").startswith("# yaml-language-server")
    again = run(str(file), "--target", "mixed", "--write", "--engine", "plain")
    assert "nothing has to be amended" in again.output
    assert list(tmp_path.iterdir()) == [file, link] or len(list(tmp_path.iterdir())) == 2


def test_write_is_refused_for_standard_input() -> None:
    result = run("-", "--target", "mixed", "--write", input=Path(HOUSE).read_bytes())
    assert result.exit_code == 2
    assert "--write changes a file, and this is none" in result.output
    read = run("-", "--target", "no-veto", "--format", "patch", "--engine", "plain", input=Path(HOUSE).read_bytes())
    assert read.output.startswith("--- a/proposal.yaml\n+++ b/proposal.yaml\n")


def test_protected_provisions_stay_and_the_answer_differs() -> None:
    free = amend(HOUSE, target="no-veto", engine="plain")
    assert any(t.provision == "moratorium" for made in free.sets[0].amendments for t in made.touches)
    use = amend(HOUSE, target="score=30", protect=["it-modernisation-use"], engine="plain")
    assert use.status == "reached"
    assert not any(t.provision == "it-modernisation-use" for made in use.sets[0].amendments for t in made.touches)
    assert "Kept:    it-modernisation-use" in amend_text.render(use)
    kept = amend(HOUSE, target="no-veto", protect=["moratorium"], engine="plain")
    assert kept.status == "unreachable"
    said = amend_text.render(kept)
    assert "would change what is protected: moratorium" in said
    assert "These cannot be met together: VAC-1" in said
    with pytest.raises(CandidateError, match="did you mean `moratorium`"):
        amend(HOUSE, target="no-veto", protect=["moratorum"])


def test_costs_change_what_is_smallest() -> None:
    dear = amend(HOUSE, target="no-veto", costs=["strike=9"], engine="plain")
    kinds = {t.kind for made in dear.sets[0].amendments for t in made.touches}
    assert "strike" not in kinds
    assert dear.sets[0].cost == 3
    named = amend(HOUSE, target="no-veto", costs=["VAC-1=7", "lib-1=2"], engine="plain")
    assert named.sets[0].cost == 4
    assert "of cost 4; no set of lower cost reaches the target" in " ".join(amend_text.render(named).split())
    for wrong in ("VAC-1", "VAC-1=0", "VAC-1=x", "ZZZ-1=2", "strike=1.5"):
        with pytest.raises(CandidateError):
            amend(HOUSE, target="no-veto", costs=[wrong])


def test_what_cannot_be_reached_is_told_with_its_reason() -> None:
    found = amend(TEXAS, target="meets", engine="plain")
    assert (found.status, found.sets) == ("unreachable", ())
    assert any("LIB-4" in demand for item in found.hindrances for demand in item.demands)
    said = amend_text.render(found)
    assert "This is proved." in said
    result = run(DIFFUSION, "--target", "mixed", "--engine", "plain")
    assert result.exit_code == 1
    assert "the best that was found is 22.3" in result.output
    assert "amendments are not drawn from what is unknown" in result.output


def test_all_sets_of_the_lowest_cost_are_listed_up_to_a_limit() -> None:
    found = amend(TENNESSEE, target="no-veto", every=True, engine="plain")
    assert found.complete
    assert len(found.sets) > 1
    assert len({item.patch for item in found.sets}) == len(found.sets)
    assert len({item.cost for item in found.sets}) == 1
    assert "all shown" in amend_text.render(found)
    few = amend(TENNESSEE, target="no-veto", every=True, engine="plain", limits=Limits(listed=1))
    assert (len(few.sets), few.complete) == (1, False)


def test_an_unproved_set_is_never_called_smallest() -> None:
    found = amend(HOUSE, target="mixed", engine="plain", limits=Limits(evaluations=2))
    assert found.status == "not_proved"
    said = amend_text.render(found)
    assert "Not proved" in said
    assert "This is proved" not in said
    assert found.at_least <= found.sets[0].cost


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--target", "better"], "`better` is not a target"),
        (["--target", "score=101"], "`score=101` is not a target"),
        (["--target", "mixed", "--cost", "add"], "`add` is not a cost"),
        (["--target", "mixed", "--protect", "x,moratorium"], "there is no provision `x` to protect"),
        ([], "Missing option '--target'"),
    ],
)
def test_usage_errors_have_exit_code_2(arguments: list[str], said: str) -> None:
    result = run(HOUSE, *arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_a_text_without_vetoes_needs_no_amendment_even_where_none_is_offered() -> None:
    result = run(str(ROOT / "proposals/kr/ai-basic-act.yaml"), "--target", "no-veto", "--engine", "plain")
    assert result.exit_code == 0
    assert "The text reaches the target as it stands; nothing has to be amended." in result.output


def test_targets_are_checked_in_the_library_too() -> None:
    with pytest.raises(TargetError):
        policy_engine.amend(HOUSE, target="veto")


def test_without_clingo_the_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "clingo", None)
    result = run(HOUSE, "--target", "mixed")
    assert result.exit_code == 2
    assert "pip install 'policy-engine[amend]'" in result.output


def test_json_fits_its_schema_and_is_the_same_each_time(house: Amendments) -> None:
    text = amend_json.render(house, "0.1.0")
    jsonschema.validate(json.loads(text), json.loads(schema_text("amend")))
    again = run(HOUSE, "--target", "mixed", "--format", "json", "--engine", "plain")
    assert again.output == text
    unreachable = amend_json.render(amend(DIFFUSION, target="mixed", engine="plain"), "0.1.0")
    jsonschema.validate(json.loads(unreachable), json.loads(schema_text("amend")))
