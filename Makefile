# Two commands on a fresh machine (Python 3.11 or later and make): `make run`, then `make test`.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint lab notebooks lock clean

PYTHON ?= python3
CORPUS ?= data/raw/kharkiv-2022
BIN    := .venv/bin
READY  := .venv/ready
TESTED := .venv/ready-dev
LOCKING := --universal --python-version 3.11 --no-emit-index-url --generate-hashes --custom-compile-command "make lock"
UV     := $(shell command -v uv 2>/dev/null)

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

setup: $(TESTED)  ## create the environment in .venv (once; again only when the pinned requirements change)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12 run"; exit 2; }
	@echo "Setting up .venv (once) ..."
ifneq ($(UV),)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements.lock --python $(BIN)/python
	@$(UV) pip install --quiet --no-deps --no-build-isolation -e . --python $(BIN)/python
else
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q -j 0 -x '[/\\](tests?|testing)[/\\]' .venv/lib || true
endif
	@touch $@

$(TESTED): $(READY) requirements-dev.lock
	@echo "Adding JupyterLab and what the tests need (once) ..."
ifneq ($(UV),)
	@$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.lock --python $(BIN)/python
else
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m compileall -q -j 0 -x '[/\\](tests?|testing)[/\\]' .venv/lib || true
endif
	@touch $@

run: $(READY)  ## the whole analysis: notebooks, tables, figures; CORPUS=folder for your own articles
	@$(BIN)/source-overlap run "$(CORPUS)"

test: $(TESTED) lint  ## all checks: lint, types, unit and property tests, the committed notebooks, a papermill run
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

lint: $(TESTED)  ## ruff (lint and format, notebooks too) and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: $(TESTED)  ## open JupyterLab at the notebooks
	$(BIN)/jupyter lab --notebook-dir=. notebooks/01_cleaning.ipynb

notebooks: $(TESTED)  ## re-execute the committed notebooks on the default corpus (read the outputs before you commit)
	cd notebooks && TQDM_DISABLE=1 SOURCE_OVERLAP_STATIC=1 ../$(BIN)/jupyter nbconvert --to notebook --execute --inplace --log-level ERROR [0-9]*.ipynb
	$(BIN)/nbstripout --keep-output --keep-count --keep-id --extra-keys \
		"metadata.papermill cell.metadata.papermill cell.metadata.execution metadata.language_info metadata.widgets" notebooks/*.ipynb

lock:  ## renew the pinned requirements (needs uv)
	uv pip compile pyproject.toml --extra dev --extra build --extra lab $(LOCKING) --upgrade -o requirements-dev.lock
	uv pip compile pyproject.toml --extra build $(LOCKING) --constraint requirements-dev.lock --no-annotate -o requirements.lock

clean:  ## remove the environment and everything a run wrote
	rm -rf .venv data/processed/*/ reports .pytest_cache .mypy_cache .ruff_cache .hypothesis
