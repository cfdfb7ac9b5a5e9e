"""The checks, each defined once; `make test` runs them in its own environment, `nox` in one for each Python."""

from __future__ import annotations

from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "layers", "rules", "tests_on", "tests_without_durable", "docs", "install"]
nox.options.error_on_missing_interpreters = False
# The tests of one file share what they set up, so that a file stays in one process.
SIDE_BY_SIDE = ("--numprocesses", "auto", "--dist", "loadfile")
PYTHONS = ["3.11", "3.12", "3.13"]
_EVALUATE_A_SHIPPED_PROPOSAL = """
import subprocess
from policy_engine.loading import shipped_directory
folder = shipped_directory("proposals")
assert "site-packages" in folder.parts, folder
assert any(shipped_directory("scenarios").iterdir())
assert any((shipped_directory("patchwork") / "sets").glob("*.set.yaml"))
subprocess.run(["policy-engine", "evaluate", str(next(folder.rglob("*.yaml")))], check=True, stdout=subprocess.DEVNULL)
"""


def _prepare(session: nox.Session) -> None:
    if session.virtualenv.is_sandboxed:
        session.install("--requirement", "requirements-dev.lock")
        session.install("--no-deps", "--editable", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style."""
    _prepare(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types."""
    _prepare(session)
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Check that imports keep to the declared layers."""
    _prepare(session)
    session.run("lint-imports")


@nox.session
def rules(session: nox.Session) -> None:
    """Run the examples inside the rule sets."""
    _prepare(session)
    session.run("policy-engine", "rules", "test")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests with the Python of the environment."""
    _prepare(session)
    session.run("pytest", *SIDE_BY_SIDE, *session.posargs)


@nox.session(python=PYTHONS)
def tests_on(session: nox.Session) -> None:
    """Run the tests on each supported Python that is installed."""
    _prepare(session)
    session.run("pytest", *SIDE_BY_SIDE, *session.posargs)


@nox.session
def tests_without_durable(session: nox.Session) -> None:
    """Run the tests that must hold with the plain evaluator alone."""
    if not session.virtualenv.is_sandboxed:
        session.skip("it uninstalls durable-rules, so it needs an environment of its own")
    _prepare(session)
    session.run("python", "-m", "pip", "uninstall", "--yes", "durable-rules")
    session.run("pytest", *SIDE_BY_SIDE, "-m", "not durable", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Check that documents and shipped schemas say what is so."""
    _prepare(session)
    session.run("pytest", "tests/test_documents.py", "tests/test_cli.py", "-k", "documents or schema")


@nox.session
def install(session: nox.Session) -> None:
    """Install from the checkout, then from the wheel of the source archive, and use each from another folder."""
    if not session.virtualenv.is_sandboxed:
        session.skip("it needs an empty environment")
    checkout, elsewhere = Path.cwd(), Path(session.create_tmp()).resolve()
    session.install("--constraint", "requirements-dev.lock", "build")
    # Without options, `build` makes the wheel from the source archive and not from the checkout.
    session.run("python", "-m", "build", "--outdir", str(elsewhere / "dist"), silent=True)
    wheel = next((elsewhere / "dist").glob("*.whl"))
    for source in (checkout, wheel):
        session.install("--force-reinstall", str(source))
        session.chdir(elsewhere)
        session.run("policy-engine", "--version")
        session.run("policy-engine", "rules", "test")
        session.run("python", "-c", _EVALUATE_A_SHIPPED_PROPOSAL)
        session.chdir(checkout)
