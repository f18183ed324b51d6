# Créneau: `make demo` to try it, `make test` to prove it. Everything is installed on the way; nothing is asked.

MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup demo test races crash burst histories fuzz bench check lint format types lock clean

help:
	@echo "make demo          the bot with a sandbox Microsoft 365 and a Teams-like chat (RESET=1: from the beginning)"
	@echo "make test          every check and every test, those in the browser included"
	@echo "make races         bookings against each other over two processes, faults in half of them (N=1000 SEED=...)"
	@echo "make crash         bots killed between a notification and its notice; nothing lost (N=200 SEED=...)"
	@echo "make burst         5,000 notifications in a minute, for 1,000 people (N=5000 SEED=...)"
	@echo "make histories     whole histories of a calendar against a reading minute by minute (N=200)"
	@echo "make fuzz          random and mutated activities, card actions and forms (N=10000)"
	@echo "make bench         the bot beside its peers, in one run: a table, and tests/bench/results.json"
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

races: setup
	@$(PYTHON) -m tests.races $(if $(N),--races $(N)) $(if $(SEED),--seed $(SEED)) $(ARGS)

crash: setup
	@$(PYTHON) -m tests.crash $(if $(N),--kills $(N)) $(if $(SEED),--seed $(SEED)) $(ARGS)

burst: setup
	@$(PYTHON) -m tests.burst $(if $(N),--changes $(N)) $(if $(SEED),--seed $(SEED)) $(ARGS)

histories: setup
	@HISTORIES=$(or $(N),200) $(PYTHON) -m pytest -q -s tests/integration/histories $(ARGS)

fuzz: setup
	@FUZZ=$(or $(N),10000) $(PYTHON) -m pytest -q -s tests/integration/fuzz $(ARGS)

bench: setup
	@sh scripts/setup_bench.sh
	@PYTHONPATH=.venv/bench $(PYTHON) -m tests.bench

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
	@$(LOCK) requirements-bench.txt --output-file requirements-bench.lock
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	@sh scripts/setup.sh

clean:
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov screenshots
