"""Configuration: where it is found, what lies over what, where each value came from, and faults with their line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from policy_engine.cli.commands import policy_engine
from policy_engine.gate.thresholds import Thresholds
from policy_engine.gate.waivers import load_waivers

SB_53 = ROOT / "proposals/us/ca/sb-53.yaml"


def run(folder: Path, *arguments: str) -> Result:
    """Run the command in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(policy_engine, list(arguments))


def shown(folder: Path, *arguments: str) -> dict[str, tuple[str, str]]:
    """Return value and origin of each setting, as `config show` prints them."""
    result = run(folder, "config", "show", *arguments)
    assert result.exit_code == 0, result.stderr
    found = {}
    for line in result.stdout.splitlines():
        setting, _, origin = line.partition("#")
        key, _, value = setting.partition("=")
        found[key.strip()] = (value.strip(), origin.strip())
    return found


def test_layers_and_origins(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\n\n[tool.policy-engine]\nlens = "precautionary"\njobs = 2\n\n'
        "[tool.policy-engine.gate]\nno_veto = true\nlowest_score = 30\n",
        encoding="utf-8",
    )
    (tmp_path / "policy-engine.toml").write_text(
        'paths = ["drafts"]\nbaseline = "base.json"\ngate.lowest_score = 40.5\n\n[gate.principles]\nVAC = 50\n',
        encoding="utf-8",
    )
    inner = tmp_path / "drafts/deep"
    inner.mkdir(parents=True)
    found = shown(inner, "--jobs", "3", "--gate", "most.blocker=0", "--gate", "mode=observe")
    assert found["lens"] == ('"precautionary"', "../../pyproject.toml:5")
    assert found["jobs"] == ("3", "command line")
    assert found["gate.no_veto"] == ("true", "../../pyproject.toml:9")
    assert found["gate.lowest_score"] == ("40.5", "../../policy-engine.toml:3")
    assert found["gate.principles.VAC"] == ("50.0", "../../policy-engine.toml:6")
    assert found["gate.most.blocker"] == ("0", "command line")
    assert found["gate.mode"] == ('"observe"', "command line")
    assert found["baseline"] == ('"../../base.json"', "../../policy-engine.toml:2")
    assert found["paths"] == ('["../../drafts"]', "../../policy-engine.toml:1")
    assert found["engine"] == ('"auto"', "built in")
    assert shown(inner, "--isolated")["lens"] == ('"article-2026-02"', "built in")


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    (tmp_path / "policy-engine.toml").write_text('lens = "precautionary"\n', encoding="utf-8")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    assert shown(repository)["lens"] == ('"article-2026-02"', "built in")


def test_a_pyproject_without_the_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "policy-engine.toml").write_text('lens = "precautionary"\n', encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    assert shown(tmp_path / "sub")["lens"] == ('"precautionary"', "../policy-engine.toml:1")


def test_a_named_file_is_used_alone(tmp_path: Path) -> None:
    (tmp_path / "policy-engine.toml").write_text('lens = "precautionary"\njobs = 4\n', encoding="utf-8")
    (tmp_path / "ci.toml").write_text('engine = "plain"\n', encoding="utf-8")
    found = shown(tmp_path, "--config", "ci.toml")
    assert found["engine"] == ('"plain"', "ci.toml:1")
    assert found["jobs"] == ("1", "built in")
    both = run(tmp_path, "config", "show", "--config", "ci.toml", "--isolated")
    assert both.exit_code == 2
    none = run(tmp_path, "config", "show", "--config", "absent.toml")
    assert none.exit_code == 3
    assert "there is no such file" in none.stderr


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("lense = 'x'\n", "policy-engine.toml:1:1", "did you mean `lens`"),
        ("jobs = 1\n\n[gate]\nno_vetoes = true\n", "policy-engine.toml:4:1", "did you mean `no_veto`"),
        ("[gate]\nlowest_score = '40%'\n", "policy-engine.toml:2:16", "write 40 without quotes"),
        ("[gate]\nlowest_score = 400\n", "policy-engine.toml:2:16", "less than or equal to 100"),
        ("[gate]\nmode = 'block'\n", "policy-engine.toml:2:8", "`block` is not a value of `mode`"),
        ("jobs = \n", "policy-engine.toml:1:8", "this is no TOML"),
        ("jobs = 1\njobs = 2\n", "policy-engine.toml:2:", "this is no TOML"),
        ("lens = '\x00'\n", "policy-engine.toml:1:", "this is no TOML"),
    ],
)
def test_faults_name_line_near_miss_and_mend(tmp_path: Path, text: str, place: str, said: str) -> None:
    (tmp_path / "policy-engine.toml").write_text(text, encoding="utf-8")
    result = run(tmp_path, "evaluate", str(SB_53))
    assert result.exit_code == 3, result.output
    assert place in result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_the_configuration_drives_a_run_and_flags_win(tmp_path: Path) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts/bill.yaml").write_text(SB_53.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "policy-engine.toml").write_text(
        'paths = ["drafts"]\nengine = "plain"\nformat = ["json=out/report.json", "github"]\n'
        "[gate]\nlowest_score = 99\n",
        encoding="utf-8",
    )
    (tmp_path / "out").mkdir()
    failed = run(tmp_path, "evaluate")
    assert failed.exit_code == 1
    assert (tmp_path / "out/report.json").exists()
    assert run(tmp_path, "evaluate", "--gate", "lowest_score=10").exit_code == 0
    assert run(tmp_path, "evaluate", "--gate", "mode=observe").exit_code == 0
    assert "Verdict:" in run(tmp_path, "evaluate", "--isolated", "drafts/bill.yaml", "--engine", "plain").stdout
    nothing = run(tmp_path, "evaluate", "--isolated")
    assert nothing.exit_code == 2
    assert "name the proposals to assess" in nothing.stderr


def test_the_examples_of_the_page_are_right(tmp_path: Path) -> None:
    page = (ROOT / "docs/checking-drafts.md").read_text(encoding="utf-8")
    toml, yaml = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("toml", "yaml"))
    assert toml
    assert yaml
    (tmp_path / "policy-engine.toml").write_text(toml[1], encoding="utf-8")
    assert shown(tmp_path)["gate.most.blocker"] == ("0", "policy-engine.toml:13")
    (tmp_path / "waivers.yaml").write_text(yaml[1], encoding="utf-8")
    assert load_waivers(str(tmp_path / "waivers.yaml")).waivers[0].criterion == "VAC-2"
    keys = {key.partition(".")[0] for key in re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)}
    assert keys == set(Thresholds.model_fields) - {"mode"}
