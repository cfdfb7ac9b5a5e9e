"""The checks, each defined once; `make test` runs them in its own environment, `nox` in one for each Python."""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "types", "layers", "rules", "tests_on", "tests_without_durable", "install"]
nox.options.error_on_missing_interpreters = False
PYTHONS = ["3.11", "3.12", "3.13"]


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
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS)
def tests_on(session: nox.Session) -> None:
    """Run the tests on each supported Python that is installed."""
    _prepare(session)
    session.run("pytest", *session.posargs)


@nox.session
def tests_without_durable(session: nox.Session) -> None:
    """Run the tests that must hold with the plain evaluator alone."""
    _prepare(session)
    session.run("python", "-m", "pip", "uninstall", "--yes", "durable-rules")
    session.run("pytest", "-m", "not durable", *session.posargs)


@nox.session
def install(session: nox.Session) -> None:
    """Install into an empty environment and use it from another folder."""
    session.install(".")
    session.chdir(session.create_tmp())
    session.run("policy-engine", "--version")
    session.run("policy-engine", "rules", "test")
