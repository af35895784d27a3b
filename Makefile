# The commands of the project. Each target first makes sure of the virtual environment, once per lock.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
UV := UV_PYTHON_DOWNLOADS=never $(VENV)/bin/uv
# The stamp carries the lock's checksum in its name: a new lock means a new installation.
STAMP := $(VENV)/installed-$(shell cksum requirements.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
IMAGE ?= referral-hub
BENCH := .venv-bench
# The extras of the lock that is installed; the benchmark's peers have a lock and an environment of their own.
EXTRAS := airflow sandbox dev tests
COMPILE := --universal --python-version 3.10 --generate-hashes --no-header --quiet $(LOCK_FLAGS)

.PHONY: help run demo test check bench bench-million bench-loading lock image clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(STAMP) ## Start the sandbox agencies and Airflow, run a first full cycle, stay up
	@$(PYTHON) -m cli.stack run

demo: $(STAMP) ## The same, but stop after one full cycle; fails if anything failed
	@$(PYTHON) -m cli.stack demo

# Two rounds: what may share the machine runs two at a time, what needs it alone (whole Airflows, timings) one by one.
# Exit code 5 of the second round means that no test asked to be alone.
test: check ## Run the static checks, then every test, with coverage
	@$(PYTHON) -m coverage erase
	@$(PYTHON) -m pytest -n 2 --dist loadscope -m "not alone" --cov --cov-report=
	@$(PYTHON) -m pytest -m alone --cov --cov-append --cov-report= || [ $$? -eq 5 ]
	@for package in hub connectors; do \
		$(PYTHON) -m coverage report --include "$$package/*" --fail-under 90; \
	done

check: $(STAMP) ## Run the static checks alone: format, lint, types, import contracts
	@$(PYTHON) -m tests.house.checks

bench: $(STAMP) $(BENCH)/installed ## Measure the hub beside its peers
	@$(PYTHON) -m benchmarks
	@$(PYTHON) -m benchmarks.linking --python $(BENCH)/bin/python --rows 100000

bench-million: $(STAMP) $(BENCH)/installed ## The linking benchmark alone, with a million rows a list (half an hour)
	@$(PYTHON) -m benchmarks.linking --python $(BENCH)/bin/python --rows 1000000 --rounds 1

bench-loading: $(STAMP) $(BENCH)/installed ## The loading benchmark alone: a workbook of 100,000 rows into both databases (a quarter of an hour)
	@$(PYTHON) -m benchmarks.loading --python $(BENCH)/bin/python

lock: ## Renew both locks from pyproject.toml (LOCK_FLAGS=--upgrade for newer versions)
	@.ci/venv $(VENV)
	@$(UV) pip compile pyproject.toml $(foreach extra,$(EXTRAS),--extra $(extra)) $(COMPILE) --output-file requirements.lock
	@$(UV) pip compile pyproject.toml --extra bench --constraint requirements.lock $(COMPILE) --output-file requirements-bench.lock

image: ## Build the container image without an engine, as root, into var/image.tar
	@docker/build-without-engine.sh $(IMAGE) var/image.tar

clean: ## Remove the virtual environment, caches and everything that `make run` left
	@rm -rf $(VENV) $(BENCH) var build dist *.egg-info .coverage* htmlcov \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv does not read pip's configuration: where only pip knows the way to an index, pip installs the same lock.
$(STAMP):
	@.ci/venv $(VENV)
	@$(UV) pip install --quiet --python $(PYTHON) --require-hashes -r requirements.lock \
		|| $(PYTHON) -m pip install --quiet --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --offline --editable .
	@rm -f $(VENV)/installed-* && touch $@

$(BENCH)/installed: requirements-bench.lock
	@.ci/venv $(BENCH)
	@UV_PYTHON_DOWNLOADS=never $(BENCH)/bin/uv pip install --quiet --python $(BENCH)/bin/python --require-hashes -r $< \
		|| $(BENCH)/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@
