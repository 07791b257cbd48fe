# The words of this project. Everything lives in .venv; a fresh clone needs only Python 3.11+, git and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
JOBS ?= 2

.PHONY: help demo test lint types bench docs schema test-slow clean

help: ## Print these words
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: .venv/.runtime ## A fault, its detection and its recovery, over real sockets
	@$(BIN)/fdir demo

test: .venv/.dev lint types ## Lint, types, import contracts, all tests with coverage
	$(BIN)/pytest -n $(JOBS) --cov --cov-report=term --cov-fail-under=92 -q

test-slow: .venv/.dev ## The long proofs
	$(BIN)/pytest -n $(JOBS) -q -m slow

lint: .venv/.dev ## Style and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell
	$(BIN)/lint-imports

types: .venv/.dev ## Static types
	$(BIN)/mypy

bench: .venv/.dev ## How fast it is, against what one would write or take instead
	$(BIN)/fdir bench

schema: .venv/.runtime ## Regenerate the JSON Schema of mission files and the page of the mission profile
	$(BIN)/fdir schema > configs/mission.schema.json
	$(BIN)/fdir schema --page > docs/reference/mission-profile.md

docs: .venv/.dev ## Check that every command and link of the documents works
	$(BIN)/pytest -q tests/test_documents.py

clean: ## Remove what was built
	rm -rf .venv dist build .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.runtime: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable .
	@touch $@

.venv/.dev: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[dev,data,train,fast,report]'
	@touch $@ .venv/.runtime
