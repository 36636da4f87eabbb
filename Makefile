# Two commands: `make run` and `make test`. Paths are relative to this file's directory, which make
# enters by itself with `make -C`, so a space in the path never meets make's word splitting.

SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; \
	done; echo python3)
PY := .venv/bin/python
# Pythons come with an older one, which takes twice the time to install what is needed.
PIP := pip==26.3
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without a cache each of the many processes would compile every library anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test bench lint fmt install install-dev environment

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: install environment ## open the café: PORT=8000 HOST=127.0.0.1, DEMO=0 for an empty one
	@exec $(PY) manage.py serve

test: install-dev environment ## install what is lacking, then run every check and test
	@$(PY) -m tests.bootstrap
	@$(MAKE) --no-print-directory lint
	$(PY) -m tests --all

bench: install-dev environment ## orders per second and time to frame, beside plain SQL
	@$(PY) -m tests.bootstrap
	$(PY) -m tests.bench

lint: install-dev environment ## ruff, import layers, migrations, deployment checks
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-cache
	DATABASE_URL=sqlite:///:memory: $(PY) -W error manage.py makemigrations --check --dry-run
	HTTPS=1 DEBUG=0 $(PY) -W error manage.py check --deploy --fail-level WARNING

fmt: install-dev ## format the code and sort its imports
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

install: .venv/installed
install-dev: .venv/installed-dev

environment: install
	@$(PY) config/write_env.py

# A dangling interpreter (Python was upgraded) counts as missing and is built anew.
.venv/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Smart Coffee needs Python 3.11 or newer, found: $$("$(PYTHON)" --version 2>&1)."; \
		echo "Name one that is installed: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Creating .venv with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear .venv || { rm -rf .venv; \
		echo "No virtual environment could be made; on Debian: apt install python3-venv"; exit 1; }
	@$(PY) -m pip install --quiet $(PIP) || echo "Going on with $$($(PY) -m pip --version)"

# Python compiles what it imports when it does; compiling all of it first takes half of the install.
.venv/installed: requirements.txt .venv/bin/python
	@echo "Installing requirements.txt"
	@$(PY) -m pip install --quiet --no-compile -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt .venv/bin/python
	@echo "Installing requirements-dev.txt"
	@$(PY) -m pip install --quiet --no-compile -r requirements-dev.txt
	@touch $@ .venv/installed
