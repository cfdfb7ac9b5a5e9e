# Two commands do everything: `make demo` and `make test`. Needed on the machine: python3 (3.11+), a C compiler, make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test clean
help:  ## Show the commands.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /  /'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.developer: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed  ## Install into .venv and assess the shipped proposals.
	$(BIN)/policy-engine evaluate proposals

test: $(VENV)/.developer  ## Run all checks: style, types, layers, rule examples, tests.
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/nox --no-venv --session lint types layers rules tests

clean:  ## Remove the virtual environment and caches.
	rm -rf $(VENV) .nox .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov dist build
