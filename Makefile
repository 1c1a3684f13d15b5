# `make run` starts AidTrack with demo data on this machine. `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# Where Python may not keep what it compiled, each of many short commands compiles it again.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes --no-deps

CATALOGUES := $(wildcard aidtrack/translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
VENDOR := aidtrack/static/vendor/bootstrap.min.css

# Each file under .venv/ is written when the step of its name is done, and is older than the
# files it depends on when the step must be done again.
RUNTIME := $(VENV)/runtime-installed
DEVELOPMENT := $(VENV)/development-installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup test test-sqlite test-postgresql packages bench lint format messages pictures docs lock wheel clean

help: ## List what can be made.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: setup ## Start AidTrack with demo data on http://127.0.0.1:8000 (PORT=…).
	@tools/run.sh $(PORT)

setup: $(RUNTIME) $(VENDOR) $(COMPILED) ## Install what AidTrack runs on, into .venv/.

test: setup $(DEVELOPMENT) packages ## Run every test on SQLite and, beside it, on PostgreSQL.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-sqlite test-postgresql

test-sqlite: setup $(DEVELOPMENT) packages
	$(BIN)/pytest --database=sqlite $(ARGS)

test-postgresql: setup $(DEVELOPMENT) packages
	$(BIN)/pytest --database=postgresql $(ARGS)

packages:
	@tools/system-packages.sh

bench: setup $(DEVELOPMENT) packages ## Measure, beside the machine's own limit; prints a table.
	$(BIN)/python -m tests.benchmarks $(ARGS)

lint: $(DEVELOPMENT) ## Check style, types, templates and dependencies.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/deptry . --no-ansi

format: $(DEVELOPMENT) ## Format the code as `make lint` wants it.
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

messages: $(DEVELOPMENT) ## Bring the translations up to date with the code (NEW=ky begins one).
	@tools/messages.sh $(NEW)
	@$(MAKE) --no-print-directory setup

pictures: setup $(DEVELOPMENT) packages ## Take the pictures of the guides and of docs/ anew.
	$(BIN)/pytest tests/browser/test_pictures_of_guides.py --write-pictures --quiet

docs: setup ## Write docs/guides/ from the guides inside the application.
	$(BIN)/python tools/docs.py

lock: ## Take the newest releases into the lock files.
	tools/lock.sh

wheel: setup $(DEVELOPMENT) ## Build an installable wheel, with templates and browser files.
	$(BIN)/python -m hatchling build --target wheel

clean: ## Remove all that was made, but not the data in instance/.
	rm -rf $(VENV) node_modules aidtrack/static/vendor build dist .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find aidtrack -name '*.mo' -delete

$(BIN)/python:
	@PYTHON="$(PYTHON)" tools/make-venv.sh $(VENV)

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what AidTrack runs on into $(VENV)/ ..."
	@$(INSTALL) -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "Installing what the tests and checks need into $(VENV)/ ..."
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

$(VENDOR): package.json package-lock.json tools/vendor.py | $(RUNTIME)
	@echo "Copying what browsers need ..."
	@$(BIN)/python tools/vendor.py

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel --quiet compile -i $< -o $@
