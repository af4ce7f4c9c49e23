# Everything a newcomer needs: `make demo`, `make test`. Each sets up its own environment.
PYTHON ?= python3.11
VENV := $(or $(OMAKASE_VENV),.venv)
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test lint bench serve clean
.DEFAULT_GOAL := help

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/.base: requirements/base.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/base.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.base  ## from nothing to a served recommendation
	$(BIN)/omakase demo $(ARGS)

serve: $(VENV)/.base  ## answer over HTTP
	$(BIN)/omakase serve $(ARGS)

test: $(VENV)/.dev  ## every test
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev  ## style, types, borders
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports

bench: $(VENV)/.dev  ## stated bars, measured (slow)
	$(BIN)/python -m benchmarks $(ARGS)

clean:  ## remove what was made here
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
