# Everything a newcomer needs: `make demo`, `make test`. Each sets up its own environment.
# `make test VENV=elsewhere` puts that environment elsewhere; ARGS goes to the command that is run.
ifndef PYTHON
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
  && echo $$p && break; done)
endif
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
ARGS ?=

.PHONY: help demo serve test check fix lint bench docs spark clean
.DEFAULT_GOAL := help

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: $(VENV)/.base  ## from nothing to a served recommendation
	@$(BIN)/omakase demo $(ARGS)

serve: $(VENV)/.base  ## answer over HTTP
	@$(BIN)/omakase serve $(ARGS)

test: $(VENV)/.dev  ## every test, two at a time
	@$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(VENV)/.dev  ## style, types, borders
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@OMAKASE_DATA_FOLDER=.mypy_cache/service $(BIN)/mypy  # its plugin starts Django
	@PYTHONPATH=src $(BIN)/lint-imports

# The engine's own tests, but those of neural nets and of whole journeys: no server is started.
check: lint  ## style, types, borders, and tests without servers
	@$(BIN)/python -m pytest -n 2 tests/test_house.py tests/test_promises.py tests/omakase_settings \
	  tests/omakase/arrays tests/omakase/data tests/omakase/evaluate tests/omakase/explain \
	  tests/omakase/pipeline tests/omakase/rankers tests/omakase/rules tests/omakase/sources $(ARGS)

fix: $(VENV)/.dev  ## let formatter and linter mend what they can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev  ## stated bars, measured (slow)
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(VENV)/.dev  ## the site of the documentation, in build/site
	@NO_MKDOCS_2_WARNING=1 PYTHONPATH=src:. $(BIN)/python -m mkdocs build --strict --quiet $(ARGS)
	@echo build/site/index.html

# Apart from the others: PySpark and a Java take 850 MB.
spark: $(VENV)/.spark  ## tests of Apache Spark
	@$(BIN)/python -m pytest tests/omakase_spark tests/cli/spark $(ARGS)

clean:  ## remove what was made here, except data (var/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf .coverage* htmlcov build dist

# The stamps: installed once, again only when what is asked for has changed.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, and none was found." >&2; exit 1; }
	@echo "Making an environment in $(VENV) with $(PYTHON)" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Omakase stands on (about a minute)" >&2
	@$(PIP) install --quiet -r requirements/base.txt
	@$(PIP) install --quiet --no-deps -e .
	@touch $@

# torch comes first and alone, so that a CPU build that is at hand wins and nothing else picks one.
$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@echo "Installing what the tests need (a few minutes)" >&2
	@$(PIP) install --quiet "$$(grep -oE '^torch==[0-9.]+' requirements/dev.txt)" -c requirements/dev.txt
	@$(PIP) install --quiet -r requirements/dev.txt
	@touch $@

$(VENV)/.spark: requirements/spark.txt $(VENV)/.dev
	@echo "Installing Spark and a Java (about a minute)" >&2
	@$(PIP) install --quiet -r requirements/spark.txt
	@touch $@
