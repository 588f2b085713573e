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
.PHONY: help serve test check lint types laws documents environment pins clean

help:
	@echo "make serve   start OpenPARS on http://127.0.0.1:8000 (Ctrl-C stops it)"
	@echo "make test    run every test"
	@echo "make check   lint, types, import laws, generated documents"
	@echo "make clean   remove the environment and what tools left behind"

serve: $(VENV)/.run
	@exec $(BIN)/pars serve

test: $(VENV)/.dev
	@$(BIN)/pytest -n 2

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

# Choose the newest versions again. Needs uv (https://docs.astral.sh/uv/).
COMPILE := uv pip compile --quiet --upgrade --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links
pins:
	$(COMPILE) --group build --output-file requirements/build.txt
	$(COMPILE) pyproject.toml --output-file requirements/run.txt
	$(COMPILE) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
