# What each target needs it sets up itself, on a machine with Python 3.11 and make. Set-up is remembered in stamp files
# inside .venv, so that a second run begins at once. `make -n TARGET` shows what would be done.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
SERVE ?= 1
HOUSEHOLDS ?=
SEED ?=
WORKERS ?= 2

# Installed from what the lock files name, by hash; nothing is resolved on the way, and whatever no lock file names is
# removed: a distribution that would trespass on the name of one of our packages, for one.
SYNC := VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --require-hashes
INSTALL := VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/.runtime ## a Commonwealth in small: invented families, one night, the console (SERVE=0: without the console)
	$(BIN)/hearthline demo $(if $(filter 0,$(SERVE)),--no-serve,--serve) \
		$(if $(HOUSEHOLDS),--households $(HOUSEHOLDS)) $(if $(SEED),--seed $(SEED))

.PHONY: test
test: $(VENV)/.dev $(VENV)/.chromium ## every test, on SQLite and PostgreSQL
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

.PHONY: check
check: $(VENV)/.dev ## style, types, and which floor may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: bench
bench: $(VENV)/.dev ## the measurements in benchmarks/
	$(BIN)/python benchmarks/sealed_scan.py
	$(BIN)/python benchmarks/intake.py --rows 1000000
	$(BIN)/python benchmarks/store.py --rows 1000000
	$(BIN)/python benchmarks/night.py
	$(BIN)/python benchmarks/ledger.py
	$(BIN)/python benchmarks/ledger.py --postgres
	$(BIN)/python benchmarks/decisions.py
	$(BIN)/python benchmarks/decisions.py --cedar --n 500
	$(BIN)/python benchmarks/disclosure.py
	$(BIN)/python benchmarks/rule_firing.py
	$(BIN)/python -m pytest benchmarks --benchmark-columns=min,median,max,rounds $(ARGS)

.PHONY: fuzz
fuzz: $(VENV)/.dev ## the laws again, with many more examples than `make test` tries
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest --numprocesses $(WORKERS) -m hypothesis $(ARGS)

.PHONY: fences
fences: $(VENV)/.dev ## take each fence of the gate down in a copy, and see that a test notices
	$(BIN)/python -m tests.ways_round.fences $(ARGS)

.PHONY: lock
lock: $(VENV)/.dev ## write the lock files anew (the only target that resolves versions; UPGRADE=1 takes newer ones)
	$(LOCK) $(if $(UPGRADE),--upgrade) --group build -o requirements-build.lock
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.lock
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

.PHONY: clean
clean: ## remove what the targets made; a home (.hearthline) stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment, with uv and the build backend in it.
$(VENV)/.made: requirements-build.lock
	@for python in $(PYTHON) python3.11 /usr/bin/python3.11 python3 python; do \
		if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then \
			[ -x $(BIN)/python ] || "$$python" -m venv $(VENV); break; \
		fi; \
	done
	@[ -x $(BIN)/python ] || { echo "Python 3.11 with its venv module was not found; name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-build.lock
	@touch $@

# What Hearthline needs to run, and Hearthline itself, read from where it stands.
$(VENV)/.runtime: $(VENV)/.made requirements.lock pyproject.toml
	$(SYNC) requirements-build.lock requirements.lock
	$(INSTALL)
	@touch $@

# The same, and what its makers need besides.
$(VENV)/.dev: $(VENV)/.made requirements.lock requirements-dev.lock pyproject.toml
	$(SYNC) requirements-dev.lock
	$(INSTALL)
	@touch $@ $(VENV)/.runtime

# A browser for the tests that look at pages as a person does. Without one they are skipped, and say so.
$(VENV)/.chromium: $(VENV)/.made
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then \
		:; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests."; \
		{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium; } >/dev/null \
			|| echo "Chromium could not be installed: THE BROWSER TESTS WILL BE SKIPPED." >&2; \
	else \
		echo "No Chromium on this machine: THE BROWSER TESTS WILL BE SKIPPED. Install the package \"chromium\" to run them." >&2; \
	fi
	@touch $@
