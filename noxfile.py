"""The checks, each defined once; `make test` runs them in its own environment, `nox` in one for each Python."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
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
        session.install("--no-deps", "--require-hashes", "--requirement", "requirements-dev.lock")
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
    session.install("--no-deps", "--require-hashes", "--requirement", "requirements-dev.lock")
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


def _tracked() -> list[str]:
    """Return the files of the checkout that are under version control."""
    command = ["git", "ls-files", "-z"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [name for name in said.split("\0") if name]


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel twice, in two folders, and compare their digests."""
    _prepare(session)
    digests = []
    for number in (1, 2):
        folder = Path(session.create_tmp()).resolve() / str(number)
        copy = folder / "source"
        shutil.rmtree(folder, ignore_errors=True)
        for name in _tracked():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            # The second copy has other times, which must not show in the wheel.
            (shutil.copy2 if number == 1 else shutil.copyfile)(name, copy / name)
        environment = {"SOURCE_DATE_EPOCH": "1767225600"}
        built = ("--wheel", "--outdir", str(folder), str(copy))
        session.run("python", "-m", "build", *built, silent=True, env=environment)
        digests.append(hashlib.sha256(next(folder.glob("*.whl")).read_bytes()).hexdigest())
    if len(set(digests)) != 1:
        session.error(f"the two wheels differ: {digests}")
    session.log(f"both wheels are {digests[0]}")


@nox.session
def audit(session: nox.Session) -> None:
    """Look up known vulnerabilities of what the lock pins; it needs the index to answer."""
    if not session.virtualenv.is_sandboxed:
        session.skip("it needs an environment of its own")
    session.install("pip-audit")
    session.run("pip-audit", "--require-hashes", "--disable-pip", "--requirement", "requirements-dev.lock")


@nox.session
def sbom(session: nox.Session) -> None:
    """Write a bill of materials (CycloneDX) of what the lock pins, with hashes, to sbom.json."""
    if not session.virtualenv.is_sandboxed:
        session.skip("it needs an environment of its own")
    session.install("cyclonedx-bom")
    options = ("--output-reproducible", "--validate", "--output-file", "sbom.json")
    session.run("cyclonedx-py", "requirements", *options, "requirements-dev.lock")


@nox.session
def licences(session: nox.Session) -> None:
    """Write docs/licences.md anew: the licence of every pinned package."""
    _prepare(session)
    session.run("python", "benchmarks/write_licences.py")


@nox.session
def mutants(session: nox.Session) -> None:
    """Change the core modules in small ways and see that tests fail; slow. Names of mutants limit the run."""
    _prepare(session)
    if session.virtualenv.is_sandboxed:
        session.install("mutmut==3.8.1")
    session.run("python", "benchmarks/mutants.py", *session.posargs)
