# Créneau: `make demo` to try it, `make test` to prove it. Everything is installed on the way; nothing is asked.

MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint format types lock clean

help:
	@echo "make demo          the bot with a sandbox Microsoft 365 and a Teams-like chat (RESET=1: from the beginning)"
	@echo "make test          every check and every test, those in the browser included"
	@echo "make check         lint and types only"
	@echo "make format        let ruff rewrite what it can"
	@echo "make lock          write the lock files anew from requirements*.txt and package.json"
	@echo "make clean         remove what was installed and built (data/ stays)"

setup:
	@sh scripts/setup.sh

demo: setup
	@exec $(PYTHON) -m scripts.demo

test: check
	@$(PYTHON) -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=85 $(ARGS)

check: lint types

lint: setup
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check

types: setup
	@$(PYTHON) -m mypy

format: setup
	@$(PYTHON) -m ruff check --fix
	@$(PYTHON) -m ruff format

lock: setup
	@$(LOCK) requirements.txt --output-file requirements.lock
	@$(LOCK) requirements-dev.txt --output-file requirements-dev.lock
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	@sh scripts/setup.sh

clean:
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov screenshots
