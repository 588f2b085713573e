# From a bare machine (Python 3.11 or newer, make, git) to a running server: make serve
# The same, and then every test:                                            make test

VENV := .venv
BIN := $(VENV)/bin
# Twice quiet: pip then still says what went wrong.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
INSTALL := $(PIP) install --root-user-action=ignore

# The first of these that is new enough and can make environments.
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))

.DEFAULT_GOAL := help
.PHONY: help serve test fuzz faults bench bench-growth bench-overload bench-soak check lint types laws documents environment clients lint-openapi pins clean

help:
	@echo "make serve   start OpenPARS on http://127.0.0.1:8000 (Ctrl-C stops it)"
	@echo "make test    run every test"
	@echo "make fuzz    hold the API document against the server with 50,000 calls"
	@echo "make bench   measure calls next to a usual application (needs wrk and pgbench)"
	@echo "             also bench-growth, bench-overload, bench-soak (SOAK_MINUTES=20)"
	@echo "make faults  kill processes and the database under load, and look for anything lost"
	@echo "make check   lint, types, import laws, generated documents"
	@echo "make clients make clients of the API with three generators and check their types (needs npm)"
	@echo "make clean   remove the environment and what tools left behind"

serve: $(VENV)/.run
	@exec $(BIN)/pars serve

# Tests that were compiled once need not be compiled again, whatever the environment says.
test: $(VENV)/.dev
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 2

# As many examples of each operation make some 50,000 calls.
FUZZ_EXAMPLES := 600
fuzz: $(VENV)/.dev
	@FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/pytest tests/contract/test_fuzzing.py

# Each writes its section of bench/RESULTS.md.
bench: $(VENV)/.run
	@$(BIN)/python -m bench --write

bench-growth: $(VENV)/.run
	@$(BIN)/python -m bench.growth --write

bench-overload: $(VENV)/.run
	@$(BIN)/python -m bench.overload --write

SOAK_MINUTES := 20
bench-soak: $(VENV)/.run
	@SOAK_MINUTES=$(SOAK_MINUTES) $(BIN)/python -m bench.soak --write

# Some minutes of faults on a schedule, while clients keep books of what they were told.
faults: $(VENV)/.dev
	@$(BIN)/python -m tests.faults

check: lint types laws documents

lint: $(VENV)/.dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(VENV)/.dev
	@$(BIN)/mypy

laws: $(VENV)/.dev
	@$(BIN)/lint-imports

documents: $(VENV)/.run
	@$(BIN)/pars openapi --check
	@$(BIN)/pars requirements --check
	@$(BIN)/pars errors --check

environment: $(VENV)/.dev

$(BIN)/python:
	@for candidate in $(PYTHONS); do \
	    if $$candidate -c '$(SUITABLE)' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "OpenPARS needs Python 3.11 to 3.14 with its venv module (on Debian: apt install python3-venv)." >&2; \
	    exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$found --version), once; this takes a minute."; \
	$$found -m venv --clear $(VENV)

# setuptools is pinned too, therefore our own package is built without an isolated environment.
$(VENV)/.run: requirements/build.txt requirements/run.txt pyproject.toml | $(BIN)/python
	@$(INSTALL) --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q app migrations
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

# Clients of the API as their users make them, in .build and never in the repository, and a story
# told with each; tests/contract/test_generated_clients.py runs it against a server.
BUILD := .build/clients
STORIES := tests/contract/clients
TOOLS := $(BUILD)/tools
NODE_BIN := $(BUILD)/node_modules/.bin
PYTHON_CLIENT := $(BUILD)/python/openpars_client

clients: $(BUILD)/.python $(BUILD)/.typescript

$(BUILD)/.tools: requirements/clients.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --no-input -qq install \
	    --root-user-action=ignore --require-hashes -r requirements/clients.txt
	@touch $@

# Without a lockfile, which would name registry hosts; package.json has exact versions.
$(BUILD)/.npm: $(STORIES)/package.json
	@command -v npm >/dev/null || { echo "This needs npm (on Debian: apt install npm)." >&2; exit 1; }
	@mkdir -p $(BUILD) && cp $(STORIES)/package.json $(BUILD)/
	@npm install --prefix $(BUILD) --silent --no-package-lock --no-audit --no-fund --ignore-scripts
	@touch $@

$(BUILD)/.python: openapi/openapi.json $(STORIES)/grand_rounds.py $(BUILD)/.tools
	@$(TOOLS)/bin/openapi-python-client generate --config $(STORIES)/openapi-python-client.yaml \
	    --meta none --overwrite --path openapi/openapi.json \
	    --output-path $(PYTHON_CLIENT) >/dev/null
	@MYPYPATH=$(BUILD)/python $(TOOLS)/bin/mypy --strict --config-file= --no-error-summary \
	    --cache-dir $(BUILD)/mypy $(PYTHON_CLIENT) $(STORIES)/grand_rounds.py
	@touch $@

$(BUILD)/.typescript: openapi/openapi.json $(wildcard $(STORIES)/*.ts) $(STORIES)/tsconfig.json $(BUILD)/.npm
	@cp $(STORIES)/*.ts $(STORIES)/tsconfig.json $(BUILD)/
	@$(NODE_BIN)/openapi-ts --input ./openapi/openapi.json --output $(BUILD)/sdk --silent --no-log-file
	@$(NODE_BIN)/openapi-typescript openapi/openapi.json --output $(BUILD)/schema.d.ts >/dev/null
	@$(NODE_BIN)/tsc --project $(BUILD)
	@touch $@

lint-openapi: $(BUILD)/.npm
	@REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(NODE_BIN)/redocly lint \
	    --config $(STORIES)/redocly.yaml openapi/openapi.json

# Choose the newest versions again. Needs uv (https://docs.astral.sh/uv/).
COMPILE := uv pip compile --quiet --upgrade --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links
pins:
	$(COMPILE) --group build --output-file requirements/build.txt
	$(COMPILE) pyproject.toml --output-file requirements/run.txt
	$(COMPILE) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(COMPILE) --group clients --output-file requirements/clients.txt

clean:
	@rm -rf $(VENV) .build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
